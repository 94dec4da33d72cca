"""`logs`: what an agent said, as a person reads it or as it wrote it."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import AsyncIterator, Sequence
from io import BytesIO
from typing import Protocol

from soda_tui import report
from soda_tui.cli.opening import opening
from soda_tui.cockpit.ports.runs import Runs
from soda_tui.domain import sentences as say
from soda_tui.domain.failure import ErrorCode, Exit, Failure, Problem
from soda_tui.domain.runs.facts import RunFacts
from soda_tui.domain.runs.readable import told
from soda_tui.domain.transcripts import parser

_CHUNK = 1 << 16
# How much is looked through for the last lines at first, and at most.
_NEAR, _FAR = 1 << 18, 1 << 26
_NAMED = 5


class _View(Protocol):
    """A way of reading a log: pieces of it in, what is printed out."""

    def feed(self, data: bytes) -> Sequence[bytes]:
        """The lines that these bytes complete, or hold."""

    def end(self) -> Sequence[bytes]:
        """What is left when nothing more will come."""


class _Raw:
    """Every byte as the agent wrote it."""

    def feed(self, data: bytes) -> Sequence[bytes]:
        """Its lines as they are, the last one as far as it goes."""
        return BytesIO(data).readlines()

    def end(self) -> Sequence[bytes]:
        """Nothing is kept back."""
        return ()


class _Readable:
    """Lines that a person can follow."""

    def __init__(self, format: str) -> None:
        self._parser = parser(format)

    def feed(self, data: bytes) -> Sequence[bytes]:
        """The lines of what these bytes complete."""
        return [f"{line}\n".encode() for line in told(self._parser.feed(data))]

    def end(self) -> Sequence[bytes]:
        """The lines of what is left."""
        return [f"{line}\n".encode() for line in told(self._parser.end())]


def logs(arguments: argparse.Namespace) -> Exit:
    """Print the log of a run, the newest unless another one is named, and follow it while it runs."""
    if arguments.json:
        raise Failure(Problem(ErrorCode.USAGE, say.NO_JSON_HERE(command="logs")))

    async def run() -> Exit:
        async with opening(arguments) as opened:
            runs, key = opened.world.runs, opened.resolve(arguments.repository).key
            chosen = await _chosen(runs, key, arguments.run)
            async for lines in _lines(runs, chosen, arguments):
                if lines:
                    report.raw(b"".join(lines))
        return Exit.OK

    return asyncio.run(run())


async def _chosen(runs: Runs, key: str, wanted: str | None) -> RunFacts:
    """The newest run, or the one whose number begins so; raises Failure where that is none, or more than one."""
    if wanted is None:
        newest = (await runs.current([key])).get(key)
        if newest is None:
            raise Failure(Problem(ErrorCode.NOTHING_TO_DO, say.NO_LOG(repository=key)))
        return newest
    history = await runs.runs(key)
    found = [run for run in history if run.id == wanted] or [run for run in history if run.id.startswith(wanted)]
    if len(found) != 1:
        known = ", ".join(f"{run.id} (issue {run.issue})" for run in (found or history)[:_NAMED]) or "none"
        raise Failure(Problem(ErrorCode.USAGE, say.NO_SUCH_RUN(run=wanted, repository=key, known=known)))
    return found[0]


async def _lines(runs: Runs, run: RunFacts, arguments: argparse.Namespace) -> AsyncIterator[Sequence[bytes]]:
    """The lines of a log, of what is there already only the last where these are wanted."""
    count, end = arguments.tail, await runs.size(run)
    view: _View = _Raw() if arguments.raw else _Readable(run.format)
    if count is not None:
        span = _NEAR
        while True:
            begin = max(end - span, 0)
            last = b"".join([chunk async for chunk in _content(runs, run, begin, end)])
            view = _Raw() if arguments.raw else _Readable(run.format)
            lines = list(view.feed(last.partition(b"\n")[2] if begin else last))
            if len(lines) > count or begin == 0 or span >= _FAR:
                break
            span *= 8
        lines += () if arguments.follow else view.end()
        yield lines[max(len(lines) - count, 0) :]
    begin = 0 if count is None else end
    async for chunk in runs.follow(run, begin) if arguments.follow else _content(runs, run, begin, end):
        yield view.feed(chunk)
    yield view.end()


async def _content(runs: Runs, run: RunFacts, offset: int, end: int) -> AsyncIterator[bytes]:
    """The log from one place to another, in pieces."""
    while chunk := await runs.read(run, offset, min(_CHUNK, end - offset)):
        offset += len(chunk)
        yield chunk
