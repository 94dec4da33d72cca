"""A run's log to read: the whole of it, a window at a time, followed while it grows."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from textual import on, work
from textual.worker import Worker

from soda_tui.domain import sentences as say
from soda_tui.domain.facts import RunFacts
from soda_tui.domain.failure import Failure
from soda_tui.tui.folding import find
from soda_tui.tui.log_window import PIECE, LogWindow
from soda_tui.tui.runs import ending
from soda_tui.tui.text import Span
from soda_tui.tui.tones import Tone
from soda_tui.tui.widgets.finder import Finder
from soda_tui.tui.widgets.page import Page

_NEAR = 200
_POLL = 0.5
"""Lines from an end at which the next piece is read, and seconds between looks at a log that is followed."""

ReadLog = Callable[[RunFacts, int, int], Awaitable[bytes]]


class LogView(Finder):
    """Given a run, it reads; one thing at a time, and a key interrupts what takes long."""

    def __init__(self, read: ReadLog) -> None:
        super().__init__()
        self._read = read
        self.page.counted = False
        self._window = LogWindow(self._nothing)
        self._run: RunFacts | None = None
        self._work: Worker[Any] | None = None
        self.following = True

    @staticmethod
    async def _nothing(offset: int, size: int) -> bytes:
        return b""

    @property
    def run_id(self) -> str | None:
        """Which run is read."""
        return self._run.id if self._run else None

    @property
    def _at_end(self) -> bool:
        return self.page.at_end and self._window.end + PIECE > self._window.size

    def show_run(self, run: RunFacts | None) -> None:
        """Read another run's log from its end, or tell what is new of the same."""
        same = run is not None and self.run_id == run.id
        self._run = run
        if run is None:
            self.page.show(())
            self.page.caption("Log", [Span(f" {say.NO_RUNS_YET()}", Tone.QUIET)])
        elif same:
            self._caption()
        else:
            self._window = LogWindow(partial(self._read, run))
            self.following = True
            self._work = self._go_to_end()

    def on_mount(self) -> None:
        self.set_interval(_POLL, self.poll)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being read."""
        return self._work is None or self._work.is_finished

    def poll(self) -> None:
        """Read what is new at the end, where that is followed; notice where the log is another one."""
        if self._run is not None and self.is_idle and self.page.region:
            self._work = self._look()

    @on(Page.Moved)
    def follow_place(self, message: Page.Moved) -> None:
        """Read further where the place comes near an end of what is held."""
        message.stop()
        if self._run is None:
            return
        if not message.down:
            self.following = False
            if message.page.top < _NEAR and self._window.start > 0:
                self._work = self._read_back()
        elif len(message.page.lines) - message.page.top < _NEAR + message.page.size.height:
            self._work = self._read_on()
        self._caption()

    @on(Page.Asked)
    def lead(self, message: Page.Asked) -> None:
        """Go where the whole log begins or ends, follow it, or leave it for a search."""
        match message.action:
            case "row.first":
                self.following = False
                self._work = self._go_to_start()
            case "row.last":
                self.following = True
                self._work = self._go_to_end()
            case "page.follow":
                self.following = not self.following
                if self.following:
                    self._work = self._go_to_end()
                self._caption()
            case _:
                # A search leads elsewhere; following would lead back at once.
                self.following = False

    def beyond(self, step: int) -> None:
        if self.page.pattern is not None and self._run is not None:
            self._work = self._search_on(self.page.pattern, step)

    @work(group="log", exclusive=True, exit_on_error=False)
    async def _go_to_start(self) -> None:
        await self._moving(self._window.to_start())
        self.page.show(self._window.lines)
        self.page.home()
        self._caption()

    @work(group="log", exclusive=True, exit_on_error=False)
    async def _go_to_end(self) -> None:
        await self._moving(self._window.to_end())
        self.page.show(self._window.lines)
        self.page.end()
        self._caption()

    @work(group="log", exclusive=True, exit_on_error=False)
    async def _look(self) -> None:
        if await self._moving(self._window.is_other()):
            await self._begin_anew()
        elif self.following:
            await self._take_new()

    async def _begin_anew(self) -> None:
        """Read a log again that became another one, and say so: the place in it means nothing any more."""
        assert self._run is not None
        self._window = LogWindow(partial(self._read, self._run))
        self.page.search(self.page.pattern)
        await self._moving(self._window.to_end() if self.following else self._window.to_start())
        self.page.show(self._window.lines)
        (self.page.end if self.following else self.page.home)()
        self._caption()
        self.tell(say.LOG_OTHER(where="end" if self.following else "start"), "warning")

    @work(group="log", exclusive=True, exit_on_error=False)
    async def _read_back(self) -> None:
        shift = await self._moving(self._window.older()) or 0
        self.page.show(self._window.lines, shift=shift)
        self._caption()

    @work(group="log", exclusive=True, exit_on_error=False)
    async def _read_on(self) -> None:
        await self._take_new()

    async def _take_new(self) -> None:
        before = self._window.end, self._window.size
        shift = await self._moving(self._window.newer()) or 0
        if (self._window.end, self._window.size) != before:
            self.page.show(self._window.lines, shift=shift)
            if self.following:
                self.page.end()
            self._caption()

    @work(group="log", exclusive=True, exit_on_error=False)
    async def _search_on(self, pattern: re.Pattern[str], step: int) -> None:
        """Search the rest of the log, and go there only where the search meets a line."""
        self._caption(searching=True)
        scout = self._window.copy()
        found: int | None = None
        while found is None:
            place, held = (scout.start, scout.end), len(scout.lines)
            shift = await self._moving(scout.newer() if step > 0 else scout.older())
            if shift is None or (scout.start, scout.end) == place:
                break
            lines = scout.lines
            new = range(max(held + shift - 1, 0), len(lines)) if step > 0 else range(shift - 1, -1, -1)
            found = next((at for at in new if find(pattern, lines[at])), None)
        if found is None:
            self.tell(say.NO_MATCH(text=self.line.value), "warning")
        else:
            self._window = scout
            self.page.show(scout.lines)
            self.page.match = found - step
            self.page.next_match(step)
        self._caption()

    async def _moving(self, moving: Awaitable[int | None]) -> int | None:
        try:
            return await moving
        except Failure as failure:
            self.tell(failure.problem.message, "error")
            return None

    def _caption(self, *, searching: bool = False) -> None:
        if self._run is None:
            return
        notes = [Span(f"  {words}", tone, rank=rank) for words, tone, rank in ending(self._run)]
        if searching:
            notes.append(Span("  searching…", Tone.STARTING))
        elif self.following:
            notes.append(Span("  following", Tone.WORKING))
        else:
            share = self._window.offset(self.page.top) * 100 // max(self._window.size, 1)
            notes.append(Span("  at the end" if self._at_end else f"  at {share} %", Tone.FAINT))
        self.page.caption("Log", notes)
