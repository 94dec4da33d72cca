"""Commands on one repository: pop, bottle, reset, launch, stop; peek and path."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from soda_tui import report, wiring
from soda_tui.cli.opening import opening
from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.failure import ErrorCode, Exit, Failure, Problem
from soda_tui.domain.outcome import Options, Outcome

T = TypeVar("T")


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
        profile=arguments.profile,
        extra=arguments.extra,
        launching=arguments.launch,
    )
    if verb is Verb.POP and (arguments.profile or arguments.extra) and not arguments.launch:
        raise Failure(Problem(ErrorCode.USAGE, say.ONLY_WITH_LAUNCH()))
    ended = perform(arguments, verb, options)
    if verb is Verb.SIT and ended is Exit.OK and not (options.dry_run or arguments.json) and sys.stdin.isatty():
        from soda_tui.cli.reaching import attach

        return attach(arguments)
    return ended


def perform(arguments: argparse.Namespace, verb: Verb, options: Options) -> Exit:
    """Do it, after its question where there is one and a person to answer it, and print how it ended.

    Of a pop that is followed by a launch, a document tells how the last of the two ended.
    """
    result = _ended(arguments, verb, options)
    if options.launching and result.ok and not options.dry_run:
        if not arguments.json:
            report.outcome(result)
        result = _ended(arguments, Verb.LAUNCH, replace(options, issue=None, fresh=False, launching=False))
    if arguments.json:
        report.document(wiring.encode_result(result))
    else:
        report.outcome(result)
    return result.problem.exit if result.problem else Exit.OK


def _ended(arguments: argparse.Namespace, verb: Verb, options: Options) -> Outcome:
    result = _act(arguments, verb, options)
    if result.asks is not None and not arguments.json and sys.stdin.isatty():
        # Asked while no event loop runs, so that Ctrl-C ends the question at once.
        if report.confirm(result.asks):
            result = _act(arguments, verb, replace(options, yes=True, seen=result.seen))
        else:
            result = replace(result, message=say.CANCELLED(repository=result.repository))
    return result


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
        return await opened.engine.prompt(key, None, arguments.profile, arguments.extra)

    prompt = _run(arguments, run)
    if arguments.json:
        report.document(wiring.encode_result({"prompt": prompt}))
    else:
        report.say(prompt)
    return Exit.OK


def _run(arguments: argparse.Namespace, command: Callable[[wiring.Opened, str], Awaitable[T]]) -> T:
    async def run() -> T:
        async with opening(arguments) as opened:
            return await command(opened, opened.resolve(arguments.repository).key)

    return asyncio.run(run())
