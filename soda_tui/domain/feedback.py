"""Feedback: pull requests of work that was handed over and came back, and what may be done about each.

Checks that fail, a review that asks for changes and a conflict with the base are work for the same branch: in rounds,
one for each head of the pull request at most, and three in all.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from soda_tui.domain import sentences as say
from soda_tui.domain.codes import Checks, Review
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.facts import PullRequest, RemoteFacts, find_issue
from soda_tui.domain.finished import pull_request_of
from soda_tui.domain.labels import has_any, spellings
from soda_tui.domain.ledger import HandedOver, LedgerState
from soda_tui.domain.naming import branch_agent

MOST_ROUNDS = 3


class Standing(StrEnum):
    """What may be done: a round, nothing as this head has had its own, nothing but a person, or wait for the checks."""

    DUE = "due"
    TAKEN = "taken"
    USED_UP = "used_up"
    AWAITED = "awaited"


class Feedback(Struct, frozen=True):
    """A pull request that came back, or whose checks are under way; `what` says what is wrong with it.

    `pending` says that its checks are not through, `begun` that any are there, `pushed` that its head is not the one
    that was handed over: a person works there, who is asked.
    """

    number: int
    issue: int
    head: str
    standing: Standing
    what: str = ""
    rounds: int = 0
    pending: bool = False
    begun: bool = True
    pushed: bool = False


def feedback(remote: RemoteFacts, state: LedgerState, enrolment: Enrolment) -> tuple[Feedback, ...]:
    """All of it, the oldest pull request first, without what is a person's or in a bundle."""
    bundled = {issue for bundle in state.bundles for issue in bundle.issues}
    found = (_of(remote, done, enrolment) for done in state.handed_over if done.issue not in bundled)
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.number))


def handed_over(state: LedgerState, remote: RemoteFacts, number: int) -> HandedOver | None:
    """The work that a pull request is of."""
    requests = ((done, pull_request_of(remote, done)) for done in state.handed_over)
    return next((done for done, request in requests if request is not None and request.number == number), None)


def faults(request: PullRequest, *, of_this_head: bool = True) -> str:
    """What is wrong with a pull request, in a few words; a review of an older head counts only where that is wanted."""
    asks = request.review is Review.CHANGES_REQUESTED
    seen = not of_this_head or request.head_oid in (request.faulted or ())
    wrong = (
        (request.checks is Checks.FAILURE, say.FAULT_CHECKS()),
        (asks and seen, say.FAULT_REVIEW()),
        (bool(request.conflicting), say.FAULT_CONFLICT(base=request.base)),
    )
    return ", ".join(words for is_so, words in wrong if is_so)


def _of(remote: RemoteFacts, done: HandedOver, enrolment: Enrolment) -> Feedback | None:
    request, issue = pull_request_of(remote, done), find_issue(remote, done.issue)
    persons = spellings(enrolment.labels.human_only)
    ours = branch_agent(done.branch) in {enrolment.agent_id, None}
    if issue is None or not issue.open or not ours or has_any(issue.labels, persons):
        return None
    rounds, pushed = len(done.rounds), _pushed(remote, done, request)
    if pushed is not None and done.pull_request is not None:
        return Feedback(
            done.pull_request, done.issue, pushed, Standing.AWAITED, rounds=rounds, pending=True, begun=False
        )
    if request is None or not (request.open and request.same_repository) or has_any(request.labels, persons):
        return None
    what = faults(request)
    pending = request.checks in {Checks.PENDING, Checks.NONE}
    if not (what or pending) or request.branch != done.branch:
        return None
    begun = request.checks is not Checks.NONE
    standing = standing_of(request, done, what)
    other = done.head is not None and request.head_oid != done.head
    return Feedback(request.number, done.issue, request.head_oid, standing, what, rounds, pending, begun, other)


def standing_of(request: PullRequest, done: HandedOver, what: str) -> Standing:
    """What may be done about a pull request with which this is wrong."""
    if request.head_oid in done.rounds:
        return Standing.TAKEN
    if not what:
        return Standing.AWAITED
    return Standing.USED_UP if len(done.rounds) >= MOST_ROUNDS else Standing.DUE


def _pushed(remote: RemoteFacts, done: HandedOver, request: PullRequest | None) -> str | None:
    """The head of what was handed over just now, and whose pull request was not read since."""
    head = next((branch.oid for branch in remote.branches if branch.name == done.branch), None)
    read = request is not None and (not request.open or request.head_oid == head)
    return None if read else head


def rounds_over(remote: RemoteFacts, state: LedgerState, number: int) -> str | None:
    """Why no agent works on what came back for an issue, which no label says; None where that is not so."""
    for done in state.handed_over:
        request = pull_request_of(remote, done) if done.issue == number else None
        what = faults(request, of_this_head=False) if request is not None and request.open else ""
        if request is None or not what:
            continue
        standing = standing_of(request, done, what)
        if standing is Standing.TAKEN:
            return say.FEEDBACK_TAKEN(number=request.number, issue=number)
        if standing is Standing.USED_UP:
            return say.FEEDBACK_USED_UP(number=request.number, issue=number, count=len(done.rounds))
    return None
