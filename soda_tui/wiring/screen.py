"""The screen: it shows what the last snapshot on disk has, and the cockpit behind it is opened after that."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from soda_tui.domain.recalling import recalled
from soda_tui.wiring.calling import Invocation, clock, settings_of
from soda_tui.wiring.opening import begin, cockpit, finished, load

if TYPE_CHECKING:
    from soda_tui.cockpit.front import Cockpit
    from soda_tui.cockpit.setting_up import SetUp
    from soda_tui.tui.app import SodaApp


def show_screen(call: Invocation) -> None:
    """Run the screen until the person leaves it; raises Failure where the cockpit cannot be opened."""
    gc.disable()  # collecting while hundreds of modules are imported costs a tenth of the first paint (measured)
    with asyncio.Runner() as runner:
        if runner.run(_show_demo(call) if call.demo else _show_until_left(call)):
            # Textual's own end, which puts the terminal right, means nothing where that has gone.
            os._exit(0)


async def _show_demo(call: Invocation) -> bool:
    async with cockpit(call) as ready:
        from soda_tui.tui.app import SodaApp

        settings = ready.settings
        return await _run(
            SodaApp(
                ready.engine,
                clock=clock,
                demo=True,
                user_themes=call.paths.themes,
                keys=settings.keys,
                ascii_only=settings.ascii,
                remarks=ready.remarks,
                notify=settings.notify,
            )
        )


async def _show_until_left(call: Invocation) -> bool:
    """Open the cockpit anew as often as what it is opened with was changed on it; whether the terminal has gone."""
    while True:
        app, gone = await _show(call)
        if gone or not app.again:
            return gone


async def _show(call: Invocation) -> tuple[SodaApp, bool]:
    paths = call.paths
    settings = settings_of(call, paths)
    begun = begin(paths, settings, call)
    # An identity that cannot be used is said before anything is shown, as a broken configuration is.
    identity = begun.store.cockpit_id()
    kept = recalled(begun.store.snapshot(), settings.repositories, identity, clock())

    from soda_tui.cockpit.late import LateCockpit
    from soda_tui.tui.app import SodaApp

    failed: list[Exception] = []
    async with AsyncExitStack() as stack:

        async def open_cockpit() -> Cockpit:
            try:
                await asyncio.to_thread(load)
                return (await stack.enter_async_context(finished(begun, paths, call))).engine
            except Exception as error:
                failed.append(error)
                app.exit()
                raise

        app = SodaApp(
            LateCockpit(kept, begun.store, open_cockpit),
            clock=clock,
            user_themes=paths.themes,
            keys=settings.keys,
            ascii_only=settings.ascii,
            remarks=begun.remarks,
            notify=settings.notify,
            setup=lambda: _set_up(call),
            guided=not settings.repositories and not paths.config_file.exists(),
        )
        gone = await _run(app)
    if failed:
        raise failed[0]
    return app, gone


def _set_up(call: Invocation) -> SetUp:
    from soda_tui.wiring.setting_up import LocalSetUp

    return LocalSetUp(call)


async def _run(app: SodaApp) -> bool:
    """Run the application; whether the terminal has gone."""
    loop, gone = asyncio.get_running_loop(), app.terminal_gone
    # Both end the screen as q does: a demo is taken away, other agents run on.
    loop.add_signal_handler(signal.SIGTERM, app.exit)
    loop.add_signal_handler(signal.SIGHUP, gone.set)
    shown = asyncio.create_task(app.run_async())
    waiting = asyncio.create_task(gone.wait())
    await asyncio.wait({shown, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if shown.done():
        waiting.cancel()
        await shown
    return gone.is_set()
