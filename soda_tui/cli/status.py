"""`status`, also `--refresh`: everything once, as a table or as one JSON document."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Collection
from dataclasses import replace

from soda_tui import report, wiring
from soda_tui.cli.opening import opening
from soda_tui.domain import sentences as say
from soda_tui.domain.failure import Exit, Problem
from soda_tui.domain.model import Snapshot


def status(arguments: argparse.Namespace) -> Exit:
    """Print the snapshot; the exit code tells whether repositories failed."""
    snapshot = asyncio.run(_snapshot(arguments))
    if arguments.json:
        report.document(wiring.encode(snapshot))
    elif not snapshot.repositories:
        report.say(say.NOTHING_ENROLLED())
    else:
        report.table(snapshot)
    return _exit(snapshot)


async def _snapshot(arguments: argparse.Namespace) -> Snapshot:
    async with opening(arguments) as opened:
        keys = {opened.resolve(text).key for text in arguments.repo} if arguments.repo else opened.keys
        kept = opened.kept_snapshot(keys, arguments.max_age) if arguments.max_age else None
        return _only(kept or await opened.engine.refresh(keys), keys)


def _only(snapshot: Snapshot, keys: Collection[str]) -> Snapshot:
    parts = tuple(part for part in snapshot.repositories if part.key in keys)
    complete = all(part.error is None and not part.truncated for part in parts)
    return replace(snapshot, repositories=parts, complete=complete)


def _exit(snapshot: Snapshot) -> Exit:
    errors = [part.error for part in snapshot.repositories if part.error]
    if not errors:
        return Exit.OK
    exits = {Problem(error.code, error.message).exit for error in errors}
    if len(errors) == len(snapshot.repositories) and len(exits) == 1:
        return exits.pop()
    return Exit.PARTIAL
