"""Recording: an act is written into the journal before and after each of its steps.

The journal is for people and for going on after a crash: that it cannot be written keeps nobody from acting.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from msgspec import structs

from soda_tui.cockpit.ports.keeping import Journal
from soda_tui.cockpit.ports.place import Place
from soda_tui.cockpit.ports.world import World
from soda_tui.domain import sentences as say
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.facts import LedgerHead
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.journal import Finished, JournalEntry, JournalOutcome
from soda_tui.domain.ledger import read_event
from soda_tui.domain.stakes import Rescue

_READ_BACK = 200
_VERBS = {"popped": "pop", "bottled": "bottle", "released": "reset", "taken-over": "takeover", "taken-up": "feedback"}
log = logging.getLogger(__name__)


class Record:
    """The journal's entry of one act; `trouble` says why it is not written, once it is known."""

    def __init__(self, journal: Journal, clock: Callable[[], datetime], entry: JournalEntry) -> None:
        self._journal = journal
        self._clock = clock
        self.entry = entry
        self.trouble: str | None = None

    async def begin_step(self, index: int) -> None:
        """A step is about to be done."""
        await self._keep(self.entry.begin_step(index, self._clock()))

    async def end_step(self, index: int, problem: Problem | None) -> None:
        """A step is done and verified, or has failed."""
        await self._keep(self.entry.end_step(index, self._clock(), problem))

    async def end(
        self, message: str, *, well: bool, rescues: Iterable[Rescue] = (), code: ErrorCode | None = None
    ) -> None:
        """The act has ended; whatever could not be written before, this says it all."""
        self.trouble = None
        await self._keep(self.entry.end(self._clock(), message, well=well, rescues=rescues, code=code))

    def found(self, pull_request: str | None, finished: tuple[Finished, ...]) -> None:
        """What the act came to on GitHub, written with what comes next."""
        self.entry = structs.replace(self.entry, pull_request=pull_request, finished=finished)

    async def _keep(self, entry: JournalEntry) -> None:
        self.entry = entry
        if self.trouble is not None:
            return
        try:
            await self._journal.write(entry)
        except Failure as failure:
            log.warning("%s", failure)
            self.trouble = say.NOT_NOTED(problem=failure.problem.message)


def new_id(now: datetime) -> str:
    """An id for an act: unique, and in the order of time."""
    return f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"


async def last_acts(world: World, enrolments: Iterable[Enrolment]) -> Mapping[str, JournalEntry]:
    """The newest act on each repository; those lost with a damaged journal are read back from the ledgers first.

    A repository that cannot be read back keeps no other from its acts, and is tried again the next time.
    """
    wanted = {enrolment.key: enrolment for enrolment in enrolments}
    try:
        for key in await world.journal.lost(tuple(wanted)):
            try:
                await _read_back(world, wanted[key])
            except Failure as failure:
                log.warning("%s", failure)
        return await world.journal.latest(tuple(wanted))
    except Failure as failure:
        log.warning("%s", failure)
        return {}


async def _read_back(world: World, enrolment: Enrolment) -> None:
    place = Place(enrolment.name, enrolment.path, world.store.worktree_path(enrolment, None))
    heads = await world.git.ledger_log(place, _READ_BACK)
    found = (_rebuilt(enrolment.key, head) for head in heads)
    await world.journal.restore(enrolment.key, [entry for entry in found if entry is not None])


def _rebuilt(key: str, head: LedgerHead) -> JournalEntry | None:
    """The act that a commit of the ledger was made by; None for one that is only the middle of an act."""
    event = read_event(head)
    if event is None or event.name not in _VERBS or head.committed_at is None:
        return None
    return JournalEntry(
        id=head.oid,
        key=key,
        verb=_VERBS[event.name],
        issue=event.issue,
        branch="",
        attempt=None,
        cockpit=event.cockpit,
        began=head.committed_at,
        ended=head.committed_at,
        outcome=JournalOutcome.DONE,
        rebuilt=True,
    )
