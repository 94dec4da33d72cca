"""Watching: the loops that keep the board fresh: a poll for each account, the runs, the clones, what is in sight."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping, Set
from contextlib import suppress
from datetime import datetime
from random import random
from typing import Protocol

from soda_tui.cockpit.board import Board, Part
from soda_tui.cockpit.gathering import Gatherer
from soda_tui.cockpit.ports.world import World
from soda_tui.cockpit.probing import Prober
from soda_tui.cockpit.sight import Sight
from soda_tui.cockpit.targets import by_account, targets_of
from soda_tui.cockpit.tempo import Tempo
from soda_tui.domain.pacing.turns import again
from soda_tui.domain.runs.facts import RunFacts
from soda_tui.domain.sharing import MICROSECONDS, while_polled

log = logging.getLogger(__name__)

_RUN_TICK = 1.0
# After a loop broke: as rare as a poll, so that a fault that stays costs no more than polling does.
_REST = 30.0

# What another front has read is looked for so often, and seen that late at most.
_OVERHEAR_TICK = 1.0
# So many seconds after something is found to be old it is said, unless it was read meanwhile.
_GRACE = 20.0
# So many seconds after its last turn a front that polls may find that all is old.
_AT_ONCE = 3.0

Polled = Callable[[Collection[str]], None]


class Refresh(Protocol):
    """What reads repositories, and keeps what is known then."""

    async def __call__(self, keys: Collection[str], again: float, *, remote: Collection[str] | None = None) -> object:
        """Read these; of GitHub only those in `remote`, where that is said. `again` is when they are read next."""


class Poll:
    """Keeps the repositories of one account fresh: at each turn of the tempo, and at once those that are due.

    Where another front of this machine polls them, what that has read is taken in, and only what it leaves out is read,
    by turns as well.
    """

    def __init__(
        self,
        reader: str,
        world: World,
        board: Board,
        gatherer: Gatherer,
        prober: Prober,
        tempo: Tempo,
        refresh: Refresh,
        polled: Polled,
    ) -> None:
        self._reader = reader
        self._readings = world.readings
        self._board = board
        self._gatherer = gatherer
        self._enrolments = {one.key: one for one in board.enrolments.values() if one.reader == reader}
        self._keys = frozenset(self._enrolments)
        self._prober = prober
        self._tempo = tempo
        self._refresh = refresh
        self._polled = polled
        self._due: set[str] = set()
        self._focus: str | None = None
        self._woken = asyncio.Event()
        self._alone = True
        self._own = self._keys
        self._read_at = 0.0
        self._late: dict[str, float] = {}

    def due(self, keys: Iterable[str]) -> None:
        """Read those of the repositories that are this account's."""
        self._due |= self._keys.intersection(keys)
        if self._due:
            self._woken.set()

    def noticed(self, keys: Iterable[str]) -> None:
        """Read those that another front has changed, unless one polls them: it has noticed that as well."""
        self.due(key for key in keys if key in self._own or self._neglected([key]))

    def fresh(self, keys: Collection[str]) -> frozenset[str]:
        """Those of this account of which enough is known, since points are scarce."""
        return frozenset(filter(self._tempo.fresh, self._keys.intersection(keys)))

    def focus(self, key: str | None) -> None:
        """Keep fresh what a person looks at."""
        self._focus = key if key in self._keys else None

    async def run(self) -> None:
        """Poll until cancelled; then another front does."""
        loop = asyncio.get_running_loop()
        following = loop.time()
        try:
            while True:
                if loop.time() >= following or self._is_left():
                    await self._poll()
                    following = loop.time() + (self._tempo.wait() if self._own else self._tempo.interval)
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(min(following, loop.time() + _OVERHEAR_TICK)):
                        await self._woken.wait()
                self._woken.clear()
                await self._gatherer.overhear(self._enrolments.values())
                due, self._due = self._due, set()
                if (focus := self._tempo.look_at(self._focus)) is not None:
                    due.add(focus)
                if due:
                    await self._refresh(due, max(following - loop.time(), 0.0))
                if checking := self._tempo.checks_due(self._own):
                    await self._prober.recheck(self._enrolments.values(), checking)
        finally:
            self._readings.leave(self._reader)

    async def _poll(self) -> None:
        targets = targets_of(self._enrolments.values())
        self._alone = await self._readings.own(self._reader, targets, self._tempo.interval, lambda: self._tempo.within)
        if self._alone or self._is_left():
            self._read_at = asyncio.get_running_loop().time()
        self._own = self._keys
        if not self._alone:
            trust = while_polled(self._tempo.interval)
            self._own = await self._gatherer.left(self._reader, self._enrolments.values(), trust)
        if self._own:
            await self._take_turn()
        else:
            await self._read(self._own, self._tempo.interval)
        self._polled(self._keys)

    async def _take_turn(self) -> None:
        tempo, seconds = self._tempo, self._tempo.wait()
        turn = tempo.turn(self._own)
        read, marks = turn.read, dict[str, str]()
        if turn.probe:
            probed = [self._enrolments[key] for key in turn.probe]
            known = {key: mark for key in turn.probe if (mark := tempo.mark(key))}
            changed, found = await self._prober.probe(probed, known, tempo.followed(turn.probe), seconds)
            marks |= found
            read |= tempo.whole(self._own, changed)
        await self._read(read, seconds)
        tempo.took(read, marks)
        self._gatherer.foretell(self._reader)

    async def _read(self, keys: Collection[str], again: float) -> None:
        """Read these from GitHub; where there are few, all clones are looked at as well, lest anything went unseen."""
        await self._refresh(self._keys if self._tempo.few else keys, again, remote=keys)

    def _is_left(self) -> bool:
        """Whether nobody has polled for long, and this front has not just tried: the one that does, or it itself.

        That is so after a machine has slept, which no timer of this process notices.
        """
        tried = asyncio.get_running_loop().time() - self._read_at
        if tried < (_AT_ONCE if self._alone else self._tempo.interval) or (self._alone and self._tempo.limited > 0):
            return False
        return bool(self._neglected(self._keys))

    def _neglected(self, keys: Iterable[str]) -> frozenset[str]:
        """Those that nobody has looked at for twice the time that was promised."""
        least, promised = self._tempo.interval, self._readings.promised(self._reader)
        own, others = max(self._tempo.planned, least), max(promised, least)
        return frozenset(self._older(self._own.intersection(keys), own)) | frozenset(
            self._older((key for key in keys if key not in self._own), others)
        )

    def _older(self, keys: Iterable[str], seconds: float) -> Iterator[str]:
        """Those that were looked at twice so many seconds ago; what gave a problem is looked at when that says."""
        now = self._board.ticket()
        for key in keys:
            problem = self._board.known(key).problem
            allowed = again(problem.code, seconds) if problem is not None else seconds
            if now - self._board.moment(key) >= 2 * allowed * MICROSECONDS:
                yield key

    def late(self) -> Mapping[str, str]:
        """Of whom nothing was heard for so long that it must be said, and why; called again and again.

        A machine that slept, or whose clock was set, has a while to ask first.
        """
        now = asyncio.get_running_loop().time()
        old = self._older((key for key in self._keys if self._board.known(key).remote), self._tempo.unsaid)
        self._late = {key: self._late.get(key, now) for key in old}
        late = [key for key, since in self._late.items() if now - since >= _GRACE]
        return dict.fromkeys(late, self._tempo.why_late()) if late else {}


