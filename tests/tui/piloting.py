"""The screen under test: opened on a frozen cockpit, waited on by conditions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot
from tui.frozen import FrozenCockpit
from tui.shown import NOW

from soda_tui.cockpit.setting_up import SetUp
from soda_tui.tui.app import SodaApp
from soda_tui.tui.widgets.pane import RepositoryPane


@asynccontextmanager
async def opened(
    cockpit: FrozenCockpit,
    *,
    demo: bool = False,
    size: tuple[int, int] = (180, 50),
    setup: Callable[[], SetUp] | None = None,
) -> AsyncIterator[tuple[SodaApp, Pilot[None]]]:
    """The screen on a cockpit, with its panes mounted and one of them focused."""
    app = SodaApp(cockpit, clock=lambda: NOW, demo=demo, setup=setup)
    async with app.run_test(size=size) as pilot:
        if cockpit.snapshot.repositories:
            await until(pilot, lambda: app.overview.grid.active is not None)
            await until(pilot, lambda: app.overview.keys.repository is not None)
            every = len({found.key for found in cockpit.snapshot.repositories})
            await until(pilot, lambda: sum(pane.is_mounted for pane in app.overview.query(RepositoryPane)) == every)
            await pilot.pause()
        yield app, pilot


def burst(app: SodaApp, text: str) -> None:
    """Type letters faster than any of them is handled, as a paste without brackets does."""
    for letter in text:
        app.post_message(events.Key(_character_to_key(letter), letter))


async def until(pilot: Pilot[None], true: Callable[[], bool], turns: int = 200) -> None:
    """Let the application work until the condition holds."""
    for _ in range(turns):
        if true():
            return
        await pilot.pause()
    raise AssertionError("the condition did not come true")


def told(app: SodaApp) -> list[str]:
    """What was said on the screen so far."""
    return [message.text for message in app.messages if not message.quiet]


def last_said(app: SodaApp) -> str:
    """What the status bar says."""
    message = app.overview.status.message
    return message.text if message else ""


def rows(app: SodaApp) -> list[str]:
    """The rows of the screen as text."""
    return ["".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()]
