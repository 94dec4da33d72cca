"""What may be wrong with a repository on GitHub."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ailments.fault import configured, of_github, setting
from patients import LOGIN, ROCKET, Patient, now

from soda_tui.domain.ledger import Entry, LedgerState, encode
from soda_tui.domain.naming import DEFAULT_HOST
from soda_tui.sandbox.fast_import import Change
from soda_tui.sandbox.pull_requests import Check
from soda_tui.sandbox.rules import Rule
from soda_tui.services.github.cache import Cache, Known, cache_file


@of_github("repository.unread")
def repository_hidden(patient: Patient) -> Iterator[None]:
    patient.people.permit(ROCKET, LOGIN, None)
    yield
    patient.people.permit(ROCKET, LOGIN, "WRITE")


@of_github("repository.permission", "push.refused")
def may_only_read(patient: Patient) -> Iterator[None]:
    patient.people.permit(ROCKET, LOGIN, "READ")
    yield
    patient.people.permit(ROCKET, LOGIN, "WRITE")


@of_github("push.refused")
def remote_broken(patient: Patient) -> Iterator[None]:
    patient.world.faults.order("bad_gateway", times=1000, matching="git git-receive-pack")
    yield
    patient.world.faults.clear()


@of_github("repository.renamed")
def renamed(patient: Patient) -> Iterator[None]:
    repository = patient.world.repository(ROCKET)
    patient.world.move(repository, "acme/missile")
    yield
    patient.world.move(repository, ROCKET)


@of_github("repository.occupied")
def renamed_and_its_name_taken(patient: Patient) -> Iterator[None]:
    repository, file = patient.world.repository(ROCKET), cache_file(patient.paths.cache, DEFAULT_HOST)
    cache = Cache(file)
    cache.remember(f"{DEFAULT_HOST}/{ROCKET}", Known(repository.id))
    cache.save()
    patient.world.move(repository, "acme/missile")
    other = patient.world.create_repository(ROCKET, permissions={"you": "WRITE"})
    yield
    patient.world.remove(other)
    patient.world.move(repository, ROCKET)
    assert file is not None
    file.unlink()


@of_github("repository.archived", "push.refused")
def archived(patient: Patient) -> Iterator[None]:
    patient.world.repository(ROCKET).archived = True
    yield
    patient.world.repository(ROCKET).archived = False


@of_github("repository.issues")
def issues_switched_off(patient: Patient) -> Iterator[None]:
    patient.world.repository(ROCKET).has_issues_enabled = False
    yield
    patient.world.repository(ROCKET).has_issues_enabled = True


@of_github("repository.empty")
def without_a_commit(patient: Patient) -> Iterator[None]:
    head = patient.git("rev-parse", "origin/main")
    remote = patient.world.repository(ROCKET).remote
    patient.people.delete_branch(ROCKET, "main")
    yield
    remote.update_all([("refs/heads/main", head, None)])


@of_github("repository.base")
def base_that_is_not_there(patient: Patient) -> Iterator[None]:
    with configured(patient, 'base = "develop"\n'):
        yield


@contextmanager
def ruled(patient: Patient, *rules: Rule) -> Iterator[None]:
    """Rules on the repository's branches for a while."""
    patient.people.set_rules(ROCKET, *rules)
    yield
    patient.people.set_rules(ROCKET)


@of_github("rules.work", "rules.ledger")
def branches_restricted(patient: Patient) -> Iterator[None]:
    with ruled(patient, Rule("refs/heads/*", creation=True)):
        yield


@of_github("rules.ledger")
def ledger_must_be_signed(patient: Patient) -> Iterator[None]:
    with ruled(patient, Rule("refs/heads/soda/*", others=("REQUIRED_SIGNATURES",))):
        yield


@of_github("rules.hinder")
def no_branch_goes(patient: Patient) -> Iterator[None]:
    with ruled(patient, Rule("refs/heads/agent*", deletion=True)):
        yield


@of_github("rules.hinder")
def restricted_for_others(patient: Patient) -> Iterator[None]:
    patient.people.permit(ROCKET, LOGIN, "ADMIN")
    with ruled(patient, Rule("refs/heads/agent*", creation=True)):
        yield
    patient.people.permit(ROCKET, LOGIN, "WRITE")


@contextmanager
def ledger(patient: Patient, message: str) -> Iterator[str]:
    """A ledger with this entry for a while; its commit."""
    remote = patient.world.repository(ROCKET).remote
    change = Change(message, {}, "soda-tui <soda-tui@users.noreply.github.com>", now())
    yield remote.append_all({"soda/ledger": [change]}, "main")["soda/ledger"]
    patient.people.delete_branch(ROCKET, "soda/ledger")


ENTRY = encode(Entry("released", 1, "5b1f0c9e", "0" * 16, LedgerState()))


@of_github("rules.ledger")
def ledger_protected(patient: Patient) -> Iterator[None]:
    with ledger(patient, ENTRY), ruled(patient, Rule("refs/heads/soda/*", update=True, classic=True)):
        yield


@of_github("ledger.unreadable")
def ledger_damaged(patient: Patient) -> Iterator[None]:
    with ledger(patient, "Somebody wrote this by hand"):
        yield


@of_github("ledger.newer")
def ledger_of_a_newer_version(patient: Patient) -> Iterator[None]:
    with ledger(patient, ENTRY.replace('"v":1', '"v":9')):
        yield


@of_github("ledger.built")
def ledger_built(patient: Patient) -> Iterator[None]:
    with ledger(patient, ENTRY) as commit:
        patient.world.repository(ROCKET).checks[commit] = (Check("build", "SUCCESS", now()),)
        yield


@contextmanager
def without_label(patient: Patient, name: str) -> Iterator[None]:
    """A label less for a while."""
    labels = patient.world.repository(ROCKET).labels
    kept = labels.pop(name)
    yield
    labels[name] = kept


@of_github("labels.missing")
def label_missing(patient: Patient) -> Iterator[None]:
    with without_label(patient, "route:blocked"):
        yield


@of_github("labels.ready")
def label_for_the_queue_missing(patient: Patient) -> Iterator[None]:
    with without_label(patient, "route:ready"):
        yield


@of_github("labels.wrong")
def label_of_another_colour(patient: Patient) -> Iterator[None]:
    label = patient.world.repository(ROCKET).labels["route:blocked"]
    before, label.color = label.color, "000000"
    yield
    label.color = before


@of_github("clone.another")
def clone_of_another(patient: Patient) -> Iterator[None]:
    patient.world.create_repository("acme/other", permissions={LOGIN: "WRITE"})
    url = patient.git("config", "remote.origin.url")
    with setting(patient, "remote.origin.url", url.replace("rocket", "other")):
        yield
    patient.people.delete_repository("acme/other")


@of_github("clone.author")
def commits_of_another(patient: Patient) -> Iterator[None]:
    with setting(patient, "user.email", "12345+grace@users.noreply.github.com"):
        yield


@of_github("push.account", "push.refused")
def key_of_another(patient: Patient) -> Iterator[None]:
    greeting = "Hi grace! You have successfully authenticated, but GitHub does not provide shell access."
    program = patient.program("ssh", f'echo "{greeting}" >&2\nexit 1')
    with (
        setting(patient, "remote.origin.url", f"git@github.com:{ROCKET}.git"),
        setting(patient, "core.sshCommand", str(program)),
    ):
        yield
    program.unlink()
