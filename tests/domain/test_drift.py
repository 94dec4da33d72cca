"""Drift: each kind where it is, none where a cockpit only passes through, and a repair only where one is possible."""

from __future__ import annotations

from datetime import timedelta

import pytest
from given import (
    BASE,
    ENROLMENT,
    HOLDER,
    ME,
    NOW,
    OTHER,
    facts,
    issue,
    ledger_head,
    pull_request,
    remote,
    run,
    worktree,
)
from msgspec import structs

from soda_tui.domain.codes import Checks, DriftKind, Severity
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.drift.handed_over import UNTIDY
from soda_tui.domain.drift.kinds import KINDS
from soda_tui.domain.drift.look import SETTLING
from soda_tui.domain.facts import Branch, CloneFacts, LedgerHead, LocalFacts, PullRequest, RepositoryFacts
from soda_tui.domain.ledger import HandedOver, Holder, LedgerState, Phase, bottling
from soda_tui.domain.model import Drift
from soda_tui.domain.repairs import REPAIRS, WORDS, Repair, repair_words
from soda_tui.domain.runs.facts import RunState
from soda_tui.domain.view import repository_view

LONG_AGO = NOW - timedelta(days=1)
JUST_NOW = NOW - SETTLING / 2
CLAIMED = issue(12, "route:ready", "agent001", assignees=("you",), updated_at=LONG_AGO)
FOREIGN = structs.replace(HOLDER, cockpit=OTHER)
WORK = Branch(HOLDER.branch, BASE, NOW - timedelta(minutes=30))
CLONE = CloneFacts("main", BASE, False, 0, 0)


def found(known: RepositoryFacts, enrolment: Enrolment = ENROLMENT, *, acting: bool = False) -> tuple[Drift, ...]:
    return repository_view(enrolment, known, ME, NOW, acting=acting).drift


def kinds(known: RepositoryFacts, enrolment: Enrolment = ENROLMENT) -> set[DriftKind]:
    return {drift.kind for drift in found(known, enrolment)}


def held(tree: object = worktree(), **changes: object) -> RepositoryFacts:
    """A claim of this cockpit with nothing amiss; changes are those of the remote."""
    seen = remote(CLAIMED, **{"holder": HOLDER, "branches": (WORK,), **changes})  # type: ignore[arg-type]  # its own
    return with_work(facts(seen, tree))  # type: ignore[arg-type]  # a worktree or None


def with_work(known: RepositoryFacts) -> RepositoryFacts:
    assert known.local is not None
    return structs.replace(
        known, local=structs.replace(known.local, work_oid="work2", branches=(Branch(HOLDER.branch, "work2"),))
    )


def handed_over(request: PullRequest, head: str | None = None) -> RepositoryFacts:
    state = LedgerState(None, (HandedOver(12, HOLDER.branch, 31, head),))
    return facts(remote(ledger=ledger_head(state), pull_requests=(request,)))


REQUEST = pull_request(31, HOLDER.branch, updated_at=LONG_AGO)
STATE = LedgerState(HOLDER)


