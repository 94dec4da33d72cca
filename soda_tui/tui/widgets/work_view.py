"""The work on a claim to read, and to search in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from textual import work

from soda_tui.domain.failure import Failure
from soda_tui.domain.work import Work
from soda_tui.tui.folding import TextLine
from soda_tui.tui.text import Span, plain
from soda_tui.tui.tones import Tone
from soda_tui.tui.widgets.finder import Finder
from soda_tui.tui.work_lines import work_lines


class WorkView(Finder):
    """Reads when it is told to; what was read stays where it is until then."""

    def __init__(self, read: Callable[[], Awaitable[Work]]) -> None:
        super().__init__()
        self._read = read
        self.page.caption("Work", [Span(" reading…", Tone.STARTING)])

    @work(group="work", exclusive=True, exit_on_error=False)
    async def load(self) -> None:
        """Read the work anew, and keep the place."""
        try:
            found = await self._read()
        except Failure as failure:
            self.page.caption("Work")
            self.page.show([TextLine((Span(plain(failure.problem.message), Tone.QUIET),), 0, True)])
            return
        # Some tens of thousands of lines: long enough to make a key wait.
        self.page.show(await asyncio.to_thread(work_lines, found))
        self.page.caption(f"Work on #{found.issue}")
