"""The cockpit's keys alone: pops and launches once for each line on its input, and prints how long that took.

What is printed is JSON: the seconds until the issue was `claimed`, and until its agent was `running`.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time

from soda_tui import wiring
from soda_tui.domain.actions import Verb
from soda_tui.domain.model import Snapshot
from soda_tui.domain.outcome import Options, Outcome


async def _act(opened: wiring.Opened, verb: Verb) -> Outcome:
    outcome = await opened.engine.act(opened.keys[0], verb, Options(yes=True))
    assert outcome.ok, outcome
    return outcome


def _runs(snapshot: Snapshot) -> bool:
    run = snapshot.repositories[0].agent.run
    return run is not None and run.started_at is not None and run.pid is not None


async def main(config: str) -> None:
    """Pop and launch until the input ends; what was begun is stopped and put back each time."""
    async with wiring.cockpit(wiring.Invocation(os.environ, config=config)) as opened:
        running = asyncio.create_task(opened.engine.run())
        await opened.engine.refresh()
        while await asyncio.to_thread(sys.stdin.readline):
            began = time.perf_counter()
            await _act(opened, Verb.POP)
            claimed = time.perf_counter() - began
            await _act(opened, Verb.LAUNCH)
            while not _runs(seen := opened.engine.snapshot):
                await opened.engine.changed(seen)
            took = time.perf_counter() - began
            await _act(opened, Verb.STOP)
            await _act(opened, Verb.RESET)
            sys.stdout.write(json.dumps({"claimed": claimed, "running": took}) + "\n")
            sys.stdout.flush()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
