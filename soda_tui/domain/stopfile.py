"""STOP files of one repository: where they stand, and what lifts a stop. Supervisors look here: nothing but Python."""

from __future__ import annotations

from soda_tui.domain import sentences as say

# The folder is a person's, or the ancestor's: it is no work, and nothing in it is written or removed by us.
_OWN = "/.agent-workspace/STOP"


def own_stops(*folders: str | None) -> tuple[str, ...]:
    """The files that stop the runs of one repository: in its clone, and in its worktree."""
    return tuple(f"{folder}{_OWN}" for folder in dict.fromkeys(folders) if folder)


def is_own(path: str) -> bool:
    """Whether this file stops one repository alone, and not the machine."""
    return path.endswith(_OWN)


def forbidding(path: str) -> str:
    """That this file keeps an agent from being started, and what lifts it."""
    return say.RUN_FORBIDDEN(path=path, lift=lifting(path))


def waiting(path: str) -> str:
    """That no agent may run as long as this file is there."""
    return (say.NO_RUNS_HERE if is_own(path) else say.NO_RUNS_ALLOWED)(path=path)


def lifting(path: str) -> str:
    """What lifts this stop, to follow "when agents may work again"."""
    return (say.LIFT_BY_HAND if is_own(path) else say.LIFT_BY_COMMAND)()
