"""A run's log to read: the whole of it, a window at a time, followed while it grows."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from textual import on, work
from textual.worker import Worker

from soda_tui.domain import sentences as say
from soda_tui.domain.facts import RunFacts
from soda_tui.domain.failure import Failure
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

    def __init__(self, read: ReadLog, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._read = read
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
            self._window = LogWindow(lambda offset, size: self._read(run, offset, size))
            self.following = True
            self._work = self._go_to_end()

    def on_mount(self) -> None:
        self.set_interval(_POLL, self._poll)

    def _poll(self) -> None:
        idle = self._work is None or self._work.is_finished
        if self.following and self._run is not None and idle and self.page.region:
            self._work = self._read_on()

    @on(Page.Moved)
    def follow_place(self, message: Page.Moved) -> None:
        """Read further where the place comes near an end of what is held."""
        message.stop()
        if self._run is None:
            return
        if not message.down:
            self.following = False
            self._caption()
            if message.page.top < _NEAR and self._window.start > 0:
                self._work = self._read_back()
        elif len(message.page.lines) - message.page.top < _NEAR + message.page.size.height:
            self._work = self._read_on()

    @on(Page.Asked)
    def ask(self, message: Page.Asked) -> None:
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
                super().ask(message)

    def beyond(self, step: int) -> None:
        if self.page.pattern is not None and self._run is not None:
            self.following = False
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
    async def _read_back(self) -> None:
        self.page.show(self._window.lines, shift=await self._moving(self._window.older()) or 0)
        self.page.show(self._window.lines)
        self._caption()

    @work(group="log", exclusive=True, exit_on_error=False)
    async def _read_on(self) -> None:
        before = self._window.end, self._window.size
        shift = await self._moving(self._window.newer()) or 0
        if (self._window.end, self._window.size) != before:
            self.page.show(self._window.lines, shift=shift)
            if self.following:
                self.page.end()
            self._caption()

    @work(group="log", exclusive=True, exit_on_error=False)
    async def _search_on(self, pattern: re.Pattern[str], step: int) -> None:
        """Move the window on until the search meets a line, or the log ends."""
        found = False
        while not found:
            start, end = self._window.start, self._window.end
            shift = await (self._window.newer() if step > 0 else self._window.older())
            if (self._window.start, self._window.end) == (start, end):
                break
            before = len(self.page.lines)
            self.page.show(self._window.lines, shift=shift)
            self.page.match = before + shift - 1 if step > 0 else shift
            found = self.page.next_match(step)
            self._caption(searching=True)
        self._caption()
        if not found:
            self.page.search(pattern)
            self.host.say(say.NO_MATCH(text=self.line.value), "warning")

    async def _moving(self, moving: Awaitable[int | None]) -> int | None:
        try:
            return await moving
        except Failure as failure:
            self.host.say(failure.problem.message, "error")
            return None

    def _caption(self, *, searching: bool = False) -> None:
        if self._run is None:
            return
        notes = [Span(f" {words}", tone, rank=rank) for words, tone, rank in ending(self._run)]
        if searching:
            notes.append(Span(" searching…", Tone.STARTING))
        elif self.following:
            notes.append(Span(" following", Tone.WORKING))
        size = max(self._window.size, self._window.end)
        if self._window.start > 0 or self._window.end + PIECE < size:
            notes.append(Span(f" from {self._window.start * 100 // max(size, 1)} % of the log", Tone.FAINT, rank=1))
        self.page.caption("Log", notes)
