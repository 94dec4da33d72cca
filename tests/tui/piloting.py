"""The screen under test: opened on a frozen cockpit, waited on by conditions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual.pilot import Pilot
from tui.frozen import FrozenCockpit
from tui.shown import NOW

from soda_tui.tui.app import SodaApp


@asynccontextmanager
async def opened(cockpit: FrozenCockpit, *, demo: bool = False) -> AsyncIterator[tuple[SodaApp, Pilot[None]]]:
    """The screen on a cockpit, with its panes mounted and one of them focused."""
    app = SodaApp(cockpit, clock=lambda: NOW, demo=demo)
    async with app.run_test(size=(180, 50), notifications=True) as pilot:
        if cockpit.snapshot.repositories:
            await until(pilot, lambda: app.overview.grid.active is not None)
            await until(pilot, lambda: app.overview.keys.repository is not None)
        yield app, pilot


async def until(pilot: Pilot[None], true: Callable[[], bool], turns: int = 200) -> None:
    """Let the application work until the condition holds."""
    for _ in range(turns):
        if true():
            return
        await pilot.pause()
    raise AssertionError("the condition did not come true")


def toasts(app: SodaApp) -> list[str]:
    """What the toasts say."""
    return [notification.message for notification in app._notifications]
