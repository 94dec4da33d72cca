"""`status`, also `--refresh`: everything once, as a table or as one JSON document; watched, or in one line."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Collection, Sequence

from msgspec import structs

from soda_tui import report, wiring
from soda_tui.cli.opening import opening
from soda_tui.domain import sentences as say
from soda_tui.domain.attention import status_line, waiting
from soda_tui.domain.failure import ErrorCode, Exit, Failure, Problem
from soda_tui.domain.model import Repository, Snapshot
from soda_tui.domain.recalling import excerpt


def status(arguments: argparse.Namespace) -> Exit:
    """Print the snapshot; the exit code tells of failures, and with `--check` of repositories that need a person."""
    if arguments.watch:
        return asyncio.run(_watch(arguments))
    snapshot = asyncio.run(_snapshot(arguments))
    if arguments.json:
        report.document(wiring.encode(snapshot))
    elif not snapshot.repositories:
        report.say(say.NOTHING_ENROLLED())
    else:
        report.table(snapshot, wiring.clock().astimezone().date().isoformat())
        if arguments.max_age and (seconds := _age(snapshot)):
            report.say(say.READ_BEFORE(seconds=seconds))
    return _checked(arguments, snapshot, failure_exit(snapshot.repositories))


def line(arguments: argparse.Namespace) -> Exit:
    """Print the last snapshot in one line, reading nothing but files on disk."""
    snapshot = wiring.last_snapshot(wiring.invocation(arguments))
    if snapshot is None:
        raise Failure(Problem(ErrorCode.NOTHING_TO_DO, say.NO_SNAPSHOT()))
    report.say(status_line(snapshot, wiring.clock()))
    return _checked(arguments, snapshot, Exit.OK)


async def _watch(arguments: argparse.Namespace) -> Exit:
    """Print one JSON document a line whenever something changes, until interrupted."""
    async with opening(arguments) as opened:
        keys = _keys(arguments, opened)
        running = asyncio.create_task(opened.engine.run())
        try:
            seen, last = opened.engine.snapshot, None
            while not running.done():
                seen = await opened.engine.changed(seen)
                shown = excerpt(seen, keys)
                news = tuple(map(lasting, shown.repositories))
                if all(part.fetched_at or part.error for part in shown.repositories) and news != last:
                    last = news
                    report.document(wiring.encode(shown))
            await running
            return Exit.OK
        finally:
            running.cancel()


async def _snapshot(arguments: argparse.Namespace) -> Snapshot:
    async with opening(arguments) as opened:
        keys = _keys(arguments, opened)
        return await opened.snapshot(keys, arguments.max_age)


def _age(snapshot: Snapshot) -> int:
    """The whole seconds since the first of the repositories was read that could be."""
    read = [part.fetched_at for part in snapshot.repositories if part.fetched_at and not part.error]
    return max((round((wiring.clock() - at).total_seconds()) for at in read), default=0)


def _keys(arguments: argparse.Namespace, opened: wiring.Opened) -> Collection[str]:
    return {opened.resolve(text).key for text in arguments.repo} if arguments.repo else opened.keys


def _checked(arguments: argparse.Namespace, snapshot: Snapshot, found: Exit) -> Exit:
    return Exit.FOUND if arguments.check and found is Exit.OK and waiting(snapshot) else found


def lasting(repository: Repository) -> Repository:
    """A repository without what each look at it changes: when it was read, when its agent spoke, what it has used."""
    agent, error = repository.agent, repository.error
    run = structs.replace(agent.run, last_output_at=None, usage=None) if agent.run else None
    error = structs.replace(error, retry_at=None) if error else None
    return structs.replace(
        repository, agent=structs.replace(agent, run=run), error=error, fetched_at=None, spending=None
    )


def failure_exit(repositories: Sequence[Repository]) -> Exit:
    """OK where all were read; their common failure where none was, else PARTIAL."""
    errors = [part.error for part in repositories if part.error]
    if not errors:
        return Exit.OK
    exits = {Problem(error.code, error.message).exit for error in errors}
    if len(errors) == len(repositories) and len(exits) == 1:
        return exits.pop()
    return Exit.PARTIAL
