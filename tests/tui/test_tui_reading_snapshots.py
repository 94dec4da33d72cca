"""Pictures of the reading screens at three sizes, in a dark and a light theme, from frozen values."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot
from tui.piloting import until
from tui.readable import WrittenDesk, cockpit
from tui.shown import NOW
from tui.sizes import LIGHT_SIZES, SIZES

from soda_tui.tui.app import SodaApp

Compare = Callable[..., bool]
NEXT = "right_square_bracket"
# The keys that lead to the picture, and what stands in it once everything is read.
SCENES = {
    "zoom-queue": (("z",), "Left out 3"),
    "zoom-work": (("z", NEXT), "Commits 2"),
    "zoom-log": (("z", NEXT, NEXT), "18 passed"),
    "zoom-requests": (("2", "z", *[NEXT] * 3), "PR 17 Bump"),
    "zoom-drift": (("2", "z", *[NEXT] * 4), "Repair: put the worktree"),
    "zoom-history": (("z", *[NEXT] * 5), "2.9 KiB"),
    "log-search": (("l", "slash", *"pytest", "enter"), "▸$ pytest"),
    "log": (("l",), "18 passed"),
    "log-stream": (("l", "left_square_bracket"), "ended well"),
    "work": (("d",), "Commits 2"),
    "no-requests": (("3", "z", *[NEXT] * 3), "No pull request is open"),
    "no-drift": (("3", "z", *[NEXT] * 4), "drifted"),
    "prompt": (("p", NEXT), "The prompt for 12"),
    "plan": (("p", NEXT, NEXT), "Did pop"),
    "new-issue": (("n",), "route:blocked"),
    "comment": (("c",), "Comment on #41"),
    "throw-away": (("c", *"hi", "escape"), "No (n)"),
    "labels": (("number_sign",), "Something does not work"),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", SCENES)
def test_reading(name: str, size: tuple[int, int], snap_compare: Compare) -> None:
    app = shown("soda-dark")
    assert snap_compare(app, terminal_size=size, run_before=settled(app, *SCENES[name]))


@pytest.mark.parametrize("size", LIGHT_SIZES)
@pytest.mark.parametrize("name", SCENES)
def test_reading_in_a_light_theme(name: str, size: tuple[int, int], snap_compare: Compare) -> None:
    app = shown("soda-light")
    assert snap_compare(app, terminal_size=size, run_before=settled(app, *SCENES[name]))


def shown(theme: str) -> SodaApp:
    """The screen on a cockpit with everything to read."""
    made = cockpit()
    made.shown_desk = WrittenDesk()
    return SodaApp(made, clock=lambda: NOW, theme=theme)


def settled(app: SodaApp, keys: tuple[str, ...], wanted: str) -> Callable[[Pilot[None]], Awaitable[None]]:
    """Press the keys one after another, each once the one before has its effect, and wait for the words."""

    def said() -> str:
        rows = app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in row) for row in rows)

    async def run(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.overview.keys.repository is not None)
        await until(pilot, lambda: all(pane.log_lines is not None for pane in app.overview.grid.with_visible_log()))
        for key in keys:
            await pilot.press(key)
            if key in ("z", "l", "d", "p", "n", "c", "number_sign"):
                await until(pilot, lambda: app.screen is not app.overview)
            await pilot.pause()
        await until(pilot, lambda: wanted in said())
        await pilot.pause()

    return run
