"""Commands on one repository: pop, bottle, reset, launch, stop; peek, logs and path."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from soda_tui import report, wiring
from soda_tui.cli.opening import opening
from soda_tui.cockpit.ports import Runs
from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.facts import RunFacts
from soda_tui.domain.failure import Exit, Failure, Problem
from soda_tui.domain.logtext import LineAssembler
from soda_tui.domain.model import ErrorCode
from soda_tui.domain.outcome import Options, Outcome

T = TypeVar("T")

_CHUNK = 65536


def act(arguments: argparse.Namespace) -> Exit:
    """Do what the command's name says to the repository."""
    verb = Verb(arguments.command)
    if verb is Verb.LAUNCH and arguments.show_prompt:
        return _show_prompt(arguments)
    options = Options(
        arguments.issue,
        arguments.fresh,
        arguments.yes,
        arguments.dry_run,
        commit_all=arguments.commit_all,
        include=tuple(arguments.include or ()),
    )
    return perform(arguments, verb, options)


def perform(arguments: argparse.Namespace, verb: Verb, options: Options) -> Exit:
    """Do it, after its question where there is one and a person to answer it, and print how it ended."""
    result = _act(arguments, verb, options)
    if result.asks is not None and not arguments.json and sys.stdin.isatty():
        # Asked while no event loop runs, so that Ctrl-C ends the question at once.
        if report.confirm(result.asks):
            result = _act(arguments, verb, replace(options, yes=True, seen=result.seen))
        else:
            result = replace(result, message=say.CANCELLED(repository=result.repository))
    if arguments.json:
        report.document(wiring.encode_result(result))
    else:
        report.outcome(result)
    return result.problem.exit if result.problem else Exit.OK


def _act(arguments: argparse.Namespace, verb: Verb, options: Options) -> Outcome:
    async def run(opened: wiring.Opened, key: str) -> Outcome:
        return await opened.engine.act(key, verb, options)

    return _run(arguments, run)


def peek(arguments: argparse.Namespace) -> Exit:
    """Print the issue that pop would take, or the one named."""

    async def run(opened: wiring.Opened, key: str) -> Exit:
        found = await opened.engine.peek(key, arguments.issue)
        if arguments.json:
            report.document(wiring.encode_result(found))
        else:
            report.peek(found)
        return Exit.OK

    return _run(arguments, run)


def logs(arguments: argparse.Namespace) -> Exit:
    """Print the newest run's log, cleaned unless `--raw`, and follow it while it runs."""

    if arguments.json:
        raise Failure(Problem(ErrorCode.USAGE, say.NO_JSON_HERE(command="logs")))

    async def run(opened: wiring.Opened, key: str) -> Exit:
        newest = (await opened.world.runs.current([key])).get(key)
        if newest is None:
            raise Failure(Problem(ErrorCode.NOTHING_TO_DO, say.NO_LOG(repository=key)))
        lines = LineAssembler()
        runs = opened.world.runs
        async for chunk in runs.follow(newest) if arguments.follow else _content(runs, newest):
            if arguments.raw:
                report.raw(chunk)
            else:
                for line in lines.feed(chunk):
                    report.say(line)
        if not arguments.raw and lines.rest:
            report.say(lines.rest)
        return Exit.OK

    return _run(arguments, run)


def path(arguments: argparse.Namespace) -> Exit:
    """Print the directory where the agent works, for `cd "$(soda-tui path REPO)"`."""

    async def run(opened: wiring.Opened, key: str) -> Exit:
        found = await opened.worktree(key)
        if arguments.json:
            report.document(wiring.encode_result({"path": found}))
        else:
            report.say(found)
        return Exit.OK

    return _run(arguments, run)


def _show_prompt(arguments: argparse.Namespace) -> Exit:
    async def run(opened: wiring.Opened, key: str) -> str:
        return await opened.engine.prompt(key)

    prompt = _run(arguments, run)
    if arguments.json:
        report.document(wiring.encode_result({"prompt": prompt}))
    else:
        report.say(prompt)
    return Exit.OK


async def _content(runs: Runs, run: RunFacts) -> AsyncIterator[bytes]:
    """The log as it is now, in pieces."""
    offset = 0
    while chunk := await runs.read(run, offset, _CHUNK):
        offset += len(chunk)
        yield chunk


def _run(arguments: argparse.Namespace, command: Callable[[wiring.Opened, str], Awaitable[T]]) -> T:
    async def run() -> T:
        async with opening(arguments) as opened:
            return await command(opened, opened.resolve(arguments.repository).key)

    return asyncio.run(run())
