"""The engine alone: reads everything once for each line on its input, and prints how long its loop stalled at worst.

What was printed is JSON: `took` and `stall` in seconds, and how many repositories could be read.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import time

import soda_tui.services.github.reading  # noqa: F401  # the screen imports it on a thread
from soda_tui import wiring

_BEAT = 0.001


async def _beat(stop: asyncio.Event) -> float:
    """The longest time between two beats, as far as this process itself was at work: the machine has other programs."""
    worst = 0.0
    while not stop.is_set():
        began, worked = time.perf_counter(), time.process_time()
        await asyncio.sleep(_BEAT)
        worst = max(worst, min(time.perf_counter() - began - _BEAT, time.process_time() - worked))
    return worst


async def main(config: str) -> None:
    """Poll until the input ends."""
    async with wiring.cockpit(wiring.Invocation(os.environ, config=config)) as opened:
        gc.freeze()
        while await asyncio.to_thread(sys.stdin.readline):
            stop = asyncio.Event()
            beating = asyncio.create_task(_beat(stop))
            began = time.perf_counter()
            snapshot = await opened.engine.refresh()
            took = time.perf_counter() - began
            stop.set()
            read = sum(part.fetched_at is not None and part.error is None for part in snapshot.repositories)
            sys.stdout.write(json.dumps({"took": took, "stall": await beating, "read": read}) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    # Both as the program itself and its screen do it.
    gc.set_threshold(5_000, 5, 1_000)
    asyncio.run(main(sys.argv[1]))
