"""`recover` and `cleanup`: what was left over, told and taken care of, and what has become old, removed."""

from __future__ import annotations

import argparse
import asyncio
import sys

from msgspec import structs

from soda_tui import report, wiring
from soda_tui.cli.opening import opening
from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.choices import Choice
from soda_tui.domain.failure import ErrorCode, Exit, Failure, Problem
from soda_tui.domain.leftover import Found
from soda_tui.domain.outcome import Options, Outcome


def recover(arguments: argparse.Namespace) -> Exit:
    """List what was left over, or do with it what is said."""
    if len(arguments.where) > 2:
        raise _usage(say.RECOVER_NAME_MISSING())
    choice = Choice(arguments.choice) if arguments.choice else None
    repository, named = _where(arguments)
    wanted = arguments.pattern or named
    if arguments.push is not None:
        if wanted is not None:
            raise _usage(say.RECOVER_PUSH_ALONE())
    elif choice is None:
        if wanted is not None and (arguments.yes or arguments.dry_run):
            raise _usage(say.RECOVER_CHOICE_MISSING(name=wanted))
        return _list(arguments, repository, wanted)
    elif wanted is None:
        raise _usage(say.RECOVER_NAME_MISSING())
    options = Options(
        yes=arguments.yes,
        dry_run=arguments.dry_run,
        include=tuple(arguments.include),
        choice=choice,
        wanted=wanted,
        push=arguments.push,
        seen=arguments.seen,
    )
    return _perform(arguments, repository, Verb.RECOVER, options)


def cleanup(arguments: argparse.Namespace) -> Exit:
    """Remove what is older, or more, than it may be."""
    options = Options(yes=arguments.yes, dry_run=arguments.dry_run, seen=arguments.seen)
    return _perform(arguments, arguments.repository, Verb.CLEANUP, options)


def _where(arguments: argparse.Namespace) -> tuple[str | None, str | None]:
    """`[REPO] [BRANCH]`: one word alone is a repository where it names one that is enrolled, else a branch."""
    words = arguments.where
    if len(words) != 1:
        return (words[0], words[1]) if words else (None, None)
    if arguments.demo:
        return words[0], None
    try:
        wiring.resolve(wiring.invocation(arguments), words[0])
    except Failure:
        return None, words[0]
    return words[0], None


def _list(arguments: argparse.Namespace, repository: str | None, wanted: str | None) -> Exit:
    async def run() -> Found:
        async with opening(arguments) as opened:
            return await opened.engine.leftovers(opened.resolve(repository).key)

    found = asyncio.run(run())
    if wanted is not None:
        found = found.only(wanted, kept=arguments.all)
        if not found.leftovers:
            message = say.NO_SUCH_LEFTOVER(name=wanted, repository=found.repository)
            raise Failure(Problem(ErrorCode.NOTHING_TO_DO, message))
    elif not arguments.all:
        found = found.without_kept()
    if arguments.json:
        report.document(wiring.encode_result(found))
    else:
        report.leftovers(found)
    return Exit.OK


def _perform(arguments: argparse.Namespace, repository: str | None, verb: Verb, options: Options) -> Exit:
    """Do it, after its question with all that it is about, and print how it ended."""

    def act(options: Options) -> Outcome:
        async def run() -> Outcome:
            async with opening(arguments) as opened:
                return await opened.engine.act(opened.resolve(repository).key, verb, options)

        return asyncio.run(run())

    result = act(options)
    if result.asks is not None and not arguments.json and sys.stdin.isatty():
        report.planned(result)
        # Asked while no event loop runs, so that Ctrl-C ends the question at once.
        if report.confirm(result.asks):
            result = act(structs.replace(options, yes=True, seen=result.seen))
        else:
            result = structs.replace(result, message=say.CANCELLED(repository=result.repository), steps=())
    if arguments.json:
        report.document(wiring.encode_result(result))
    else:
        report.outcome(result)
    return result.problem.exit if result.problem else Exit.OK


def _usage(sentence: str) -> Failure:
    return Failure(Problem(ErrorCode.USAGE, sentence))
