"""The steps that mend and tidy up: what each says of itself, and how it is done."""

from __future__ import annotations

from msgspec import structs

from soda_tui.cockpit.execution import Execution, Moved
from soda_tui.cockpit.ports.git import RefUpdate
from soda_tui.cockpit.steps import parting
from soda_tui.domain import ledger
from soda_tui.domain import plan as steps
from soda_tui.domain import sentences as say
from soda_tui.domain.changes import RemoveLabels
from soda_tui.domain.facts import find_issue
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.labels import has


def describe(step: steps.Step) -> str:
    """A step in words."""
    match step:
        case steps.TakeOffLabels():
            return say.STEP_TAKE_OFF(labels=", ".join(step.labels), issue=step.issue.number)
        case steps.ForgetFinished():
            return say.STEP_FORGET(issues=", ".join(map(str, step.issues)))
        case steps.DropBranch():
            return say.STEP_DROP_BRANCH(branch=step.branch)
        case steps.RestoreBranch():
            return say.STEP_RESTORE(branch=step.branch)
        case steps.FetchWork():
            return say.STEP_FETCH(branch=step.branch)
        case steps.NoteHeads():
            return say.STEP_NOTE(issues=", ".join(str(issue) for issue, _ in step.heads))
        case steps.WriteLedger():
            return say.STEP_WRITE_LEDGER()
        case _:
            return parting.describe(step)


async def perform(step: steps.Step, execution: Execution) -> None:
    """Do a step and verify it; raises Failure, or Moved when the plan is out of date."""
    state = execution.ledger.state
    match step:
        case steps.TakeOffLabels():
            await _take_off(step, execution)
        case steps.ForgetFinished():
            still_open = {one.number for one in execution.remote.issues if one.open}
            await execution.note("finished", step.issues[0], ledger.finished(state, step.issues, still_open))
        case steps.DropBranch():
            await execution.world.git.drop_branch(execution.place(0), step.branch, step.oid)
        case steps.RestoreBranch():
            update = RefUpdate(step.branch, step.oid, None, step.included)
            await execution.append("restored", execution.holder, state, update, hooks=True)
        case steps.FetchWork():
            await execution.world.git.fetch(execution.place(0), (step.branch,))
        case steps.NoteHeads():
            await execution.note("noted", step.heads[0][0], ledger.noted(state, dict(step.heads)))
        case steps.WriteLedger():
            await _write_ledger(step, execution)
        case _:
            await parting.perform(step, execution)


async def _take_off(step: steps.TakeOffLabels, execution: Execution) -> None:
    known = [await execution.known_label_id(name) for name in step.labels]
    ids = tuple(found for found in known if found is not None)
    if not ids:
        return
    (changed,) = await execution.change_issue(step.issue, (RemoveLabels(step.issue.id, ids),))
    if changed.problem is not None:
        execution.notes.append(say.NOT_UNMARKED(issue=step.issue.number, words=changed.problem.message))
        return
    # A step before may have closed it.
    issue = find_issue(execution.remote, step.issue.number) or step.issue
    issue = issue if changed.labels is None else structs.replace(issue, labels=changed.labels)
    execution.note_issue(issue)
    if any(has(issue.labels, name) for name in step.labels):
        raise execution.not_verified(f"that {', '.join(step.labels)} is off", issue.number)


async def _write_ledger(step: steps.WriteLedger, execution: Execution) -> None:
    state, holder = step.state, step.state.holder
    if holder is not None and not holder.base:
        place = execution.place(holder.issue)
        fetched = await execution.world.git.fetch(place, (step.base_branch, holder.branch))
        base = fetched.branches.get(step.base_branch)
        if (fetched.ledger.oid if fetched.ledger else None) != execution.ledger.head:
            raise Moved
        if base is None:
            name = execution.enrolment.name.full
            raise Failure(Problem(ErrorCode.REFUSED, say.NO_BASE(base=step.base_branch, repository=name)))
        local = execution.facts.local.branches if execution.facts.local else ()
        here = next((branch.oid for branch in local if branch.name == holder.branch), None)
        work = here or fetched.branches.get(holder.branch)
        begun = await execution.world.git.merge_base(place, base, work) if work else None
        state = structs.replace(state, holder=structs.replace(holder, base=begun or base, name=execution.cockpit_name))
    await execution.note("repaired", holder.issue if holder else 0, state)
