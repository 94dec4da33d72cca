"""Watching: the loops that keep the board fresh: one poll for each host, the runs, the clones, and what is in sight."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Set
from contextlib import suppress

from soda_tui.cockpit.board import Board, Part
from soda_tui.cockpit.gathering import Gatherer, by_host, host_of, targets_of
from soda_tui.cockpit.ports.world import World
from soda_tui.cockpit.sight import Sight
from soda_tui.domain.facts import RunFacts
from soda_tui.domain.sharing import MICROSECONDS, Trust, while_polled

log = logging.getLogger(__name__)

_RUN_TICK = 1.0
# After a loop broke: as rare as a poll, so that a fault that stays costs no more than polling does.
_REST = 30.0

# What another front has read is looked for so often, and seen that late at most.
_OVERHEAR_TICK = 1.0

Refresh = Callable[[Collection[str], float, Trust | None], Awaitable[object]]
Polled = Callable[[Collection[str]], None]


class Poll:
    """Keeps one host's repositories fresh: reads them each interval, in seconds, and those that are due at once.

    Where another front of this machine polls them, what that has read is taken in, and only what it leaves out is read.
    """

    def __init__(
        self,
        host: str,
        world: World,
        board: Board,
        gatherer: Gatherer,
        refresh: Refresh,
        polled: Polled,
        interval: float,
    ) -> None:
        self._host = host
        self._readings = world.readings
        self._board = board
        self._gatherer = gatherer
        self._enrolments = [one for one in board.enrolments.values() if host_of(one) == host]
        self._keys = frozenset(one.key for one in self._enrolments)
        self._refresh = refresh
        self._polled = polled
        self._interval = interval
        self._due: set[str] = set()
        self._woken = asyncio.Event()
        self._alone = True
        self._read_at = 0.0

    def due(self, keys: Iterable[str]) -> None:
        """Read those of the repositories that are this host's."""
        self._due |= self._keys.intersection(keys)
        if self._due:
            self._woken.set()

    def noticed(self, keys: Iterable[str]) -> None:
        """Read those that another front has changed, unless one polls them: it has noticed that as well."""
        self.due(key for key in keys if self._alone or self._is_neglected(key))

    async def run(self) -> None:
        """Poll until cancelled; then another front does."""
        loop = asyncio.get_running_loop()
        following = loop.time()
        try:
            while True:
                if loop.time() >= following or self._is_left():
                    await self._poll()
                    following = loop.time() + self._interval
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(min(following, loop.time() + _OVERHEAR_TICK)):
                        await self._woken.wait()
                self._woken.clear()
                await self._gatherer.overhear(self._enrolments)
                due, self._due = self._due, set()
                if due:
                    await self._refresh(due, max(following - loop.time(), 0.0), None)
        finally:
            self._readings.leave(self._host)

    async def _poll(self) -> None:
        self._alone = await self._readings.own(self._host, targets_of(self._enrolments), self._interval)
        if self._alone or self._is_left():
            self._read_at = asyncio.get_running_loop().time()
        await self._refresh(self._keys, self._interval, None if self._alone else while_polled(self._interval))
        self._polled(self._keys)

    def _is_left(self) -> bool:
        """Whether whoever polls has not done so for long, and this front has not just tried for itself."""
        tried = asyncio.get_running_loop().time() - self._read_at < self._interval
        return not self._alone and not tried and any(map(self._is_neglected, self._keys))

    def _is_neglected(self, key: str) -> bool:
        return (self._board.ticket() - self._board.moment(key)) >= 2 * self._interval * MICROSECONDS


class Watching:
    """All loops over a board; `refresh` reads repositories and keeps what is known then, `polled` is told of polls."""

    def __init__(
        self, world: World, board: Board, gatherer: Gatherer, refresh: Refresh, polled: Polled, interval: float
    ) -> None:
        self._world = world
        self._board = board
        self._gatherer = gatherer
        self._sight = Sight(world, self._checkouts, self._look_at)
        hosts = by_host(board.enrolments.values())
        self._polls = {host: Poll(host, world, board, gatherer, refresh, polled, interval) for host in hosts}

    async def run(self) -> None:
        """Keep everything fresh until cancelled; a host that does not answer holds up no other, and nothing here."""
        loops = (*(poll.run for poll in self._polls.values()), self._follow_runs, self._follow_clones)
        async with asyncio.TaskGroup() as tasks:
            for loop in (*loops, self._sight.follow):
                tasks.create_task(_again_and_again(loop))

    def due(self, keys: Iterable[str]) -> None:
        """Read these repositories as soon as may be."""
        wanted = frozenset(keys)
        for poll in self._polls.values():
            poll.due(wanted)

    def attend(self, keys: Collection[str]) -> None:
        """Notice edits in the files of these repositories, and of no others, within seconds."""
        self._sight.turn_to(keys)

    async def _follow_runs(self) -> None:
        """Notice each second what became of the runs; one that ended has its worktree looked at."""
        while True:
            await asyncio.sleep(_RUN_TICK)
            keys = [key for key in self._board.enrolments if self._board.has(key, Part.RUN)]
            before = {key: self._board.known(key).run for key in keys}
            await self._gatherer.runs(keys)
            after = {key: self._board.known(key).run for key in keys}
            await self._look_again(key for key in keys if _alive(before[key]) and not _alive(after[key]))
            for key in keys:
                self._board.heed_silence(key)
            # Where another front acts, what it claimed or let go of is only to be seen on GitHub.
            self._notice({key for key in keys if _id(before[key]) != _id(after[key])})
            self._board.publish()

    async def _follow_clones(self) -> None:
        folders = {key: self._world.store.folders(part) for key, part in self._board.enrolments.items()}
        async for keys in self._world.watch.changes(folders):
            await self._look_at(keys)
            self._sight.glance(keys)

    async def _look_at(self, keys: Collection[str]) -> None:
        await self._look_again(key for key in keys if key in self._board.enrolments)
        self._board.publish()

    async def _look_again(self, keys: Iterable[str]) -> None:
        turned = await self._gatherer.look([self._board.enrolments[key] for key in keys])
        self._notice(turned)

    def _notice(self, keys: Set[str]) -> None:
        wanted = keys - self._board.acting.keys()
        for poll in self._polls.values():
            poll.noticed(wanted)

    def _checkouts(self, key: str) -> tuple[str, ...]:
        if key not in self._board.enrolments:
            return ()
        local = self._board.known(key).local
        worktree = (local.worktree.path,) if local and local.worktree else ()
        return (self._board.enrolments[key].path, *worktree)


def _alive(run: RunFacts | None) -> bool:
    return run is not None and run.alive


def _id(run: RunFacts | None) -> str | None:
    return run.id if run else None


async def _again_and_again(loop: Callable[[], Awaitable[None]]) -> None:
    """Run a loop that never ends, and begin it again when it breaks: one odd file must not stop the cockpit."""
    while True:
        try:
            await loop()
        except Exception:
            log.exception("%s broke", loop)
        await asyncio.sleep(_REST)
