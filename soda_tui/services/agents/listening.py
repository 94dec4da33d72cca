"""Listening: the logs of all runs that are watched, each read on a piece at a time, beside whatever else is done."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from msgspec import structs

from soda_tui.domain.runs.facts import RunFacts
from soda_tui.domain.runs.usage import Sums
from soda_tui.services.agents.heard import read_heard
from soda_tui.services.agents.hearing import FAR, Ear

log = logging.getLogger(__name__)

# A piece takes some milliseconds, after which it is everybody else's turn; all of them a tenth of a second.
_PIECE = 1 << 15
_AT_ONCE = 1 << 20


class Listener:
    """Ears for the newest run of each repository."""

    def __init__(self) -> None:
        self._ears: dict[Path, Ear] = {}
        self._listening = asyncio.Lock()

    async def listen(
        self, runs: Mapping[str, RunFacts], *, thoroughly: bool = False
    ) -> dict[str, tuple[RunFacts, Sums]]:
        """The runs with their progress, and what all of each repository have used.

        What was written in a flood is heard in the following calls, unless it is listened to thoroughly. While another
        call listens, only what was listened to before is known.
        """
        if thoroughly or not self._listening.locked():
            async with self._listening:
                await self._read_on(runs.values(), len(runs) * FAR if thoroughly else _AT_ONCE)
        known = ((key, run, self._ears.get(_home(run))) for key, run in runs.items())
        return {
            key: (structs.replace(run, progress=ear.progress), ear.sums)
            for key, run, ear in known
            if ear and ear.log == Path(run.log)
        }

    async def _read_on(self, runs: Collection[RunFacts], left: int) -> None:
        ears = await asyncio.to_thread(self._attend, runs)
        behind = [ear for ear in ears if ear.behind]
        while behind and left > 0:
            for ear in behind:
                await asyncio.to_thread(_hear, ear, min(_PIECE, max(left, 1)))
                left -= _PIECE
            behind = [ear for ear in behind if ear.behind]
        ended = [ear for ear, run in zip(ears, runs, strict=True) if not run.stoppable and not ear.behind]
        await asyncio.to_thread(_keep, ears, ended)

    def _attend(self, runs: Iterable[RunFacts]) -> list[Ear]:
        """The ears for these runs, each of which has looked whether there is something to hear."""
        found = []
        for run in runs:
            home, log = _home(run), Path(run.log)
            if home not in self._ears or self._ears[home].log != log:
                self._ears[home] = Ear(log, run.format, run.issue)
            self._ears[home].look()
            found.append(self._ears[home])
        return found


def with_progress(run: RunFacts) -> RunFacts:
    """A run with what was heard of it."""
    heard = read_heard(Path(run.log).parent)
    return structs.replace(run, progress=heard.progress) if heard is not None else run


def _home(run: RunFacts) -> Path:
    return Path(run.log).parent.parent


def _hear(ear: Ear, size: int) -> None:
    try:
        ear.hear(size)
    except Exception:
        # Whatever is wrong with one log, or in it, the other runs are listened to.
        log.exception("listening to %s", ear.log)
        ear.give_up()


def _keep(ears: Iterable[Ear], ended: Iterable[Ear]) -> None:
    for ear in ended:
        ear.end()
    for ear in ears:
        ear.keep()
