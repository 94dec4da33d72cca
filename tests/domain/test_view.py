"""Status, drift and needs: what the facts come to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from given import ENROLMENT, HOLDER, ME, NOW, OTHER, facts, issue, pull_request, remote, run, worktree

from soda_tui.domain.attention import Attention, attention
from soda_tui.domain.facts import LedgerHead, RepositoryFacts, RunState, WorktreeFacts
from soda_tui.domain.failure import Problem
from soda_tui.domain.ledger import Phase
from soda_tui.domain.model import ErrorCode, Need, NeedCode, Repository, Status
from soda_tui.domain.settings import LimitSettings
from soda_tui.domain.view import recalled_view, repository_view

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
        (held(worktree(changes=("a",)), run=EXIT_0), Status.DONE),
        (held(worktree(commits=0, changes=("a",)), run=EXIT_0), Status.FAILED),
        (held(run=run(RunState.ENDED, exit=1)), Status.FAILED),
        (held(run=run(RunState.KILLED)), Status.FAILED),
        (held(run=run(RunState.UNKNOWN)), Status.UNKNOWN),
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


def test_a_newer_ledger_makes_the_repository_read_only() -> None:
    assert view(facts(remote(ledger=LedgerHead("x", 'Soda-State: {"v":9}', NOW)))).read_only


@pytest.mark.parametrize(
    "known,code,words",
    [
        (held(run=EXIT_0), NeedCode.WORK_DONE, "bottle"),
        (held(worktree(commits=0), run=EXIT_0), NeedCode.AGENT_FAILED, "made no commit"),
        (held(worktree(changes=("a",)), run=EXIT_0), NeedCode.WORK_DONE, "asks to commit"),
        (held(worktree(commits=0, changes=("a",)), run=EXIT_0), NeedCode.AGENT_FAILED, "asks to commit"),
        (held(run=run(RunState.ENDED, exit=3)), NeedCode.AGENT_FAILED, "exit 3"),
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


def test_a_hand_over_needs_a_person_only_where_it_stays() -> None:
    bottling = replace(HOLDER, phase=Phase.BOTTLING)
    seen = remote(CLAIMED, holder=bottling)
    assert seen.ledger is not None

    def after(seconds: int) -> Repository:
        return repository_view(ENROLMENT, facts(seen), ME, NOW + timedelta(seconds=seconds))

    assert after(20).needs == () and attention(after(20)) is Attention.WORKING
    assert [need.code for need in after(120).needs] == [NeedCode.HANDOVER_UNFINISHED]
    assert after(20).unfinished is not None
    assert attention(after(120)) is Attention.NEEDS_PERSON


@pytest.mark.parametrize("code", [ErrorCode.AUTHENTICATION, ErrorCode.SAML, ErrorCode.FORBIDDEN])
def test_who_is_not_admitted_is_needed_with_and_without_earlier_data(code: ErrorCode) -> None:
    refused = view(facts(None, problem=Problem(code, "Make a new token.", NOW)))
    kept = replace(view(held()), needs=(Need(NeedCode.NOT_ADMITTED, "as of old"), Need(NeedCode.WORK_DONE, "done")))
    wanted = Need(NeedCode.NOT_ADMITTED, "Make a new token.")
    assert refused.needs == (wanted,)
    assert view(held(problem=Problem(code, "Make a new token."))).needs[0] == wanted
    assert recalled_view(kept, refused).needs == (wanted, kept.needs[1])
    assert recalled_view(kept, view(facts(None))).needs == (kept.needs[1],)


def test_no_network_needs_nobody() -> None:
    assert view(facts(remote(), problem=Problem(ErrorCode.NETWORK, "No network."))).needs == ()


def test_silence_is_told_after_the_minutes_that_are_set() -> None:
    quiet = held(run=run(last_output_at=NOW - timedelta(minutes=5)))
    patient = replace(ENROLMENT, limits=LimitSettings(silent_minutes=4.5))
    assert view(quiet).agent.status is Status.WORKING
    silent = repository_view(patient, quiet, ME, NOW)
    assert silent.agent.status is Status.STALLED
    assert "4.5 minutes" in silent.needs[0].message
