"""The screen that reads a run's log: from its end, back, searched, followed, and by kind."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec import structs
from textual.pilot import Pilot
from tui.frozen import FrozenCockpit
from tui.piloting import opened, rows, told, until
from tui.readable import RUNS, cockpit, run
from tui.shown import ATTENTION, STALE, WORKING, snapshot
from tui.zooming import NEXT, PREVIOUS, on_tab, shows, text_of

from soda_tui.domain.runs.facts import RunState
from soda_tui.tui.app import SodaApp
from soda_tui.tui.screens.log import LogScreen
from soda_tui.tui.screens.zoom import HISTORY, ZoomScreen

pytestmark = pytest.mark.anyio


async def test_history_opens_the_log_of_a_run() -> None:
    async with opened(cockpit()) as (app, pilot):
        await on_tab(pilot, app, HISTORY)
        await shows(pilot, app, "7:02", "ended with exit 1", "says $1.28", "7.3 KiB", "stopped", "killed", "2.9 KiB")
        await pilot.press("j", "enter")
        await until(pilot, lambda: isinstance(app.screen, LogScreen))
        await shows(pilot, app, "Run 4 of 5", "ended well")
        await pilot.press(NEXT)
        await shows(pilot, app, "Run 5 of 5", "18 passed in 0.41s")
        await pilot.press(NEXT, PREVIOUS, PREVIOUS)
        await shows(pilot, app, "Run 3 of 5")
        await pilot.press("l")
        await until(pilot, lambda: isinstance(app.screen, ZoomScreen))


def long_log() -> FrozenCockpit:
    """A cockpit with a log of some 5 MB."""
    shown = cockpit()
    shown.runs = (run(1),)
    shown.log_bytes = {"run1": b"".join(b"line %06d of a very long log that goes on\n" % at for at in range(120_000))}
    return shown


async def settled(pilot: Pilot[None], app: SodaApp, there: Callable[[LogScreen], bool]) -> LogScreen:
    """The log screen, once it reads no more and the condition holds."""
    await until(pilot, lambda: isinstance(app.screen, LogScreen) and app.screen.log_view.run_id is not None)
    screen = app.screen
    assert isinstance(screen, LogScreen)
    await until(pilot, lambda: screen.log_view.is_idle and there(screen), 5000)
    return screen


async def test_the_log_begins_at_its_end_and_is_read_back_piece_by_piece() -> None:
    async with opened(long_log()) as (app, pilot):
        await pilot.press("l")
        screen = await settled(pilot, app, lambda screen: "line 119999" in text_of(app))
        held = len(screen.log_view.page.lines)
        assert held < 10_000
        for _ in range(12):
            await pilot.press("pageup")
        await settled(
            pilot, app, lambda screen: len(screen.log_view.page.lines) > held or screen.log_view.page.top > 200
        )
        assert not screen.log_view.following
        await pilot.press("g")
        await settled(pilot, app, lambda screen: "line 000000" in text_of(app))
        await pilot.press("space")
        await settled(pilot, app, lambda screen: "line 000046" in text_of(app))
        await pilot.press("G")
        await settled(pilot, app, lambda screen: "line 119999" in text_of(app) and screen.log_view.following)


@pytest.mark.wide
async def test_a_search_goes_through_the_whole_log_and_back() -> None:
    async with opened(long_log()) as (app, pilot):
        await pilot.press("l")
        await settled(pilot, app, lambda screen: "line 119999" in text_of(app))
        await pilot.press("g", "slash", *"11111", "enter")
        await settled(pilot, app, lambda screen: "▸line 011111" in text_of(app))
        await pilot.press("n")
        await settled(pilot, app, lambda screen: "▸line 111110" in text_of(app))
        await pilot.press("N")
        await settled(pilot, app, lambda screen: "▸line 011111" in text_of(app))
        await pilot.press("N")
        await until(pilot, lambda: told(app) == ["No further match for 11111."])
        await settled(pilot, app, lambda screen: "▸line 011111" in text_of(app))
        await pilot.press("escape")
        await until(pilot, lambda: "▸line" not in text_of(app))
        assert isinstance(app.screen, LogScreen)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.overview)


async def test_a_log_that_grows_is_followed_until_one_reads_back() -> None:
    shown = cockpit()
    async with opened(shown) as (app, pilot):
        await pilot.press("l")
        screen = await settled(pilot, app, lambda screen: "18 passed" in text_of(app))
        shown.log_bytes["run1"] += b"grown\n" * 60
        screen.log_view.poll()
        await settled(pilot, app, lambda screen: "grown" in text_of(app))
        await pilot.press("k", "f", "f")
        await settled(pilot, app, lambda screen: not screen.log_view.following)
        shown.log_bytes["run1"] += b"more\n"
        screen.log_view.poll()
        await pilot.pause()
        assert "more" not in text_of(app)
        await pilot.press("f")
        await settled(pilot, app, lambda screen: "more" in text_of(app))


async def test_what_an_agent_says_is_read_by_kind_or_as_it_was_written() -> None:
    async with opened(cockpit()) as (app, pilot):
        await pilot.press("l", "s")
        await until(pilot, lambda: any("plain text" in said for said in told(app)))
        await pilot.press(PREVIOUS)
        screen = await settled(pilot, app, lambda screen: "Bash  pytest -q  ✓ 3.2s" in text_of(app))
        assert "says 314k tokens in (310k cached), 13k out  says $1.28" in text_of(app)
        await pilot.press("s", "s")
        await settled(pilot, app, lambda screen: "only tools" in text_of(app) and "test first" not in text_of(app))
        await pilot.press("slash", *"pytest", "enter", "escape")
        await settled(pilot, app, lambda screen: screen.log_view.page.pattern is None)
        assert "only tools" in text_of(app)
        await pilot.press("escape")
        await settled(pilot, app, lambda screen: "test first" in text_of(app) and "only" not in rows(app)[1])
        await pilot.press("g", "v")
        await settled(pilot, app, lambda screen: '"subtype":"init"' in text_of(app))
        assert screen.log_view.page.top == 0 and "raw" in rows(app)[1]
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.overview)


@pytest.mark.parametrize("content", [b"short\n", b"another " * 4000 + b"\n"], ids=["cut", "written anew"])
@pytest.mark.parametrize("follows", [True, False])
async def test_a_log_that_became_another_one_is_read_anew_and_that_is_said(content: bytes, follows: bool) -> None:
    shown = cockpit()
    shown.log_bytes["run1"] = b"first line\n" * 400
    async with opened(shown) as (app, pilot):
        await pilot.press("l")
        screen = await settled(pilot, app, lambda screen: "first line" in text_of(app))
        await pilot.press(*("G",) if follows else ("g",))
        await settled(pilot, app, lambda screen: screen.log_view.following is follows)
        screen.log_view.poll()
        await settled(pilot, app, lambda screen: True)
        assert told(app) == []
        shown.log_bytes["run1"] = content
        screen.log_view.poll()
        await settled(pilot, app, lambda screen: content.decode().split()[0] in text_of(app))
        assert "first line" not in text_of(app)
        where = "end" if follows else "start"
        assert [f"from its {where} now" in said for said in told(app)] == [True]


async def test_a_run_that_begins_while_a_log_is_read_is_said() -> None:
    shown = cockpit()
    begun = run(0, state=RunState.RUNNING, ended_at=None, exit=None)
    assert WORKING.agent.run
    other = structs.replace(
        WORKING, agent=structs.replace(WORKING.agent, run=structs.replace(WORKING.agent.run, id="run0"))
    )
    shown.log_bytes["run0"] = b"a new beginning\n"
    async with opened(shown) as (app, pilot):
        await pilot.press("l")
        await settled(pilot, app, lambda screen: "18 passed" in text_of(app))
        shown.runs = (begun, *RUNS)
        shown.put(snapshot(other, ATTENTION, STALE))
        await settled(pilot, app, lambda screen: "a new beginning" in text_of(app))
        assert "this is its log. The earlier one is at the key [" in told(app)[0]
        await pilot.press(PREVIOUS)
        await settled(pilot, app, lambda screen: "18 passed" in text_of(app))
        shown.runs = (run(0, id="run00"), begun, *RUNS)
        shown.put(snapshot(WORKING, ATTENTION, STALE))
        await until(pilot, lambda: len(told(app)) == 2)
        assert told(app)[1] == "A new run began: ] goes to its log."
        await shows(pilot, app, "Run 5 of 7", "18 passed")
