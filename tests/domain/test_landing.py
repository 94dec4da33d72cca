"""Readiness: everything that keeps a pull request from being landed, in the order in which it can be mended."""

from __future__ import annotations

import pytest
from given import ENROLMENT, HOLDER, ME, NOW, facts, issue, ledger_head, pull_request, remote
from msgspec import structs

from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import Checks, Review, Unseen
from soda_tui.domain.configuration.unattended import AutoLand, LandSettings
from soda_tui.domain.facts import Issue, LedgerHead, PullRequest, RemoteFacts
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.lack import Lack
from soda_tui.domain.landing import Missing, ready
from soda_tui.domain.ledger import Bundle, HandedOver, LedgerState, decode
from soda_tui.domain.merging import Landing, Look, Terms
from soda_tui.domain.outcome import Options
from soda_tui.domain.plan import (
    CloseIssue,
    ForgetFinished,
    LandPullRequest,
    NoteMerging,
    NoteWaiting,
    Plan,
    TakeOffLabels,
)
from soda_tui.domain.planning import make_plan
from soda_tui.domain.releasing import released, unwanted
from soda_tui.domain.strategy import Strategy, Way
from soda_tui.domain.view import repository_view

BRANCH = "agent001/5-mend-it"
ISSUE = issue(5, "route:review")
GREEN = pull_request(9, BRANCH, "Fixes #5", checks=Checks.SUCCESS, conflicting=False)
TERMS = Terms((Strategy.MERGE, Strategy.SQUASH), Strategy.SQUASH)
RULES = LandSettings()


def lacks(
    request: PullRequest = GREEN,
    told: Issue | None = ISSUE,
    rules: LandSettings = RULES,
    look: Look | None = Look(0),
    terms: Terms = TERMS,
) -> list[Lack]:
    looks = {request.number: look} if look is not None else {}
    seen = remote(*filter(None, (told,)))
    return [one.lack for one in ready(request, seen, rules, LedgerState(), Landing(terms, looks))]


def changed(**changes: object) -> PullRequest:
    return structs.replace(GREEN, **changes)


@pytest.mark.parametrize(
    ("request_", "lack"),
    [
        (changed(open=False, merged=True), Lack.ENDED),
        (changed(open=False), Lack.ENDED),
        (changed(same_repository=False), Lack.FOREIGN),
        (changed(branch="topic"), Lack.NOT_OURS),
        (changed(draft=True), Lack.DRAFT),
        (changed(conflicting=True), Lack.CONFLICT),
        (changed(conflicting=None), Lack.UNCERTAIN),
        (changed(checks=Checks.FAILURE), Lack.CHECKS_FAILED),
        (changed(checks=Checks.PENDING), Lack.CHECKS_PENDING),
        (changed(checks=Checks.NONE), Lack.NO_CHECKS),
        (changed(checks=Checks.HIDDEN), Lack.CHECKS_HIDDEN),
        (changed(review=Review.CHANGES_REQUESTED), Lack.CHANGES_WANTED),
        (changed(review=Review.REQUIRED), Lack.REVIEW_WANTED),
        (changed(labels=("Security:Review-Required",)), Lack.BLOCKED_BY_LABEL),
    ],
)
def test_each_thing_alone_keeps_it(request_: PullRequest, lack: Lack) -> None:
    assert lacks() == []
    assert lacks(request_) == [lack]


def test_what_only_a_close_look_or_the_configuration_shows() -> None:
    assert lacks(changed(review=Review.APPROVED)) == []
    assert lacks(changed(checks=Checks.NONE), rules=LandSettings(without_checks=True)) == []
    assert lacks(changed(checks=Checks.HIDDEN), rules=LandSettings(without_checks=True)) == [Lack.CHECKS_HIDDEN]
    assert lacks(told=issue(5, "security:review-required")) == [Lack.BLOCKED_BY_LABEL]
    assert lacks(told=issue(5, "wip"), rules=LandSettings(block_labels=("WIP",))) == [Lack.BLOCKED_BY_LABEL]
    assert lacks(told=issue(5, "security:review-required"), rules=LandSettings(block_labels=())) == []
    assert lacks(rules=LandSettings(require_reviews=2), look=Look(1)) == [Lack.TOO_FEW_REVIEWS]
    assert lacks(rules=LandSettings(require_reviews=2), look=Look(2)) == []
    assert lacks(look=Look(0, behind=True)) == [Lack.BEHIND]
    assert lacks(look=Look(0, has_queue=True, queued=3)) == [Lack.UNDER_WAY]
    assert lacks(look=Look(0, waits=True)) == [Lack.UNDER_WAY]
    assert lacks(look=None) == [Lack.UNCERTAIN], "one that is gone from the answer is never ready"


