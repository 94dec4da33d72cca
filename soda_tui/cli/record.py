"""`history` and `report`: what became of the issues, and what a span of time came to."""

from __future__ import annotations

import argparse
import asyncio
from datetime import timedelta

from soda_tui import report, wiring
from soda_tui.cli.opening import opening
from soda_tui.cli.status import failure_exit
from soda_tui.domain import sentences as say
from soda_tui.domain.chronicle.figures import overall
from soda_tui.domain.chronicle.html import html
from soda_tui.domain.chronicle.lines import history_lines
from soda_tui.domain.chronicle.markdown import markdown
from soda_tui.domain.chronicle.reporting import Report
from soda_tui.domain.chronicle.reporting import report as report_of
from soda_tui.domain.failure import Exit
from soda_tui.domain.model import Repository

_LONGEST = timedelta(days=3650)


def history(arguments: argparse.Namespace) -> Exit:
    """Print the runs, attempts, durations, tokens and ends of a repository's issues, or of all repositories'."""
    return asyncio.run(_history(arguments))


async def _history(arguments: argparse.Namespace) -> Exit:
    async with opening(arguments) as opened:
        keys = [opened.resolve(arguments.repository).key] if arguments.repository else list(opened.keys)
        told = [await opened.engine.chronicle(key) for key in keys]
    if arguments.json:
        pairs = [{"history": one, "figures": overall(one)} for one in told]
        report.document(wiring.encode_result({"repositories": pairs}))
        return Exit.OK
    lines = [line for one in told for line in history_lines(one)]
    report.say("\n".join(lines) or say.NO_REPOSITORIES_PAST())
    return Exit.OK


def tell(arguments: argparse.Namespace) -> Exit:
    """Print the report, in the format that is wanted."""
    told, repositories = asyncio.run(_report(arguments))
    if arguments.json or arguments.format == "json":
        report.document(wiring.encode_result(told))
    elif arguments.format == "html":
        report.raw(html(told, None).encode(errors="replace"))
    else:
        report.say(markdown(told, None).rstrip("\n"))
    return failure_exit(repositories)


async def _report(arguments: argparse.Namespace) -> tuple[Report, tuple[Repository, ...]]:
    async with opening(arguments) as opened:
        snapshot = await opened.snapshot(opened.keys, arguments.max_age)
        told = [await opened.engine.chronicle(key) for key in opened.keys]
    now = wiring.clock()
    since = now - timedelta(seconds=min(arguments.seconds, _LONGEST.total_seconds()))
    return report_of(told, snapshot, since, now, None), snapshot.repositories
