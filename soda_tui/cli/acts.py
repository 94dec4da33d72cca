"""Commands on one repository: pop, bottle, reset, launch, stop; peek and path."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

from msgspec import structs

from soda_tui import report, wiring
from soda_tui.cli.opening import opening
from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.failure import ErrorCode, Exit, Failure, Problem
from soda_tui.domain.outcome import Options, Outcome
from soda_tui.domain.strategy import Strategy

T = TypeVar("T")


def act(arguments: argparse.Namespace) -> Exit:
    """Do what the command's name says to the repository."""
    verb = Verb(arguments.command)
    if verb is Verb.LAUNCH and arguments.show_prompt:
        return _show_prompt(arguments)
    if verb is Verb.LAND:
        return _land(arguments)
    if verb is Verb.BUNDLE:
        return _bundle(arguments)
    if verb is Verb.FEEDBACK:
        return _feedback(arguments)
    options = Options(
        arguments.issue,
        arguments.fresh,
        arguments.yes,
        arguments.dry_run,
        arguments.seen,
        commit_all=arguments.commit_all,
        include=tuple(arguments.include or ()),
        unchecked=arguments.unchecked,
        as_is=arguments.as_is,
        profile=arguments.profile,
        extra=arguments.extra,
        launching=arguments.launch,
        going_on=arguments.going_on,
    )
    if options.going_on and options.profile is not None:
        raise Failure(Problem(ErrorCode.USAGE, say.CONTINUE_OR_PROFILE()))
    if verb is Verb.POP and (arguments.profile or arguments.extra) and not arguments.launch:
        raise Failure(Problem(ErrorCode.USAGE, say.ONLY_WITH_LAUNCH()))
    ended = perform(arguments, verb, options)
    if verb is Verb.SIT and ended is Exit.OK and not (options.dry_run or arguments.json) and sys.stdin.isatty():
        from soda_tui.cli.reaching import sit_down

        return sit_down(arguments)
    return ended


def _request(arguments: argparse.Namespace) -> int | None:
    """The pull request that is named in `[REPO] [PR]`, the repository put where commands look for it."""
    *repository, last = arguments.where or [""]
    number = last.removeprefix("#")
    if not number.isdecimal():
        repository, number = [*repository, *filter(None, (last,))], ""
    if len(repository) > 1:
        raise Failure(Problem(ErrorCode.USAGE, say.NOT_A_REQUEST(text=" ".join(arguments.where))))
    arguments.repository = repository[0] if repository else None
    return int(number) if number else None


def _feedback(arguments: argparse.Namespace) -> Exit:
    """Take up feedback on one pull request, or on the first that came back, and launch an agent on it."""
    options = Options(
        yes=arguments.yes,
        dry_run=arguments.dry_run,
        seen=arguments.seen,
        pull_request=_request(arguments),
        profile=arguments.profile,
        extra=arguments.extra,
        launching=True,
    )
    return perform(arguments, Verb.FEEDBACK, options)


def _land(arguments: argparse.Namespace) -> Exit:
    """Land one pull request, or all that are ready: `[REPO] [PR]`."""
    options = Options(
        yes=arguments.yes,
        dry_run=arguments.dry_run,
        seen=arguments.seen,
        pull_request=_request(arguments),
        strategy=Strategy(arguments.strategy) if arguments.strategy else None,
    )
    return perform(arguments, Verb.LAND, options)


def _bundle(arguments: argparse.Namespace) -> Exit:
    """Make one pull request of several: `[REPO] [ISSUE…]`."""
    first, *rest = [text.removeprefix("#") for text in arguments.where] or [""]
    repository, found = (None, [first, *rest]) if first.isdecimal() else (arguments.where[:1], rest)
    if not all(text.isdecimal() for text in found):
        raise Failure(Problem(ErrorCode.USAGE, say.NOT_ISSUES(text=" ".join(arguments.where))))
    arguments.repository = repository[0] if repository else None
    options = Options(
        yes=arguments.yes,
        dry_run=arguments.dry_run,
        seen=arguments.seen,
        unchecked=arguments.unchecked,
        issues=tuple(dict.fromkeys(map(int, found))),
    )
    return perform(arguments, Verb.BUNDLE, options)


def perform(arguments: argparse.Namespace, verb: Verb, options: Options) -> Exit:
    """Do it, after its question where there is one and a person to answer it, and print how it ended.

    Of a pop that is followed by a launch, a document tells how the last of the two ended.
    """
    result, options = _ended(arguments, verb, options)
    if options.launching and result.ok and not options.dry_run:
        if not arguments.json:
            report.outcome(result)
        options = structs.replace(options, issue=None, fresh=False, launching=False, pull_request=None)
        result, _ = _ended(arguments, Verb.LAUNCH, options)
    if arguments.json:
        report.document(wiring.encode_result(result))
    else:
        report.outcome(result)
    return result.problem.exit if result.problem else Exit.OK


def _ended(arguments: argparse.Namespace, verb: Verb, options: Options) -> tuple[Outcome, Options]:
    """How it ended, and with which answer."""
    result = _act(arguments, verb, options)
    if result.asks is not None and not arguments.json and sys.stdin.isatty():
        # Asked while no event loop runs, so that Ctrl-C ends the question at once.
        if report.confirm(result.asks):
            options = structs.replace(options, yes=True, seen=result.seen)
            result = _act(arguments, verb, options)
        else:
            result = structs.replace(result, message=say.CANCELLED(repository=result.repository))
    return result, options


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