@pytest.mark.parametrize(
    "known,kind",
    [
        (held(issues=(structs.replace(CLAIMED, open=False),)), DriftKind.ISSUE_CLOSED),
        (held(issues=()), DriftKind.ISSUE_GONE),
        (held(issues=(structs.replace(CLAIMED, assignees=("grace",)),)), DriftKind.ISSUE_REASSIGNED),
        (held(issues=(structs.replace(CLAIMED, labels=("agent001",)),)), DriftKind.ISSUE_RELABELLED),
        (
            held(issues=(structs.replace(CLAIMED, labels=(*CLAIMED.labels, "route:blocked")),)),
            DriftKind.ISSUE_RELABELLED,
        ),
        (
            held(issues=(structs.replace(CLAIMED, labels=(*CLAIMED.labels, "route:human_only")),)),
            DriftKind.ISSUE_RELABELLED,
        ),
        (held(issues=(structs.replace(CLAIMED, edited_at=JUST_NOW, editor="grace"),)), DriftKind.ISSUE_EDITED),
        (held(issues=(structs.replace(CLAIMED, edited_at=JUST_NOW, editor=None),)), DriftKind.ISSUE_EDITED),
        (held(issues=(CLAIMED, issue(7, "agent001", updated_at=LONG_AGO))), DriftKind.LABEL_WITHOUT_CLAIM),
        (held(issues=(structs.replace(CLAIMED, labels=("route:ready",)),)), DriftKind.CLAIM_WITHOUT_LABEL),
        (
            held(
                holder=structs.replace(HOLDER, since=NOW - timedelta(hours=25)),
                branches=(structs.replace(WORK, committed_at=NOW - timedelta(days=3)),),
            ),
            DriftKind.CLAIM_IDLE,
        ),
        (held(branches=()), DriftKind.BRANCH_GONE),
        (
            facts(remote(CLAIMED, holder=HOLDER, branches=(WORK,)), worktree(branch="main")),
            DriftKind.BRANCH_NOT_HERE,
        ),
        (held(worktree(ahead=2, behind=1)), DriftKind.BRANCH_DIVERGED),
        (held(behind=11), DriftKind.BRANCH_BEHIND),
        (held(worktree(ahead=0, behind=1)), DriftKind.FOREIGN_COMMITS),
        (held(worktree(ahead=None, behind=None)), DriftKind.FOREIGN_COMMITS),
        (held(worktree(branch="main")), DriftKind.UNEXPECTED_BRANCH),
        (held(worktree(branch=None)), DriftKind.UNEXPECTED_BRANCH),
        (held(worktree(changes=("a.txt",))), DriftKind.DIRTY_WORKTREE),
        (held(None), DriftKind.WORKTREE_GONE),
        (
            held(pull_requests=(structs.replace(REQUEST, open=False, merged=True, closed_at=NOW),)),
            DriftKind.PULL_REQUEST_MERGED,
        ),
        (held(pull_requests=(structs.replace(REQUEST, open=False, closed_at=NOW),)), DriftKind.PULL_REQUEST_CLOSED),
        (handed_over(structs.replace(REQUEST, open=False, merged=True)), DriftKind.PULL_REQUEST_MERGED),
        (handed_over(structs.replace(REQUEST, open=False)), DriftKind.PULL_REQUEST_CLOSED),
        (handed_over(REQUEST, "c" * 40), DriftKind.PULL_REQUEST_CHANGED),
        (handed_over(structs.replace(REQUEST, conflicting=True)), DriftKind.PULL_REQUEST_CONFLICTING),
        (handed_over(structs.replace(REQUEST, checks=Checks.FAILURE)), DriftKind.CHECKS_FAILING),
        (structs.replace(held(), run=run(RunState.KILLED)), DriftKind.RUN_GONE),
        (facts(remote(ledger=ledger_head(LedgerState())), run=run()), DriftKind.RUN_WITHOUT_CLAIM),
        (structs.replace(held(holder=FOREIGN), run=run()), DriftKind.RUN_WITHOUT_CLAIM),
        (facts(remote(), seen_ledger=True), DriftKind.LEDGER_GONE),
        (facts(remote(issue(7, "agent001"))), DriftKind.LEDGER_GONE),
        (facts(remote(ledger=LedgerHead("x", "??", NOW))), DriftKind.LEDGER_UNREADABLE),
        (facts(remote(ledger=LedgerHead("x", 'Soda-State: {"v":2}', NOW))), DriftKind.LEDGER_NEWER),
    ],
)
def test_each_kind_is_seen_and_alone(known: RepositoryFacts, kind: DriftKind) -> None:
    [drift] = found(known)
    assert drift.kind is kind
    assert drift.message.endswith(".") and "{" not in drift.message
    allowed = {REPAIRS[kind], None}
    if kind is DriftKind.PULL_REQUEST_CLOSED:
        allowed.add(Repair.RESET)
    assert drift.repair in allowed
    assert found(known, acting=True) == (() if kind not in _OF_THE_LEDGER else (drift,))


_OF_THE_LEDGER = {DriftKind.LEDGER_GONE, DriftKind.LEDGER_UNREADABLE, DriftKind.LEDGER_NEWER}


def test_every_kind_has_its_words_and_its_repair() -> None:
    assert set(KINDS) == set(DriftKind) == set(REPAIRS)
    assert set(WORDS) == set(Repair)
    assert all(repair_words(repair).startswith("Repair: ") for repair in Repair)
    assert repair_words(None) == "What to do is yours to decide."


