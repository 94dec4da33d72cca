"""Planning feedback: the branch of a pull request that came back is claimed again, or a person gets it."""

from __future__ import annotations

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import Checks
from soda_tui.domain.facts import Issue, PullRequest, find_issue
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.feedback import MOST_ROUNDS, Feedback, Standing, faults, feedback, handed_over, standing_of
from soda_tui.domain.finished import pull_request_of
from soda_tui.domain.labels import has, has_any, spellings
from soda_tui.domain.ledger import HandedOver, Holder, taken_up
from soda_tui.domain.naming import branch_agent, branch_issue
from soda_tui.domain.plan import ClaimIssue, HandToPerson, MarkIssue, NoteGiven, Plan, PrepareWorktree, Step
from soda_tui.domain.planning.situation import Situation
from soda_tui.domain.planning.stranded import keeping_stranded
from soda_tui.domain.planning.tidy import taking_back
from soda_tui.domain.planning.workplace import furnishing
from soda_tui.domain.stakes import mark


def wanted_feedback(situation: Situation) -> Feedback | Problem:
    """What is to be taken up: the pull request that is named, else the first for which it is due; or why nothing is."""
    named = situation.options.pull_request
    found = feedback(situation.remote, situation.state, situation.enrolment)
    if named is None:
        due = next((one for one in found if one.standing in {Standing.DUE, Standing.USED_UP}), None)
        return due or _nothing_due(situation)
    one = next((one for one in found if one.number == named), None)
    if one is None or one.standing is Standing.AWAITED:
        return _for_people(situation, named) or _why_not(situation, named) or _on_older_head(situation, named)
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
        return Problem(ErrorCode.NOTHING_TO_DO, say.NO_FEEDBACK_CLOSED(**values))
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
        *taking_back(situation, situation.open_pull_request(done.branch), issue.number, say.NEW_COMMITS_TO_COME),
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


def _nothing_due(situation: Situation) -> Problem:
    """Why no pull request is due: those that came back are nothing for agents, or none did."""
    came_back = [one for one in situation.remote.pull_requests if one.open and faults(one, of_this_head=False)]
    for request in sorted(came_back, key=lambda one: one.number):
        if branch_issue(request.branch) is None:
            continue
        why = _for_people(situation, request.number) or _why_not(situation, request.number)
        return Problem(ErrorCode.NOTHING_TO_DO, why.message) if why is not None else _of_older_head(situation, request)
    return Problem(ErrorCode.NOTHING_TO_DO, say.NO_FEEDBACK(repository=situation.view.name))


def _why_not(situation: Situation, number: int) -> Problem | None:
    """Why no agent takes up a pull request, by the first thing that keeps all from it; None where a person may ask."""
    why = _kept_from_agents(situation, number)
    return Problem(ErrorCode.NOTHING_TO_DO, why) if why is not None else None


def _kept_from_agents(situation: Situation, number: int) -> str | None:
    request = next((one for one in situation.remote.pull_requests if one.number == number), None)
    done, own = handed_over(situation.state, situation.remote, number), situation.enrolment.agent_id
    values: dict[str, object] = {"number": number, "repository": situation.view.name}
    if request is None or not request.open:
        return say.NO_FEEDBACK_CLOSED(**values)
    what, label = faults(request, of_this_head=False), situation.enrolment.labels.human_only
    if not what:
        if request.checks is Checks.HIDDEN:
            return say.LACK_CHECKS_HIDDEN(number=number)
        awaited = request.checks in {Checks.PENDING, Checks.NONE}
        return say.NO_FEEDBACK_YET(**values) if awaited else say.NO_FEEDBACK_ON(**values)
    if done is None or not request.same_repository:
        return say.NO_FEEDBACK_FOREIGN(what=what, branch=request.branch, **values)
    issue = find_issue(situation.remote, done.issue)
    if any(done.issue in bundle.issues for bundle in situation.state.bundles):
        return say.NO_FEEDBACK_BUNDLED(what=what, **values)
    if issue is None or not issue.open:
        return say.NO_FEEDBACK_ISSUE(what=what, issue=done.issue, **values)
    if has_any(request.labels, spellings(label)):
        return say.NO_FEEDBACK_LABEL(what=what, label=label, **values)
    if branch_agent(done.branch) not in {own, None}:
        return say.NO_FEEDBACK_AGENT(what=what, agent=branch_agent(done.branch), own=own, **values)
    return None


def _of_older_head(situation: Situation, request: PullRequest) -> Problem:
    """That only a person may have a pull request mended, since its review is of commits before the newest."""
    said = say.NO_FEEDBACK_OLDER(number=request.number, repository=situation.view.name)
    return Problem(ErrorCode.NOTHING_TO_DO, said)


def _on_older_head(situation: Situation, number: int) -> Feedback | Problem:
    """A person may name a pull request whose review is of an older head: that this one answers it is not known."""
    done = handed_over(situation.state, situation.remote, number)
    request = pull_request_of(situation.remote, done) if done is not None else None
    if done is None or request is None:
        return Problem(ErrorCode.NOTHING_TO_DO, say.NO_FEEDBACK_CLOSED(number=number, repository=situation.view.name))
    if situation.options.unattended:
        return _of_older_head(situation, request)
    what = faults(request, of_this_head=False)
    return Feedback(number, done.issue, request.head_oid, standing_of(request, done, what), what, len(done.rounds))
