"""One long storm, from its seed: rages, calms down, and prints as JSON what it came to.

Where hashes have a seed as well (`PYTHONHASHSEED`), each run of it is the same.
"""

from __future__ import annotations

import json
import logging
import sys
import tempfile
from pathlib import Path

from simulated import SimulatedLoop, simulate
from storm import Storm, resident


async def rage(folder: Path, loop: SimulatedLoop, repositories: int, first: int, polls: int) -> dict[str, object]:
    """So many polls, and what memory grew by since the first of them."""
    async with Storm(folder, loop, repositories, seed=7) as found:
        await found.rehearse()
        await found.rage(first)
        before = resident()
        # What a program that ends leaves in its process is no growth of one that polls.
        await found.rage(polls, restarts=False)
        grown = resident() - before
        await found.calm()
        wrong, late, differing = found.after()
    done = ", ".join(f"{count} {what}" for what, count in sorted(found.done.items()))
    said, hours = ", ".join(sorted(found.told)), loop.time() / 3600
    return {
        "wrong": wrong,
        "late": late,
        "differing": differing,
        "reads": found.most_reads,
        "grown": grown,
        "note": f"{found.requests:,} requests, {hours:.0f} h; said: {said}; {done}",
    }


if __name__ == "__main__":
    # What is put aside is said each time.
    logging.getLogger("soda_tui").addHandler(logging.NullHandler())
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        numbers = [int(each) for each in sys.argv[1:]]
        sys.stdout.write(json.dumps(simulate(lambda loop: rage(Path(place), loop, *numbers))))
