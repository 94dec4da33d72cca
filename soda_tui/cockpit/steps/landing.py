"""Landing: a pull request is merged at the commit that was looked at, and its issue is closed."""

from __future__ import annotations

from msgspec import structs

from soda_tui.cockpit.execution import DOUBTFUL, Execution
from soda_tui.cockpit.ports.github import Closely
from soda_tui.cockpit.steps import bundling
from soda_tui.cockpit.steps.taking_back import take_back, take_off_marks
from soda_tui.domain import ledger
from soda_tui.domain import plan as steps
from soda_tui.domain import sentences as say
from soda_tui.domain.changes import Changed, CloseIssue, ClosePullRequest, Merge
from soda_tui.domain.facts import PullRequest, find_issue
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.strategy import Way

_TRIES = 3
_BASE_MOVED = "Base branch was modified"
_WORDS = {Way.NOW: say.STEP_LAND, Way.AUTO: say.STEP_LAND_LATER, Way.QUEUE: say.STEP_LAND_IN_QUEUE}


def describe(step: steps.Step) -> str:
    """A step in words."""
    match step:
        case steps.LandPullRequest():
            values = {"number": step.number, "base": step.base, "strategy": step.strategy, "head": step.head[:12]}
            return _WORDS[step.way](**values)
        case steps.NoteWaiting():
            return say.STEP_NOTE_WAITING(number=step.done.pull_request, issue=step.done.issue)
        case steps.NoteGiven():
            return say.STEP_NOTE_GIVEN(issue=step.issue)
        case steps.TakeOffMarks():
            return say.STEP_TAKE_OFF_MARKS(issue=step.issue.number, number=step.request.number)
        case steps.NoteMerging():
            return say.STEP_NOTE_MERGING(number=step.number, head=step.head[:12])
        case steps.TakeBackMerge():
            return say.STEP_TAKE_BACK_MERGE(number=step.number)
        case steps.CloseIssue():
            return say.STEP_CLOSE_ISSUE(issue=step.issue.number)
        case steps.CloseContained():
            return say.STEP_CLOSE_CONTAINED(number=step.number, bundle=step.bundle)
        case _:
            return bundling.describe(step)


async def perform(step: steps.Step, execution: Execution) -> None:
    """Do a step and verify it; raises Failure, or Moved when the plan is out of date."""
    match step:
        case steps.LandPullRequest():
            await _land(step, execution)
        case steps.NoteWaiting():
            await execution.note("noted", step.done.issue, ledger.waiting(execution.ledger.state, step.done))
        case steps.NoteGiven():
            await execution.note("given-up", step.issue, ledger.given(execution.ledger.state, step.issue))
        case steps.TakeOffMarks():
            await take_off_marks(step, execution)
        case steps.NoteMerging():
            state = ledger.merging(execution.ledger.state, step.number, step.head)
            await execution.note("merging", step.issue, state)
        case steps.TakeBackMerge():
            await take_back(step, execution)
        case steps.CloseIssue():
            await _close(step, execution)
        case steps.CloseContained():
            await _close_contained(step, execution)
        case _:
            await bundling.perform(step, execution)


async def _land(step: steps.LandPullRequest, execution: Execution) -> None:
    """Merge it; whatever GitHub answers that is no plain yes, what it shows then counts."""
    await execution.confirm(step.issue)
    try:
        made = await _merge(step, execution)
    except Failure as failure:
        if failure.problem.code not in DOUBTFUL or not _is_done(step, await _look(step, execution)):
            raise
    else:
        if not (made.merged or made.queued is not None):
            await _verify(step, made, execution)
    _note(step, execution)


async def _merge(step: steps.LandPullRequest, execution: Execution) -> Changed:
    """What GitHub answers; that the base moved on, as it does with every merge, is no reason not to try again."""
    change = Merge(step.id, step.head, step.way, step.strategy)
    for _ in range(_TRIES):
        (made,) = await execution.world.github.change(execution.remote.name, (change,))
        if made.problem is None or _BASE_MOVED not in made.problem.message:
            break
    return made


async def _verify(step: steps.LandPullRequest, made: Changed, execution: Execution) -> None:
    """Raise a Failure where it is not done: because it has other commits now, was refused, or does not show it."""
    seen = await _look(step, execution)
    if _is_done(step, seen):
        return
    values = {"number": step.number, "repository": execution.enrolment.name.full}
    request = _request(step, seen)
    if request is not None and request.head_oid != step.head:
        raise Failure(Problem(ErrorCode.REFUSED, say.LAND_HEAD_MOVED(**values)))
    if made.problem is not None:
        raise Failure(Problem(made.problem.code, say.LAND_REFUSED(words=made.problem.message, **values)))
    raise Failure(Problem(ErrorCode.BAD_ANSWER, say.LAND_UNVERIFIED(**values)))


async def _look(step: steps.LandPullRequest, execution: Execution) -> Closely:
    return await execution.world.github.closely(execution.remote.name, execution.remote.id, (step.id,), ())


def _request(step: steps.LandPullRequest, seen: Closely) -> PullRequest | None:
    return next((one for one in seen.pull_requests if one.number == step.number), None)


def _is_done(step: steps.LandPullRequest, seen: Closely) -> bool:
    """Whether it is merged, or on its way in the way that was wanted."""
    request, look = _request(step, seen), seen.landing.looks.get(step.number)
    if request is None or look is None:
        return False
    return request.merged or (step.way is not Way.NOW and (look.waits or look.queued is not None))


def _note(step: steps.LandPullRequest, execution: Execution) -> None:
    """Put a merge into the facts, so that what follows sees it; GitHub closes the issue in its own time."""
    remote = execution.remote
    execution.pull_request = next((one.url for one in remote.pull_requests if one.number == step.number), None)
    if step.way is not Way.NOW:
        return
    requests = tuple(
        structs.replace(one, open=False, merged=True) if one.number == step.number else one
        for one in remote.pull_requests
    )
    execution.facts = structs.replace(execution.facts, remote=structs.replace(remote, pull_requests=requests))
    for number in step.issues if step.closes else ():
        issue = find_issue(remote, number)
        if issue is not None:
            execution.note_issue(structs.replace(issue, open=False))


async def _close(step: steps.CloseIssue, execution: Execution) -> None:
    (closed,) = await execution.change_issue(step.issue, (CloseIssue(step.issue.id),))
    execution.raise_refused(closed, f"closing issue {step.issue.number}")
    if closed.open is not False:
        raise execution.not_verified("that it is closed", step.issue.number)
    known = find_issue(execution.remote, step.issue.number) or step.issue
    execution.note_issue(structs.replace(known, open=False))


async def _close_contained(step: steps.CloseContained, execution: Execution) -> None:
    """Close it; what GitHub refuses of it is said, and keeps nothing else: its work is merged."""
    await execution.confirm(step.issue)
    (closed,) = await execution.world.github.change(execution.remote.name, (ClosePullRequest(step.id),))
    if closed.problem is not None:
        execution.notes.append(say.NOT_CLOSED(number=step.number, words=closed.problem.message))
