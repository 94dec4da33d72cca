"""One cockpit of a race, as a process: for each line that it reads it acts once, and prints the outcome as JSON.

`python racer.py CONFIG [SECTION.KEY=VALUE…]`; the environment is the person's. Lines: `look`, or an action's name.
"""

from __future__ import annotations

import asyncio
import os
import sys

from soda_tui import wiring
from soda_tui.domain.actions import Verb
from soda_tui.domain.outcome import Options


async def race(config: str, settings: list[str]) -> None:
    """Obey the lines of standard input until its end."""
    options = {key: value for key, _, value in (setting.partition("=") for setting in settings)}
    async with wiring.cockpit(wiring.Invocation(os.environ, config, options)) as opened:
        (key,) = opened.keys
        while line := await asyncio.to_thread(sys.stdin.readline):
            word = line.strip()
            if word == "look":
                snapshot = await opened.engine.refresh()
                answer = wiring.encode(snapshot)
            else:
                outcome = await opened.engine.act(key, Verb(word), Options(yes=True))
                answer = wiring.encode_result(outcome)
            sys.stdout.write(f"{answer.decode()}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(race(sys.argv[1], sys.argv[2:]))
