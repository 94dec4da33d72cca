"""The README's screenshots, made from the demo: `python tests/screenshots.py` writes them into screenshots/."""

from __future__ import annotations

import asyncio
from pathlib import Path

from textual.pilot import Pilot

from soda_tui import wiring
from soda_tui.cockpit.engine import Engine
from soda_tui.domain.actions import Verb
from soda_tui.domain.model import Status
from soda_tui.tui.app import SodaApp

FOLDER = Path(__file__).parent.parent / "screenshots"
SIZE = (170, 44)
ROCKET, TEAPOT = "github.com/acme/rocket", "github.com/acme/teapot"


async def reach(engine: Engine, key: str, status: Status) -> None:
    """Wait until a repository's agent has the status."""
    snapshot = engine.snapshot
    while all(part.key != key or part.agent.status is not status for part in snapshot.repositories):
        snapshot = await engine.changed(snapshot)


async def shoot(app: SodaApp, pilot: Pilot[None], name: str) -> None:
    """Write one screenshot once everything is painted."""
    await pilot.pause()
    await pilot.wait_for_scheduled_animations()
    app.save_screenshot(f"{name}.svg", str(FOLDER))


async def main() -> None:
    """Play a scene in the demo and write each screenshot."""
    async with wiring.cockpit(wiring.Invocation({}, demo=True)) as opened:
        engine = opened.engine
        app = SodaApp(engine, clock=wiring.clock, demo=True)
        async with app.run_test(size=SIZE) as pilot:
            await reach(engine, ROCKET, Status.IDLE)
            for verb in (Verb.POP, Verb.LAUNCH):
                await engine.act(TEAPOT, verb)
            await reach(engine, TEAPOT, Status.DONE)
            for verb in (Verb.POP, Verb.LAUNCH):
                await engine.act(ROCKET, verb)
            await reach(engine, ROCKET, Status.WORKING)
            await asyncio.sleep(4)  # the scripted agent paces itself, and its log is what the picture is about
            await shoot(app, pilot, "overview")
            await pilot.press("2", "p")
            await asyncio.sleep(1)
            await shoot(app, pilot, "peek")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    asyncio.run(main())