def test_rules_that_an_administrator_would_get_past_are_left_to_github() -> None:
    assert lacks(look=Look(0, blocked=True)) == [Lack.RULES]
    assert lacks(look=Look(0, blocked=True), terms=structs.replace(TERMS, auto_merge=True)) == []
    assert lacks(look=Look(0, blocked=True, has_queue=True)) == []


def test_all_that_is_missing_is_told_in_the_order_in_which_it_can_be_mended() -> None:
    worst = changed(
        draft=True,
        conflicting=True,
        checks=Checks.FAILURE,
        review=Review.CHANGES_REQUESTED,
        labels=("security:review-required",),
    )
    assert lacks(worst) == [
        Lack.DRAFT,
        Lack.CONFLICT,
        Lack.CHECKS_FAILED,
        Lack.CHANGES_WANTED,
        Lack.BLOCKED_BY_LABEL,
    ]
    assert lacks(structs.replace(worst, same_repository=False)) == [Lack.FOREIGN]


def test_nothing_is_landed_under_an_agent_at_work_on_its_issue() -> None:
    landing = Landing(TERMS, {9: Look(0)})
    for holder in (structs.replace(HOLDER, issue=5, branch="agent001/5-again"), structs.replace(HOLDER, branch=BRANCH)):
        assert [one.lack for one in ready(GREEN, remote(ISSUE), RULES, LedgerState(holder), landing)] == [Lack.AT_WORK]
    assert ready(GREEN, remote(ISSUE), RULES, LedgerState(HOLDER), landing) == ()


def test_without_a_close_look_what_the_poll_shows_may_be_enough_to_say_no() -> None:
    assert ready(changed(conflicting=None), remote(ISSUE), LandSettings(require_reviews=3), LedgerState(), None) == ()
    assert [one.lack for one in ready(changed(draft=True), remote(ISSUE), RULES, LedgerState(), None)] == [Lack.DRAFT]


def plan(landing: Landing | None, *requests: PullRequest, **options: object) -> Plan | Problem:
    done = tuple(HandedOver(int(one.branch[9]), one.branch, one.number) for one in requests)
    told = tuple(issue(one.issue, "route:review") for one in done)
    seen: RemoteFacts = remote(*told, pull_requests=requests, ledger=ledger_head(LedgerState(None, done)))
    known = facts(seen, landing=landing)
    view = repository_view(ENROLMENT, known, ME, NOW)
    return make_plan(Verb.LAND, ENROLMENT, known, view, Options(**options), ME, NOW)  # type: ignore[arg-type]


def test_what_is_ready_is_merged_at_the_commit_that_was_looked_at_and_the_rest_is_named() -> None:
    other = changed(number=10, branch="agent001/6-more", body="Fixes #6", checks=Checks.PENDING)
    planned = plan(Landing(TERMS, {9: Look(0), 10: Look(0)}), GREEN, other)
    assert isinstance(planned, Plan)
    merge, off, forget = planned.steps
    assert merge == LandPullRequest(5, "PR_9", 9, "head", "main", Way.NOW, Strategy.SQUASH, True)
    assert isinstance(off, TakeOffLabels) and forget == ForgetFinished((5,))
    assert planned.question is not None and "by squash" in planned.question and "9 (Work; issue 5)" in planned.question
    assert planned.notes == ("Checks of pull request 10 are under way. Wait for them.",)
    assert not planned.agreed("led0", "led0"), "a yes to another head is none to this one"


def test_the_issue_is_closed_where_github_does_not() -> None:
    for request in (changed(body=""), changed(base="develop")):
        planned = plan(Landing(TERMS, {9: Look(0)}), request)
        assert isinstance(planned, Plan)
        assert [type(step) for step in planned.steps] == [LandPullRequest, CloseIssue, TakeOffLabels, ForgetFinished]


