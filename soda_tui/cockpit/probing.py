"""Probing: finding out which repositories have news, so that only those are read, and how far running checks are."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from msgspec import structs

from soda_tui.cockpit.board import Board, Part
from soda_tui.cockpit.details import log_file
from soda_tui.cockpit.gathering import Gatherer, tried_again, with_answer
from soda_tui.cockpit.ports.world import World
from soda_tui.cockpit.targets import targets_of
from soda_tui.domain import sentences as say
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.facts import RemoteFacts
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.probing import Probing, depends_otherwise, with_checks

log = logging.getLogger(__name__)


class Prober:
    """Asks as one account for little, and puts on the board what that tells."""

    def __init__(
        self, reader: str, world: World, board: Board, gatherer: Gatherer, clock: Callable[[], datetime]
    ) -> None:
        self._reader = reader
        self._world = world
        self._board = board
        self._gatherer = gatherer
        self._clock = clock

    async def probe(
        self,
        enrolments: Collection[Enrolment],
        marks: Mapping[str, str],
        items: Sequence[str],
        again: float,
    ) -> tuple[frozenset[str], Mapping[str, str]]:
        """Find out who has news since they had these marks; those, and the marks that all have now.

        Of the others it is known from now on that they have none. What moves of these items unseen is looked up.
        """
        ticket, now = self._board.ticket(), self._clock()
        keys = [enrolment.key for enrolment in enrolments]
        try:
            found = await self._world.github.probe(self._reader, targets_of(enrolments), items)
        except Exception as error:
            log.exception("probing %s", self._reader)
            words = say.UNEXPECTED(repository=self._reader, error=error, log=log_file())
            problem = Problem(ErrorCode.UNEXPECTED, words)
            found = Probing(dict.fromkeys(keys, problem), {})
        account = self._gatherer.pay(found.accounts, found.points)
        answers: dict[str, RemoteFacts | Problem] = {}
        for key in keys:
            mark, remote = found.marks[key], self._board.known(key).remote
            same = bool(mark) and mark == marks.get(key)
            if isinstance(mark, Problem):
                answers[key] = tried_again(mark, self._clock(), again)
            elif remote is not None and same and not depends_otherwise(remote, found.waiting):
                answers[key] = with_checks(remote, found.pull_requests)
        known = [enrolment for enrolment in enrolments if enrolment.key in answers]
        facts = {key: (ticket, with_answer(self._board.known(key), each, now)) for key, each in answers.items()}
        await self._gatherer.take_in(known, facts)
        self._board.publish()
        spent = self._gatherer.purses.tell(self._reader) if account is not None else 0
        await self._world.readings.tell(self._reader, targets_of(known), ticket, answers, account, spent)
        told = {key: mark for key, mark in found.marks.items() if isinstance(mark, str)}
        return frozenset(key for key in keys if key not in answers), told

    async def recheck(self, enrolments: Collection[Enrolment], pull_requests: Sequence[str]) -> None:
        """Look up the checks of pull requests, and nothing else of their repositories."""
        try:
            found = await self._world.github.probe(self._reader, (), pull_requests)
        except Exception:
            log.exception("looking at checks on %s", self._reader)
            return
        account = self._gatherer.pay(found.accounts, found.points)
        for enrolment in enrolments:
            facts, moment = self._board.known(enrolment.key), self._board.moment(enrolment.key)
            remote = facts.remote and with_checks(facts.remote, found.pull_requests)
            if remote is None or remote is facts.remote:
                continue
            # All else is as old as it was.
            later = structs.replace(facts, remote=remote)
            self._board.put(enrolment.key, moment + 1, later, {Part.REMOTE})
            await self._world.readings.tell(
                self._reader, targets_of([enrolment]), moment + 1, {enrolment.key: remote}, account
            )
        self._board.publish()
