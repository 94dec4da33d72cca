"""What a front (screen, command) asks of the cockpit."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from soda_tui.domain.actions import Verb
from soda_tui.domain.model import Snapshot
from soda_tui.domain.outcome import Options, Outcome, Peek

_DEFAULT = Options()


class Cockpit(Protocol):
    """The engine as fronts see it. Keys are HOST/OWNER/NAME in lower case (`Repository.key`)."""

    @property
    def snapshot(self) -> Snapshot:
        """The newest snapshot; frozen, never changed in place."""

    async def changed(self, after: Snapshot) -> Snapshot:
        """Wait for a snapshot newer than this one; the newest wins, those between are skipped."""

    async def run(self) -> None:
        """Keep the snapshot fresh until cancelled: polls, watches the clones and the runs."""

    async def refresh(self, keys: Collection[str] | None = None) -> Snapshot:
        """Fetch the repositories now (all without `keys`); failures stand in the snapshot, nothing is raised."""

    async def act(self, key: str, verb: Verb, options: Options = _DEFAULT) -> Outcome:
        """Plan and run an action; never raises, the outcome tells."""

    async def peek(self, key: str, number: int | None = None) -> Peek:
        """The issue that pop would take, or the one named; raises Failure where there is none."""

    async def tail(self, key: str) -> tuple[str, ...]:
        """The last lines of the repository's newest log, cleaned plain text, at most 200; empty where there is none."""
