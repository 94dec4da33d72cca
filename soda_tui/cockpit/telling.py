"""The teller: it finds what a person should hear of in the snapshots as they come, and claims it before it is told.

Who asks for news is who tells: a front that only looks never takes them away from one that a person has open.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime

from soda_tui.cockpit.board import Board
from soda_tui.cockpit.ports.keeping import Journal
from soda_tui.cockpit.ports.notices import Notices
from soda_tui.domain.actions import Verb
from soda_tui.domain.failure import Failure
from soda_tui.domain.journal import JournalEntry, JournalOutcome
from soda_tui.domain.model import Repository, Snapshot
from soda_tui.domain.telling import Notice, NoticeKind, standing

log = logging.getLogger(__name__)

_ENDS_CLAIMS = frozenset({Verb.RESET, Verb.GIVE_UP, Verb.BOTTLE})
# A run that ends is known before what it left in its worktree is: only what stands for a second is told.
_SETTLING = 1.0

Sleep = Callable[[float], Awaitable[None]]
_Told = tuple[str, datetime | None]


class Teller:
    """News of the board's repositories, of these kinds.

    What an act of any front leaves in passing is none: nothing is told of a repository from the act's beginning until
    GitHub has been asked after its end.
    """

    def __init__(
        self,
        notices: Notices,
        journal: Journal,
        board: Board,
        kinds: Collection[NoticeKind],
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._notices = notices
        self._journal = journal
        self._board = board
        self._kinds = frozenset(kinds)
        self._sleep = sleep
        self._seen: Snapshot | None = None
        self._settled: frozenset[_Told] = frozenset()
        self._passing = False
        self._recalled = frozenset(standing(board.snapshot, recalled=True))

    async def news(self) -> tuple[Notice, ...]:
        """Wait for what was told by no cockpit of this installation, and stands."""
        while True:
            if self._seen is not None and not self._passing:
                await self._board.changed(self._seen)
            self._seen = self._board.snapshot
            await self._sleep(_SETTLING)
            fresh = await self._look(self._seen, self._board.snapshot)
            if fresh:
                return fresh

    async def _look(self, earlier: Snapshot, now: Snapshot) -> tuple[Notice, ...]:
        before, shown = standing(earlier), standing(now, recalled=True)
        lasting = {
            event: notice for event, notice in standing(now).items() if event in before and notice.kind in self._kinds
        }
        self._recalled &= shown.keys()
        unsettled = tuple(notice for notice in lasting.values() if _told(notice) not in self._settled)
        passing = await self._acted_on(now, {notice.key for notice in unsettled})
        self._passing = bool(passing)
        unsettled = tuple(notice for notice in unsettled if notice.key not in passing)
        # What GitHub does not answer for at the moment goes on, as far as anybody knows.
        known = {told for told in self._settled if told[0] in shown}
        settled = (notice for notice in lasting.values() if notice.key not in passing)
        self._settled = frozenset(map(_told, settled)) | known
        return await self._claim(unsettled) if unsettled else ()

    async def _acted_on(self, now: Snapshot, keys: Collection[str]) -> frozenset[str]:
        """Those repositories that an act is under way in, or has ended in since GitHub was asked."""
        if not keys:
            return frozenset()
        try:
            acts = await self._journal.latest(tuple(keys))
        except Failure as failure:
            log.warning("%s", failure)
            return frozenset()
        shown = {repository.key: repository for repository in now.repositories}
        return frozenset(key for key, act in acts.items() if _is_fresh(act, shown[key]))

    async def _claim(self, notices: tuple[Notice, ...]) -> tuple[Notice, ...]:
        try:
            return await asyncio.to_thread(self._notices.claim, notices, self._recalled)
        except Failure as failure:
            # Told twice is better than told never.
            log.warning("%s", failure)
            return notices


def _is_fresh(act: JournalEntry, seen: Repository) -> bool:
    if act.outcome is JournalOutcome.UNDER_WAY:
        return True
    if act.ended is None or seen.fetched_at is None or seen.error is not None:
        return False
    # Clocks tell whole seconds, and what was asked in the last one may not have seen that the claim ended.
    return act.ended > seen.fetched_at or (act.ended == seen.fetched_at and act.verb in _ENDS_CLAIMS)


def _told(notice: Notice) -> _Told:
    """What makes a notice another one while its event lasts: that it is known when a limit ends."""
    return notice.event, notice.resets_at
