"""Tool calls in a log that ended where one reads, and began anywhere before that."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection

from soda_tui.domain.runs.flow import Flow
from soda_tui.domain.runs.readable import Line

PIECE = 131072
LONGEST = 4 * 1024 * 1024
"""Bytes read at once, and how far back the beginning of a line is looked for."""

_FAR = 32 * 1024 * 1024

Read = Callable[[int, int], Awaitable[bytes]]
"""Reads at most so many bytes from an offset on; empty at the present end."""


async def beginnings_of(calls: Collection[str], read: Read, format: str, before: int) -> dict[str, Line]:
    """The beginnings of calls, looked for in the 32 MiB that stand before an offset."""
    found: dict[str, Line] = {}
    stop = max(before - _FAR, 0)
    while before > stop and len(found) < len(calls):
        begin = max(before - PIECE, 0)
        data = await read(begin, before - begin)
        for call in calls:
            at = -1 if call in found else data.find(call.encode())
            beginning = await _beginning_at(begin + at, call, read, format) if at >= 0 else None
            if beginning is not None:
                found[call] = beginning
        # The name of a call may stand across the place where pieces meet.
        before = begin + max(map(len, calls)) if begin else 0
    return found


async def _beginning_at(offset: int, call: str, read: Read, format: str) -> Line | None:
    """The beginning of a call, where that is what the line at an offset says."""
    begin, data = max(offset - PIECE, 0), b""
    before = await read(begin, offset - begin)
    begin += before.rfind(b"\n") + 1
    while b"\n" not in data and len(data) < LONGEST:
        piece = await read(begin + len(data), PIECE)
        if not piece:
            break
        data += piece
    flow = Flow(format)
    flow.feed(data.partition(b"\n")[0] + b"\n")
    return next((line for line in flow.under_way if line.call == call), None)
