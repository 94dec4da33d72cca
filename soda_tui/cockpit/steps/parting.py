"""The steps of recover and cleanup: what each says of itself, and how it is done and verified."""

from __future__ import annotations

from msgspec import structs

from soda_tui.cockpit.execution import Execution
from soda_tui.cockpit.ports.git import RefUpdate
from soda_tui.cockpit.ports.place import Place
from soda_tui.domain import ledger
from soda_tui.domain import plan as steps
from soda_tui.domain import sentences as say
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.shellwords import shell_word
from soda_tui.domain.stakes import Ignored, told


def describe(step: steps.Step) -> str:
    """A step in words."""
    match step:
        case steps.NameBranch():
            return say.STEP_NAME_BRANCH(branch=step.branch, oid=step.oid[:12])
        case steps.PushKept():
            return say.STEP_PUSH_WORK(branch=step.branch)
        case steps.ArchiveBranch():
            return say.STEP_ARCHIVE(branch=step.branch)
        case steps.DropHeld():
            return say.STEP_DROP_BRANCH(branch=step.branch)
        case steps.KeepLeftover():
            return (say.STEP_KEEP if step.mark else say.STEP_UNKEEP)(name=step.name)
        case steps.RemoveWorktree(ignored=Ignored(names=())):
            return say.STEP_REMOVE_WORKTREE(path=step.path)
        case steps.RemoveWorktree(ignored=Ignored(names=names)):
            return say.STEP_REMOVE_WORKTREE_IGNORED(path=step.path, files=told(len(names), names))
        case steps.ForgetWorktree():
            return say.STEP_FORGET_WORKTREE(path=step.path)
        case steps.PushRescue():
            return say.STEP_PUSH_RESCUE(branch=step.branch)
        case steps.ForgetRefs():
            return say.STEP_FORGET_REFS(count=len(step.refs))
        case steps.RemoveRemains(remains=remains):
            at = f"{remains.at:%Y-%m-%d}"
            return say.STEP_REMOVE_REMAINS(kind=remains.kind, path=remains.path, at=at)
        case _:
            raise AssertionError(step)


async def perform(step: steps.Step, execution: Execution) -> None:
    """Do a step and verify it; raises Failure."""
    git, world = execution.world.git, execution.world
    place = execution.place(0)
    match step:
        case steps.NameBranch():
            await git.name_branch(place, step.branch, step.oid)
        case steps.PushKept():
            await _push_kept(step, execution)
        case steps.ArchiveBranch():
            tag = await git.archive(place, step.branch, step.oid)
            await _drop(step.branch, step.oid, execution)
            clone = shell_word(execution.enrolment.path)
            execution.kept.append(say.ARCHIVED_BRANCH(branch=step.branch, tag=tag, clone=clone, oid=step.oid))
        case steps.DropHeld():
            await _drop(step.branch, step.oid, execution)
            clone = shell_word(execution.enrolment.path)
            execution.kept.append(say.DROPPED_BRANCH(branch=step.branch, clone=clone, oid=step.oid))
        case steps.KeepLeftover():
            key = execution.enrolment.key
            others = {name: mark for name, mark in world.store.kept(key).items() if name != step.name}
            world.store.keep(key, {**others, **({step.name: step.mark} if step.mark else {})})
        case steps.RemoveWorktree():
            await git.remove_worktree(structs.replace(place, worktree=step.path), step.ignored)
        case steps.ForgetWorktree():
            await git.forget_worktree(structs.replace(place, worktree=step.path))
        case steps.PushRescue():
            await git.push_rescue(place, step.branch, step.oid)
        case steps.ForgetRefs():
            await git.forget_refs(place, step.refs)
        case steps.RemoveRemains():
            await world.attic.remove(step.remains)
        case _:
            raise AssertionError(step)


async def _push_kept(step: steps.PushKept, execution: Execution) -> None:
    """Note that the work is handed over, and push what the remote does not have of it."""
    there = execution.branch_head(step.branch)
    update = RefUpdate(step.branch, step.oid, there, step.included) if there != step.oid else None
    state = ledger.bottling(execution.ledger.state)
    await execution.append("bottling", execution.holder, state, update, hooks=update is not None)


async def _drop(branch: str, oid: str, execution: Execution) -> None:
    place: Place = execution.place(0)
    if not await execution.world.git.drop_branch(place, branch, oid):
        message = say.NOT_DROPPED(branch=branch, path=execution.enrolment.path)
        raise Failure(Problem(ErrorCode.REFUSED, message))
