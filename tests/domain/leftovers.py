"""What was left over, for tests: branches, worktrees, rescues, and how they stand."""

from __future__ import annotations

from datetime import timedelta

from given import BASE, NOW, issue
from msgspec import structs

from soda_tui.domain.failure import Problem
from soda_tui.domain.kept_work import KeptBranch, KeptDirectory, KeptRescue, KeptWork
from soda_tui.domain.ledger import LedgerState
from soda_tui.domain.plan import Plan
from soda_tui.domain.recovery import Looked, Standing
from soda_tui.domain.stakes import Stakes

WORK = "agent001/12-fix-the-crash"

OWN, PARKED, CLONE = "/work/rocket", "/fresh/rocket", "/src/rocket"

RESCUE = "soda-rescue/12-20260504T120000Z"


SAFE = Stakes((), (), 0, 0, 0, (), (), (), False, None)

READY = issue(12, "route:ready")


def branch(name: str = WORK, **changes: object) -> KeptBranch:
    """A branch with two commits that only the clone has."""
    made = KeptBranch(name, "a" * 40, None, NOW, BASE, 2, 2)
    return structs.replace(made, **changes)


def directory(path: str = f"{PARKED}/12", **changes: object) -> KeptDirectory:
    """A worktree of an ended claim that nobody has used for long."""
    made = KeptDirectory(path, WORK, "a" * 40, False, True, False, True, NOW - timedelta(days=60))
    return structs.replace(made, **changes)


def rescue(**changes: object) -> KeptRescue:
    """A rescue of two files, one of them untracked, that nothing else holds."""
    made = KeptRescue(RESCUE, "c" * 40, NOW, 2, ("notes",), False, False, False)
    return structs.replace(made, **changes)


def standing(state: LedgerState = LedgerState(), **changes: object) -> Standing:
    """Nobody holds anything."""
    made = Standing(state, True, {}, OWN, CLONE, {})
    return structs.replace(made, **changes)


def looked(kept: KeptWork, **changes: object) -> Looked:
    """What was looked at, with the issue of the branch open, and all worktrees looked into."""
    stakes = {one.path: SAFE for one in kept.directories}
    before = NOW - timedelta(days=30)
    made = Looked(kept, standing(), READY, stakes=stakes, folders=(PARKED,), parked_before=before)
    return structs.replace(made, **changes)


def names(planned: Plan | Problem) -> list[str]:
    assert isinstance(planned, Plan), planned
    return [type(step).__name__ for step in planned.steps]
