"""`replay`: what an agent wrote, from a file, as lines for people or as events."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from itertools import chain

import msgspec

from soda_tui import report
from soda_tui.domain import sentences as say
from soda_tui.domain.failure import ErrorCode, Exit, Failure, Problem
from soda_tui.domain.runs.events import Event
from soda_tui.domain.runs.progress import Progress, progress_of
from soda_tui.domain.runs.readable import told
from soda_tui.domain.runs.usage import usage_words
from soda_tui.domain.text import counted
from soda_tui.domain.transcripts import guess, parser

_CHUNK = 256 * 1024


def replay(arguments: argparse.Namespace) -> Exit:
    """Print the events of a recording, and after them what they come to."""
    chunks = _chunks(arguments.file)
    first = next(chunks, b"")
    reads = parser(arguments.format or guess(first))
    show = _print_json if arguments.json else _print
    progress = Progress()
    for chunk in chain([first], chunks):
        progress = show(reads.feed(chunk), progress)
    progress = show(reads.end(), progress)
    if not arguments.json:
        report.say(_summary(progress))
    return Exit.OK


def _chunks(path: str) -> Iterator[bytes]:
    """The file in pieces; raises Failure where it cannot be read."""
    try:
        with open(sys.stdin.fileno() if path == "-" else path, "rb", closefd=path != "-") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise Failure(Problem(ErrorCode.USAGE, say.REPLAY_UNREADABLE(path=path, reason=reason))) from error


def _print_json(events: Sequence[Event], progress: Progress) -> Progress:
    if events:
        report.document(b"\n".join(map(msgspec.json.encode, events)))
    return progress


def _print(events: Sequence[Event], progress: Progress) -> Progress:
    if lines := "\n".join(told(events)):
        report.say(lines)
    return progress_of(events, progress)


def _summary(progress: Progress) -> str:
    calls = counted(progress.calls, "tool call")
    failed = f" ({progress.failed_calls} failed)" if progress.failed_calls else ""
    used = usage_words(progress.tally.spent())
    claimed = f"{used}, as it says itself" if used else ""
    return " · ".join(filter(None, ["— " + (progress.doing or "nothing known"), calls + failed, claimed]))
