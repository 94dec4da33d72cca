"""The doctor on a patient in order, and with faults planted one by one: each is found, and mending it is seen."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import NamedTuple

import pytest
from msgspec import structs
from patients import LOGIN, ROCKET, TOKEN, Patient, now

from soda_tui import report, wiring
from soda_tui.cockpit import examining
from soda_tui.domain.health.table import CHECKS
from soda_tui.domain.ledger import Entry, LedgerState, encode
from soda_tui.domain.loop.machine import Mode
from soda_tui.domain.loop.record import Wish
from soda_tui.sandbox.model import Check
from soda_tui.sandbox.remote import Change
from soda_tui.sandbox.rules import Rule
from soda_tui.sandbox.server import SandboxServer
from soda_tui.sandbox.world import World
from soda_tui.services.agents.launching import folder_of
from soda_tui.services.health import machine, own
from soda_tui.services.journalfile import JournalFile
from soda_tui.services.locks import take
from soda_tui.services.loops import FileLoops

KEY = f"github.com/{ROCKET}"
Planting = Callable[[Patient], AbstractContextManager[None]]


class Fault(NamedTuple):
    """A way to plant a fault, and to mend it on leaving; what is found by it, and whether without the network."""

    plant: Planting
    found: frozenset[str]
    local: bool

    @property
    def name(self) -> str:
        """What the test is called."""
        return self.plant.__name__


FAULTS: list[Fault] = []


def fault(*found: str, local: bool = True) -> Callable[[Callable[[Patient], Iterator[None]]], None]:
    """Register a fault."""

    def register(plant: Callable[[Patient], Iterator[None]]) -> None:
        FAULTS.append(Fault(contextmanager(plant), frozenset(found), local))

    return register


def of_github(*found: str) -> Callable[[Callable[[Patient], Iterator[None]]], None]:
    """Register a fault that GitHub, or the remote, tells."""
    return fault(*found, local=False)


@contextmanager
def other(file: Path, content: str | None) -> Iterator[None]:
    """A file with another content for a while, None for none at all."""
    before = file.read_bytes() if file.exists() else None
    file.parent.mkdir(parents=True, exist_ok=True)
    if content is None:
        file.unlink()
    else:
        file.write_text(content)
    yield
    if before is None:
        file.unlink()
    else:
        file.write_bytes(before)


@contextmanager
def mode(path: Path, bits: int) -> Iterator[None]:
    """Another mode for a while."""
    before = path.stat().st_mode
    path.chmod(bits)
    yield
    path.chmod(before)


@contextmanager
def configured(patient: Patient, repository: str = "", others: str = "") -> Iterator[None]:
    """Another configuration for a while."""
    patient.configure(repository, others)
    yield
    patient.configure()


@contextmanager
def setting(patient: Patient, key: str, value: str) -> Iterator[None]:
    """Another setting of the clone for a while."""
    before = patient.git("config", "--local", "--default", "", "--get", key)
    patient.git("config", "--local", key, value)
    yield
    if before:
        patient.git("config", "--local", key, before)
    else:
        patient.git("config", "--local", "--unset", key)


@contextmanager
def emptied(patient: Patient) -> Iterator[None]:
    """A clone without its files for a while."""
    away = patient.clone.with_name("away")
    patient.clone.rename(away)
    patient.clone.mkdir()
    (away / ".git").rename(patient.clone / ".git")
    yield
    (patient.clone / ".git").rename(away / ".git")
    patient.clone.rmdir()
    away.rename(patient.clone)


# --- the configuration


@fault("config.broken")
def broken_toml(patient: Patient) -> Iterator[None]:
    with other(patient.paths.config_file, "[cockpit\n"):
        yield


@fault("config.broken")
def wrong_type(patient: Patient) -> Iterator[None]:
    with configured(patient, others='[cockpit]\ninterval = "often"\n'):
        yield


@fault("config.broken")
def unreadable_configuration(patient: Patient) -> Iterator[None]:
    file = patient.paths.config_file
    file.rename(file.with_name("kept"))
    file.mkdir()
    yield
    file.rmdir()
    file.with_name("kept").rename(file)


@fault("config.remark")
def unknown_key(patient: Patient) -> Iterator[None]:
    with configured(patient, others="[cockpit]\nintervall = 10\n"):
        yield


@fault("config.remark")
def unknown_variable(patient: Patient) -> Iterator[None]:
    with patient.environment({"SODA_TUI_COCKPIT__INTERVALL": "10"}):
        yield


@fault("config.exposed")
def configuration_of_all(patient: Patient) -> Iterator[None]:
    with mode(patient.paths.config_file, 0o666):
        yield


@fault("config.empty")
def nothing_enrolled(patient: Patient) -> Iterator[None]:
    with other(patient.paths.config_file, ""):
        yield


# --- this machine


@fault("git.missing")
def git_that_does_not_answer(patient: Patient) -> Iterator[None]:
    program = patient.program("git", "exit 127")
    yield
    program.unlink()


@fault("git.old")
def old_git(patient: Patient) -> Iterator[None]:
    program = patient.program("git", "echo git version 2.30.2")
    yield
    program.unlink()


@fault("state.exposed")
def state_of_all(patient: Patient) -> Iterator[None]:
    with mode(patient.paths.state, 0o777):
        yield


@fault("state.unusable")
def file_in_the_place_of_a_folder(patient: Patient) -> Iterator[None]:
    cache = patient.paths.cache
    cache.write_text("")
    yield
    cache.unlink()


@fault("state.identity")
def damaged_identity(patient: Patient) -> Iterator[None]:
    with other(patient.paths.state / "cockpit-id", "nonsense\n"):
        yield


@fault("state.journal")
def damaged_journal(patient: Patient) -> Iterator[None]:
    with other(patient.paths.state / "journal.db", "no database at all" * 100):
        yield


@fault("state.journal")
def journal_of_a_newer_version(patient: Patient) -> Iterator[None]:
    file = patient.paths.state / "journal.db"
    before = file.read_bytes() if file.exists() else None
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA user_version = 99")
    yield
    file.unlink()
    if before is not None:
        file.write_bytes(before)


@fault("state.damaged")
def damaged_names(patient: Patient) -> Iterator[None]:
    with other(patient.paths.state / "repositories.json", '{"v": 1, "ids"'):
        yield


@fault("state.unreadable")
def folder_in_the_place_of_a_file(patient: Patient) -> Iterator[None]:
    folder = patient.paths.state / "told.json"
    folder.mkdir()
    yield
    folder.rmdir()


@fault("state.aside")
def damaged_before(patient: Patient) -> Iterator[None]:
    with other(patient.paths.state / "snapshot.damaged.json", "{"):
        yield


@fault("state.locked")
def lock_held_for_long(patient: Patient) -> Iterator[None]:
    file = patient.paths.state / "locks" / "plan-1.lock"
    held = take(file, "is acting on this repository")
    assert held is not None
    os.utime(file, (time.time() - 7200,) * 2)
    yield
    os.close(held)


@fault("stop.standing")
def stopped(patient: Patient) -> Iterator[None]:
    with other(patient.paths.state / "STOP", ""):
        yield


@fault("stop.own")
def stopped_here(patient: Patient) -> Iterator[None]:
    with other(patient.clone / ".agent-workspace" / "STOP", ""):
        yield
    (patient.clone / ".agent-workspace").rmdir()


# --- a token, as far as this machine knows


@fault("token.missing")
def no_token(patient: Patient) -> Iterator[None]:
    with patient.environment({"GH_TOKEN": None, "GH_PATH": "/nowhere/gh"}):
        yield


@fault("token.unusable")
def token_of_two_words(patient: Patient) -> Iterator[None]:
    with patient.environment({"GH_TOKEN": "my token"}):
        yield


# --- a clone


@fault("clone.unusable")
def clone_gone(patient: Patient) -> Iterator[None]:
    patient.clone.rename(patient.clone.with_name("away"))
    yield
    patient.clone.with_name("away").rename(patient.clone)


@fault("clone.unusable")
def no_origin(patient: Patient) -> Iterator[None]:
    patient.git("remote", "rename", "origin", "upstream")
    yield
    patient.git("remote", "rename", "upstream", "origin")


@fault("clone.busy")
def in_a_merge(patient: Patient) -> Iterator[None]:
    with other(patient.clone / ".git" / "MERGE_HEAD", patient.git("rev-parse", "HEAD")):
        yield


@fault("clone.elsewhere")
def pushes_elsewhere(patient: Patient) -> Iterator[None]:
    with setting(patient, "remote.origin.pushurl", f"{patient.url}/somebody/else.git"):
        yield


@fault("clone.elsewhere")
def pushes_elsewhere_by_a_prefix(patient: Patient) -> Iterator[None]:
    with setting(
        patient, f"url.{patient.url}/somebody/else.git.pushInsteadOf", patient.git("remote", "get-url", "origin")
    ):
        yield


@fault("clone.unfilled")
def clone_broken_off(patient: Patient) -> Iterator[None]:
    index = patient.clone / ".git" / "index"
    before = index.read_bytes()
    with emptied(patient):
        index.unlink()
        yield
        index.write_bytes(before)


@fault("clone.unfilled")
def every_file_deleted(patient: Patient) -> Iterator[None]:
    with emptied(patient):
        yield


@fault("clone.secret")
def token_in_the_url(patient: Patient) -> Iterator[None]:
    url = patient.git("config", "remote.origin.url")
    with setting(patient, "remote.origin.url", url.replace("://", f"://{TOKEN}@")):
        yield


@fault("clone.shared")
def one_clone_for_two(patient: Patient) -> Iterator[None]:
    link = patient.root / "link"
    link.symlink_to(patient.clone)
    with configured(patient, f'[[repository]]\nname = "acme/other"\npath = "{link}"\n'):
        yield
    link.unlink()


@fault("clone.locked")
def lock_left_by_git(patient: Patient) -> Iterator[None]:
    lock = patient.clone / ".git" / "index.lock"
    with other(lock, ""):
        os.utime(lock, (time.time() - 3600,) * 2)
        yield


@fault("clone.files")
def file_to_copy_missing(patient: Patient) -> Iterator[None]:
    with configured(patient, 'copy = [".env"]\n'):
        yield


@fault("clone.nobody")
def nobodys_commits(patient: Patient) -> Iterator[None]:
    with setting(patient, "user.email", ""):
        yield


@fault("ledger.builder")
def every_branch_is_built(patient: Patient) -> Iterator[None]:
    with other(patient.clone / "vercel.json", "{}"):
        yield


@fault("left.rescues")
def rescued_work(patient: Patient) -> Iterator[None]:
    patient.git("branch", "soda-rescue/7-20260504", "HEAD")
    yield
    patient.git("branch", "-D", "soda-rescue/7-20260504")


@fault("left.worktrees")
def worktree_gone(patient: Patient) -> Iterator[None]:
    patient.git("worktree", "add", "--quiet", "--detach", str(patient.root / "tree"))
    shutil.rmtree(patient.root / "tree")
    yield
    patient.git("worktree", "prune")


# --- agents, loops, runs


@fault("agent.none")
def agent_not_installed(patient: Patient) -> Iterator[None]:
    with other(patient.root / "bin" / "agent", None):
        yield
    (patient.root / "bin" / "agent").chmod(0o755)


@fault("agent.none")
def no_agent_configured(patient: Patient) -> Iterator[None]:
    with configured(patient, others="[agent]\n"):
        yield


@fault("agent.passed")
def first_agent_not_installed(patient: Patient) -> Iterator[None]:
    profiles = '[profile.one]\ncommand = ["nowhere"]\n[profile.two]\ncommand = ["agent"]\n'
    with configured(patient, 'profile = ["one", "two"]\n', profiles):
        yield


@fault("agent.silent")
def agent_that_does_not_answer(patient: Patient) -> Iterator[None]:
    patient.program("agent", "exit 1")
    yield
    patient.program("agent", "echo agent 1.0")


@fault("agent.prompt")
def prompt_missing(patient: Patient) -> Iterator[None]:
    with configured(patient, '[repository.agent]\nprompt_file = "nowhere.md"\n'):
        yield


@fault("loop.unowned")
def loop_without_an_owner(patient: Patient) -> Iterator[None]:
    loops = FileLoops(patient.paths.state / "loops", patient.paths.state / "locks")
    loops.say(KEY, Wish(Mode.ON))
    yield
    loops.say(KEY, Wish(Mode.OFF))


@fault("loop.unreadable")
def loop_of_another_version(patient: Patient) -> Iterator[None]:
    loops = FileLoops(patient.paths.state / "loops", patient.paths.state / "locks")
    loops.say(KEY, Wish(Mode.OFF))
    (file,) = (patient.paths.state / "loops").iterdir()
    before = file.read_bytes()
    file.write_bytes(before.replace(b'"v":1', b'"v":2'))
    yield
    file.write_bytes(before)


@fault("loop.uncounted")
def cap_of_tokens_that_nobody_tells(patient: Patient) -> Iterator[None]:
    with configured(patient, "[repository.auto]\nenabled = true\ntokens_per_day = 100000\n"):
        yield


@fault("run.doubtful")
def run_that_nobody_can_read(patient: Patient) -> Iterator[None]:
    folder = folder_of(patient.paths.state / "runs", KEY) / "20260504-120000-1"
    with other(folder / "spec.json", "{"):
        yield
    folder.rmdir()


# --- a host and its token


@of_github("host.unreachable")
def nobody_listens(patient: Patient) -> Iterator[None]:
    with patient.environment({"GITHUB_API_URL": "http://127.0.0.1:9"}):
        yield


@of_github("host.unreachable")
def host_broken(patient: Patient) -> Iterator[None]:
    patient.world.faults.order("bad_gateway", times=1000, matching="query")
    yield
    patient.world.faults.clear()


@of_github("host.address")
def address_that_is_none(patient: Patient) -> Iterator[None]:
    with patient.environment({"GITHUB_API_URL": "ftp://example.org"}):
        yield


@of_github("token.refused")
def revoked_token(patient: Patient) -> Iterator[None]:
    with patient.environment({"GH_TOKEN": "gho_revoked"}):
        yield


@contextmanager
def token(patient: Patient, **changes: object) -> Iterator[None]:
    """Another kind of token for a while."""
    before = patient.world.tokens[TOKEN]
    patient.world.tokens[TOKEN] = replace(before, **changes)  # type: ignore[arg-type]  # by name
    yield
    patient.world.tokens[TOKEN] = before


@of_github("token.scope")
def without_scopes(patient: Patient) -> Iterator[None]:
    with token(patient, scopes=""):
        yield


@of_github("token.public")
def public_scope_only(patient: Patient) -> Iterator[None]:
    with token(patient, scopes="public_repo, workflow"):
        yield


@of_github("token.workflow")
def without_workflow(patient: Patient) -> Iterator[None]:
    folder = patient.clone / ".github" / "workflows"
    folder.mkdir(parents=True)
    with token(patient, scopes="repo"):
        yield
    shutil.rmtree(folder.parent)


@of_github("token.organisation")
def teams_out_of_reach(patient: Patient) -> Iterator[None]:
    reviewers = '[repository.pull_request]\nreviewers = ["acme/core"]\n'
    with token(patient, scopes="repo, workflow"), configured(patient, reviewers):
        yield


@of_github("token.broad")
def dangerous_token(patient: Patient) -> Iterator[None]:
    with token(patient, scopes="repo, workflow, delete_repo, admin:org"):
        yield


@of_github("token.expiring")
def token_that_expires(patient: Patient) -> Iterator[None]:
    with token(patient, expires=now() + timedelta(days=2)):
        yield


@of_github("repository.hidden")
def fine_grained_token(patient: Patient) -> Iterator[None]:
    with token(patient, scopes=None, forbidden=frozenset({"Repository.rulesets"})):
        yield


@of_github("token.sso")
def single_sign_on(patient: Patient) -> Iterator[None]:
    patient.people.require_sso(ROCKET, LOGIN)
    yield
    patient.people.require_sso(ROCKET, LOGIN, False)


@contextmanager
def spent(patient: Patient, left: int) -> Iterator[None]:
    """A budget of which so many points are left."""
    bucket = patient.world.limiter.bucket(LOGIN, patient.world.now())
    bucket.used = bucket.limit - left
    yield
    patient.world.limiter.bucket(LOGIN, patient.world.now()).used = 0


@of_github("limit.spent")
def budget_spent(patient: Patient) -> Iterator[None]:
    with spent(patient, 0):
        yield


@of_github("limit.low")
def budget_low(patient: Patient) -> Iterator[None]:
    with spent(patient, 100):
        yield


@of_github("clock.skew")
def clock_behind(patient: Patient) -> Iterator[None]:
    patient.world.ahead = timedelta(minutes=10)
    yield
    patient.world.ahead = timedelta(0)


# --- a repository on GitHub


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


# --- the tests


@pytest.fixture(scope="module")
def github(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, World, str]]:
    """An embedded GitHub on a port."""
    root = tmp_path_factory.mktemp("patient")
    world = World(root / "github", now)
    with SandboxServer(world) as server:
        yield root, world, server.url


@pytest.fixture(scope="module")
def healthy(github: tuple[Path, World, str]) -> Patient:
    """A patient in order, which each fault leaves as it was."""
    return Patient(*github)


def fingerprint(*roots: Path) -> str:
    """What tells whether anything below these folders changed: names, kinds, modes, and contents."""
    told = hashlib.sha256()
    for root in roots:
        for path in sorted(root.rglob("*")):
            status = path.lstat()
            told.update(f"{path.relative_to(root)}\0{status.st_mode}\0{status.st_mtime_ns}\0".encode())
            if path.is_file() and not path.is_symlink():
                told.update(path.read_bytes())
    return told.hexdigest()


def on_github(world: World) -> str:
    """Everything that people could see there."""
    return repr(
        [
            (
                one.full_name,
                one.remote.refs(),
                [(label.name, label.color, label.description) for label in one.labels.values()],
                [structs_of(issue) for issue in (*one.issues.values(), *one.pull_requests.values())],
            )
            for one in world.repositories
        ]
    )


def structs_of(subject: object) -> str:
    """An issue as text."""
    names = ("number", "title", "body", "updated_at", "closed_at")
    return repr([getattr(subject, name) for name in names])


def test_one_line_where_all_is_well_and_nothing_is_changed(
    healthy: Patient, capsys: pytest.CaptureFixture[str]
) -> None:
    locks = healthy.paths.state / "locks"
    # Those of a supervisor, and of a front that polls, are held for hours.
    held = [take(locks / name, "is at work") for name in ("run-1.lock", "poll-1.lock")]
    for name in ("run-1.lock", "poll-1.lock"):
        os.utime(locks / name, (time.time() - 7200,) * 2)
    journal = JournalFile(healthy.paths.state / "journal.db")
    assert journal.entries(None, 1) == ()
    journal.close()
    with ledger(healthy, ENTRY):
        healthy.people.open_issue(ROCKET, "One", labels=["route:ready"])
        before = fingerprint(healthy.clone, healthy.paths.state), on_github(healthy.world)
        found = healthy.examine(probe=True)
        assert (fingerprint(healthy.clone, healthy.paths.state), on_github(healthy.world)) == before
    for descriptor in filter(None, held):
        os.close(descriptor)
    report.examination(structs.replace(found, answers=()))
    said = capsys.readouterr()
    assert said.out.count("\n") == 1, said.out
    assert said.out.startswith("All is well: ")
    assert not said.err
    assert len(found.answers) == 4


# What each check makes of its facts stands in tests/domain/test_health.py; by default a few are planted in the world.
SHARP = {"broken_toml", "no_token", "clone_gone", "agent_not_installed", "stopped", "label_for_the_queue_missing"}


def all_faults() -> list[object]:
    return [pytest.param(one, id=one.name, marks=() if one.name in SHARP else pytest.mark.wide) for one in FAULTS]


@pytest.mark.parametrize("fault", all_faults())
def test_each_fault_is_found_with_its_remedy_and_mended(healthy: Patient, fault: Fault) -> None:
    with fault.plant(healthy):
        before = fingerprint(healthy.clone) if healthy.clone.exists() else ""
        asked = healthy.world.requests
        found = healthy.examine(quick=fault.local)
        assert fault.local == (healthy.world.requests == asked) or not healthy.environ["GITHUB_API_URL"].startswith(
            healthy.url
        )
        assert before == (fingerprint(healthy.clone) if healthy.clone.exists() else "")
    checks = {one.check for one in found.findings}
    assert fault.found == checks, found
    for one in found.findings:
        assert one.message and one.remedy and "\n" not in f"{one.message}{one.remedy}", one
        assert TOKEN not in f"{one.message}{one.remedy}"
    assert found.stops_work == any(CHECKS[check].severity == "critical" for check in fault.found)
    mended = healthy.examine(quick=fault.local)
    assert not mended.findings, mended
    assert not mended.unmade


def test_more_than_forty_kinds_are_planted() -> None:
    planted = {check for one in FAULTS for check in one.found}
    assert len(planted) >= 40
    assert planted <= set(CHECKS)


def test_what_cannot_be_looked_at_is_no_fault(
    healthy: Patient, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(environ: object) -> None:
        Event().wait(30)

    def broken(paths: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(examining, "_LOCAL", 0.5)
    monkeypatch.setattr(machine, "git_program", never)
    monkeypatch.setattr(own, "state", broken)
    found = healthy.examine(quick=True)
    assert not found.findings
    report.examination(found)
    said = capsys.readouterr()
    assert said.err.splitlines() == [
        "Not looked at: the cockpit's own files (Input/output error).",
        "Not looked at: git (no answer within 0.5 seconds).",
    ]
    assert said.out.startswith("All is well")


@pytest.mark.wide
def test_a_part_that_github_does_not_answer_is_no_fault(healthy: Patient) -> None:
    healthy.world.faults.order("bad_gateway", times=1000, matching="rulesets")
    found = healthy.examine()
    healthy.world.faults.clear()
    assert not found.findings
    assert [one.what for one in found.unmade] == ["its rules"]


@pytest.mark.wide
def test_the_command_before_and_in_the_middle_of_work(healthy: Patient) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "soda_tui", "--config", str(healthy.paths.config_file), *words]
        home = {"HOME": str(healthy.root), "GIT_CONFIG_GLOBAL": os.environ["GIT_CONFIG_GLOBAL"]}
        environ = {**healthy.environ, **home}
        return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)

    def one_line(*options: str) -> bool:
        said = run("doctor", *options)
        return (said.returncode, said.stdout.count("\n"), said.stderr) == (0, 1, "")

    assert one_line("--quick")
    assert one_line()
    assert run("doctor", "acme/nowhere").returncode == 2
    healthy.people.open_issue(ROCKET, "Two", labels=["route:ready"])
    assert run("pop").returncode == 0
    assert one_line()
    worktree = Path(run("path").stdout.strip())
    (worktree / "more.txt").write_text("more\n")
    assert one_line()
    assert run("bottle", "--commit-all", "--yes").returncode == 0
    assert one_line()
    assert one_line("--quick")
    with token(healthy, scopes=""):
        ill = run("doctor")
    assert ill.returncode == 10
    assert ill.stdout.splitlines()[1].strip() == "gh auth refresh --hostname github.com --scopes repo"


def test_the_document(healthy: Patient) -> None:
    with other(healthy.paths.state / "STOP", ""):
        found = json.loads(wiring.encode_result(healthy.examine(quick=True)))
    (one,) = found["findings"]
    assert one["check"] == "stop.standing"
    assert one["severity"] == "critical"
    assert one["remedy"] == "soda-tui resume"
    assert not found["unmade"]
