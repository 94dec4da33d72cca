"""Claiming: the entry in the ledger together with the branch, and the worktree on that branch."""

from __future__ import annotations

from msgspec import structs

from soda_tui.cockpit.execution import Execution, Moved
from soda_tui.cockpit.ports.git import RefUpdate
from soda_tui.domain import ledger
from soda_tui.domain import plan as steps
from soda_tui.domain import sentences as say
from soda_tui.domain.failure import ErrorCode, Failure, Problem


async def claim(step: steps.ClaimIssue, execution: Execution) -> None:
    """Put the claim into the ledger and its branch on the remote, all or nothing; raises Moved where either moved."""
    holder = step.holder
    place = execution.place(holder.issue)
    # Not every branch is among the facts (`work-12` is not): one that is known here may be on the remote as well.
    is_known = step.kept is not None or step.local is not None
    fetched = await execution.world.git.fetch(place, (step.base_branch, *((holder.branch,) if is_known else ())))
    seen = fetched.ledger.oid if fetched.ledger else None
    base, kept = fetched.branches.get(step.base_branch), fetched.branches.get(holder.branch)
    if seen != execution.ledger.head or (step.kept is not None and kept != step.kept):
        raise Moved
    if base is None:
        raise Failure(
            Problem(ErrorCode.REFUSED, say.NO_BASE(base=step.base_branch, repository=execution.enrolment.name.full))
        )
    start = kept or base
    if kept is None and step.local is not None:
        # What is only here is pushed by bottle, with the user's hooks; the branch begins where both histories meet.
        start = await execution.world.git.merge_base(place, base, step.local) or base
    await execution.world.git.can_prepare(place, holder.branch, start)
    holder = structs.replace(holder, base=holder.base or base, name=execution.cockpit_name)
    execution.start = start
    update = RefUpdate(holder.branch, start, kept)
    event = "taken-over" if step.taken_over else "popped" if holder.review is None else "taken-up"
    await execution.append(event, holder, ledger.popped(step.state, holder), update)
    execution.claimed = None if step.taken_over else update


async def prepare(step: steps.PrepareWorktree, execution: Execution) -> None:
    """Make the worktree stand on the claim's branch."""
    start = execution.start or step.start or execution.holder.base
    place, git = execution.place(execution.holder.issue), execution.world.git
    if step.here is not None and not await git.holds(place, step.here, start):
        start = step.here
    await git.prepare(place, step.branch, start)
