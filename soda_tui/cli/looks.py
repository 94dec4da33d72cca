"""`diff` and `drift`: the work so far, and what has drifted apart."""

from __future__ import annotations

import argparse
import asyncio

from soda_tui import report, wiring
from soda_tui.cli.acts import perform
from soda_tui.cli.opening import opening
from soda_tui.cli.status import failure_exit
from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import DriftKind
from soda_tui.domain.failure import Exit
from soda_tui.domain.model import Drift, Repository
from soda_tui.domain.outcome import Options
from soda_tui.domain.repairs import repair_words, watched_words


def diff(arguments: argparse.Namespace) -> Exit:
    """Print the difference between the claim's beginning and its worktree, coloured on a terminal."""

    async def run() -> Exit:
        async with opening(arguments) as opened:
            work = await opened.engine.work(opened.resolve(arguments.repository).key)
        if arguments.json:
            report.document(wiring.encode_result(work))
        else:
            report.difference(work)
        return Exit.OK

    return asyncio.run(run())


def _repair(repository: Repository, drift: Drift) -> str:
    if drift.repair is None:
        return repair_words(None)
    command = f"soda-tui drift {repository.name} --repair {drift.kind}"
    return f"{repair_words(drift.repair)} {say.REPAIR_COMMAND(command=command)}"


def drift(arguments: argparse.Namespace) -> Exit:
    """Print what has drifted apart, in one repository or all, `FOUND` where something has; or repair a kind of it."""
    if arguments.repair is not None:
        options = Options(
            yes=arguments.yes,
            dry_run=arguments.dry_run,
            seen=arguments.seen,
            repair=DriftKind(arguments.repair),
            include=tuple(arguments.include),
        )
        return perform(arguments, Verb.REPAIR, options)

    async def run() -> Exit:
        async with opening(arguments) as opened:
            keys = [opened.resolve(arguments.repository).key] if arguments.repository else opened.keys
            snapshot = await opened.engine.refresh(keys)
        parts = [part for part in snapshot.repositories if part.key in keys]
        if arguments.json:
            found = {part.key: {"drift": part.drift, "watched": part.watched, "error": part.error} for part in parts}
            report.document(wiring.encode_result(found))
        elif not parts:
            report.say(say.NOTHING_ENROLLED())
        for part in parts if not arguments.json else ():
            if part.error:
                report.warn(part.error.message)
            for one in part.drift:
                since = f" since {one.since:%Y-%m-%d %H:%M} UTC" if one.since else ""
                report.say(f"{part.name} {one.kind} ({one.severity}{since}): {one.message} {_repair(part, one)}")
            if not part.drift and not part.error:
                report.say(say.NO_DRIFT(repository=part.name))
            for seen in part.watched:
                report.say(f"{part.name} {watched_words(seen)}")
        # What could not be read has not been found to be without drift.
        return failure_exit(parts) or (Exit.FOUND if any(part.drift for part in parts) else Exit.OK)

    return asyncio.run(run())
