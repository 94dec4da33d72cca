"""`auto`: agents work queues by themselves, without a screen; and what loops are told, and tell."""

from __future__ import annotations

import argparse
import asyncio
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta

from soda_tui import report, wiring
from soda_tui.cli.opening import opening
from soda_tui.domain import sentences as say
from soda_tui.domain.failure import ErrorCode, Exit, Failure, Problem
from soda_tui.domain.loop.machine import Mode
from soda_tui.domain.loop.record import Wish
from soda_tui.domain.loop.showing import told
from soda_tui.domain.model import Loop, NeedCode


def auto(arguments: argparse.Namespace) -> Exit:
    """Work the queues until everything that was wished is done, tell a loop something, or say how the loops stand."""
    if arguments.status:
        return asyncio.run(_status(arguments))
    if arguments.mode is not None:
        return asyncio.run(_tell(arguments, Mode(arguments.mode)))
    return asyncio.run(_work(arguments))


async def _status(arguments: argparse.Namespace) -> Exit:
    async with opening(arguments) as opened:
        keys = [opened.resolve(name).key for name in arguments.repositories] or list(opened.keys)
        loops = opened.engine.loops(keys)
        if arguments.json:
            report.document(wiring.encode_result(loops))
        for key, loop in () if arguments.json else loops.items():
            report.say(say.LOOP_LINE(repository=key, **_words(loop)))
        for view in () if arguments.json else opened.engine.snapshot.repositories:
            for need in view.needs:
                if view.key in keys and need.code is NeedCode.FEEDBACK:
                    report.say(say.LOOP_LINE(repository=view.key, mode=NeedCode.FEEDBACK, why=need.message))
        return Exit.OK


async def _tell(arguments: argparse.Namespace, mode: Mode) -> Exit:
    async with opening(arguments) as opened:
        _check(arguments, opened)
        for key in _meant(arguments, opened):
            wish = _wish(arguments, mode) if mode is Mode.ON else opened.engine.wish(key, mode)
            opened.engine.wish_for(key, wish)
            report.say(told(key, mode))
            if mode is Mode.ON and (stopped := await opened.engine.stopped(key)):
                report.say(stopped)
        return Exit.OK


async def _work(arguments: argparse.Namespace) -> Exit:
    async with opening(arguments) as opened:
        keys = _meant(arguments, opened)
        _check(arguments, opened)
        for key in keys:
            # Only a person who says so goes on past a checkpoint, and no service that is begun anew.
            stands = arguments.stay and opened.world.loops.wish(key).since is not None
            if not stands and not opened.engine.at_checkpoint(key):
                opened.engine.wish_for(key, _wish(arguments, Mode.ON))
        stopping = asyncio.Event()
        for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(one, stopping.set)
        running = asyncio.create_task(opened.engine.run(loops=True))
        waiting = asyncio.create_task(stopping.wait())
        try:
            await _until_through(arguments, opened, keys, waiting)
        finally:
            if stopping.is_set() and not arguments.stay:
                _leave(opened, keys)
            waiting.cancel()
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
        return Exit.OK


def _leave(opened: wiring.Opened, keys: Sequence[str]) -> None:
    """Turn off the loops, but for what waits for a person anyhow; agents have supervisors of their own, and go on."""
    others = [key for key in keys if not opened.engine.owns(key)]
    if others:
        report.say(say.AUTO_LEFT_OTHERS(repositories=", ".join(others)))
    keys = [key for key in keys if key not in others]
    if not keys:
        return
    for key, loop in opened.engine.loops(keys).items():
        if loop is None or loop.mode is not Mode.PAUSED:
            opened.engine.wish_for(key, opened.engine.wish(key, Mode.OFF))
    views = (part for part in opened.engine.snapshot.repositories if part.key in keys)
    at_work = [view.name for view in views if view.agent.run is not None and view.agent.run.pid is not None]
    names = ", ".join(keys)
    if at_work:
        report.say(say.AUTO_LEFT_RUNNING(repositories=names, count=len(at_work), working=", ".join(at_work)))
    else:
        report.say(say.AUTO_LEFT(repositories=names))


async def _until_through(
    arguments: argparse.Namespace, opened: wiring.Opened, keys: Sequence[str], stopping: asyncio.Task[bool]
) -> None:
    """Say what the loops do, as it changes, until all are off or somebody ends this."""
    said: dict[str, str] = {}
    while not stopping.done():
        seen = opened.engine.snapshot
        loops = opened.engine.loops(keys)
        for key, loop in loops.items():
            words = _words(loop)["why"]
            if loop is None and key in said:
                words = told(key, Mode.OFF)
            if words and said.get(key) != words:
                said[key] = words
                report.say(say.LOOP_NEWS(time=f"{wiring.clock().astimezone():%H:%M:%S}", repository=key, why=words))
        if not arguments.stay and all(loop is None or loop.mode is Mode.OFF for loop in loops.values()):
            return
        changed = asyncio.create_task(opened.engine.changed(seen))
        await asyncio.wait({changed, stopping}, return_when=asyncio.FIRST_COMPLETED)
        changed.cancel()


def _meant(arguments: argparse.Namespace, opened: wiring.Opened) -> list[str]:
    """The repositories that are named, else those that are enabled; raises a Failure where there are none."""
    if arguments.repositories:
        return [opened.resolve(name).key for name in arguments.repositories]
    enabled = [one.key for one in opened.settings.repositories if one.auto.enabled]
    if not enabled:
        raise Failure(Problem(ErrorCode.CONFIGURATION, say.NOTHING_AUTO()))
    return enabled


def _check(arguments: argparse.Namespace, opened: wiring.Opened) -> None:
    """Raise a Failure where the profile to launch with does not exist: nothing must be turned on that cannot work."""
    if arguments.profile is not None:
        opened.world.profiles.named(arguments.profile)


def _wish(arguments: argparse.Namespace, mode: Mode) -> Wish:
    now = wiring.clock()
    until = now + timedelta(seconds=arguments.seconds) if arguments.seconds else None
    return Wish(mode, now, until, arguments.max_issues, arguments.profile)


def _words(loop: Loop | None) -> Mapping[str, str]:
    if loop is None:
        return {"mode": Mode.OFF, "why": ""}
    until = f" ({loop.until.astimezone():%H:%M})" if loop.until else ""
    return {"mode": loop.mode, "why": f"{loop.why}{until}"}
