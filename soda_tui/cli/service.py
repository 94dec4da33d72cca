"""`service`: agents work queues without anybody logged in, by the system's own manager of services."""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import TYPE_CHECKING

from soda_tui import report, wiring
from soda_tui.cli.opening import opening
from soda_tui.domain import sentences as say
from soda_tui.domain.failure import ErrorCode, Exit, Failure, Problem
from soda_tui.domain.loop.machine import Mode
from soda_tui.domain.loop.record import Wish

if TYPE_CHECKING:
    from soda_tui.wiring.serving import UserService


def service(arguments: argparse.Namespace) -> Exit:
    """Install it, say how it stands, or remove it."""
    return {"install": _install, "status": _status, "uninstall": _uninstall}[arguments.change](arguments)


def _install(arguments: argparse.Namespace) -> Exit:
    call = wiring.invocation(arguments)
    repositories = wiring.worked(call, arguments.repositories)
    names = ", ".join(one.name.full for one in repositories)
    made = wiring.user_service(call, arguments.repositories)
    left_out = ", ".join(wiring.left_out(made, repositories))
    if arguments.dry_run:
        _show(arguments, made, left_out)
        return Exit.OK
    made.check()
    wiring.find_tokens(call, repositories)
    runs = made.is_current()
    if not runs:
        _show(arguments, made, left_out)
        _agree(arguments, made, say.SERVICE_ASK(file=made.file, repositories=names))
        made.install()
        asyncio.run(_turn_on(arguments, [one.key for one in repositories]))
    if arguments.json:
        report.document(wiring.encode_result(made.standing()))
        return Exit.OK
    told = say.SERVICE_ALREADY if runs else say.SERVICE_INSTALLED
    report.say(told(file=made.file, repositories=names))
    if not made.lingers():
        report.say(say.SERVICE_LINGER())
    return Exit.OK


async def _turn_on(arguments: argparse.Namespace, keys: list[str]) -> None:
    """Wish the loops on, which the service itself leaves as they are."""
    async with opening(arguments) as opened:
        for key in keys:
            if opened.engine.wish(key, Mode.ON) != opened.world.loops.wish(key):
                opened.engine.wish_for(key, Wish(Mode.ON, wiring.clock()))


def _status(arguments: argparse.Namespace) -> Exit:
    call = wiring.invocation(arguments)
    standing = wiring.user_service(call).standing()
    if arguments.json:
        report.document(wiring.encode_result(standing))
        return Exit.OK
    if not standing.installed:
        raise Failure(Problem(ErrorCode.NOTHING_TO_DO, say.SERVICE_NONE(file=standing.file)))
    report.say(say.SERVICE_STANDS(state=standing.state, file=standing.file))
    if (stop := wiring.stop_file(call)) is not None:
        report.say(say.SERVICE_STOPPED(path=stop))
    report.say(say.SERVICE_LOG(command=standing.log))
    return Exit.OK


def _uninstall(arguments: argparse.Namespace) -> Exit:
    made = wiring.user_service(wiring.invocation(arguments))
    if not made.standing().installed:
        raise Failure(Problem(ErrorCode.NOTHING_TO_DO, say.SERVICE_NONE(file=made.file)))
    _agree(arguments, made, say.SERVICE_ASK_REMOVE(file=made.file))
    made.uninstall()
    if arguments.json:
        report.document(wiring.encode_result(made.standing()))
    else:
        report.say(say.SERVICE_REMOVED(file=made.file))
    return Exit.OK


def _show(arguments: argparse.Namespace, made: UserService, left_out: str) -> None:
    if arguments.json:
        return
    tell = report.say if arguments.dry_run else report.warn
    tell(f"{made.file}:\n")
    tell(made.text)
    if left_out:
        report.warn(say.SERVICE_LEAVES_OUT(names=left_out))


def _agree(arguments: argparse.Namespace, made: UserService, question: str) -> None:
    if arguments.yes:
        return
    if not sys.stdin.isatty():
        raise Failure(Problem(ErrorCode.REFUSED, say.ASKS_FIRST(question=question)))
    if not report.confirm(question):
        raise Failure(Problem(ErrorCode.REFUSED, say.CANCELLED(repository=made.file)))
