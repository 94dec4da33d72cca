"""Pictures of the palette, of every theme, and of the screen in ASCII."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from textual.command import CommandList
from textual.pilot import Pilot
from tui.frozen import FrozenCockpit
from tui.piloting import until
from tui.shown import LOGS, NOW, TRIO
from tui.sizes import LIGHT_SIZES, SIZES

from soda_tui.tui import themes
from soda_tui.tui.app import SodaApp
from soda_tui.tui.palette import Palette

Compare = Callable[..., bool]
ELSEWHERE = {"soda-dark", "soda-light"}


def settled(app: SodaApp, *keys: str) -> Callable[[Pilot[None]], Awaitable[None]]:
    """Press the keys, once everything that is visible has been read."""

    async def run(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: "soda-ice" in app.available_themes)
        await until(pilot, lambda: app.overview.keys.repository is not None)
        await until(pilot, lambda: all(pane.log_lines is not None for pane in app.overview.grid.with_visible_log()))
        await pilot.press(*keys)
        if keys:
            await until(pilot, lambda: isinstance(app.screen, Palette))
            await until(pilot, lambda: app.screen.query_one(CommandList).option_count > 0)
        for _ in range(5):
            await pilot.pause()

    return run


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("key", ["colon", "ctrl+t"])
def test_palette(key: str, size: tuple[int, int], snap_compare: Compare) -> None:
    app = SodaApp(FrozenCockpit(TRIO, logs=LOGS), clock=lambda: NOW)
    assert snap_compare(app, terminal_size=size, run_before=settled(app, key))


@pytest.mark.parametrize("size", LIGHT_SIZES)
@pytest.mark.parametrize("key", ["colon", "ctrl+t"])
def test_palette_in_a_light_theme(key: str, size: tuple[int, int], snap_compare: Compare) -> None:
    app = SodaApp(FrozenCockpit(TRIO, logs=LOGS), clock=lambda: NOW, theme="soda-light")
    assert snap_compare(app, terminal_size=size, run_before=settled(app, key))


@pytest.mark.parametrize("name", sorted({path.stem for path in themes.files(themes.folder())} - ELSEWHERE))
def test_theme(name: str, snap_compare: Compare) -> None:
    app = SodaApp(FrozenCockpit(TRIO, logs=LOGS), clock=lambda: NOW, theme=name)
    assert snap_compare(app, terminal_size=(120, 40), run_before=settled(app))


@pytest.mark.parametrize("size", SIZES)
def test_ascii(size: tuple[int, int], snap_compare: Compare) -> None:
    app = SodaApp(FrozenCockpit(TRIO, logs=LOGS), clock=lambda: NOW, ascii_only=True)
    assert snap_compare(app, terminal_size=size, run_before=settled(app))
