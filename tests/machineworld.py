"""A machine with several repositories and few slots: loops of processes that are killed, beside each other."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any, cast

from given import ENROLMENT
from loopworld import Broken
from msgspec import structs
from tui.shown import agent, entry, repository

from soda_tui.cockpit.looping import Looping
from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import Status
from soda_tui.domain.configuration.unattended import AutoSettings
from soda_tui.domain.facts import RepositoryFacts
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.loop.machine import Doing, Mode
from soda_tui.domain.loop.record import Record, Wish
from soda_tui.domain.model import Loop, Repository
from soda_tui.domain.outcome import Options, Outcome, StepResult
from soda_tui.domain.runs.endings import Ending
from soda_tui.domain.runs.facts import Room

SLOTS = 2
RULES = AutoSettings(issues_per_day=4, max_work_hours=24.0)
_LONGEST_IN_LINE = timedelta(hours=10)


class Machine:
    """The repositories as they are, what is remembered of their loops, and who owns them."""

    def __init__(self, chance: Random, names: Sequence[str]) -> None:
        self.chance = chance
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.views = {name: _idle(name, self.now) for name in names}
        self.wishes = {name: Wish(Mode.ON, self.now) for name in names}
        self.records: dict[str, Record] = {}
        self.owners: dict[str, Process] = {}
        self.acting: dict[str, Process] = {}
        self.waits: dict[str, datetime] = {}
        self.idle_slots = 0
        self.popped: Counter[tuple[str, str]] = Counter()
        self.done: Counter[str] = Counter()
        self.damaged: str | None = None
        self.broken: list[str] = []
        self.processes = [Process(self), Process(self)]
        self._issue = 100

    @property
    def working(self) -> tuple[str, ...]:
        """The repositories whose agents have a slot."""
        return tuple(name for name, view in self.views.items() if view.agent.status is Status.WORKING)

    async def pass_by(self, span: timedelta) -> None:
        """Let time go by, in which things happen, and each process look at its loops."""
        self.now += span
        self._happen()
        for process in self.processes:
            await process.looping.turn()
            for _ in range(3):
                await asyncio.sleep(0)
        self._judge()

    def _happen(self) -> None:
        chance = self.chance
        for name in self.working:
            if chance.random() < 0.08:
                self._show(name, Status.DONE, Ending.DONE)
        name = chance.choice(list(self.views))
        what = chance.random()
        if what < 0.02:
            process = chance.choice(self.processes)
            process.kill()
            self.processes[self.processes.index(process)] = Process(self)
            self.done["killed"] += 1
        elif what < 0.06:
            mode = chance.choice((Mode.ON, Mode.ON, Mode.DRAINING, Mode.PAUSED, Mode.OFF))
            self.wishes[name] = Wish(mode, self.now)
        elif what < 0.07:
            self.damaged = name if self.damaged is None else None

    def _judge(self) -> None:
        """What must never be, whoever owns what; a loop that an act breaks in would hold itself."""
        if self.broken:
            raise Broken(self.broken[0])
        owned = {name: owner.shown.get(name) for name, owner in self.owners.items()}
        for name, loop in owned.items():
            if loop is not None and loop.mode is not Mode.OFF and not loop.why:
                raise Broken(f"{name} does nothing and says no reason")
        line = {name for name, loop in owned.items() if loop is not None and "slot" in loop.why}
        self.waits = {name: self.waits.get(name, self.now) for name in line}
        if any(self.now - since > _LONGEST_IN_LINE for since in self.waits.values()):
            raise Broken("waits for a slot for ever")
        free = len(self.working) < SLOTS and not self.acting
        self.idle_slots = self.idle_slots + 1 if line and free else 0
        if self.idle_slots > 3:
            raise Broken("a slot is free, and whoever waits for one does not get it")

    async def act(self, process: Process, key: str, verb: Verb, options: Options) -> Outcome:
        if self.owners.get(key) is not process or key in self.acting:
            self.broken.append("two owners")
        self.acting[key], day = process, self.now.date().isoformat()
        try:
            for _ in range(self.chance.randrange(8)):
                await asyncio.sleep(0)
            return self._done(key, verb, options, day)
        finally:
            if self.acting.get(key) is process:
                del self.acting[key]

    def _done(self, key: str, verb: Verb, options: Options, day: str) -> Outcome:
        self.done[verb] += 1
        fails = self.chance.random() < 0.1
        problem = Problem(self.chance.choice((ErrorCode.BUSY, ErrorCode.NETWORK)), "It did not work.")
        if verb is Verb.POP and (not fails or self.chance.random() < 0.5):
            self._pop(key, day)
            steps = (StepResult("ClaimIssue", "claim", done=True),) if self.chance.random() < 0.5 else ()
            return Outcome(verb, key, "Done.", steps, problem if fails else None, options.issue)
        if fails:
            return Outcome(verb, key, problem.message, problem=problem)
        if verb is Verb.LAUNCH:
            if len(self.working) >= SLOTS:
                return Outcome(verb, key, "Full.", problem=Problem(ErrorCode.BUSY, "Full."))
            self._show(key, Status.WORKING)
        elif verb is Verb.BOTTLE:
            self.views[key] = _idle(key, self.now)
        return Outcome(verb, key, "Done.", issue=options.issue)

    def _pop(self, key: str, day: str) -> None:
        if self.views[key].agent.status is not Status.IDLE:
            self.broken.append("popped beside a claim")
        self.popped[key, day] += 1
        if self.popped[key, day] > RULES.issues_per_day:
            self.broken.append("popped more issues than a day may have")
        claimed = agent(Status.CLAIMED, issue=self.views[key].queue[0].number, tries=1, run=None)
        self._issue += 1
        queue = (entry(self._issue, "more"),)
        self.views[key] = structs.replace(self.views[key], agent=claimed, queue=queue)

    def _show(self, key: str, status: Status, ending: Ending | None = None) -> None:
        view = self.views[key]
        shown = agent(status, issue=view.agent.issue, tries=1)
        assert shown.run is not None
        run = structs.replace(shown.run, ending=ending)
        self.views[key] = structs.replace(view, agent=structs.replace(shown, run=run))


class Process:
    """A process with loops: what it sees, and what it owns, until it is killed."""

    forbidden = None

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        rules = structs.replace(ENROLMENT, auto=RULES)
        self.enrolments = dict.fromkeys(machine.views, rules)
        self.acting: dict[str, Verb] = {}
        self.shown: dict[str, Loop | None] = {}
        world = SimpleNamespace(loops=self, journal=self, profiles=None, runs=self)
        self.looping = Looping(cast(Any, world), cast(Any, self), self._act, lambda: machine.now, pace=0.01)

    def kill(self) -> None:
        """End at once; what was begun may be done, and nobody notes it."""
        for task in self.looping.acts:
            task.cancel()
        held = [name for name, owner in self.machine.owners.items() if owner is self]
        for name in held:
            del self.machine.owners[name]
            self.machine.acting.pop(name, None)

    async def _act(self, key: str, verb: Verb, options: Options) -> Outcome:
        return await self.machine.act(self, key, verb, options)

    async def room(self) -> Room:
        return Room(SLOTS, self.machine.working)

    async def current(self, keys: Sequence[str]) -> dict[str, None]:
        return {}

    async def decide(self, decisions: object) -> None:
        """Nobody reads what is decided."""

    def view(self, key: str) -> Repository:
        return self.machine.views[key]

    def known(self, key: str) -> RepositoryFacts:
        if self.machine.damaged == key and self.machine.chance.random() < 0.3:
            raise ValueError("nobody foresaw this")
        return RepositoryFacts()

    def loop(self, key: str, loop: Loop | None) -> None:
        self.shown[key] = loop

    def publish(self) -> None:
        """Nobody looks."""

    def wish(self, key: str) -> Wish:
        return self.machine.wishes[key]

    def record(self, key: str) -> Record:
        return self.machine.records.get(key, Record())

    def say(self, key: str, wish: Wish) -> None:
        self.machine.wishes[key] = wish

    def keep(self, key: str, record: Record) -> None:
        if self.machine.owners.get(key) is not self:
            self.machine.broken.append("notes what another process owns")
        if self.machine.damaged == key and self.machine.chance.random() < 0.5:
            raise Failure(Problem(ErrorCode.DISK_FULL, "The disk is full."))
        self.machine.records[key] = record

    def own(self, key: str) -> bool:
        return self.machine.owners.setdefault(key, self) is self

    def is_owned(self, key: str) -> bool:
        return key in self.machine.owners

    def disown(self, key: str) -> None:
        if self.machine.owners.get(key) is self:
            del self.machine.owners[key]


def _idle(name: str, now: datetime) -> Repository:
    free = repository(name, agent=repository().agent, fetched_at=now, drift=(), needs=())
    return structs.replace(free, queue=(entry(1, "do it"),))


def stuck(machine: Machine) -> list[str]:
    """The repositories whose loops are held for good."""
    return [name for name, record in machine.records.items() if record.doing is Doing.HELD]
