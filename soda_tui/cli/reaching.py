"""`attach` and `message`: reaching the agent that runs."""

from __future__ import annotations

import argparse
import asyncio
import os

from soda_tui import report, wiring
from soda_tui.cli.opening import opening
from soda_tui.domain import sentences as say
from soda_tui.domain.failure import ErrorCode, Exit, Failure, Problem

_MOST_WORDS = 2


def attach(arguments: argparse.Namespace) -> Exit:
    """Give the terminal to the agent's own: from here on another program is this process."""
    if arguments.json:
        raise Failure(Problem(ErrorCode.USAGE, say.NO_JSON_HERE(command="attach")))

    async def run() -> tuple[str, ...]:
        async with opening(arguments) as opened:
            return await opened.engine.attaching(opened.resolve(arguments.repository).key)

    words = asyncio.run(run())
    os.execv(words[0], words)


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
