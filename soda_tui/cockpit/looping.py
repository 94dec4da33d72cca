"""Looping: the loops that this process owns, each taken a step further whenever something may have changed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec import structs

from soda_tui.cockpit.board import Board
from soda_tui.cockpit.decisions import Decisions
from soda_tui.cockpit.details import log_file
from soda_tui.cockpit.outlooks import Outlooks
from soda_tui.cockpit.ports.world import World
from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.loop.advancing import chosen, counted, ended, turned_off, turned_on, woken
from soda_tui.domain.loop.deciding import decide, is_over, rests
from soda_tui.domain.loop.machine import STARTS, Doing, Event, Mode, after
from soda_tui.domain.loop.outlook import Choice, Outlook
from soda_tui.domain.loop.pausing import awaits_a_look
from soda_tui.domain.loop.record import Record, Wish
from soda_tui.domain.loop.showing import loop_of, pressed, told
from soda_tui.domain.loop.troubles import CODES, TABLE, Answer, Trouble, wait
from soda_tui.domain.model import Loop
from soda_tui.domain.outcome import Options, Outcome
from soda_tui.domain.runs.facts import Room
from soda_tui.domain.stopfile import is_own, waiting

log = logging.getLogger(__name__)

_TICK = 1.0
# Where no loop is this process's, another's wish may be seen a little later.
_IDLE = 3.0
# Whoever mends what kept a loop from going on is not left to wait.
_LONGEST = timedelta(minutes=2)
_STARTING = frozenset({Doing.POPPING, Doing.TAKING_UP, Doing.LAUNCHING})


class _Fault(NamedTuple):
    """How often a loop could not be taken further one after another, and until when that is not tried again."""

    times: int
    until: datetime


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
        self._kept: dict[str, Record] = {}
        self._faults: dict[str, _Fault] = {}
        self._acting: dict[str, asyncio.Task[None]] = {}
        self._line: list[str] = []
        self._works = False
        self._woken = asyncio.Event()
        self._decisions = Decisions(world.journal, clock)
        self._outlooks = Outlooks(world, board, clock, pace)

    async def run(self) -> None:
        """Take every loop that is wished for and owned by nobody else further, until cancelled.

        What was begun goes on to its end, and no other process takes that loop up before.
        """
        self._works = True
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
            self._works = False
            for key in self._board.enrolments:
                if key not in self._acting:
                    self._leave(key)
            await self.note()

    @property
    def acts(self) -> frozenset[asyncio.Task[None]]:
        """The acts of loops that are under way."""
        return frozenset(self._acting.values())

    async def note(self) -> None:
        """Put into the journal what was decided, and what people have said."""
        await self._decisions.write()

    def wish(self, key: str, mode: Mode) -> Wish:
        """What is wished of a loop, with another mode; raises a Failure where that cannot be read."""
        return structs.replace(self._world.loops.wish(key), mode=mode)

    def wish_for(self, key: str, wish: Wish) -> None:
        """Wish, as a person does; raises a Failure where it cannot be written."""
        self._world.loops.say(key, wish)
        self._faults.pop(key, None)
        self._decisions.wished(key, wish.mode, told(self._board.enrolments[key].name.full, wish.mode))
        self.look((key,))

    def press(self, key: str) -> str:
        """Do what the key for a loop does, and say what that is; raises a Failure where it cannot be written."""
        wish = pressed(self._world.loops.wish(key), self._world.loops.record(key), self._clock())
        self.wish_for(key, wish)
        return told(self._board.enrolments[key].name.full, wish.mode)

    def awaits_a_look(self, key: str) -> bool:
        """Whether a loop, whoever owns it, has paused until a person has looked."""
        return self._world.loops.wish(key).mode is Mode.PAUSED and awaits_a_look(self._world.loops.record(key))

    def look(self, keys: Iterable[str]) -> dict[str, Loop | None]:
        """How these loops stand, whoever owns them."""
        for key in keys:
            if key not in self._records and key not in self._faults:
                try:
                    self._show(key, self._world.loops.wish(key), self._world.loops.record(key))
                except Failure as failure:
                    self._board.loop(key, _faulty(failure.problem, None))
        return {key: self._board.loop_of(key) for key in keys}

    async def turn(self) -> None:
        """Look at every loop once, and begin what they choose; what was begun goes on by itself."""
        room: Room | None = None
        looked, self._line = self._in_line(), []
        for key in looked:
            try:
                if (wish := self._mine(key)) is not None:
                    room = room or await self._world.runs.room()
                    if self._step(key, wish, room):
                        self._line.append(key)
                    self._faults.pop(key, None)
            except Failure as failure:
                self._fail(key, failure.problem)
            except Exception as error:
                log.exception("the loop of %s", key)
                self._fail(key, self._unforeseen(key, error))
        await self.note()
        self._board.publish()

    def _mine(self, key: str) -> Wish | None:
        """What is wished of a loop that is this process's to take further now; others are shown."""
        if key in self._acting or key in self._board.acting:
            # A person may act here as well: what comes of that is seen when it has ended.
            return None
        if key in self._faults and self._faults[key].until > self._clock():
            return None
        wish = self._world.loops.wish(key)
        if wish.mode is Mode.OFF and key not in self._records:
            self._show(key, wish, self._world.loops.record(key))
            return None
        if not self._world.loops.own(key):
            self._forget(key)
            self._show(key, wish, self._world.loops.record(key))
            return None
        return wish

    def _in_line(self) -> list[str]:
        """All repositories, those first that wait for a slot, the longest first."""
        return [*self._line, *(key for key in self._board.enrolments if key not in self._line)]

    def _step(self, key: str, wish: Wish, room: Room) -> bool:
        """Take a loop further; whether it waits for a slot. Raises a Failure where nothing can be decided, or noted."""
        record = self._records.get(key)
        if record is None:
            record = woken(self._world.loops.record(key))
        record = woken(turned_on(record, wish)) if wish.mode is not Mode.OFF else record
        starting = sum(one in self._records and self._records[one].doing in _STARTING for one in self._acting)
        out = counted(self._outlooks.of(key, wish, record, room, starting + len(self._line)))
        if record.doing is Doing.HELD and wish.mode is not Mode.OFF and not is_over(out):
            self._keep(key, wish, out.record)
            return False
        choice = decide(out) if record.doing is not Doing.HELD else None
        if choice is None:
            self._rest(key, wish, out)
            return False
        if choice.pauses:
            wish = structs.replace(wish, mode=Mode.PAUSED)
        record = chosen(out, choice)
        try:
            self._keep(key, wish, record)
        except Failure:
            self._records[key] = out.record
            raise
        self._decisions.chosen(key, out.view, choice, stopped=out.stopped is not None)
        if choice.pauses:
            self._world.loops.say(key, wish)
        if choice.verb is not None:
            task = asyncio.create_task(self._carry_out(key, wish, choice.verb, choice))
            self._acting[key] = task
            task.add_done_callback(lambda _: self._ended(key))
        return choice.verb is None and choice.why == out.full

    async def _carry_out(self, key: str, wish: Wish, verb: Verb, choice: Choice) -> None:
        try:
            record = await self._carried_out(key, verb, choice)
        except Exception as error:
            log.exception("the loop of %s", key)
            record, why = self._records[key], self._unforeseen(key, error).message
            record = structs.replace(record, doing=after(record.doing, Event.HELD), why=why, person=True)
        try:
            self._keep(key, wish, record)
        except Exception:
            log.exception("the loop of %s", key)

    async def _carried_out(self, key: str, verb: Verb, choice: Choice) -> Record:
        outcome = await self._act(key, verb, structs.replace(choice.options, unattended=True))
        log.info("%s: %s %s", key, choice.why, outcome.message)
        adopts = outcome.problem is not None and choice.event in STARTS and await self._works_already(key)
        record = ended(self._records[key], choice, outcome, self._clock(), key, self._pace, adopts=adopts)
        if not adopts:
            self._decisions.ended(key, choice, outcome, record)
        return record

    async def _works_already(self, key: str) -> bool:
        """Whether an agent works although none could be started: somebody was faster by a moment."""
        try:
            run = (await self._world.runs.current((key,))).get(key)
        except Failure:
            return False
        return run is not None and run.alive

    def _ended(self, key: str) -> None:
        self._acting.pop(key, None)
        if not self._works:
            self._leave(key)
        self._woken.set()

    def _leave(self, key: str) -> None:
        """Leave the loop to other processes, and remember nothing of it: they may take it further."""
        self._forget(key)
        self._world.loops.disown(key)

    def _forget(self, key: str) -> None:
        self._records.pop(key, None)
        self._kept.pop(key, None)

    def _unforeseen(self, key: str, error: Exception) -> Problem:
        name = self._board.enrolments[key].name.full
        return Problem(ErrorCode.UNEXPECTED, say.UNEXPECTED(repository=name, error=error, log=log_file()))

    def _fail(self, key: str, problem: Problem) -> None:
        """The loop cannot be taken further, which is shown and tried again, later each time."""
        log.warning("the loop of %s: %s", key, problem.message)
        times = self._faults[key].times + 1 if key in self._faults else 1
        until = self._clock() + min(wait(Trouble.NETWORK, times, key), _LONGEST) * self._pace
        self._faults[key] = _Fault(times, until)
        self._board.loop(key, _faulty(problem, until))

    def _rest(self, key: str, wish: Wish, out: Outlook) -> None:
        """The loop is off, or is through with what was wished: then it is off from now on."""
        why = rests(out) if wish.mode is not Mode.OFF else ""
        if why:
            self._decisions.rested(key, why)
        self._keep(key, structs.replace(wish, mode=Mode.OFF), turned_off(out.record, why))
        if wish.mode is not Mode.OFF:
            self._world.loops.say(key, structs.replace(wish, mode=Mode.OFF))
        self._leave(key)

    def _keep(self, key: str, wish: Wish, record: Record) -> None:
        """Remember the record, also over restarts; raises a Failure where that cannot be."""
        self._records[key] = record
        self._show(key, wish, record)
        if self._kept.get(key) != _lasting(record):
            self._world.loops.keep(key, record)
            self._kept[key] = _lasting(record)

    def _show(self, key: str, wish: Wish, record: Record) -> None:
        def owned() -> bool:
            return self._works or self._world.loops.is_owned(key)

        stop = self._outlooks.stop(key)
        told = waiting(stop) if stop is not None else None
        here = stop is not None and is_own(stop)
        name, now = self._board.enrolments[key].name.full, self._clock()
        self._board.loop(key, loop_of(name, wish, record, now, stopped=told, owned=owned, stop_here=here))


def _lasting(record: Record) -> Record:
    """The record as exactly as it is worth a write: what was worked, by the minute."""
    days = tuple(structs.replace(day, worked=day.worked // 60) for day in record.days)
    return structs.replace(record, counted=None, days=days)


def _faulty(problem: Problem, until: datetime | None) -> Loop:
    """A loop that cannot be taken further: nothing is begun."""
    person = TABLE[CODES[problem.code]].answer is Answer.PERSON
    return Loop(Mode.PAUSED, Doing.WAITING, problem.message, until, person)
