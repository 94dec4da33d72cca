"""Acts: those under way, one at a time for each repository, each planned under its lock and taken to its end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Coroutine
from datetime import datetime
from typing import Any

from msgspec import structs

from soda_tui.cockpit import acting
from soda_tui.cockpit.board import Board, Part, learnt
from soda_tui.cockpit.details import log_file
from soda_tui.cockpit.execution import Execution
from soda_tui.cockpit.gathering import Gatherer
from soda_tui.cockpit.ports.world import World
from soda_tui.cockpit.tidying import Tidying, untidy
from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.failure import NO_ROOM, ErrorCode, Failure, Problem
from soda_tui.domain.outcome import Options, Outcome

log = logging.getLogger(__name__)

_DEFAULT = Options()
_BREAKING_OFF = 3.0
_UNTOLD = 100


class Acts:
    """Runs what a person or a loop asks for, tidies up unasked, and hands out what was done without being asked for.

    `settled` is awaited with the key of a repository whenever an act on it is over.
    """

    def __init__(
        self,
        world: World,
        board: Board,
        gatherer: Gatherer,
        settled: Callable[[str], Awaitable[None]],
        *,
        cockpit: str,
        name: str | None,
        nonce: Callable[[], str],
        clock: Callable[[], datetime],
        ticks: Callable[[], float],
        interval: float,
    ) -> None:
        self._world = world
        self._board = board
        self._gatherer = gatherer
        self._settled = settled
        self._cockpit = cockpit
        self._name = name
        self._nonce = nonce
        self._clock = clock
        self._ticks = ticks
        self._tidying = Tidying(interval)
        self._tasks: set[asyncio.Task[Outcome]] = set()
        self._unasked = asyncio.Queue[Outcome](_UNTOLD)
        self._abandoned = False

    async def act(self, key: str, verb: Verb, options: Options = _DEFAULT) -> Outcome:
        """Plan and run an act; it goes on to its end although the caller is cancelled."""
        return await asyncio.shield(self._begin(self._act_alone(key, verb, options)))

    def tidy_up(self, keys: Collection[str]) -> None:
        """Begin to tidy up where a person has ended work in the browser, unless something else is under way there."""
        for key in keys:
            issues = untidy(self._board.enrolments[key], self._board.known(key))
            if key not in self._board.acting and self._tidying.due(key, issues, self._clock()):
                self._begin(self._tidy(key, issues))

    def tell(self, outcome: Outcome) -> bool:
        """Hand something out that nobody has asked for; false where too much waits to be heard already."""
        if self._unasked.full():
            return False
        self._unasked.put_nowait(outcome)
        return True

    async def unasked(self) -> Outcome:
        """Wait for the next thing that nobody has asked for."""
        return await self._unasked.get()

    async def finish(self, loops: Collection[asyncio.Task[None]], seconds: float) -> None:
        """Wait for all acts, and those of the loops, so many seconds at most; abandoned ones are broken off."""
        if self._abandoned:
            for task in self._tasks:
                task.cancel()
        if under_way := self._tasks.union(loops):
            await asyncio.wait(under_way, timeout=_BREAKING_OFF if self._abandoned else seconds)

    def abandon(self) -> None:
        """Have `finish` wait for nothing: a person said so. Planning again finishes whatever was begun."""
        self._abandoned = True

    def _begin(self, act: Coroutine[Any, Any, Outcome]) -> asyncio.Task[Outcome]:
        task = asyncio.create_task(act)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _tidy(self, key: str, issues: tuple[int, ...]) -> Outcome:
        outcome = await self._act_alone(key, Verb.TIDY, _DEFAULT)
        nothing = outcome.problem is not None and outcome.problem.code is ErrorCode.NOTHING_TO_DO
        self._tidying.ended(key, issues, self._clock(), well=outcome.ok or nothing)
        if not nothing:
            self.tell(outcome)
        return outcome

    async def _act_alone(self, key: str, verb: Verb, options: Options) -> Outcome:
        enrolment = self._board.enrolments.get(key)
        if enrolment is None:
            return refused(verb, key, Problem(ErrorCode.USAGE, say.NOT_WATCHED(repository=key)))
        name, under_way = enrolment.name.full, self._board.acting
        if key in under_way and verb is not Verb.STOP:
            busy = Problem(ErrorCode.BUSY, say.BUSY_HERE(repository=name, verb=under_way[key]))
            return refused(verb, name, busy)
        under_way.setdefault(key, verb)
        try:
            return await self._act(enrolment, verb, options)
        except Failure as failure:
            return refused(verb, name, failure.problem)
        except Exception as error:
            log.exception("%s in %s", verb, name)
            return refused(verb, name, _unforeseen(name, error))
        finally:
            if under_way.get(key) is verb:
                del under_way[key]
                self._board.renew(key)
            await self._settled(key)

    async def _act(self, enrolment: Enrolment, verb: Verb, options: Options) -> Outcome:
        if verb is Verb.STOP:
            # Stopping needs neither GitHub nor the lock: whatever else is under way, it must be possible at once.
            await self._gatherer.runs([enrolment.key])
            return await self._plan_once(enrolment, verb, options, self._ticks()) or _moved(enrolment, verb)
        # What a person wishes is tried, however long the host is to be left alone.
        self._world.github.retry(enrolment.reader)
        asked = self._ticks()
        identity, gathered = await self._identify(enrolment)
        async with self._world.locks.plan(identity) as waited:
            for _ in range(acting.PLANNINGS):
                if waited or not gathered:
                    asked = self._ticks()
                    await self._gatherer.gather([enrolment])
                # Agents come and go without GitHub: what is known of them must not be older than the lock.
                await self._gatherer.runs([enrolment.key], thoroughly=True)
                waited = gathered = False
                outcome = await self._plan_once(enrolment, verb, options, asked)
                if outcome is not None:
                    return outcome
        return _moved(enrolment, verb)

    async def _identify(self, enrolment: Enrolment) -> tuple[str, bool]:
        """The repository's node id, by which it is locked, and whether it had to be read just now to know it."""
        known = self._board.identity(enrolment.key)
        if known is not None:
            return known, False
        await self._gatherer.gather([enrolment])
        return self._board.identity(enrolment.key) or enrolment.key, True

    async def _plan_once(self, enrolment: Enrolment, verb: Verb, options: Options, asked: float) -> Outcome | None:
        """One planning and its execution, from facts asked for then; None when they moved meanwhile."""
        known = self._board.known(enrolment.key)
        execution = Execution(
            self._world,
            enrolment,
            known,
            self._cockpit,
            self._name,
            self._nonce,
            self._clock,
            self._ticks,
            asked,
        )
        try:
            return await acting.act(execution, verb, options)
        finally:
            # From here on what was asked before the act ended is older than what the act knows.
            ticket = self._board.ticket()
            facts = execution.facts
            if facts.run is not known.run:
                facts = await self._gatherer.listened(enrolment.key, facts)
            local = await self._gatherer.local(enrolment, facts)
            self._board.put(
                enrolment.key, ticket, structs.replace(facts, local=local), learnt(known, facts) | {Part.LOCAL}
            )


def refused(verb: Verb, repository: str, problem: Problem) -> Outcome:
    """The outcome of what was not begun."""
    return Outcome(verb, repository, problem.message, problem=problem)


def _moved(enrolment: Enrolment, verb: Verb) -> Outcome:
    name = enrolment.name.full
    return refused(verb, name, Problem(ErrorCode.BUSY, say.LEDGER_MOVED(repository=name)))


def _unforeseen(name: str, error: Exception) -> Problem:
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return Problem(ErrorCode.DISK_FULL, say.DISK_FULL(path=error.filename or name, words=error.strerror))
    return Problem(ErrorCode.UNEXPECTED, say.UNEXPECTED(repository=name, error=error, log=log_file()))
