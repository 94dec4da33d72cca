"""The engine: what fronts ask, put together.

What is known stands on the board (`board.py`), where `gathering.py` puts it; `watching.py` has the loops that keep it
fresh, `lookout.py` everything that only looks, `acts.py` the acts under way, `acting.py` and `execution.py` one act
from its plan to its outcome.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from time import monotonic

from soda_tui.cockpit.acts import Acts, refused
from soda_tui.cockpit.board import Board
from soda_tui.cockpit.gathering import Gatherer
from soda_tui.cockpit.lookout import Lookout
from soda_tui.cockpit.looping import Looping
from soda_tui.cockpit.ports.world import World
from soda_tui.cockpit.targets import by_account
from soda_tui.cockpit.telling import Teller
from soda_tui.cockpit.watching import Watching
from soda_tui.domain.actions import Verb
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.loop.machine import Mode
from soda_tui.domain.loop.record import Wish
from soda_tui.domain.loop.showing import question
from soda_tui.domain.model import Loop, Snapshot
from soda_tui.domain.outcome import Options, Outcome
from soda_tui.domain.sharing import Trust
from soda_tui.domain.stopfile import waiting
from soda_tui.domain.stops import Halt, Stop
from soda_tui.domain.telling import Notice, NoticeKind
from soda_tui.domain.token_expiry import expiring, expiry_words, near

log = logging.getLogger(__name__)

_DEFAULT = Options()


class Engine(Lookout):
    """Implements `front.Cockpit` on the services of a World; `ticks` counts seconds, those of a machine asleep too."""

    def __init__(
        self,
        enrolments: Iterable[Enrolment],
        world: World,
        cockpit: str,
        clock: Callable[[], datetime],
        interval: float = 30.0,
        name: str | None = None,
        nonce: Callable[[], str] = lambda: secrets.token_hex(8),
        ticks: Callable[[], float] = monotonic,
        told_of: Collection[NoticeKind] = tuple(NoticeKind),
        pace: float = 1.0,
        share: float = 0.3,
    ) -> None:
        board = Board(enrolments, cockpit, clock, world.store.snapshot())
        super().__init__(world, board, clock)
        self._gatherer = Gatherer(world, board, clock)
        self._acts = Acts(
            world,
            board,
            self._gatherer,
            self._acted,
            cockpit=cockpit,
            name=name,
            nonce=nonce,
            clock=clock,
            ticks=ticks,
            interval=interval,
        )
        tidy_up = self._acts.tidy_up
        self._watching = Watching(world, board, self._gatherer, self.refresh, tidy_up, clock, interval, share)
        self._looping = Looping(world, board, self.act, clock, pace)
        self._teller = Teller(world.notices, world.journal, board, told_of)
        self._told: set[str] = set()
        self._keeping = asyncio.Lock()
        self._kept: Snapshot | None = None

    @property
    def snapshot(self) -> Snapshot:
        """The newest snapshot."""
        return self._board.snapshot

    @property
    def busy(self) -> bool:
        """Whether an action is under way."""
        return bool(self._board.acting)

    async def changed(self, after: Snapshot) -> Snapshot:
        """Wait for a snapshot newer than this one."""
        return await self._board.changed(after)

    async def run(self, *, loops: bool = False) -> None:
        """Poll, and follow runs and clones, until cancelled; with `loops` agents work by themselves."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._watching.run())
            if loops:
                tasks.create_task(self._looping.run())

    def loops(self, keys: Collection[str]) -> dict[str, Loop | None]:
        """How the loops of these repositories stand, whichever process owns them."""
        return self._looping.look(keys)

    async def loops_now(self, keys: Collection[str]) -> dict[str, Loop | None]:
        """The same, with a stop that was made or lifted a moment ago."""
        await self._gatherer.runs(keys)
        return self.loops(keys)

    def awaits_a_look(self, key: str) -> bool:
        """Whether a repository's loop has paused until a person has looked at what was done."""
        return self._looping.awaits_a_look(key)

    def owns(self, key: str) -> bool:
        """Whether a repository's loop is this process's, or nobody's; it is this one's from then on."""
        return self._world.loops.own(key)

    def wish(self, key: str, mode: Mode) -> Wish:
        """What is wished of a repository's loop, with another mode."""
        return self._looping.wish(key, mode)

    def wish_for(self, key: str, wish: Wish) -> None:
        """Wish something of a repository's loop, as a person; raises a Failure where that cannot be kept."""
        self._looping.wish_for(key, wish)
        self._board.publish()

    async def auto_question(self, key: str) -> str | None:
        """What is asked before the key for a repository's loop turns it on; None where it asks nothing."""
        on = self._looping.wish(key, Mode.ON) == self._world.loops.wish(key)
        return None if on else f"{await self.stopped(key)} {question(self._board.enrolments[key])}".strip()

    async def auto(self, key: str) -> str:
        """Turn a repository's loop on, or have it finish; what that means. Raises Failure where it cannot be kept."""
        said = self._looping.press(key)
        await self._looping.note()
        self._board.publish()
        return f"{said} {await self.stopped(key)}".strip()

    async def stopped(self, key: str) -> str:
        """That a stop keeps a repository's loop from beginning anything, in a sentence; empty where none does."""
        _, found = await self._world.stops.standing({key: self._gatherer.folders(key)})
        return waiting(found[key]) if key in found else ""

    async def stop(self) -> Stop | None:
        """The stop of this machine, since when it stands and by whom; None where none does."""
        return await self._world.stops.machine()

    async def stop_all(self, how: str) -> Halt:
        """Forbid every run on this machine at once, and stop all agents; `how` is in what way a person said so.

        Raises a Failure where the stop cannot be written.
        """
        halting = asyncio.create_task(self._world.stops.halt(how))
        try:
            return await asyncio.shield(halting)
        finally:
            await self._gatherer.runs(tuple(self._board.enrolments))
            self._board.publish()

    async def resume(self) -> Stop | None:
        """Lift the stop of this machine, and nothing else; the stop that stood. Raises a Failure where it stays."""
        stop = await self._world.stops.lift()
        await self._gatherer.runs(tuple(self._board.enrolments))
        self._board.publish()
        return stop

    def attend(self, keys: Collection[str], focus: str | None = None) -> None:
        """Notice edits in the files of these repositories, and of no others, within seconds; see the port."""
        self._watching.attend(keys, focus)

    async def refresh(
        self,
        keys: Collection[str] | None = None,
        again: float | None = None,
        trust: Trust | None = None,
        remote: Collection[str] | None = None,
    ) -> Snapshot:
        """Fetch the repositories now; each host's are published as it answers, and all are known on return.

        `again` is the number of seconds until they are fetched the next time, where that is known; `trust` says of what
        another front has read how old it may be to be taken instead; GitHub is asked for those in `remote` only.
        """
        wanted = [part for key, part in self._board.enrolments.items() if keys is None or key in keys]
        if again is None:
            for reader in by_account(wanted):
                self._world.github.retry(reader)
            remote = {part.key for part in wanted} - self._watching.fresh([part.key for part in wanted])
        await self._gatherer.gather(wanted, again, trust, remote)
        self._looping.look([part.key for part in wanted])
        self._board.publish()
        self._tell_once()
        await self._keep()
        return self.snapshot

    def _tell_once(self) -> None:
        """Say once of each of the cockpit's own files that it was damaged, and of each token that it expires soon."""
        world = self._world
        damaged = (world.store.put_aside, world.journal.put_aside, world.readings.put_aside)
        now = self._clock()
        ending = expiring(self.snapshot.accounts, now)
        # In words that change by the minute: once when it is days away, and once when it is hours away.
        expiries = {
            f"{each.key} {each.token_expires_at:%Y-%m-%d} {near(each.token_expires_at, now)}": expiry_words(each, now)
            for each in ending
        }
        for what, told in {**{each: each for each in damaged if each}, **expiries}.items():
            if what not in self._told and self._acts.tell(refused(Verb.RECOVER, "", Problem(ErrorCode.REFUSED, told))):
                self._told.add(what)

    async def _keep(self) -> None:
        """Put the snapshot on disk; that it cannot be kept must not keep anybody from seeing it."""
        async with self._keeping:
            newest = self.snapshot
            if newest is self._kept:
                return
            try:
                await asyncio.to_thread(self._world.store.save, newest)
                self._kept = newest
            except Failure as failure:
                log.warning("%s", failure)

    async def act(self, key: str, verb: Verb, options: Options = _DEFAULT) -> Outcome:
        """Plan and run an action under the repository's lock; one at a time for each repository.

        What has begun goes on to its end although the caller is cancelled; `finish` waits for that.
        """
        return await self._acts.act(key, verb, options)

    async def done_by_itself(self) -> Outcome:
        """Wait for the next thing that is done without having been asked for."""
        return await self._acts.unasked()

    async def news(self) -> tuple[Notice, ...]:
        """Wait for what a person should hear of; who is handed it tells them, nobody else will."""
        return await self._teller.news()

    async def announce(self, notices: Sequence[Notice], *, shown: bool) -> tuple[str, ...]:
        """Tell them outside the screen; `shown` where the terminal has. What went wrong, in sentences."""
        return await self._world.notices.announce(notices, shown=shown)

    async def finish(self, seconds: float = 30.0) -> None:
        """Wait for the actions that are under way, so long at most; abandoned ones are broken off."""
        await self._acts.finish(self._looping.acts, seconds)
        await self._looping.note()

    def abandon(self) -> None:
        """Have `finish` wait for nothing: a person said so. Planning again finishes whatever was begun."""
        self._acts.abandon()

    async def _acted(self, key: str) -> None:
        """Show and keep what an act has left, and read its repository again soon."""
        self._board.publish()
        await self._keep()
        self._watching.due({key})
