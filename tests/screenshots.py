"""The README's pictures, made from the demo: `python tests/screenshots.py` writes them into screenshots/."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot

from soda_tui import wiring
from soda_tui.cockpit.engine import Engine
from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import Status
from soda_tui.domain.model import Repository
from soda_tui.tui.app import SodaApp
from soda_tui.tui.screens.log import LogScreen
from soda_tui.tui.screens.zoom import DRIFT, QUEUE, ZoomScreen

FOLDER = Path(__file__).parent.parent / "screenshots"
WIDE, NARROW = (150, 40), (120, 34)
LIGHT = "soda-light"
ROCKET, LANTERN, TEAPOT = (f"github.com/acme/{name}" for name in ("rocket", "lantern", "teapot"))
_STEP, _PATIENCE = 0.05, 120
_LINES = 7


async def until(true: Callable[[], bool]) -> None:
    """Wait until something has come true on the screen."""
    async with asyncio.timeout(_PATIENCE):
        while not true():
            await asyncio.sleep(_STEP)


def view(engine: Engine, key: str) -> Repository:
    """A repository as it is now."""
    return next(part for part in engine.snapshot.repositories if part.key == key)


async def reach(engine: Engine, key: str, status: Status) -> None:
    """Wait until a repository's agent has the status."""
    await until(lambda: view(engine, key).agent.status is status)


async def work(engine: Engine, key: str) -> None:
    """Pop, and start the agent."""
    for verb in (Verb.POP, Verb.LAUNCH):
        outcome = await engine.act(key, verb)
        assert outcome.ok, outcome.message


async def drift(engine: Engine) -> None:
    """Let things drift apart: a claimed branch is deleted on GitHub, and somebody leaves it in the worktree."""
    await engine.act(LANTERN, Verb.POP)
    agent = view(engine, LANTERN).agent
    assert agent.worktree is not None and agent.branch is not None
    for words in (
        ("push", "--quiet", "origin", "--delete", agent.branch),
        ("switch", "--quiet", "-c", "try-this-first"),
    ):
        await asyncio.to_thread(subprocess.run, ["git", "-C", agent.worktree.path, *words], check=True)
    await engine.refresh()


class Studio:
    """Takes pictures of an application."""

    def __init__(self, app: SodaApp, pilot: Pilot[None]) -> None:
        self._app = app
        self._pilot = pilot

    async def shoot(self, name: str, size: tuple[int, int] = NARROW) -> None:
        """Write one picture once everything is painted, without what was said in passing."""
        await self._pilot.resize_terminal(*size)
        self._app.overview.status.message = None
        self._app.overview.said.hide()
        await self._pilot.pause()
        await self._pilot.wait_for_scheduled_animations()
        await self._pilot.pause()
        self._app.save_screenshot(f"{name}.svg", str(FOLDER))

    async def zoom(self, number: int, tab: int) -> None:
        """Zoom a repository and open a tab."""
        await self._pilot.press(str(number), "z")
        await until(lambda: isinstance(self._app.screen, ZoomScreen) and bool(self._app.screen.body.children))
        assert isinstance(self._app.screen, ZoomScreen)
        await self._app.screen.open(tab)


async def main() -> None:
    """Play a scene in the demo and write each picture."""
    async with wiring.cockpit(wiring.Invocation({}, demo=True)) as opened:
        engine = opened.engine
        app = SodaApp(engine, clock=wiring.clock, demo=True)
        async with app.run_test(size=WIDE) as pilot:
            studio = Studio(app, pilot)
            await reach(engine, ROCKET, Status.IDLE)
            await drift(engine)
            await work(engine, TEAPOT)
            await reach(engine, TEAPOT, Status.DONE)
            # What is a minute old may still be somebody's next step on its way, and is no drift yet.
            await until(lambda: len(view(engine, LANTERN).drift) > 1)
            await work(engine, ROCKET)
            async with asyncio.timeout(_PATIENCE):
                while len(await engine.tail(ROCKET)) < _LINES:
                    await asyncio.sleep(_STEP)
            await studio.shoot("overview", WIDE)
            app.wardrobe.try_on(LIGHT)
            await studio.shoot("light", WIDE)
            app.wardrobe.try_on(None)
            await studio.zoom(1, QUEUE)
            await studio.shoot("zoom")
            await pilot.press("l")
            await until(lambda: isinstance(app.screen, LogScreen) and bool(app.screen.log_view.page.lines))
            await studio.shoot("log")
            await pilot.press("escape", "escape")
            await studio.zoom(2, DRIFT)
            await studio.shoot("drift")
            await pilot.press("escape", "1", "p")
            await until(lambda: app.screen is not app.overview)
            await studio.shoot("peek")
            await pilot.press("escape", "i")
            await until(lambda: app.screen is not app.overview)
            await studio.shoot("inbox")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    asyncio.run(main())