@pytest.mark.parametrize(
    "known",
    [
        held(),
        held(
            holder=structs.replace(HOLDER, since=JUST_NOW), issues=(structs.replace(CLAIMED, labels=("route:ready",)),)
        ),
        held(None, holder=structs.replace(HOLDER, since=JUST_NOW)),
        held(worktree(branch=None, changes=("half.txt",)), holder=structs.replace(HOLDER, since=JUST_NOW)),
        held(issues=(structs.replace(CLAIMED, labels=("route:ready",), assignees=("grace",), updated_at=JUST_NOW),)),
        held(ledger=ledger_head(bottling(STATE)), issues=(structs.replace(CLAIMED, labels=("route:review",)),)),
        held(ledger=ledger_head(bottling(STATE)), issues=(structs.replace(CLAIMED, open=False),), branches=()),
        held(worktree(branch=None, busy="a rebase")),
        held(behind=10),
        held(branches=(), truncated=True),
        held(issues=(), truncated=True),
        held(issues=(structs.replace(CLAIMED, edited_at=JUST_NOW, editor="You"),)),
        held(issues=(structs.replace(CLAIMED, edited_at=LONG_AGO, editor="grace"),)),
        held(issues=(structs.replace(CLAIMED, assignees=()),)),
        held(issues=(CLAIMED, issue(7, "agent001", updated_at=JUST_NOW))),
        held(worktree(ahead=0, behind=0)),
        held(pull_requests=(structs.replace(REQUEST, open=False, updated_at=HOLDER.since - timedelta(days=1)),)),
        structs.replace(held(worktree(changes=("a.txt",))), run=run()),
        structs.replace(
            held(issues=(structs.replace(CLAIMED, edited_at=JUST_NOW, editor="grace"),)), run=run(started_at=NOW)
        ),
        structs.replace(held(), run=run(RunState.ENDED, exit=1)),
        structs.replace(held(), run=run(RunState.UNKNOWN)),
        structs.replace(held(), run=run(RunState.KILLED, stopped=True)),
        structs.replace(held(), run=run(RunState.KILLED, attempt=7)),
        handed_over(structs.replace(REQUEST, open=False, merged=True, closed_at=NOW - UNTIDY / 2)),
        handed_over(structs.replace(REQUEST, head_oid="c" * 40), "c" * 40),
        handed_over(structs.replace(REQUEST, updated_at=JUST_NOW), "c" * 40),
        handed_over(structs.replace(REQUEST, conflicting=False, checks=Checks.PENDING)),
        facts(remote()),
        facts(None, seen_ledger=True),
    ],
)
def test_what_a_cockpit_passes_through_is_no_drift(known: RepositoryFacts) -> None:
    assert not found(known)


@pytest.mark.parametrize(
    "changes,kind",
    [
        ({"issues": (structs.replace(CLAIMED, labels=("route:ready",)),)}, DriftKind.CLAIM_WITHOUT_LABEL),
        ({"pull_requests": (structs.replace(REQUEST, open=False, closed_at=NOW),)}, DriftKind.PULL_REQUEST_CLOSED),
        (
            {
                "issues": (structs.replace(CLAIMED, updated_at=NOW - timedelta(days=3)),),
                "branches": (structs.replace(WORK, committed_at=NOW + timedelta(days=8)),),
            },
            DriftKind.CLAIM_IDLE,
        ),
    ],
)
def test_a_claim_from_a_clock_that_was_far_ahead_hides_nothing(changes: dict[str, object], kind: DriftKind) -> None:
    assert kind in kinds(held(holder=structs.replace(HOLDER, since=NOW + timedelta(days=9)), **changes))


@pytest.mark.parametrize("age,drifted", [(SETTLING, False), (SETTLING + timedelta(seconds=1), True)])
def test_what_settles_is_drift_once_it_has_not(age: timedelta, drifted: bool) -> None:
    off = structs.replace(CLAIMED, labels=("route:ready",), updated_at=NOW - age)
    assert (DriftKind.CLAIM_WITHOUT_LABEL in kinds(held(issues=(off,)))) is drifted
    gone = held(None, holder=structs.replace(HOLDER, since=NOW - age))
    assert (DriftKind.WORKTREE_GONE in kinds(gone)) is drifted
    # Until then it is no drift, and no secret either.
    watched = repository_view(ENROLMENT, held(issues=(off,)), ME, NOW).watched
    expected = [] if drifted else [(DriftKind.CLAIM_WITHOUT_LABEL, off.updated_at + SETTLING)]
    assert [(one.kind, one.counts_from) for one in watched] == expected


