"""Decisions: what loops choose and why, and what people say to them, goes into the journal as often as it changes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from soda_tui.cockpit.ports.keeping import Journal
from soda_tui.domain import sentences as say
from soda_tui.domain.failure import Failure
from soda_tui.domain.journal import Decision
from soda_tui.domain.loop.machine import Doing, Event, Mode
from soda_tui.domain.loop.outlook import Choice
from soda_tui.domain.loop.record import Record
from soda_tui.domain.loop.troubles import CODES, ENDINGS, TABLE, Answer, Trouble
from soda_tui.domain.model import Repository
from soda_tui.domain.outcome import Outcome

log = logging.getLogger(__name__)

_SAID = {Mode.ON: Event.TURNED_ON, Mode.OFF: Event.TURNED_OFF}


class Decisions:
    """What was decided and is not written yet; that it cannot be written keeps no loop from going on."""

    def __init__(self, journal: Journal, clock: Callable[[], datetime]) -> None:
        self._journal = journal
        self._clock = clock
        self._last: dict[str, tuple[object, ...]] = {}
        self._unwritten: list[Decision] = []
        self._stopped: set[str] = set()

    def wished(self, key: str, mode: Mode, why: str) -> None:
        """A person has said what a loop is to do."""
        self._note(Decision(key, self._clock(), _SAID.get(mode, Event.CHANGED), why, touch=True), acts=True)

    def chosen(self, key: str, view: Repository, choice: Choice, *, stopped: bool = False) -> None:
        """A loop has chosen; what it chooses again at every look, as to wait, is noted once.

        `stopped` says that it obeys a stop, which is a person's, as is the lift of that.
        """
        if key in self._stopped and not stopped:
            self._note(Decision(key, self._clock(), Event.CHANGED, say.LOOP_STOP_LIFTED(), touch=True), acts=True)
        obeys = stopped and key not in self._stopped
        (self._stopped.add if stopped else self._stopped.discard)(key)
        run = view.agent.run if choice.trouble is not None and choice.trouble in ENDINGS.values() else None
        unread = CODES[view.error.code] if view.error and view.error.message == choice.why else None
        # What an act met was noted when that ended: to wait for its next try is no other trouble.
        trouble = choice.trouble if run or choice.person else unread
        self._note(
            Decision(
                key=key,
                at=self._clock(),
                event=choice.event,
                why=choice.why,
                issue=choice.options.issue or view.agent.issue,
                run=run.id if run else None,
                trouble=trouble,
                answer=Answer.NEXT_PROFILE
                if choice.switch is not None
                else _answer(trouble, person=choice.person or choice.event is Event.GIVE_UP),
                drift=choice.options.repair,
                person=choice.person,
                touch=obeys,
            ),
            acts=choice.verb is not None,
        )

    def ended(self, key: str, choice: Choice, outcome: Outcome, record: Record) -> None:
        """What a loop chose has ended; where that was not well, what is done about it."""
        if outcome.problem is None:
            return
        held = record.doing is Doing.HELD
        switched = choice.otherwise is not None and record.switch == choice.otherwise
        trouble = Trouble.REFUSED if outcome.asks is not None else CODES[outcome.problem.code]
        self._note(
            Decision(
                key=key,
                at=self._clock(),
                event=Event.HELD if held else Event.ENDED,
                why=outcome.problem.message,
                issue=outcome.issue or choice.options.issue,
                trouble=trouble,
                answer=Answer.NEXT_PROFILE if switched else _answer(trouble, person=held),
                person=held,
            ),
            acts=True,
        )

    def rested(self, key: str, why: str) -> None:
        """A loop has nothing to do any more."""
        self._note(Decision(key, self._clock(), Event.TURNED_OFF, why), acts=False)

    async def write(self) -> None:
        """Write what was decided since the last time."""
        unwritten, self._unwritten = self._unwritten, []
        if unwritten:
            try:
                await self._journal.decide(unwritten)
            except Failure as failure:
                log.warning("%s", failure)

    def _note(self, decision: Decision, *, acts: bool) -> None:
        said = (decision.event, decision.why, decision.issue, decision.run, decision.trouble)
        if acts or self._last.get(decision.key) != said:
            self._unwritten.append(decision)
        self._last[decision.key] = said


def _answer(trouble: Trouble | None, *, person: bool) -> Answer | None:
    if trouble is None:
        return None
    return Answer.PERSON if person else TABLE[trouble].answer
