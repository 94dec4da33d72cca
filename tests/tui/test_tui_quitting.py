"""Quitting says what becomes of agents and loops, finishes what is under way, and ends at once where asked twice."""

from __future__ import annotations

import pytest
from tui.frozen import FrozenCockpit
from tui.piloting import opened, told, until
from tui.shown import TRIO, repository, snapshot

from soda_tui.domain.loop.machine import Doing, Mode
from soda_tui.domain.model import Loop

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("demo", [False, True])
async def test_quitting_says_what_becomes_of_the_agents(demo: bool) -> None:
    async with opened(FrozenCockpit(TRIO), demo=demo) as (app, pilot):
        await pilot.press("q")
        await until(pilot, lambda: app._exit)
        said = " ".join(str(part) for part in app._exit_renderables)
        assert ("acme/rocket 12" in said and "run on" in said) is not demo
        assert ("were stopped" in said) is demo


async def test_quitting_says_that_loops_rest_until_somebody_goes_on_with_them() -> None:
    on, off = (Loop(mode, Doing.WAITING, "It waits.", None, False) for mode in (Mode.ON, Mode.OFF))
    shown = snapshot(repository(loop=on), repository("acme/teapot", loop=off))
    async with opened(FrozenCockpit(shown)) as (app, pilot):
        await pilot.press("q")
        await until(pilot, lambda: app._exit)
        said = " ".join(str(part) for part in app._exit_renderables)
        assert "loop is on in acme/rocket: it rests until" in said


async def test_quitting_finishes_what_is_under_way_and_says_so() -> None:
    cockpit = FrozenCockpit(snapshot(repository()))
    cockpit.may_end.clear()
    async with opened(cockpit) as (app, pilot):
        await pilot.press("P", "q")
        await until(pilot, lambda: bool(told(app)))
        assert told(app)[0].startswith("Finishing pop in acme/rocket before leaving") and "Press q" in told(app)[0]
        assert not app._exit
        cockpit.may_end.set()
        await until(pilot, lambda: app._exit)
        assert "Did pop in" in str(app._exit_renderables[0])
        assert not cockpit.abandoned


async def test_quitting_twice_leaves_at_once() -> None:
    cockpit = FrozenCockpit(snapshot(repository()))
    cockpit.may_end.clear()
    async with opened(cockpit) as (app, pilot):
        await pilot.press("P", "q", "q")
        await until(pilot, lambda: app._exit)
        assert cockpit.abandoned
        assert "Left in the middle of pop in acme/rocket." in str(app._exit_renderables[0])


async def test_what_was_written_is_sent_before_leaving() -> None:
    async with opened(FrozenCockpit(TRIO)) as (app, pilot):
        with app.acting.doing("what was sent to acme/rocket"):
            await pilot.press("q")
            await until(pilot, lambda: any("what was sent to acme/rocket" in said for said in told(app)))
            assert not app._exit
        await until(pilot, lambda: app._exit)
