"""Cockpits for tests: engines on the embedded GitHub in this process, each in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from soda_tui import wiring
from soda_tui.domain.model import Repository
from soda_tui.sandbox.demo import Demo

KEY = "github.com/acme/rocket"


async def no_waiting(_: float) -> None:
    """Retries come at once in tests."""


@dataclass(frozen=True)
class Station:
    """A cockpit in a folder of its own on the common GitHub."""

    opened: wiring.Opened
    demo: Demo

    async def view(self, key: str = KEY) -> Repository:
        """The repository as it is now."""
        snapshot = await self.opened.engine.refresh([key])
        return next(part for part in snapshot.repositories if part.key == key)


OpenStation = Callable[..., AbstractAsyncContextManager[Station]]
Calm = Callable[[], AbstractAsyncContextManager[tuple[Station, Demo]]]
