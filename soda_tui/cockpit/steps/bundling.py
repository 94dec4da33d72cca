"""Bundling: several works merged in a place of their own, pushed, and opened as one pull request that names them."""

from __future__ import annotations

from dataclasses import replace

from msgspec import structs

from soda_tui.cockpit.execution import DOUBTFUL, Execution
from soda_tui.cockpit.ports.git import RefUpdate
from soda_tui.cockpit.ports.place import Place
from soda_tui.cockpit.stakes import rescue_work
from soda_tui.cockpit.steps import mending
from soda_tui.cockpit.steps.readying import check_of, must_pass
from soda_tui.cockpit.steps.reviewing import NothingToReview, ask_reviewers, extra_labels, note_refused, open_request
from soda_tui.domain import ledger
from soda_tui.domain import plan as steps
from soda_tui.domain import sentences as say
from soda_tui.domain.bundling import numbers
from soda_tui.domain.changes import AddComment, OpenPullRequest
from soda_tui.domain.failure import Failure

# What GitHub takes in one request.
_AT_ONCE = 5


def describe(step: steps.Step) -> str:
    """A step in words."""
    match step:
        case steps.PlaceBundle():
            return say.STEP_PLACE_BUNDLE(count=step.count, oid=step.oid[:12])
        case steps.CheckBundle():
            return say.STEP_CHECK_BUNDLE()
        case steps.PushBundle():
            return say.STEP_PUSH_BUNDLE(branch=step.bundle.branch)
        case steps.ClearBundle():
            return say.STEP_CLEAR_BUNDLE()
        case steps.OpenBundle(number=int() as number):
            return say.STEP_FOUND_BUNDLE(number=number, branch=step.branch)
        case steps.OpenBundle():
            return say.STEP_OPEN_BUNDLE(branch=step.branch, issues=numbers(step.issues))
        case steps.TellBundled():
            return say.STEP_TELL_BUNDLED(numbers=numbers(number for _, number in step.requests))
        case steps.NoteBundle():
            return say.STEP_NOTE_BUNDLE(branch=step.bundle.branch)
        case _:
            return mending.describe(step)


async def perform(step: steps.Step, execution: Execution) -> None:
    """Do a step and verify it; raises Failure, or Moved when the plan is out of date."""
    match step:
        case steps.PlaceBundle():
            await _put_together(step, execution)
        case steps.CheckBundle():
            await _check(step, execution)
        case steps.PushBundle():
            state = ledger.bundled(execution.ledger.state, step.bundle)
            update = RefUpdate(step.bundle.branch, step.oid, None)
            await execution.note("bundling", step.bundle.issues[0], state, update, _place(execution))
        case steps.ClearBundle():
            await _clear(execution)
        case steps.OpenBundle():
            await _open(step, execution)
        case steps.TellBundled():
            await _tell(step, execution)
        case steps.NoteBundle():
            await _note(step.bundle, execution)
        case _:
            await mending.perform(step, execution)


async def _note(bundle: ledger.Bundle, execution: Execution) -> None:
    state, number = execution.ledger.state, execution.pull_request_number
    if number is None:
        await execution.note("unbundled", bundle.issues[0], ledger.unbundled(state, bundle.branch))
        return
    now = structs.replace(bundle, pull_request=number)
    await execution.note("bundled", bundle.issues[0], ledger.bundled(state, now))


def _place(execution: Execution) -> Place:
    path = execution.world.store.bundle_path(execution.enrolment)
    return structs.replace(execution.place(0), worktree=path)


async def _put_together(step: steps.PlaceBundle, execution: Execution) -> None:
    """Take the place of a bundle that was broken off; what a check may have left behind there is kept."""
    place, git = _place(execution), execution.world.git
    try:
        await git.stand(place, step.oid)
    except Failure:
        found = (await git.inspect(place, None, None)).worktree
        if found is None or found.busy or found.half_done or not found.changes:
            raise
        await rescue_work(steps.RescueWork(step.issue, place.worktree), execution)
        await git.stand(place, step.oid)


async def _check(step: steps.CheckBundle, execution: Execution) -> None:
    place, checks = _place(execution), execution.world.checks
    check = check_of(step, place.worktree, execution)
    if await checks.has_passed(check):
        return
    try:
        await must_pass(check, checks)
    except Failure as failure:
        values = {"repository": execution.enrolment.name.full, "path": place.worktree}
        message = say.BUNDLE_CHECK_FAILED(words=failure.problem.message, **values)
        raise Failure(replace(failure.problem, message=message)) from failure
    await checks.note(check)


async def _clear(execution: Execution) -> None:
    """Remove the worktree: what was made there is on the remote, and what git ignores there came of the check."""
    place, git = _place(execution), execution.world.git
    try:
        if (await git.inspect(place, None, None)).worktree is not None:
            await git.remove_worktree(place, await git.ignored(place))
    except Failure as failure:
        execution.notes.append(say.BUNDLE_STAYS(reason=failure.problem.message))


async def _open(step: steps.OpenBundle, execution: Execution) -> None:
    if step.number is not None:
        execution.pull_request, execution.pull_request_number = step.url, step.number
        return
    draft = execution.enrolment.pull_request.draft
    change = OpenPullRequest(execution.remote.id, step.base, step.branch, step.title, step.body, draft)
    try:
        await open_request(change, step.issues[0], execution)
    except NothingToReview:
        execution.notes.append(say.NOTHING_TO_REVIEW(branch=step.branch, base=step.base))
        return
    if labels := extra_labels(execution):
        note_refused(await execution.world.github.change(execution.remote.name, labels), execution)
    await ask_reviewers(execution)


async def _tell(step: steps.TellBundled, execution: Execution) -> None:
    """Say it on each pull request, unless an act that was broken off has said it already."""
    mark = f"<!-- soda-tui: {step.branch} -->"
    number = execution.pull_request_number
    untold = await _untold(mark, step, execution) if number is not None else ()
    if not untold:
        return
    body = f"{say.BUNDLE_COMMENT(bundle=number)}\n\n{mark}"
    await execution.confirm(step.issue)
    for start in range(0, len(untold), _AT_ONCE):
        changes = tuple(AddComment(id, body) for id in untold[start : start + _AT_ONCE])
        try:
            made = await execution.world.github.change(execution.remote.name, changes)
        except Failure as failure:
            if failure.problem.code not in DOUBTFUL or await _untold(mark, step, execution):
                raise
            return
        execution.notes.extend(say.EXTRA_REFUSED(words=one.problem.message) for one in made if one.problem is not None)


async def _untold(mark: str, step: steps.TellBundled, execution: Execution) -> tuple[str, ...]:
    ids = tuple(id for id, _ in step.requests)
    said = await execution.world.github.comments(execution.remote.name, ids) if ids else ()
    return tuple(id for id, bodies in zip(ids, said, strict=True) if not any(mark in body for body in bodies))
