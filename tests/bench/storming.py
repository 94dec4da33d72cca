"""A long storm: polls with every fault injected at random, what they break, and the memory that they leave behind."""

from __future__ import annotations

import logging
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.results import Result
from simulated import SimulatedLoop, simulate
from storm import Storm, resident

_REPOSITORIES = 30
_FIRST, _ALL = 200, 2000
_MEBIBYTE = 1 << 20


def storm(_: int) -> Iterator[Result]:
    """What 2,000 polls came to; the rounds do not count here."""
    # What is put aside is said each time.
    logging.getLogger("soda_tui").addHandler(logging.NullHandler())
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        yield from simulate(lambda loop: _rage(Path(folder), loop))


async def _rage(folder: Path, loop: SimulatedLoop) -> list[Result]:
    async with Storm(folder, loop, _REPOSITORIES, seed=7) as found:
        await found.rage(_FIRST)
        before = resident()
        # What a program that ends leaves in its process is no growth of one that polls.
        await found.rage(_ALL, restarts=False)
        grown = resident() - before
        await found.calm()
        wrong, late, differing = found.after()
    for words in wrong[:9]:
        sys.stderr.write(f"{words}\n")
    ways = ", ".join(sorted(found.told))
    done = ", ".join(f"{count} {what}" for what, count in sorted(found.done.items()))
    note = (
        f"{_REPOSITORIES} repositories, {found.requests:,} requests, {loop.time() / 3600:.0f} h; said: {ways}; {done}"
    )
    return [
        Result(f"{_ALL:,} polls with faults: panes that are not fresh after it", len(late), "", 0, note),
        Result("panes that show something else than there is", len(differing), "", 0),
        Result("sent in a wait or beside too many; blank, lost or closed", len(wrong), "", 0),
        Result("reads in flight at most", found.most_reads, "", 2),
        Result(f"growth of memory between poll {_FIRST} and {_ALL:,}", grown / _MEBIBYTE, "MB", 5.0),
    ]
