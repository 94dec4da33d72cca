"""Status, drift and needs: what the facts come to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from given import ENROLMENT, HOLDER, ME, NOW, OTHER, facts, issue, ledger_head, pull_request, remote, run, worktree

from soda_tui.domain.facts import LedgerHead, RepositoryFacts, RunState, WorktreeFacts
from soda_tui.domain.failure import Problem
from soda_tui.domain.ledger import HandedOver, LedgerState, Phase
from soda_tui.domain.model import DriftKind, ErrorCode, NeedCode, Repository, Status
from soda_tui.domain.view import repository_view

CLAIMED = issue(12, "route:ready", "agent001")
EXIT_0 = run(RunState.ENDED, exit=0)


def view(known: RepositoryFacts) -> Repository:
    return repository_view(ENROLMENT, known, ME, NOW)


def held(tree: WorktreeFacts | None = worktree(), **changes: object) -> RepositoryFacts:
    return facts(remote(CLAIMED, holder=HOLDER), tree, **changes)


@pytest.mark.parametrize(
    "known,status",
    [
        (facts(None), Status.UNKNOWN),
        (facts(remote()), Status.IDLE),
        (held(), Status.CLAIMED),
        (held(run=run(RunState.STARTING, started_at=None)), Status.STARTING),
        (held(run=run()), Status.WORKING),
        (held(run=run(last_output_at=NOW - timedelta(minutes=11))), Status.STALLED),
        (held(run=EXIT_0), Status.DONE),
        (held(worktree(commits=0), run=EXIT_0), Status.FAILED),
        (held(worktree(changes=("a",)), run=EXIT_0), Status.FAILED),
        (held(run=run(RunState.ENDED, exit=1)), Status.FAILED),
        (held(run=run(RunState.KILLED)), Status.FAILED),
        (held(run=run(RunState.UNKNOWN)), Status.FAILED),
        (held(run=run(RunState.ENDED, exit=-15, stopped=True)), Status.CLAIMED),
        (held(run=run(RunState.ENDED, exit=0, issue=7, branch="agent001/7")), Status.CLAIMED),
        (held(run=run(RunState.ENDED, exit=1, attempt=7)), Status.CLAIMED),
        (held(run=run(started_at=NOW - timedelta(hours=2))), Status.WORKING),
        (facts(remote(), run=run()), Status.WORKING),
        (facts(remote(CLAIMED, holder=replace(HOLDER, phase=Phase.BOTTLING))), Status.HANDING_OVER),
        (facts(remote(CLAIMED, holder=replace(HOLDER, cockpit=OTHER))), Status.ELSEWHERE),
        (facts(remote(CLAIMED, holder=replace(HOLDER, cockpit=OTHER)), run=run()), Status.ELSEWHERE),
        (facts(None, run=run()), Status.WORKING),
        (facts(remote(), seen_ledger=True), Status.UNKNOWN),
        (facts(remote(ledger=LedgerHead("x", "what is this", NOW))), Status.UNKNOWN),
    ],
)
def test_status(known: RepositoryFacts, status: Status) -> None:
    assert view(known).agent.status is status


@pytest.mark.parametrize(
    "known,kinds",
    [
        (held(), set()),
        (facts(remote(replace(CLAIMED, open=False), holder=HOLDER), worktree()), {DriftKind.ISSUE_CLOSED}),
        (facts(remote(issue(12), holder=HOLDER), worktree()), {DriftKind.CLAIM_WITHOUT_LABEL}),
        (facts(remote(issue(12), holder=replace(HOLDER, since=NOW)), worktree()), set()),
        (facts(remote(CLAIMED, holder=HOLDER, branches=()), worktree()), {DriftKind.BRANCH_GONE}),
        (facts(remote(CLAIMED, holder=HOLDER, branches=(), truncated=True), worktree()), set()),
        (
            facts(remote(issue(7, "agent001"), ledger=ledger_head(LedgerState()))),
            {DriftKind.LABEL_WITHOUT_CLAIM},
        ),
        (facts(remote(issue(7, "agent001"))), {DriftKind.LEDGER_GONE}),
        (facts(remote(ledger=ledger_head(LedgerState())), run=run()), {DriftKind.RUN_WITHOUT_CLAIM}),
        (
            facts(remote(CLAIMED, holder=replace(HOLDER, cockpit=OTHER)), run=run()),
            {DriftKind.RUN_WITHOUT_CLAIM},
        ),
        (held(worktree(branch=None, busy="a rebase")), set()),
        (held(worktree(branch="main")), {DriftKind.UNEXPECTED_BRANCH}),
        (held(worktree(branch=None)), {DriftKind.UNEXPECTED_BRANCH}),
        (facts(remote(), seen_ledger=True), {DriftKind.LEDGER_GONE}),
        (facts(remote(ledger=LedgerHead("x", "??", NOW))), {DriftKind.LEDGER_UNREADABLE}),
        (facts(remote(ledger=LedgerHead("x", 'Soda-State: {"v":2}', NOW))), {DriftKind.LEDGER_NEWER}),
    ],
)
def test_drift(known: RepositoryFacts, kinds: set[DriftKind]) -> None:
    found = view(known)
    assert {drift.kind for drift in found.drift} == kinds
    assert all(drift.message.endswith(".") for drift in found.drift)


@pytest.mark.parametrize("merged", [True, False])
def test_a_pull_request_that_ends_under_work_is_drift(merged: bool) -> None:
    ended = pull_request(31, HOLDER.branch, open=False, merged=merged)
    found = view(facts(remote(CLAIMED, holder=HOLDER, pull_requests=(ended,)), worktree()))
    assert [drift.kind for drift in found.drift] == [
        DriftKind.PULL_REQUEST_MERGED if merged else DriftKind.PULL_REQUEST_CLOSED
    ]
    earlier = replace(ended, updated_at=HOLDER.since - timedelta(days=1))
    assert not view(facts(remote(CLAIMED, holder=HOLDER, pull_requests=(earlier,)), worktree())).drift


def test_the_ordinary_end_is_silent() -> None:
    state = LedgerState(None, (HandedOver(12, HOLDER.branch, 31),))
    merged = pull_request(31, HOLDER.branch, open=False, merged=True)
    ended = remote(ledger=ledger_head(state), pull_requests=(merged,))
    assert not view(facts(ended)).drift
    reopened = remote(issue(12, "route:review"), ledger=ledger_head(state), pull_requests=(merged,))
    assert [drift.kind for drift in view(facts(reopened)).drift] == [DriftKind.PULL_REQUEST_MERGED]


def test_a_newer_ledger_makes_the_repository_read_only() -> None:
    assert view(facts(remote(ledger=LedgerHead("x", 'Soda-State: {"v":9}', NOW)))).read_only


@pytest.mark.parametrize(
    "known,code,words",
    [
        (held(run=EXIT_0), NeedCode.WORK_DONE, "bottle"),
        (held(worktree(commits=0), run=EXIT_0), NeedCode.AGENT_FAILED, "made no commit"),
        (held(worktree(changes=("a",)), run=EXIT_0), NeedCode.AGENT_FAILED, "uncommitted"),
        (held(run=run(RunState.ENDED, exit=3)), NeedCode.AGENT_FAILED, "exit status 3"),
        (held(run=run(RunState.ENDED, exit=-9)), NeedCode.AGENT_FAILED, "signal 9"),
        (held(None), NeedCode.CLAIM_UNFINISHED, "pop"),
        (facts(remote(issue(5, "route:ready_to_merge"))), NeedCode.READY_TO_LAND, "5"),
        (facts(remote(), seen_ledger=True), NeedCode.CRITICAL_DRIFT, "ledger"),
    ],
)
def test_what_needs_a_person(known: RepositoryFacts, code: NeedCode, words: str) -> None:
    needs = view(known).needs
    assert code in {need.code for need in needs}
    assert any(words in need.message for need in needs)


def test_a_failed_read_keeps_the_data_and_says_why() -> None:
    stale = view(held(problem=Problem(ErrorCode.NETWORK, "No network.", NOW)))
    assert stale.stale and stale.error is not None and stale.error.retry_at == NOW
    assert stale.agent.issue == 12 and stale.fetched_at == NOW


def test_pull_requests_and_counts() -> None:
    found = view(
        facts(
            remote(
                issue(5, "route:review"),
                issue(6, "route:ready"),
                open_issues=40,
                pull_requests=(pull_request(31, "agent001/5-x"), pull_request(30, open=False)),
            )
        )
    )
    assert [(entry.number, entry.issue) for entry in found.pull_requests] == [(31, 5)]
    assert (found.counts.open, found.counts.routed, found.counts.in_review) == (40, 2, 1)
