"""The teller: it finds what a person should hear of in the snapshots as they come, and claims it before it is told.

Who asks for news is who tells: a front that only looks never takes them away from one that a person has open.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection

from soda_tui.cockpit.board import Board
from soda_tui.cockpit.ports import Notices
from soda_tui.domain.failure import Failure
from soda_tui.domain.model import Snapshot
from soda_tui.domain.telling import Notice, NoticeKind, standing

log = logging.getLogger(__name__)

# A run that ends is known before what it left in its worktree is: only what stands for a second is told.
_SETTLING = 1.0

Sleep = Callable[[float], Awaitable[None]]


class Teller:
    """News of the board's repositories, of these kinds."""

    def __init__(
        self, notices: Notices, board: Board, kinds: Collection[NoticeKind], sleep: Sleep = asyncio.sleep
    ) -> None:
        self._notices = notices
        self._board = board
        self._kinds = frozenset(kinds)
        self._sleep = sleep
        self._seen: Snapshot | None = None
        self._settled: frozenset[str] = frozenset()
        self._recalled = frozenset(standing(board.snapshot, recalled=True))

    async def news(self) -> tuple[Notice, ...]:
        """Wait for what was told by no cockpit of this installation, and stands."""
        while True:
            if self._seen is not None:
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
        unsettled = tuple(notice for event, notice in lasting.items() if event not in self._settled)
        # What GitHub does not answer for at the moment goes on, as far as anybody knows.
        self._settled = frozenset(lasting) | (self._settled & shown.keys())
        return await self._claim(unsettled) if unsettled else ()

    async def _claim(self, notices: tuple[Notice, ...]) -> tuple[Notice, ...]:
        try:
            return await asyncio.to_thread(self._notices.claim, notices, self._recalled)
        except Failure as failure:
            # Told twice is better than told never.
            log.warning("%s", failure)
            return notices
