"""`attach` and `message`: reaching the agent that runs."""

from __future__ import annotations

import argparse
import asyncio
import os

from soda_tui import report, wiring
from soda_tui.cli.opening import opening
from soda_tui.domain import sentences as say
from soda_tui.domain.failure import ErrorCode, Exit, Failure, Problem
from soda_tui.domain.runs.attachment import Ending

_MOST_WORDS = 2


def attach(arguments: argparse.Namespace) -> Exit:
    """Give the terminal to the agent's own: from here on another program is this process."""
    if arguments.json:
        raise Failure(Problem(ErrorCode.USAGE, say.NO_JSON_HERE(command="attach")))
    words = _attaching(arguments)
    os.execv(words[0], words)


def sit_down(arguments: argparse.Namespace) -> Exit:
    """Give the terminal to a conversation that was just begun there: that it ends is how it is left."""
    words = _attaching(arguments)
    status = os.spawnv(os.P_WAIT, words[0], words)
    if status in {Ending.LEFT, Ending.OVER}:
        return Exit.OK
    return Exit.REFUSED if status == Ending.REFUSED else Exit.UNEXPECTED


def _attaching(arguments: argparse.Namespace) -> tuple[str, ...]:
    async def run() -> tuple[str, ...]:
        async with opening(arguments) as opened:
            return await opened.engine.attaching(opened.resolve(arguments.repository).key)

    return asyncio.run(run())


def message(arguments: argparse.Namespace) -> Exit:
    """Tell the agent something; the repository may be left out where there is but one that could be meant."""
    *where, text = arguments.words
    if len(arguments.words) > _MOST_WORDS:
        raise Failure(Problem(ErrorCode.USAGE, say.MESSAGE_IN_QUOTES()))

    async def run() -> str:
        async with opening(arguments) as opened:
            return await opened.engine.message(opened.resolve(where[0] if where else None).key, text)

    said = asyncio.run(run())
    if arguments.json:
        report.document(wiring.encode_result({"message": said}))
    else:
        report.say(said)
    return Exit.OK