def test_queue_and_github_itself_leave_the_tidying_for_later() -> None:
    auto = structs.replace(TERMS, auto_merge=True)
    for landing, way in (
        (Landing(TERMS, {9: Look(0, has_queue=True)}), Way.QUEUE),
        (Landing(auto, {9: Look(0, blocked=True)}), Way.AUTO),
    ):
        planned = plan(landing, GREEN)
        assert isinstance(planned, Plan)
        *noted, last = planned.steps
        assert isinstance(last, LandPullRequest) and last.way is way
        assert noted == [NoteMerging(5, 9, "head")]


def test_a_merge_that_was_broken_off_is_finished_without_a_question() -> None:
    planned = plan(Landing(TERMS, {9: Look(0)}), changed(open=False, merged=True), pull_request=9)
    assert isinstance(planned, Plan) and planned.question is None
    assert [type(step) for step in planned.steps] == [TakeOffLabels, ForgetFinished]


@pytest.mark.parametrize(
    ("request_", "options", "code", "words"),
    [
        (changed(draft=True), {}, ErrorCode.NOTHING_TO_DO, "is ready to land. Pull request 9 is a draft."),
        (changed(draft=True), {"pull_request": 9}, ErrorCode.REFUSED, "Pull request 9 is a draft."),
        (GREEN, {"pull_request": 8}, ErrorCode.NOTHING_TO_DO, "no open pull request 8"),
        (GREEN, {"strategy": Strategy.REBASE}, ErrorCode.REFUSED, "does not allow rebase"),
    ],
)
def test_what_is_not_done_says_why(
    request_: PullRequest, options: dict[str, object], code: ErrorCode, words: str
) -> None:
    planned = plan(Landing(TERMS, {9: Look(0)}), request_, **options)
    assert isinstance(planned, Problem) and planned.code is code and words in planned.message


def test_what_the_ledger_does_not_speak_of_is_noted_before_it_is_merged() -> None:
    """Else nobody would tidy up after a merge that was broken off there, or that GitHub makes later."""
    for look in (Look(0), Look(0, has_queue=True)):
        known = facts(remote(ISSUE, pull_requests=(GREEN,)), landing=Landing(TERMS, {9: look}))
        planned = make_plan(Verb.LAND, ENROLMENT, known, repository_view(ENROLMENT, known, ME, NOW), Options(), ME, NOW)
        assert isinstance(planned, Plan)
        assert planned.steps[0] == NoteWaiting(HandedOver(5, BRANCH, 9))
        assert isinstance(planned.steps[2 if look.has_queue else 1], LandPullRequest)


def test_a_ledger_that_cannot_be_read_is_not_written_over() -> None:
    seen = remote(ISSUE, pull_requests=(GREEN,), ledger=LedgerHead("led0", "Soda-State: {", NOW))
    known = facts(seen, landing=Landing(TERMS, {9: Look(0)}))
    planned = make_plan(Verb.LAND, ENROLMENT, known, repository_view(ENROLMENT, known, ME, NOW), Options(), ME, NOW)
    assert isinstance(planned, Problem) and planned.code is ErrorCode.REFUSED


def test_unattended_nothing_is_landed_that_is_not_released_as_it_is_now() -> None:
    """A person may have taken the mark off since the poll."""
    landing = Landing(TERMS, {9: Look(0)})
    assert isinstance(plan(landing, GREEN, yes=True, pull_request=9), Plan)
    refused = plan(landing, GREEN, yes=True, pull_request=9, unattended=True)
    assert isinstance(refused, Problem) and refused.code is ErrorCode.REFUSED
    assert "neither it nor its issue is labelled route:ready_to_merge" in refused.message
    marked = changed(labels=("route:ready-to-merge",))
    assert isinstance(plan(landing, marked, yes=True, pull_request=9, unattended=True), Plan)


