"""Planning tidy: what is left to do once a person has merged or closed a pull request in the browser."""

from __future__ import annotations

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.facts import PullRequest, RemoteFacts, find_issue
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.finished import closed_since, finished_work, pull_request_of
from soda_tui.domain.labels import has, spellings
from soda_tui.domain.landing import issues_of
from soda_tui.domain.ledger import HandedOver
from soda_tui.domain.plan import (
    CloseContained,
    CloseIssue,
    DropBranch,
    ForgetFinished,
    Plan,
    Step,
    TakeBackMerge,
    TakeOffLabels,
)
from soda_tui.domain.planning.situation import Situation
from soda_tui.domain.queue import named_issues
from soda_tui.domain.releasing import unwanted
from soda_tui.domain.sentences import Sentence


def plan_tidy(situation: Situation) -> Plan | Problem:
    """Out of review, the local branch away, and last the ledger's word: until then planning again finds the rest.

    What GitHub is to merge by itself no longer, it is told first. Of issues that were given up and closed since, the
    ledger speaks no more.
    """
    ended = finished_work(situation.remote, situation.state)
    unasked = unwanted(situation.remote, situation.enrolment.land, situation.state)
    closed = closed_since(situation.remote, situation.state)
    if not (ended or unasked or closed):
        return Problem(ErrorCode.NOTHING_TO_DO, say.NOTHING_TO_TIDY(repository=situation.view.name))
    steps: list[Step] = []
    for request, why in unasked:
        words = " ".join(missing.message for missing in why)
        steps.append(TakeBackMerge(issues_of(request, situation.state)[0], request.id, request.number, words))
    for done, request in ended:
        issue = find_issue(situation.remote, done.issue)
        closing = request.merged and _fixes_elsewhere(request, done.issue, situation)
        if closing and issue is not None and issue.open:
            steps.append(CloseIssue(issue))
        steps += contained(situation, done, request)
        steps += end_of_work(situation, done.issue, done.branch, closing=closing)
    if ended or closed:
        steps.append(ForgetFinished((*(done.issue for done, _ in ended), *closed)))
    works = [
        *((done.issue, done.branch) for done, _ in ended),
        *((issues_of(request, situation.state)[0], request.branch) for request, _ in unasked),
        *((issue, "") for issue in closed),
    ]
    return Plan(Verb.TIDY, *works[0], tuple(steps))


def taking_back(situation: Situation, request: PullRequest | None, issue: int, why: Sentence) -> list[Step]:
    """Have GitHub not merge the pull request of that issue's work by itself any more; `why` says the reason."""
    if request is None or not (request.merges_itself or request.number in situation.state.merging):
        return []
    return [TakeBackMerge(issue, request.id, request.number, why(number=request.number, issue=issue))]


def closed_by_github(request: PullRequest, number: int, remote: RemoteFacts) -> bool:
    """Whether GitHub closes the issue with the pull request, which it does for merges into the default branch alone."""
    return request.base == remote.default_branch and number in named_issues(request)


def _fixes_elsewhere(request: PullRequest, number: int, situation: Situation) -> bool:
    """Whether the work says that it fixes the issue, and was merged where GitHub takes no notice of that."""
    return number in named_issues(request) and not closed_by_github(request, number, situation.remote)


def contained(situation: Situation, done: HandedOver, request: PullRequest) -> list[Step]:
    """Close the pull request of a work that was merged with a bundle, `request`, and is open still."""
    own = pull_request_of(situation.remote, done)
    if own is None or not own.open or own.number == request.number:
        return []
    return [CloseContained(done.issue, own.id, own.number, request.number)]


def end_of_work(situation: Situation, number: int, branch: str, *, closing: bool = False) -> list[Step]:
    """Take the marks of review and agent off an issue, and remove the branch here where nobody stands on it.

    `closing` says that the issue is closed with it, if it is not yet.
    """
    names, agent = situation.enrolment.labels, situation.enrolment.agent_id
    marks = [names.review, *spellings(names.ready_to_merge), agent]
    issue = next((found for found in situation.remote.issues if found.number == number), None)
    if issue is not None and issue.open and not closing and not has(issue.labels, names.ready):
        # Out of review this label alone would offer the issue again, which is for a person to say.
        marks.append(names.unblocker)
    steps: list[Step] = []
    if issue is not None and (off := tuple(label for label in issue.labels if has(marks, label))):
        steps.append(TakeOffLabels(issue, off))
    local, worktree = situation.facts.local, situation.worktree
    head = next((found.oid for found in (local.branches if local else ()) if found.name == branch), None)
    if head is not None and (worktree is None or worktree.branch != branch):
        steps.append(DropBranch(branch, head))
    return steps