class Watching:
    """All loops over a board; `refresh` reads repositories and keeps what is known then, `polled` is told of polls."""

    def __init__(
        self,
        world: World,
        board: Board,
        gatherer: Gatherer,
        refresh: Refresh,
        polled: Polled,
        clock: Callable[[], datetime],
        interval: float,
        share: float,
        uniform: Callable[[], float] = random,
    ) -> None:
        self._world = world
        self._board = board
        self._gatherer = gatherer
        self._sight = Sight(world, self._checkouts, self._look_at)
        self._polls = []
        for reader, enrolments in by_account(board.enrolments.values()).items():
            keys = [one.key for one in enrolments]
            tempo = Tempo(reader, keys, board, gatherer.purses, clock, uniform, interval, share)
            prober = Prober(reader, world, board, gatherer, clock)
            self._polls.append(Poll(reader, world, board, gatherer, prober, tempo, refresh, polled))

    async def run(self) -> None:
        """Keep everything fresh until cancelled; a host that does not answer holds up no other, and nothing here."""
        loops = (*(poll.run for poll in self._polls), self._follow_runs, self._follow_clones)
        async with asyncio.TaskGroup() as tasks:
            for loop in (*loops, self._sight.follow):
                tasks.create_task(_again_and_again(loop))

    def due(self, keys: Iterable[str]) -> None:
        """Read these repositories as soon as may be."""
        wanted = frozenset(keys)
        for poll in self._polls:
            poll.due(wanted)

    def fresh(self, keys: Collection[str]) -> frozenset[str]:
        """Those of which enough is known, even for who asks for them, since points are scarce."""
        return frozenset().union(*(poll.fresh(keys) for poll in self._polls))

    def attend(self, keys: Collection[str], focus: str | None) -> None:
        """Notice edits in the files of these repositories, and of no others, within seconds; read the one in focus."""
        self._sight.turn_to(keys)
        for poll in self._polls:
            poll.focus(focus)

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
            self._board.late({key: words for poll in self._polls for key, words in poll.late().items()})
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
        for poll in self._polls:
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
