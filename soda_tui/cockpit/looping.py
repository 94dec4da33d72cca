"""Looping: the loops that this process owns, each taken a step further whenever something may have changed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import datetime

from msgspec import structs

from soda_tui.cockpit.board import Board
from soda_tui.cockpit.decisions import Decisions
from soda_tui.cockpit.ports.world import World
from soda_tui.cockpit.substitutes import Choices, Substitutes
from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.facts import Room
from soda_tui.domain.failure import Failure
from soda_tui.domain.feedback import Feedback, feedback
from soda_tui.domain.landing import released
from soda_tui.domain.ledger import decode
from soda_tui.domain.loop.advancing import chosen, counted, ended, turned_off, turned_on, woken
from soda_tui.domain.loop.checkpoints import is_reached
from soda_tui.domain.loop.deciding import Choice, Outlook, decide
from soda_tui.domain.loop.machine import ACTS, Doing, Mode
from soda_tui.domain.loop.record import Record, Wish
from soda_tui.domain.loop.showing import pressed, told
from soda_tui.domain.loop.spans import midnight, span
from soda_tui.domain.model import Loop
from soda_tui.domain.outcome import Options, Outcome
from soda_tui.domain.spending import tokens_of_day
from soda_tui.domain.stopfile import waiting

log = logging.getLogger(__name__)

_TICK = 1.0
# Where no loop is this process's, another's wish may be seen a little later.
_IDLE = 3.0
_STARTING = frozenset({Doing.POPPING, Doing.TAKING_UP, Doing.LAUNCHING})

Act = Callable[[str, Verb, Options], Awaitable[Outcome]]


class Looping:
    """The loops of a board's repositories; `act` carries out what they come to.

    Those that wait for a slot get it in the order in which they began to wait, one start for each free slot.
    """

    def __init__(self, world: World, board: Board, act: Act, clock: Callable[[], datetime], pace: float = 1.0) -> None:
        self._world = world
        self._board = board
        self._act = act
        self._clock = clock
        self._pace = pace
        self._records: dict[str, Record] = {}
        self._acting: dict[str, asyncio.Task[None]] = {}
        self._line: list[str] = []
        self._woken = asyncio.Event()
        self._decisions = Decisions(world.journal, clock)
        self._substitutes = Substitutes(world.profiles)

    async def run(self) -> None:
        """Take every loop that is wished for and owned by nobody else further, until cancelled."""
        try:
            while True:
                self._woken.clear()
                try:
                    await self.turn()
                except Exception:
                    log.exception("the loops")
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), _TICK if self._records else _IDLE)
        finally:
            for key in self._board.enrolments:
                self._world.loops.disown(key)
            await self._decisions.write()

    def wish(self, key: str, mode: Mode) -> Wish:
        """What is wished of a loop, with another mode."""
        return structs.replace(self._world.loops.wish(key), mode=mode)

    def wish_for(self, key: str, wish: Wish) -> None:
        """Wish; raises a Failure where it cannot be written."""
        self._world.loops.say(key, wish)
        self.look((key,))

    def press(self, key: str) -> str:
        """Do what the key for a loop does, and say what that is; raises a Failure where it cannot be written."""
        wish = pressed(self._world.loops.wish(key), self._clock())
        self.wish_for(key, wish)
        return told(self._board.enrolments[key].name.full, wish.mode)

    def at_checkpoint(self, key: str) -> bool:
        """Whether a loop, whoever owns it, waits until a person has looked."""
        return self._world.loops.wish(key).mode is Mode.PAUSED and is_reached(self._world.loops.record(key))

    def look(self, keys: Iterable[str]) -> dict[str, Loop | None]:
        """How these loops stand, whoever owns them."""
        for key in keys:
            if key not in self._records:
                self._show(key, self._world.loops.wish(key), self._world.loops.record(key))
        return {key: self._board.loop_of(key) for key in keys}

    async def turn(self) -> None:
        """Look at every loop once, and begin what they choose; what was begun goes on by itself."""
        room: Room | None = None
        for key in self._in_line():
            try:
                if (wish := self._mine(key)) is not None:
                    room = room or await self._world.runs.room()
                    self._step(key, wish, room)
            except Failure as failure:
                log.warning("the loop of %s: %s", key, failure)
        await self._decisions.write()
        self._board.publish()

    def _mine(self, key: str) -> Wish | None:
        """What is wished of a loop that is this process's to take further now; others are shown."""
        if key in self._acting:
            return None
        wish = self._world.loops.wish(key)
        if wish.mode is Mode.OFF and key not in self._records:
            self._show(key, wish, self._world.loops.record(key))
            return None
        if not self._world.loops.own(key):
            self._records.pop(key, None)
            self._show(key, wish, self._world.loops.record(key))
            return None
        return wish

    def _in_line(self) -> list[str]:
        """All repositories, those first that wait for a slot, the longest first."""
        return [*self._line, *(key for key in self._board.enrolments if key not in self._line)]

    def _step(self, key: str, wish: Wish, room: Room) -> None:
        record = self._records.get(key)
        if record is None:
            record = woken(self._world.loops.record(key))
        record = woken(turned_on(record, wish)) if wish.mode is not Mode.OFF else record
        if record.doing is Doing.HELD and wish.mode is not Mode.OFF:
            self._keep(key, wish, record)
            return
        out = counted(self._outlook(key, wish, record, room))
        choice = decide(out)
        if choice is None:
            self._rest(key, wish, out)
            return
        if choice.pauses:
            wish = structs.replace(wish, mode=Mode.PAUSED)
        self._queue(key, waits=choice.verb is None and choice.why == out.full)
        record = chosen(out, choice)
        self._decisions.chosen(key, out.view, choice)
        self._keep(key, wish, record)
        if choice.pauses:
            self._world.loops.say(key, wish)
        if choice.verb is not None:
            task = asyncio.create_task(self._carry_out(key, wish, choice.verb, choice))
            self._acting[key] = task
            task.add_done_callback(lambda _: self._ended(key))

    def _outlook(self, key: str, wish: Wish, record: Record, room: Room) -> Outlook:
        now = self._clock()
        day = midnight(now).date().isoformat()
        view, facts = self._board.view(key), self._board.known(key)
        choices = Choices()
        if not view.agent.status.at_work:
            choices = self._substitutes.of(self._board.enrolments[key], facts, view.agent.issue, now)
        if wish.profile is not None:
            # Whoever names a profile wants that one.
            choices = choices._replace(here=())
        starting = sum(one in self._records and self._records[one].doing in _STARTING for one in self._acting)
        ahead = self._line.index(key) if key in self._line else len(self._line)
        free = room.limit - len(room.taken) - starting - ahead
        stop = self._board.forbidden or facts.forbidden
        stopped = waiting(stop) if stop is not None else None
        full = None if free > 0 else say.LOOP_NO_SLOT(count=room.limit)
        return Outlook(
            view,
            wish,
            record,
            self._board.enrolments[key].auto,
            now,
            day,
            tokens_of_day(view, day),
            stopped,
            full,
            self._released(key),
            self._pace,
            span(facts.run, now, midnight(now)) if facts.run is not None else None,
            *choices,
            feedback=self._came_back(key),
        )

    def _released(self, key: str) -> tuple[int, ...]:
        remote = self._board.known(key).remote
        if remote is None:
            return ()
        return released(remote, self._board.enrolments[key], decode(remote.ledger).state)

    def _came_back(self, key: str) -> tuple[Feedback, ...]:
        remote = self._board.known(key).remote
        return feedback(remote, decode(remote.ledger).state, self._board.enrolments[key]) if remote is not None else ()

    def _queue(self, key: str, *, waits: bool) -> None:
        if waits and key not in self._line:
            self._line.append(key)
        elif not waits and key in self._line:
            self._line.remove(key)

    async def _carry_out(self, key: str, wish: Wish, verb: Verb, choice: Choice) -> None:
        outcome = await self._act(key, verb, structs.replace(choice.options, unattended=True))
        log.info("%s: %s %s", key, choice.why, outcome.message)
        record = ended(self._records[key], choice, outcome, self._clock(), key, self._pace)
        self._decisions.ended(key, choice, outcome, record)
        self._keep(key, wish, record)

    def _ended(self, key: str) -> None:
        self._acting.pop(key, None)
        self._woken.set()

    def _rest(self, key: str, wish: Wish, out: Outlook) -> None:
        """The loop is off, or is through with what was wished: then it is off from now on."""
        why = say.LOOP_THROUGH(repository=out.view.name) if wish.mode is not Mode.OFF else ""
        self._decisions.rested(key, why or told(out.view.name, wish.mode))
        self._keep(key, structs.replace(wish, mode=Mode.OFF), turned_off(out.record, why))
        if wish.mode is not Mode.OFF:
            self._world.loops.say(key, structs.replace(wish, mode=Mode.OFF))
        self._records.pop(key, None)
        self._world.loops.disown(key)

    def _keep(self, key: str, wish: Wish, record: Record) -> None:
        known = self._records.get(key)
        self._records[key] = record
        if known is None or _lasting(known) != _lasting(record):
            try:
                self._world.loops.keep(key, record)
            except Failure as failure:
                log.warning("%s", failure)
        self._show(key, wish, record)

    def _show(self, key: str, wish: Wish, record: Record) -> None:
        # A loop that is off and was broken off elsewhere at what it did says nothing any more; what acts ends first.
        resting = record.doing not in ACTS and (record.doing is not Doing.RESTING or not record.why)
        loop = (
            None
            if wish.mode is Mode.OFF and resting
            else Loop(wish.mode, record.doing, record.why, record.until, record.person)
        )
        self._board.loop(key, loop)


def _lasting(record: Record) -> Record:
    """The record as exactly as it is worth a write: what was worked, by the minute."""
    return structs.replace(record, counted_at=None, worked=record.worked // 60)
