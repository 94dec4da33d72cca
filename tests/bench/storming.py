"""A long storm: polls with every fault injected at random, what they break, and the memory that they leave behind."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.results import Result
from storm import Storm, resident

_REPOSITORIES, _ISSUES = 30, 4
_FIRST, _ALL = 200, 2000
_MEBIBYTE = 1 << 20


def storm(_: int) -> Iterator[Result]:
    """What 2,000 polls came to; the rounds do not count here."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        yield from asyncio.run(_rage(Path(folder)))


async def _rage(root: Path) -> list[Result]:
    found = Storm(root, _REPOSITORIES, _ISSUES, seed=7)
    await found.begin()
    await found.rage(_FIRST)
    before = resident()
    await found.rage(_ALL - _FIRST)
    grown = resident() - before
    await found.calm()
    for words in (*found.wire.wrong[:5], *found.lost[:5]):
        sys.stderr.write(f"{words}\n")
    ways = ", ".join(sorted(found.told))
    note = f"{_REPOSITORIES} repositories, {found.service.requests:,} requests; said: {ways}"
    await found.service.close()
    return [
        Result(f"{_ALL:,} polls with faults: panes that are not fresh after it", len(found.stale()), "", 0, note),
        Result("panes that show something else than there is", len(found.differing()), "", 0),
        Result("panes that were blank, or lost their claim, at any poll", len(found.lost), "", 0),
        Result("requests inside a wait, or beside too many others", len(found.wire.wrong), "", 0),
        Result("requests in flight at most", found.wire.most, "", 2),
        Result(f"growth of memory between poll {_FIRST} and {_ALL:,}", grown / _MEBIBYTE, "MB", 5.0),
    ]
