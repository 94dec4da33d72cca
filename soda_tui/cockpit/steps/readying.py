"""Readying work to be handed over: it goes with what is new on its base, and passes the repository's check."""

from __future__ import annotations

from msgspec import structs

from soda_tui.cockpit.execution import Execution
from soda_tui.cockpit.ports.checks import Check, Checks
from soda_tui.domain import plan as steps
from soda_tui.domain import sentences as say
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.runs.endings import exit_words
from soda_tui.domain.text import shorten
from soda_tui.domain.times import limit_words

_NAMED = 3
_WORDS = 200


async def bring_up_to_date(step: steps.UpdateBranch, execution: Execution) -> None:
    """Bring the branch up to date with its base; raises a Failure where somebody must decide how."""
    merged = await execution.world.git.update(execution.place(step.issue), step.branch, step.base)
    values = {"branch": step.branch, "base": step.base}
    if merged.untried is not None:
        execution.notes.append(say.NOT_UPDATED(words=merged.untried, **values))
    if merged.oid is not None:
        execution.committed = merged.oid
        execution.notes.append(say.UPDATED(**values))


async def run_check(step: steps.RunCheck, execution: Execution) -> None:
    """Run the check on just what would be pushed; raises a Failure where it fails, or leaves something behind."""
    check, checks = check_of(step, execution.place(step.issue).worktree, execution), execution.world.checks
    if await checks.has_passed(check):
        return
    await must_pass(check, checks)
    await _refuse_traces(check, step, execution)
    await checks.note(check)


async def must_pass(check: Check, checks: Checks) -> None:
    """Run a check; raises a Failure where it fails."""
    checked = await checks.run(check)
    if checked.exit != 0:
        late = say.CHECK_LATE(limit=limit_words(check.seconds))
        how = exit_words(checked.exit) if checked.exit is not None else late
        last = next((line for line in reversed(checked.tail.splitlines()) if line.strip()), "")
        said = shorten(last, _WORDS) or say.CHECK_SAID_NOTHING()
        message = say.CHECK_FAILED(command=check.command, how=how, words=_ended(said), log=checked.log)
        raise Failure(Problem(ErrorCode.CHECK_FAILED, message, detail=checked.tail))


def check_of(step: steps.RunCheck | steps.CheckBundle, directory: str, execution: Execution) -> Check:
    """The repository's check of what stands in a directory."""
    enrolment = execution.enrolment
    profile = enrolment.profiles[0] if enrolment.profiles else enrolment.agent
    return Check(
        enrolment.key,
        directory,
        execution.committed or step.oid,
        enrolment.handover.check,
        enrolment.handover.minutes * 60.0,
        structs.replace(profile, secrets=()),
        {"SODA_ISSUE": str(step.issue), "SODA_REPOSITORY": enrolment.name.full, "SODA_BRANCH": step.branch},
    )


async def _refuse_traces(check: Check, step: steps.RunCheck, execution: Execution) -> None:
    """Refuse where the work is not any more what was checked: with files in no commit the worktree cannot go on."""
    found = (await execution.world.git.inspect(execution.place(step.issue), step.branch, None)).worktree
    if found is None or (found.branch, found.oid) != (step.branch, check.head):
        raise Failure(Problem(ErrorCode.CHECK_FAILED, say.CHECK_MOVED_WORK(path=check.directory)))
    if found.changes:
        more = len(found.changes) - _NAMED
        names = ", ".join(found.changes[:_NAMED]) + (f" and {more} more" if more > 0 else "")
        message = say.CHECK_LEFT_FILES(command=check.command, files=names)
        raise Failure(Problem(ErrorCode.CHECK_FAILED, message, detail="\n".join(found.changes)))


def _ended(said: str) -> str:
    return said if said.endswith((".", "!", "?", "…")) else f"{said}."