@pytest.mark.parametrize("mode", [AutoLand.READY, AutoLand.LABELLED])
def test_unattended_only_what_was_handed_over_is_landed_and_where_work_returns(mode: AutoLand) -> None:
    wants = structs.replace(ENROLMENT, auto=structs.replace(ENROLMENT.auto, land=mode))
    state = LedgerState(None, (HandedOver(5, BRANCH, 9),))
    marked = changed(labels=("route:ready_to_merge",))

    def shown(request: PullRequest, known: LedgerState = state) -> tuple[int, ...]:
        return released(remote(ISSUE, pull_requests=(request,)), wants, known)

    assert shown(marked) == (9,)
    assert shown(structs.replace(marked, auto_merge=True)) == shown(structs.replace(marked, queued=1)) == ()
    assert shown(marked, LedgerState()) == shown(structs.replace(marked, branch="work-5")) == ()
    assert shown(structs.replace(marked, number=10)) == (), "another pull request from the same branch"
    assert shown(structs.replace(marked, base="agent001/4-x")) == ()
    wants = structs.replace(wants, base="develop")
    assert shown(structs.replace(marked, base="develop")) == (9,)


@pytest.mark.parametrize(
    ("changes", "lack"),
    [
        ({"draft": True}, Lack.DRAFT),
        ({"review": Review.CHANGES_REQUESTED}, Lack.CHANGES_WANTED),
        ({"labels": ("security:review-required",)}, Lack.BLOCKED_BY_LABEL),
    ],
)
def test_what_a_person_says_of_a_part_keeps_the_whole_bundle_out(changes: dict[str, object], lack: Lack) -> None:
    head, other = "a" * 40, "c" * 40
    own = (changed(head_oid=head), changed(number=10, branch="agent001/6-more", head_oid=other))
    branch = "bundle/20260504_1200__issues_5_6"
    whole = changed(number=20, id="PR_20", branch=branch, body="Fixes #5\n\nFixes #6")
    done = (HandedOver(5, BRANCH, 9), HandedOver(6, "agent001/6-more", 10))
    state = LedgerState(None, done, bundles=(Bundle(branch, ((5, head), (6, other)), 20),))
    told = (issue(5, "route:review", "route:ready_to_merge"), issue(6, "route:review", "route:ready_to_merge"))

    def look(*parts: PullRequest) -> tuple[tuple[Missing, ...], tuple[int, ...]]:
        seen = remote(*told, pull_requests=(*parts, whole))
        lacking = ready(whole, seen, RULES, state, Landing(TERMS, {20: Look(0)}))
        return lacking, released(seen, ENROLMENT, state)

    assert look(*own) == ((), (20,))
    (missing,), free = look(structs.replace(own[0], **changes), own[1])
    assert missing.lack is lack and "request 20" in missing.message and "request 9" in missing.message
    assert free == ()


@pytest.mark.parametrize(
    ("changes", "lacks"),
    [
        ({}, []),
        ({"checks": Checks.FAILURE}, []),
        ({"draft": True}, [Lack.DRAFT]),
        ({"review": Review.CHANGES_REQUESTED}, [Lack.CHANGES_WANTED]),
        ({"labels": ("security:review-required",)}, [Lack.BLOCKED_BY_LABEL]),
        ({"head_oid": "f" * 40}, [Lack.NEW_COMMITS]),
        ({"auto_merge": False, "draft": True}, []),
        ({"auto_merge": False, "hidden": (Unseen.AUTO_MERGE,), "draft": True}, [Lack.DRAFT]),
        ({"auto_merge": False, "queued": 2}, []),
        ({"auto_merge": False, "queued": 2, "draft": True}, [Lack.DRAFT]),
    ],
)
def test_what_github_was_told_to_merge_is_taken_back_once_it_is_not_to_be(
    changes: dict[str, object], lacks: list[Lack]
) -> None:
    head = "a" * 40
    waits = changed(head_oid=head, auto_merge=True)
    state = LedgerState(None, (HandedOver(5, BRANCH, 9),), merging={9: head})
    seen = remote(ISSUE, pull_requests=(structs.replace(waits, **changes),), ledger=ledger_head(state))
    found = [one.lack for _, why in unwanted(seen, RULES, decode(seen.ledger).state) for one in why]
    assert found == lacks
    assert unwanted(seen, RULES, structs.replace(state, merging={})) == (), "what a person told GitHub is theirs"
    at_work = structs.replace(state, holder=structs.replace(HOLDER, issue=5, branch=BRANCH), merging={})
    assert bool(unwanted(seen, RULES, at_work)) == bool(changes.get("auto_merge", True) or changes.get("queued")), (
        "new commits are to come"
    )


def test_nothing_is_planned_from_the_poll_alone() -> None:
    assert isinstance(plan(None, GREEN), Problem)