@pytest.mark.parametrize("holder", [HOLDER, structs.replace(HOLDER, cockpit=OTHER, name="tower")])
def test_advice_is_what_this_cockpit_can_do(holder: Holder) -> None:
    (drift,) = found(held(issues=(structs.replace(CLAIMED, open=False),), holder=holder))
    assert ("reset in cockpit tower" in drift.message) is (holder.cockpit != ME)


@pytest.mark.parametrize(
    "known",
    [
        structs.replace(held(None), run=run()),
        structs.replace(held(worktree(branch="main")), run=run()),
        held(worktree(branch="main", changes=("a.txt",))),
        structs.replace(held(worktree(ahead=0, behind=1)), run=run()),
        facts(remote(CLAIMED, holder=HOLDER, branches=()), worktree()),
        held(holder=FOREIGN, issues=(structs.replace(CLAIMED, open=False),)),
        held(issues=(structs.replace(CLAIMED, labels=("route:ready",)),), permission="READ"),
        held(issues=(structs.replace(CLAIMED, open=False),), archived=True),
        structs.replace(held(worktree(branch="main")), run=run(RunState.KILLED)),
    ],
)
def test_no_repair_is_offered_where_none_is_possible(known: RepositoryFacts) -> None:
    drifts = [drift for drift in found(known) if drift.kind is not DriftKind.UNEXPECTED_BRANCH or not drift.repair]
    assert drifts and all(drift.repair is None for drift in drifts)


def test_read_only_repositories_offer_only_to_stop() -> None:
    enrolment = structs.replace(ENROLMENT, read_only=True)
    assert [drift.repair for drift in found(facts(remote(), seen_ledger=True), enrolment)] == [None]
    [drift] = found(facts(remote(ledger=ledger_head(LedgerState())), run=run()), enrolment)
    assert drift.repair == "stop"


def test_limits_are_configurable_and_the_worst_comes_first() -> None:
    strict = structs.replace(ENROLMENT, drift=structs.replace(ENROLMENT.drift, behind=0, idle_hours=1))
    idle = structs.replace(HOLDER, since=NOW - timedelta(hours=2))
    known = held(
        holder=idle,
        behind=1,
        branches=(structs.replace(WORK, committed_at=None),),
        issues=(structs.replace(CLAIMED, open=False),),
    )
    shown = found(known, strict)
    assert [drift.severity for drift in shown] == [Severity.CRITICAL, Severity.MODERATE, Severity.MINOR]
    assert {drift.kind for drift in shown} == {
        DriftKind.ISSUE_CLOSED,
        DriftKind.CLAIM_IDLE,
        DriftKind.BRANCH_BEHIND,
    }
    assert kinds(known) == {DriftKind.ISSUE_CLOSED}


def test_a_local_commit_keeps_a_claim_from_being_idle() -> None:
    idle = structs.replace(HOLDER, since=NOW - timedelta(days=3))
    local = LocalFacts(CLONE, worktree(), "work2", (Branch(HOLDER.branch, "work2", NOW - timedelta(hours=2)),))
    known = facts(
        remote(CLAIMED, holder=idle, branches=(structs.replace(WORK, committed_at=NOW - timedelta(hours=30)),))
    )
    assert DriftKind.CLAIM_IDLE in kinds(structs.replace(known, local=LocalFacts(CLONE, worktree(), "work2")))
    assert not kinds(structs.replace(known, local=local))


def test_a_branch_that_goes_with_its_merge_is_only_the_merge() -> None:
    merged = structs.replace(REQUEST, open=False, merged=True, closed_at=NOW)
    assert kinds(held(branches=(), pull_requests=(merged,))) == {DriftKind.PULL_REQUEST_MERGED}
    again = structs.replace(REQUEST, number=32)
    assert kinds(held(branches=(), pull_requests=(merged, again))) == {DriftKind.BRANCH_GONE}


def test_a_claim_that_is_handed_over_waits_for_its_branch_until_it_has_settled() -> None:
    known = held(branches=(), holder=structs.replace(HOLDER, phase=Phase.BOTTLING))
    assert known.remote is not None and known.remote.ledger is not None
    settled = structs.replace(known.remote.ledger, committed_at=LONG_AGO)
    assert not kinds(known)
    assert kinds(structs.replace(known, remote=structs.replace(known.remote, ledger=settled))) == {
        DriftKind.BRANCH_GONE
    }
