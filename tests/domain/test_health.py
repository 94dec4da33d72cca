"""Each check of the doctor's table on facts that hold its fault alone, and none on facts without one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from given import ENROLMENT, NAME, NOW, ledger_head, remote
from msgspec import structs

from soda_tui.domain.configuration.profiles import Candidate, Profile
from soda_tui.domain.configuration.settings import PullRequestSettings
from soda_tui.domain.configuration.unattended import AutoSettings
from soda_tui.domain.facts import CloneFacts, LedgerHead
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.health.checks import findings, made
from soda_tui.domain.health.facts import (
    CloneLook,
    ConfigurationFacts,
    GitFacts,
    Health,
    HostFacts,
    Lock,
    LoopFacts,
    Protection,
    RepositoryHealth,
    Room,
    Ruleset,
    StandingFacts,
    StateFacts,
    TerminalFacts,
)
from soda_tui.domain.health.finding import Examination
from soda_tui.domain.health.rules import covers
from soda_tui.domain.health.table import CHECKS
from soda_tui.domain.label_plan import Label
from soda_tui.domain.labels import LabelNames, definitions
from soda_tui.domain.ledger import LedgerState
from soda_tui.domain.naming import LEDGER_BRANCH, RepositoryName
from soda_tui.domain.sentences import GITHUB_NO_TOKEN

HOST = "github.com"
AGENT = ENROLMENT.agent
LABELS = tuple(Label("L", one.name, one.color, one.description) for one in definitions(LabelNames(), "agent001"))
CLONE = CloneLook(
    ENROLMENT.path,
    CloneFacts("main", "b" * 40, False, 0, 0, origin=NAME),
    url="https://github.com/acme/rocket",
    name="You",
    email="you@example.org",
)
REPOSITORY = RepositoryHealth(
    ENROLMENT,
    CLONE,
    (Candidate(AGENT, "/bin/agent"),),
    remote=remote(),
    standing=StandingFacts(issues=True, base=True, ledger_built=False),
    labels=LABELS,
    loop=LoopFacts(),
)
WELL = Health(
    NOW,
    ConfigurationFacts("/config.toml"),
    GitFacts((2, 39, 2)),
    StateFacts("/state"),
    (Room("/state", 1 << 40, 1 << 20),),
    TerminalFacts("xterm-256color", "UTF-8", 120, 40, ascii=False),
    (HostFacts(HOST, login="you", scopes=frozenset({"repo", "workflow"}), limit=5000, remaining=4000),),
    (REPOSITORY,),
)


def part(name: str, **changes: Any) -> Health:
    """The machine with one thing otherwise."""
    return structs.replace(WELL, **{name: structs.replace(getattr(WELL, name), **changes)})


def state(**changes: Any) -> Health:
    return part("state", **changes)


def host(**changes: Any) -> Health:
    return structs.replace(WELL, hosts=(structs.replace(WELL.hosts[0], **changes),))


def unanswered(code: ErrorCode, words: str = "No.", *, token: bool = True) -> Health:
    return host(problem=Problem(code, words), token=token, login=None, remaining=None)


def here(**changes: Any) -> Health:
    return structs.replace(WELL, repositories=(structs.replace(REPOSITORY, **changes),))


def clone(**changes: Any) -> Health:
    return here(clone=structs.replace(CLONE, **changes))


def wrong_clone(sentence: str, **changes: Any) -> Health:
    return clone(facts=CloneFacts(None, None, None, None, None, Problem(ErrorCode.CLONE, sentence), **changes))


def on_github(**changes: Any) -> Health:
    return here(remote=structs.replace(remote(), **changes))


def refused(code: ErrorCode) -> Health:
    return here(remote=Problem(code, "No."), standing=None, labels=None)


def standing(**changes: Any) -> Health:
    return here(standing=structs.replace(REPOSITORY.standing, **changes))  # type: ignore[type-var]  # it is one


def ruled(pattern: str, *rules: str, permission: str = "WRITE") -> Health:
    ruleset = Ruleset("main rules", (pattern,), (), frozenset(rules))
    made = structs.replace(StandingFacts(True, True, False), rulesets=(ruleset,))
    return here(standing=made, remote=structs.replace(remote(), permission=permission))


def protected(branch: str, **changes: Any) -> Health:
    made = structs.replace(Protection(branch, branch, can_push=True, signatures=False), **changes)
    return standing(protections=(made,))


def enrolled(**changes: Any) -> Health:
    return here(enrolment=structs.replace(ENROLMENT, **changes))


def room(**changes: Any) -> Health:
    return structs.replace(WELL, rooms=(structs.replace(WELL.rooms[0], **changes),))


NOT_HERE = Candidate(Profile(name="one", command=("one",)), None)
TWO = (NOT_HERE.profile, Profile(name="two", command=("two",)))

ILL: dict[str, Health] = {
    "config.broken": part("configuration", problem=Problem(ErrorCode.CONFIGURATION, "Broken.")),
    "config.remark": part("configuration", remarks=("Odd.",)),
    "config.exposed": part("configuration", exposed=True),
    "config.empty": structs.replace(WELL, repositories=()),
    "git.missing": part("git", version=None),
    "git.old": part("git", version=(2, 30, 9)),
    "disk.full": room(free=1 << 20),
    "disk.low": room(free=500 << 20),
    "disk.files": room(files=10),
    "disk.used": state(used=30 << 30),
    "state.unusable": state(unusable=("/state", "you may not write there")),
    "state.exposed": state(exposed=True),
    "state.identity": state(identity="Damaged."),
    "state.journal": state(journal="malformed"),
    "state.damaged": state(damaged=("/state/told.json",)),
    "state.unreadable": state(unreadable=(("/state/told.json", "Permission denied"),)),
    "state.aside": state(aside=("/state/snapshot.damaged.json",)),
    "state.locked": state(locks=(Lock("/state/locks/1", "12", "is acting on this repository", 3600),)),
    "stop.standing": state(stop="/state/STOP"),
    "terminal.dumb": part("terminal", kind="dumb"),
    "terminal.letters": part("terminal", encoding="ANSI_X3.4-1968"),
    "terminal.small": part("terminal", columns=40),
    "host.unreachable": unanswered(ErrorCode.NETWORK),
    "host.address": unanswered(ErrorCode.CONFIGURATION),
    "host.older": host(lacks=("issueDependenciesSummary", "subIssuesSummary")),
    "token.missing": unanswered(ErrorCode.AUTHENTICATION, GITHUB_NO_TOKEN(host=HOST), token=False),
    "token.unusable": unanswered(ErrorCode.AUTHENTICATION, token=False),
    "token.refused": unanswered(ErrorCode.AUTHENTICATION),
    "token.sso": refused(ErrorCode.SAML),
    "token.scope": host(scopes=frozenset({"gist", "workflow"})),
    "token.public": host(scopes=frozenset({"public_repo", "workflow"})),
    "token.workflow": structs.replace(
        host(scopes=frozenset({"repo"})), repositories=clone(workflows=True).repositories
    ),
    "token.organisation": enrolled(pull_request=PullRequestSettings(reviewers=("acme/core",))),
    "token.broad": host(scopes=frozenset({"repo", "workflow", "delete_repo"})),
    "token.expiring": host(expires=NOW + timedelta(days=3)),
    "limit.spent": unanswered(ErrorCode.RATE_LIMIT),
    "limit.slow": unanswered(ErrorCode.SECONDARY_LIMIT, "Slow down."),
    "limit.low": host(remaining=100),
    "clock.skew": host(skew=-300.0),
    "repository.unread": refused(ErrorCode.NOT_FOUND),
    "repository.unknown": refused(ErrorCode.BAD_ANSWER),
    "repository.occupied": here(
        remote=structs.replace(remote(), name=RepositoryName(HOST, "acme", "missile"), occupied=True), clone=None
    ),
    "repository.renamed": on_github(name=RepositoryName(HOST, "acme", "missile")),
    "repository.archived": on_github(archived=True),
    "repository.issues": standing(issues=False),
    "repository.permission": on_github(permission="TRIAGE"),
    "repository.empty": on_github(default_branch=None),
    "repository.base": structs.replace(
        WELL,
        repositories=(
            structs.replace(standing(base=False).repositories[0], enrolment=structs.replace(ENROLMENT, base="develop")),
        ),
    ),
    "repository.hidden": standing(hidden=("rulesets",)),
    "repository.degraded": on_github(degraded=(Problem(ErrorCode.FORBIDDEN, "Not shown."),)),
    "rules.work": ruled("refs/heads/agent*/**/*", "CREATION"),
    "rules.ledger": ruled("refs/heads/soda/*", "REQUIRED_SIGNATURES"),
    "rules.hinder": ruled("refs/heads/agent*/**/*", "CREATION", permission="ADMIN"),
    "ledger.unreadable": on_github(ledger=LedgerHead("1", "by hand", NOW)),
    "ledger.newer": on_github(ledger=LedgerHead("1", 'popped\n\nSoda-State: {"v":99}\n', NOW)),
    "ledger.built": standing(ledger_built=True),
    "ledger.builder": clone(builder="vercel.json"),
    "labels.missing": here(labels=tuple(one for one in LABELS if one.name != "route:blocked")),
    "labels.ready": here(labels=tuple(one for one in LABELS if one.name != "route:ready")),
    "labels.wrong": here(labels=(structs.replace(LABELS[0], color="000000"), *LABELS[1:])),
    "clone.unusable": wrong_clone("Gone."),
    "clone.busy": wrong_clone("In a merge.", busy=True),
    "clone.elsewhere": clone(elsewhere="Pushes elsewhere."),
    "clone.unfilled": clone(refilling="reset"),
    "clone.another": clone(facts=structs.replace(CLONE.facts, origin=RepositoryName(HOST, "acme", "other"))),
    "clone.occupied": clone(occupied="/data/rocket"),
    "clone.shared": clone(same_as="acme/other"),
    "clone.secret": clone(secret=True),
    "clone.locked": clone(lock=("/src/rocket/.git/index.lock", 600)),
    "clone.files": clone(missing=(".env",)),
    "clone.nobody": clone(email=""),
    "clone.author": clone(email="1+grace@users.noreply.github.com"),
    "push.refused": here(pushes=Problem(ErrorCode.FORBIDDEN, "Denied.")),
    "push.account": here(account="grace"),
    "agent.none": here(agents=(Candidate(AGENT, None),)),
    "agent.passed": here(
        enrolment=structs.replace(ENROLMENT, profiles=TWO), agents=(NOT_HERE, Candidate(TWO[1], "/bin/two"))
    ),
    "agent.silent": here(silent=("[agent]",)),
    "agent.prompt": here(prompt="Missing."),
    "loop.unreadable": here(loop=LoopFacts(unreadable="It is damaged.")),
    "loop.uncounted": here(
        enrolment=structs.replace(ENROLMENT, auto=AutoSettings(enabled=True, tokens_per_day=9)), loop=LoopFacts()
    ),
    "loop.unowned": here(loop=LoopFacts(on=True)),
    "run.doubtful": here(loop=LoopFacts(run="In doubt.")),
    "stop.own": here(loop=LoopFacts(stop="/src/rocket/.agent-workspace/STOP")),
    "left.rescues": clone(rescues=("soda-rescue/7-1",)),
    "left.worktrees": clone(gone=("/data/worktrees/rocket",)),
}


@pytest.mark.parametrize("check", CHECKS)
def test_each_fault_is_found_alone_with_its_remedy(check: str) -> None:
    (one,) = findings(ILL[check])
    assert one.check == check
    assert one.severity is CHECKS[check].severity
    assert one.message
    assert one.remedy
    assert "{" not in one.message


def test_nothing_is_found_where_all_is_well() -> None:
    assert findings(WELL) == ()
    assert made(WELL) > len(CHECKS) - 10


def test_nothing_is_found_where_nothing_could_be_looked_at() -> None:
    assert findings(Health(NOW, ConfigurationFacts("/config.toml"), repositories=(RepositoryHealth(ENROLMENT),))) == ()


def test_what_is_only_watched_needs_neither_write_access_nor_labels() -> None:
    watched = structs.replace(ENROLMENT, read_only=True)
    seen = structs.replace(remote(), archived=True, permission="READ")
    parts = here(enrolment=watched, remote=seen, labels=(), agents=(Candidate(AGENT, None),))
    assert findings(parts) == ()


def test_the_worst_comes_first_and_decides_the_exit() -> None:
    both = structs.replace(state(stop="/state/STOP", exposed=True), git=GitFacts(None))
    found = findings(both)
    assert [one.severity for one in found] == sorted((one.severity for one in found), key=lambda one: one != "critical")
    assert Examination(found, (), 1, 1).stops_work
    assert not Examination(findings(state(exposed=True)), (), 1, 1).stops_work


@pytest.mark.parametrize(
    "include,exclude,ref,yes",
    [
        (("~ALL",), (), "refs/heads/agent001/1-a", True),
        (("~ALL",), ("refs/heads/agent001/**/*",), "refs/heads/agent001/1-a", False),
        (("~DEFAULT_BRANCH",), (), "refs/heads/main", True),
        (("~DEFAULT_BRANCH",), (), "refs/heads/agent001/1-a", False),
        (("refs/heads/*",), (), "refs/heads/main", True),
        (("refs/heads/*",), (), f"refs/heads/{LEDGER_BRANCH}", False),
        (("refs/heads/**/*",), (), f"refs/heads/{LEDGER_BRANCH}", True),
        (("refs/heads/agent00[1-3]/*",), (), "refs/heads/agent001/1-a", True),
        (("refs/heads/agent00[!1]/*",), (), "refs/heads/agent001/1-a", False),
        (("refs/heads/agent00?/1-a",), (), "refs/heads/agent001/1-a", True),
        (("refs/heads/a.b",), (), "refs/heads/aXb", False),
        ((), (), "refs/heads/main", False),
    ],
)
def test_for_which_branches_a_ruleset_is(
    include: tuple[str, ...], exclude: tuple[str, ...], ref: str, yes: bool
) -> None:
    assert covers(Ruleset("r", include, exclude, frozenset()), ref, "refs/heads/main") is yes


def test_rules_under_which_the_ledger_was_written_are_bypassed_here() -> None:
    forbidding = Ruleset("all", ("~ALL",), (), frozenset({"CREATION", "UPDATE"}), NOW - timedelta(days=1))
    ledger = ledger_head(LedgerState())
    here_now = here(
        remote=structs.replace(remote(), ledger=ledger), standing=StandingFacts(True, True, False, (forbidding,))
    )
    assert findings(here_now) == ()
    later = structs.replace(forbidding, changed_at=NOW + timedelta(days=1))
    changed = here(remote=structs.replace(remote(), ledger=ledger), standing=StandingFacts(True, True, False, (later,)))
    assert [one.check for one in findings(changed)] == ["rules.work", "rules.ledger"]


def test_a_protected_ledger_and_a_protected_branch() -> None:
    assert [one.check for one in findings(protected(LEDGER_BRANCH, signatures=True))] == ["rules.ledger"]
    assert [one.check for one in findings(protected(LEDGER_BRANCH, can_push=False))] == ["rules.ledger"]
    assert [one.check for one in findings(protected("agent001/1-a", can_push=False))] == ["rules.work"]
    assert findings(protected("agent001/1-a", signatures=True)) == ()
