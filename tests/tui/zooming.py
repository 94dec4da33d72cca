"""Zooming in a test: into a pane, to a tab, and what the screen then says."""

from __future__ import annotations

from textual.pilot import Pilot
from tui.piloting import until
from tui.test_tui_foreign_text import rendered

from soda_tui.tui.app import SodaApp
from soda_tui.tui.screens.zoom import ZoomScreen

NEXT, PREVIOUS = "right_square_bracket", "left_square_bracket"


def text_of(app: SodaApp) -> str:
    """What the screen says."""
    return "\n".join(rendered(app))


async def shows(pilot: Pilot[None], app: SodaApp, *wanted: str) -> None:
    """Wait until the screen says all of it."""
    await until(pilot, lambda: all(each in text_of(app) for each in wanted))


async def on_tab(pilot: Pilot[None], app: SodaApp, tab: int) -> ZoomScreen:
    """Zoom into the active pane and open a tab."""
    await pilot.press("z")
    await until(pilot, lambda: isinstance(app.screen, ZoomScreen) and bool(app.screen.body.children))
    screen = app.screen
    assert isinstance(screen, ZoomScreen)
    for _ in range(tab):
        await pilot.press(NEXT)
    await until(pilot, lambda: screen.bar.active == tab)
    return screen


async def zoomed(pilot: Pilot[None], app: SodaApp) -> ZoomScreen:
    await until(pilot, lambda: isinstance(app.screen, ZoomScreen) and bool(app.screen.body.children))
    assert isinstance(app.screen, ZoomScreen)
    return app.screen
