"""The place of work: what is brought there before an agent works, and the user's own checkout put back after it."""

from __future__ import annotations

from soda_tui.cockpit.execution import Execution
from soda_tui.domain import plan as steps
from soda_tui.domain import sentences as say
from soda_tui.domain.failure import Failure


async def furnish(step: steps.FurnishWorktree, execution: Execution) -> None:
    """Bring ignored files of the clone; where an agent does not start yet, what is refused is only said."""
    try:
        execution.notes += await execution.world.git.furnish(execution.place(step.issue), step.copy, step.link)
    except Failure as failure:
        if step.needed:
            raise
        execution.notes.append(say.FURNISH_LATER(reason=failure.problem.message))


async def put_back(step: steps.PutBack, execution: Execution) -> None:
    """Switch the user's own checkout back; that it must stay where it is keeps no claim from being let go of."""
    place = execution.place(step.issue)
    try:
        branch = await execution.world.git.put_back(place, step.branch)
    except Failure as failure:
        reason = failure.problem.message
        execution.notes.append(say.CHECKOUT_STAYS(path=place.path, branch=step.branch, reason=reason))
        return
    if branch is not None:
        execution.notes.append(say.CHECKOUT_BACK(path=place.path, branch=branch))
