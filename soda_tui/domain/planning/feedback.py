"""Planning feedback: the branch of a pull request that came back is claimed again, or a person gets it."""

from __future__ import annotations

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.facts import Issue, find_issue
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.feedback import MOST_ROUNDS, Feedback, Standing, faults, feedback, handed_over, standing_of
from soda_tui.domain.finished import pull_request_of
from soda_tui.domain.labels import has, has_any, spellings
from soda_tui.domain.ledger import HandedOver, Holder, taken_up
from soda_tui.domain.plan import ClaimIssue, HandToPerson, MarkIssue, NoteGiven, Plan, PrepareWorktree, Step
from soda_tui.domain.planning.situation import Situation
from soda_tui.domain.planning.stranded import keeping_stranded
from soda_tui.domain.planning.tidy import taking_back
from soda_tui.domain.planning.workplace import furnishing
from soda_tui.domain.stakes import mark


def wanted_feedback(situation: Situation) -> Feedback | Problem:
    """What is to be taken up: the pull request that is named, else the first for which it is due; or why nothing is."""
    named, name = situation.options.pull_request, situation.view.name
    found = feedback(situation.remote, situation.state, situation.enrolment)
    if named is None:
        due = next((one for one in found if one.standing in {Standing.DUE, Standing.USED_UP}), None)
        return due or Problem(ErrorCode.NOTHING_TO_DO, say.NO_FEEDBACK(repository=name))
    one = next((one for one in found if one.number == named), None)
    if one is None or one.standing is Standing.AWAITED:
        return (
            _for_people(situation, named)
            or _on_older_head(situation, named)
            or Problem(ErrorCode.NOTHING_TO_DO, say.NO_FEEDBACK_ON(number=named, repository=name))
        )
    return one


def plan_feedback(situation: Situation) -> Plan | Problem:
    """Claim the issue again on the branch as GitHub has it, a round counted for that head; the launch follows.

    What has had its rounds is handed to a person, where no person asks.
    """
    one = wanted_feedback(situation)
    if isinstance(one, Problem):
        return one
    values = {"number": one.number, "issue": one.issue, "repository": situation.view.name}
    done = handed_over(situation.state, situation.remote, one.number)
    issue, base = find_issue(situation.remote, one.issue), situation.view.base
    if done is None or issue is None or base is None:
        return Problem(ErrorCode.NOTHING_TO_DO, say.NO_FEEDBACK_ON(**values))
    if one.standing is Standing.TAKEN:
        return Problem(ErrorCode.REFUSED, say.FEEDBACK_TAKEN(**values))
    if one.standing is Standing.USED_UP and not situation.options.unattended:
        return Problem(ErrorCode.REFUSED, say.FEEDBACK_USED_UP(count=one.rounds, **values))
    if one.standing is Standing.USED_UP:
        words = say.GIST_FEEDBACK(count=one.rounds, what=one.what, **values)
        told = HandToPerson(issue, one.rounds, words, done.branch, review=one.number, head=one.head)
        return Plan(Verb.FEEDBACK, one.issue, done.branch, (told, NoteGiven(one.issue)))
    question = say.ASK_FEEDBACK(what=one.what, round=one.rounds + 1, most=MOST_ROUNDS, **values)
    steps, about = _claim(situation, one, done, issue, base), mark([f"{one.number} {one.head}"])
    return keeping_stranded(situation, Plan(Verb.FEEDBACK, one.issue, done.branch, steps, question, about))


def _claim(situation: Situation, one: Feedback, done: HandedOver, issue: Issue, base: str) -> tuple[Step, ...]:
    enrolment, viewer, local = situation.enrolment, situation.remote.viewer, situation.facts.local
    state, round = taken_up(situation.state, done, one.head)
    assign = viewer.id is not None and not has(issue.assignees, viewer.login)
    holder = Holder(
        cockpit=situation.cockpit,
        agent=enrolment.agent_id,
        issue=issue.number,
        branch=done.branch,
        base="",
        since=situation.now,
        attempt=state.attempts.get(issue.number, 0) + 1,
        assigned=viewer.login if assign else None,
        review=round,
    )
    here = next((branch.oid for branch in (local.branches if local else ()) if branch.name == done.branch), None)
    return (
        ClaimIssue(state, holder, base, one.head, here),
        MarkIssue(issue, enrolment.agent_id, assign),
        *taking_back(situation, one.number),
        PrepareWorktree(done.branch, one.head),
        *furnishing(situation, issue.number, needed=False),
    )


def _for_people(situation: Situation, number: int) -> Problem | None:
    """That the work on a pull request was given to people; None where it was not."""
    done, label = handed_over(situation.state, situation.remote, number), situation.enrolment.labels.human_only
    issue = find_issue(situation.remote, done.issue) if done is not None else None
    if issue is None or not has_any(issue.labels, spellings(label)):
        return None
    return situation.refusal(say.FEEDBACK_OF_PEOPLE, number=number, issue=issue.number, label=label)


def _on_older_head(situation: Situation, number: int) -> Feedback | None:
    """A person may name a pull request whose review is of an older head: that this one answers it is not known."""
    done = handed_over(situation.state, situation.remote, number)
    request = pull_request_of(situation.remote, done) if done is not None else None
    if done is None or request is None or not request.open or situation.options.unattended:
        return None
    what = faults(request, of_this_head=False)
    if not what:
        return None
    return Feedback(number, done.issue, request.head_oid, standing_of(request, done, what), what, len(done.rounds))
