"""`estop` and `resume`: stop all agents of this machine, and lift that; neither reads the configuration."""

from __future__ import annotations

import argparse
import asyncio

from soda_tui import report, wiring
from soda_tui.domain import sentences as say
from soda_tui.domain.failure import ErrorCode, Exit, Failure, Problem
from soda_tui.domain.stops import Halt, Stop, halt_words, lifted_words


def estop(arguments: argparse.Namespace) -> Exit:
    """Stop all agents, and wait until none is left; `PARTIAL` where one could not be ended."""

    async def run() -> Halt:
        async with wiring.stops(wiring.invocation(arguments)) as stops:
            return await stops.halt(say.BY_COMMAND())

    halt = asyncio.run(run())
    if arguments.json:
        report.document(wiring.encode_result(halt))
    for words in () if arguments.json else halt_words(halt):
        report.say(words)
    return Exit.PARTIAL if halt.left else Exit.OK


def resume(arguments: argparse.Namespace) -> Exit:
    """Lift the stop; there is nothing to do where none stands."""

    async def run() -> Stop | None:
        async with wiring.stops(wiring.invocation(arguments)) as stops:
            return await stops.lift()

    lifted = asyncio.run(run())
    if lifted is None:
        raise Failure(Problem(ErrorCode.NOTHING_TO_DO, say.NO_STOP()))
    if arguments.json:
        report.document(wiring.encode_result(lifted))
    else:
        report.say(lifted_words(lifted))
    return Exit.OK
