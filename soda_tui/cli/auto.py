"""`auto`: agents work queues by themselves, without a screen; and what loops are told, and tell."""

from __future__ import annotations

import argparse
import asyncio
import signal
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta

from soda_tui import report, wiring
from soda_tui.cli.opening import opening
from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import NeedCode
from soda_tui.domain.failure import ErrorCode, Exit, Failure, Problem
from soda_tui.domain.loop.machine import Doing, Mode
from soda_tui.domain.loop.record import Wish
from soda_tui.domain.loop.showing import on_again, told, unbounded
from soda_tui.domain.model import Loop

_ACTS = 20
# What the loop says next tells of these.
_SEEN = frozenset({Verb.POP, Verb.LAUNCH})
_CAME_BACK = {NeedCode.FEEDBACK: "feedback", NeedCode.FEEDBACK_ASKS: "feedback", NeedCode.GIVEN_UP: "given up"}


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
        loops = await opened.engine.loops_now(keys)
        if arguments.json:
            report.document(wiring.encode_result(loops))
            return Exit.OK
        if not keys:
            report.say(say.NOTHING_ENROLLED())
        names = _names(opened)
        for key, loop in loops.items():
            mode = loop.mode if loop is not None else Mode.OFF
            report.say(say.LOOP_LINE(repository=names[key], mode=mode, why=_why(loop)).rstrip())
        for view in opened.engine.snapshot.repositories:
            for need in view.needs:
                if view.key in keys and need.code in _CAME_BACK:
                    report.say(say.LOOP_LINE(repository=names[view.key], mode=_CAME_BACK[need.code], why=need.message))
        return Exit.OK


async def _tell(arguments: argparse.Namespace, mode: Mode) -> Exit:
    async with opening(arguments) as opened:
        _check(arguments, opened)
        for key in _meant(arguments, opened):
            if mode is Mode.DRAINING and opened.world.loops.wish(key).mode is Mode.OFF:
                report.say(say.LOOP_OFF_ALREADY(repository=_names(opened)[key]))
                continue
            wish = opened.engine.wish(key, mode)
            if mode is Mode.ON:
                wish = on_again(opened.world.loops.wish(key), _wish(arguments))
            opened.engine.wish_for(key, wish)
            report.say(told(_names(opened)[key], mode))
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
            if not stands and not opened.engine.awaits_a_look(key):
                opened.engine.wish_for(key, on_again(opened.world.loops.wish(key), _wish(arguments)))
        for silent in (unbounded(part) for part in opened.settings.repositories if part.key in keys):
            if silent:
                report.say(silent)
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
    names = _names(opened)
    others = [key for key in keys if not opened.engine.owns(key)]
    if others:
        report.say(say.AUTO_LEFT_OTHERS(repositories=", ".join(names[key] for key in others)))
    keys = [key for key in keys if key not in others]
    if not keys:
        return
    for key, loop in opened.engine.loops(keys).items():
        if loop is None or loop.mode is not Mode.PAUSED:
            opened.engine.wish_for(key, opened.engine.wish(key, Mode.OFF))
    views = (part for part in opened.engine.snapshot.repositories if part.key in keys)
    at_work = [view.name for view in views if view.agent.run is not None and view.agent.run.pid is not None]
    left = ", ".join(names[key] for key in keys)
    if at_work:
        report.say(say.AUTO_LEFT_RUNNING(repositories=left, count=len(at_work), working=", ".join(at_work)))
    else:
        report.say(say.AUTO_LEFT(repositories=left))


async def _until_through(
    arguments: argparse.Namespace, opened: wiring.Opened, keys: Sequence[str], stopping: asyncio.Task[bool]
) -> None:
    """Say what the loops do, as it changes, until all are off or somebody ends this."""
    said: dict[str, str] = {}
    told_acts = {entry.id for key in keys for entry in await opened.world.journal.entries(key, _ACTS) if entry.ended}
    names, unread = _names(opened), say.LOOP_UNREAD()
    while not stopping.done():
        seen = opened.engine.snapshot
        loops = opened.engine.loops(keys)
        for key, loop in loops.items():
            words = _why(loop) if _has_begun(loop) else ""
            if loop is None and key in said:
                words = told(names[key], Mode.OFF)
            if words and said.get(key) != words and (words != unread or key in said):
                said[key] = words
                for message in (*await _come_of(opened, key, told_acts), words):
                    time = f"{wiring.clock().astimezone():%H:%M:%S}"
                    report.say(say.LOOP_NEWS(time=time, repository=names[key], why=message))
        if not arguments.stay and all(loop is None or loop.mode is Mode.OFF for loop in loops.values()):
            return
        changed = asyncio.create_task(opened.engine.changed(seen))
        await asyncio.wait({changed, stopping}, return_when=asyncio.FIRST_COMPLETED)
        changed.cancel()


async def _come_of(opened: wiring.Opened, key: str, told_acts: set[str]) -> list[str]:
    """What came of the acts of a repository's loop that have ended, each once."""
    acts = [one for one in reversed(await opened.world.journal.entries(key, _ACTS)) if one.ended and one.unattended]
    fresh = [one for one in acts if one.id not in told_acts]
    told_acts.update(one.id for one in fresh)
    return [one.message for one in fresh if one.verb not in _SEEN and one.message]


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


def _wish(arguments: argparse.Namespace) -> Wish:
    now = wiring.clock()
    until = now + timedelta(seconds=arguments.seconds) if arguments.seconds else None
    return Wish(Mode.ON, now, until, arguments.max_issues, arguments.profile)


def _names(opened: wiring.Opened) -> Mapping[str, str]:
    """What repositories are called: OWNER/NAME, with the host where another one has that as well."""
    full = {one.key: one.name.full for one in opened.settings.repositories}
    counts = Counter(name.lower() for name in full.values())
    return {key: name if counts[name.lower()] == 1 else key for key, name in full.items()}


def _has_begun(loop: Loop | None) -> bool:
    """Whether the loop's owner has looked; before that, here is one who will in a moment."""
    return loop is None or loop.mode is Mode.OFF or loop.doing is not Doing.RESTING


def _why(loop: Loop | None) -> str:
    if loop is None:
        return ""
    until = f" (until {loop.until.astimezone():%H:%M})" if loop.until else ""
    return f"{loop.why}{until}"
