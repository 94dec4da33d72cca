"""Outlooks: what a loop decides from, gathered from the board, the machine and what is remembered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from soda_tui.cockpit.board import Board
from soda_tui.cockpit.ports.world import World
from soda_tui.cockpit.substitutes import Choices, Substitutes
from soda_tui.domain import sentences as say
from soda_tui.domain.feedback import feedback
from soda_tui.domain.ledger import LedgerState, decode
from soda_tui.domain.loop.days import day_of
from soda_tui.domain.loop.outlook import Outlook
from soda_tui.domain.loop.record import Record, Wish
from soda_tui.domain.loop.spans import span
from soda_tui.domain.releasing import released
from soda_tui.domain.runs.facts import Room
from soda_tui.domain.runs.spending import tokens_of_day
from soda_tui.domain.stopfile import is_own, waiting


class Outlooks:
    """Makes the outlooks of a board's repositories; `pace` is what waits are multiplied with."""

    def __init__(self, world: World, board: Board, clock: Callable[[], datetime], pace: float) -> None:
        self._board = board
        self._clock = clock
        self._pace = pace
        self._substitutes = Substitutes(world.profiles)

    def stop(self, key: str) -> str | None:
        """The file of the stop that is in force, as far as it was seen."""
        return self._board.forbidden or self._board.known(key).forbidden

    def of(self, key: str, wish: Wish, record: Record, room: Room, ahead: int) -> Outlook:
        """The outlook; so many slots of the machine are spoken for by others. Raises a Failure."""
        now, enrolment = self._clock(), self._board.enrolments[key]
        begins = day_of(record.days, now).begins
        view, facts, stop = self._board.view(key), self._board.known(key), self.stop(key)
        choices = Choices()
        if not view.agent.status.at_work:
            choices = self._substitutes.of(enrolment, facts, view.agent.issue, now)
        if wish.profile is not None:
            # Whoever names a profile wants that one.
            choices = choices._replace(here=())
        free = room.limit - len(room.taken) - ahead
        remote, state = facts.remote, decode(facts.remote.ledger).state if facts.remote else LedgerState()
        return Outlook(
            view,
            wish,
            record,
            enrolment.auto,
            now,
            tokens_of_day(view, begins.astimezone().date().isoformat()),
            waiting(stop) if stop is not None else None,
            None if free > 0 else say.LOOP_NO_SLOT(count=room.limit),
            released(remote, enrolment, state) if remote is not None else (),
            self._pace,
            span(facts.run, now) if facts.run is not None else None,
            *choices,
            feedback=feedback(remote, state, enrolment) if remote is not None else (),
            stop_here=stop is not None and is_own(stop),
        )
