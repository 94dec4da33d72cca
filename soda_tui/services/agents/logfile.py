"""The log of a run is bounded: where it grows over its limit its oldest part goes, and the log says so."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

KEPT = 1 << 20


def bound(log: Path, limit: int) -> None:
    """Cut a log that is longer than `limit` bytes down to its last MiB, below a line that says what was cut.

    The agent's own descriptor appends, so its next line comes after that. What it writes in the very moment of the cut
    may be lost with the oldest part. Where somebody took the log away there is nothing to bound.
    """
    with suppress(FileNotFoundError):
        _bound(log, limit)


def say(log: Path, words: str) -> None:
    """Put a line of the supervisor's own into the log."""
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, f"[soda-tui: {words}]\n".encode())
    finally:
        os.close(descriptor)


def _bound(log: Path, limit: int) -> None:
    size = log.stat().st_size
    if size <= limit:
        return
    with log.open("rb") as file:
        file.seek(max(size - min(KEPT, limit // 2), 0))
        kept = file.read(KEPT).partition(b"\n")[2]
    mark = f"[soda-tui: the oldest {(size - len(kept)) >> 20} MiB of this log were cut]\n".encode()
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND)
    try:
        os.ftruncate(descriptor, 0)
        os.write(descriptor, mark + kept)
    finally:
        os.close(descriptor)
