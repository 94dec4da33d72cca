"""The port of what stops all agents, or those of one repository."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from soda_tui.domain.stops import Halt, Stop


class Stops(Protocol):
    """The STOP files: while one is there no agent is started, and those that run are ended by their supervisors."""

    async def standing(self, folders: Mapping[str, Sequence[str]]) -> tuple[str | None, dict[str, str]]:
        """The file that forbids every run on this machine, and of each key the one that forbids its runs.

        `folders` are those of each key, its clone and worktree, in which one of its own may be.
        """

    async def machine(self) -> Stop | None:
        """The stop of this machine, since when it stands and by whom; None where none does."""

    async def halt(self, how: str) -> Halt:
        """Forbid every run on this machine, and wait, for a bounded time, until no agent is left on it.

        `how` is in what way a person said so. A stop that stands already stays as it is. Raises a Failure where the
        stop cannot be written; what runs is ended then too.
        """

    async def lift(self) -> Stop | None:
        """Allow runs on this machine again; the stop that stood. Raises a Failure where it cannot be lifted."""
