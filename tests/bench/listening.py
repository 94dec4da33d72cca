"""Measures of listening to many agents, as the cockpit does each second."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median

from bench.results import Result
from bench.transcripts import COLOURED

from soda_tui.domain.runs.facts import RunFacts, RunState
from soda_tui.services.agents.listening import Listener

_AGENTS = 12
_LINES = 50_000
_TICKS = 100


def listening(rounds: int) -> Iterator[Result]:
    """The processor's time for one second: of twelve quiet agents, and of twelve that write 50,000 plain lines."""
    for format in ("text", "claude"):
        with tempfile.TemporaryDirectory() as folder:
            runs = dict(_runs(Path(folder), format))
            quiet, flood = asyncio.run(_measured(runs, rounds))
        yield Result(f"{_AGENTS} quiet agents, format {format}", quiet * 1000, "ms", 10.0, f"n={_TICKS}")
        yield Result(f"{_AGENTS} agents in a flood, format {format}", flood * 1000, "ms", 150.0, f"n={rounds}")


async def _measured(runs: Mapping[str, RunFacts], rounds: int) -> tuple[float, float]:
    listener = Listener()
    await listener.listen(runs)
    began = time.process_time()
    for _ in range(_TICKS):
        await listener.listen(runs)
    quiet = (time.process_time() - began) / _TICKS
    seconds = []
    for _ in range(rounds):
        for run in runs.values():
            with Path(run.log).open("ab") as log:
                log.write(COLOURED * _LINES)
        began = time.process_time()
        await listener.listen(runs)
        seconds.append(time.process_time() - began)
    return quiet, median(seconds)


def _runs(folder: Path, format: str) -> Iterator[tuple[str, RunFacts]]:
    for number in range(_AGENTS):
        home = folder / str(number) / "1-a"
        home.mkdir(parents=True)
        log = home / "output.log"
        log.touch()
        made = RunFacts("1-a", 12, "b", RunState.RUNNING, 7, None, None, None, None, False, str(log), format=format)
        yield str(number), made
