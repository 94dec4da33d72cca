"""What agents leave to people: issues that they gave up, and pull requests that wait."""

from __future__ import annotations

from datetime import timedelta

import pytest
from given import ENROLMENT, ME, NOW, facts, issue, ledger_head, pull_request, remote
from msgspec import structs

from soda_tui.domain.attention import inbox, status_line, waiting
from soda_tui.domain.codes import Checks, NeedCode, Review
from soda_tui.domain.configuration.unattended import LandSettings
from soda_tui.domain.facts import PullRequest
from soda_tui.domain.lack import Lack
from soda_tui.domain.ledger import HandedOver, LedgerState, given
from soda_tui.domain.loop.machine import Doing, Mode
from soda_tui.domain.loop.showing import with_loop
from soda_tui.domain.model import Loop, Repository
from soda_tui.domain.view import repository_view, snapshot_of

BRANCH = "agent001/12-fix-the-crash"
PERSONS = ("route:human-only",)


def view(*requests: PullRequest, labels: tuple[str, ...] = (), state: LedgerState = LedgerState()) -> Repository:
    """The repository with issue 12, its ledger and these pull requests."""
    known = remote(issue(12, "route:ready", *labels), pull_requests=requests, ledger=ledger_head(state))
    return repository_view(ENROLMENT, facts(known), ME, NOW)


def codes(found: Repository) -> list[NeedCode]:
    """What needs a person."""
    return [need.code for need in found.needs]


def test_an_issue_that_agents_gave_up_needs_a_person_until_it_is_given_back() -> None:
    tried = LedgerState(attempts={12: 3}, forgiven={12: 3})
    left = view(labels=PERSONS, state=tried)
    assert codes(left) == [NeedCode.GIVEN_UP] and "12" in left.needs[0].message
    shown = snapshot_of((left,), (), NOW)
    assert waiting(shown) == (left,) and "1 needs you" in status_line(shown, NOW)
    assert codes(view(state=tried)) == []
    assert codes(view(labels=PERSONS)) == []
    assert codes(view(labels=PERSONS, state=structs.replace(tried, attempts={12: 4}))) == []


def test_a_pull_request_that_agents_could_not_mend_needs_a_person_until_it_is_given_back() -> None:
    """The rounds of feedback are used up: first the need says so, and once a person was given it the label does."""
    rounds = ("1" * 40, "2" * 40, "3" * 40)
    done = HandedOver(12, BRANCH, 31, rounds=rounds)
    red = pull_request(31, BRANCH, checks=Checks.FAILURE)
    used_up = LedgerState(handed_over=(done,), attempts={12: 4}, forgiven={12: 3})
    before, after = view(red, state=used_up), view(red, labels=PERSONS, state=given(used_up, 12))
    for found, words in ((before, "after 3 rounds"), (after, "soda-tui retry")):
        assert codes(found) == [NeedCode.GIVEN_UP]
        assert "Pull request 31 (issue 12)" in found.needs[0].message and words in found.needs[0].message
        assert len(inbox(snapshot_of((found,), (), NOW))) == 1
    assert codes(view(red, state=given(used_up, 12))) == [NeedCode.FEEDBACK]


def test_what_a_person_marked_and_no_loop_lands_says_why_where_one_is_on() -> None:
    """Whatever the ledger does not know of; what it knows is landed, and what nobody marked needs no reason."""
    mark = ("route:ready_to_merge",)
    known = LedgerState(handed_over=(HandedOver(12, BRANCH, 31),))
    ours, topic = pull_request(31, BRANCH, labels=mark), pull_request(32, "topic", labels=mark)

    def told(
        *requests: PullRequest, labels: tuple[str, ...] = (), state: LedgerState = LedgerState(), mode: Mode = Mode.ON
    ) -> list[str]:
        found = with_loop(
            view(*requests, labels=labels, state=state), Loop(mode, Doing.RESTING, "", None, person=False)
        )
        return [need.message for need in found.needs if need.code is NeedCode.NOT_RELEASED]

    for (said,) in (told(ours), told(pull_request(31, BRANCH), labels=mark)):
        assert "31" in said and "the ledger does not say" in said
    (words,) = told(topic)
    assert "32" in words and "no agent's branch" in words
    assert told(ours, state=known) == told(pull_request(31, BRANCH)) == told(pull_request(32, "topic")) == []
    assert told(ours, topic, mode=Mode.OFF) == []
    (words,) = told(structs.replace(ours, checks=Checks.HIDDEN), state=known)
    assert "may not see the checks of pull request 31" in words


def test_what_was_marked_is_not_said_to_be_ready_while_its_checks_are_hidden() -> None:
    for checks, ready in ((Checks.SUCCESS, True), (Checks.HIDDEN, False)):
        found = view(pull_request(31, BRANCH, checks=checks), labels=("route:ready_to_merge",))
        assert (NeedCode.READY_TO_LAND in {need.code for need in found.needs}) is ready


@pytest.mark.parametrize(
    "changes,lack",
    [
        ({"checks": Checks.SUCCESS}, None),
        ({}, Lack.NO_CHECKS),
        ({"checks": Checks.SUCCESS, "review": Review.REQUIRED}, Lack.REVIEW_WANTED),
        ({"checks": Checks.PENDING}, Lack.CHECKS_PENDING),
    ],
)
def test_a_pull_request_says_what_keeps_it_from_being_landed(changes: dict[str, object], lack: Lack | None) -> None:
    request = structs.replace(pull_request(31, BRANCH), **changes)
    (entry,) = view(request).pull_requests
    assert entry.lack is lack


def test_what_waits_in_review_is_listed_by_age_and_needs_nobody() -> None:
    old = pull_request(32, "agent001/13", checks=Checks.SUCCESS, updated_at=NOW - timedelta(days=1))
    passing = pull_request(33, "agent001/14", checks=Checks.PENDING)
    theirs = pull_request(34, "topic", checks=Checks.SUCCESS)
    found = view(
        pull_request(31, BRANCH), old, passing, theirs, state=LedgerState(handed_over=(HandedOver(12, BRANCH, 31),))
    )
    shown = snapshot_of((found,), (), NOW)
    listed = [need for _, need in inbox(shown)]
    assert [need.code for need in listed] == [NeedCode.REVIEW] * 2
    assert "32" in listed[0].message and "31" in listed[1].message and "no checks" in listed[1].message
    assert waiting(shown) == ()


def test_without_checks_where_that_is_how_it_should_be_it_waits_to_be_landed() -> None:
    enrolment = structs.replace(ENROLMENT, land=LandSettings(without_checks=True))
    known = remote(issue(12), pull_requests=(pull_request(31, BRANCH),))
    assert repository_view(enrolment, facts(known), ME, NOW).pull_requests[0].lack is None
