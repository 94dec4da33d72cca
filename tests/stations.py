"""Cockpits for tests: engines on the embedded GitHub in this process, each in a folder of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

from soda_tui import wiring
from soda_tui.domain.model import Repository
from soda_tui.domain.outcome import Outcome
from soda_tui.sandbox.demo import Demo

KEY = "github.com/acme/rocket"


def worktree_of(outcome: Outcome) -> Path:
    """Where the action left its work; a test whose action failed must end here, and not in the current directory."""
    assert outcome.worktree, outcome
    return Path(outcome.worktree)


def git(path: Path, *arguments: str) -> str:
    """What git prints in a directory; its failure is the test's."""
    assert path.is_absolute(), path
    identity = ("-c", "user.name=Someone", "-c", "user.email=someone@example.com")
    command = ["git", "-C", str(path), *identity, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.strip()


async def no_waiting(_: float) -> None:
    """Retries come at once in tests."""


@dataclass(frozen=True)
class Station:
    """A cockpit in a folder of its own on the common GitHub."""

    opened: wiring.Opened
    demo: Demo
    state: Path

    async def view(self, key: str = KEY) -> Repository:
        """The repository as it is now."""
        snapshot = await self.opened.engine.refresh([key])
        return next(part for part in snapshot.repositories if part.key == key)


OpenStation = Callable[..., AbstractAsyncContextManager[Station]]
Calm = Callable[[], AbstractAsyncContextManager[tuple[Station, Demo]]]
OpenPair = Callable[..., AbstractAsyncContextManager[tuple[Station, Station]]]
