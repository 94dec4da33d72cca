"""The log of a run is bounded: where it grows over its limit its oldest part goes, and the log says so."""

from __future__ import annotations

import os
from pathlib import Path

KEPT = 1 << 20


def bound(log: Path, limit: int) -> None:
    """Cut a log that is longer than `limit` bytes down to its last MiB, below a line that says what was cut.

    The agent's own descriptor appends, so its next line comes after that. What it writes in the very moment of the cut
    may be lost with the oldest part.
    """
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
