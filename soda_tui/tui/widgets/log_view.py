"""A run's log to read: the whole of it, a window at a time, followed while it grows."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from functools import partial
from itertools import count
from typing import Any

from textual import on, work
from textual.worker import Worker

from soda_tui.domain import sentences as say
from soda_tui.domain.failure import Failure
from soda_tui.domain.runs.facts import RunFacts
from soda_tui.domain.runs.flow import TEXT_FORMAT, Only
from soda_tui.tui.folding import find
from soda_tui.tui.log_window import LogWindow
from soda_tui.tui.runs import ending
from soda_tui.tui.text import Span
from soda_tui.tui.tones import Tone
from soda_tui.tui.widgets.finder import Finder
from soda_tui.tui.widgets.page import Page

_NEAR = 200
_POLL = 0.5
"""Lines from an end at which the next piece is read, and seconds between looks at a log that is followed."""

# A log that grows faster than this many pieces in that time is followed at its end alone.
_MOST_PIECES = 4
# Pieces that are read without a word.
_PATIENCE = 8
_KINDS = tuple(Only)

ReadLog = Callable[[RunFacts, int, int], Awaitable[bytes]]


class LogView(Finder):
    """Given a run, it reads; one thing at a time, and a key interrupts what takes long."""

    def __init__(self, read: ReadLog) -> None:
        super().__init__()
        self._read = read
        self.page.counted = False
        self._run: RunFacts | None = None
        self._work: Worker[Any] | None = None
        self.following = True
        self.raw = False
        self.only = Only.ALL
        self._window = self._new_window()

    @staticmethod
    async def _nothing(offset: int, size: int) -> bytes:
        return b""

    @property
    def run_id(self) -> str | None:
        """Which run is read."""
        return self._run.id if self._run else None

    @property
    def _tells(self) -> bool:
        """Whether the run says more than lines of text."""
        return self._run is not None and self._run.format != TEXT_FORMAT

    @property
    def _at_end(self) -> bool:
        return self.page.at_end and self._window.at_end

    def _new_window(self) -> LogWindow:
        if self._run is None:
            return LogWindow(self._nothing)
        return LogWindow(
            partial(self._read, self._run), None if self.raw or not self._tells else self._run.format, self.only
        )

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
            self.only = Only.ALL
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
            case "page.raw" | "page.kind":
                self._choose(message.action)
            case "page.follow":
                self.following = not self.following
                if self.following:
                    self._work = self._go_to_end()
                self._caption()
            case _:
                # A search leads elsewhere; following would lead back at once.
                self.following = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "end_search" and self.only is not Only.ALL:
            return True
        return super().check_action(action, parameters)

    def action_end_search(self) -> None:
        """Forget what was searched for; without a search show everything again."""
        if self.line.display or self.page.pattern is not None:
            super().action_end_search()
        else:
            self._show_only(Only.ALL)

    def _choose(self, action: str) -> None:
        """Show the log as it is or as it reads, or the next kind of what stands in it."""
        if not self._tells:
            self.tell(say.LOG_IS_TEXT(), "warning")
            return
        self.raw = action == "page.raw" and not self.raw
        self._show_only(Only.ALL if action == "page.raw" else _KINDS[(_KINDS.index(self.only) + 1) % len(_KINDS)])

    def _show_only(self, only: Only) -> None:
        """Show this kind of lines, about the same place."""
        self.only = only
        self._work = self._go_to_end() if self.following else self._go_to(self._window.offset(self.page.top))

    def beyond(self, step: int) -> None:
        if self.page.pattern is not None and self._run is not None:
            self._work = self._search_on(self.page.pattern, step)

    @work(group="log", exclusive=True, exit_on_error=False)
    async def _go_to_start(self) -> None:
        await self._to_start()

    @work(group="log", exclusive=True, exit_on_error=False)
    async def _go_to_end(self) -> None:
        await self._to_end()

    @work(group="log", exclusive=True, exit_on_error=False)
    async def _go_to(self, offset: int) -> None:
        window = self._new_window()
        await self._leap(window, window.to(offset))
        self.page.home()
        await self._fill_below()
        await self._fill_above()

    @work(group="log", exclusive=True, exit_on_error=False)
    async def _read_back(self) -> None:
        await self._fill_above()

    @work(group="log", exclusive=True, exit_on_error=False)
    async def _read_on(self) -> None:
        await self._fill_below()

    @work(group="log", exclusive=True, exit_on_error=False)
    async def _look(self) -> None:
        if await self._moving(self._window.is_other()):
            await self._begin_anew()
        elif self.following:
            await self._take_new()

    async def _to_start(self) -> None:
        window = self._new_window()
        await self._leap(window, window.to_start())
        self.page.home()
        await self._fill_below()

    async def _to_end(self) -> None:
        window = self._new_window()
        await self._leap(window, window.to_end())
        self.page.end()
        await self._fill_above()

    async def _leap(self, window: LogWindow, leaping: Awaitable[None]) -> None:
        """Show another window once it has been moved; a key that interrupts leaves the one before as it was."""
        await self._moving(leaping)
        self._window = window
        self.page.show(window.lines)
        self._caption()

    async def _begin_anew(self) -> None:
        """Read a log again that became another one, and say so: the place in it means nothing any more."""
        self.page.search(self.page.pattern)
        await (self._to_end() if self.following else self._to_start())
        self.tell(say.LOG_OTHER(where="end" if self.following else "start"), "warning")

    async def _fill_above(self) -> None:
        """Read back until enough stands above the place; a piece may hold nothing of what is shown."""
        for turn in count(1):
            before = self._window.place
            if self._window.start == 0 or self.page.top >= _NEAR:
                break
            self._show(await self._moving(self._window.older()) or 0)
            if self._window.place == before:
                break
            self._tell_reading(turn)
        self._caption()

    async def _fill_below(self) -> None:
        """Read on until enough stands below the place."""
        for turn in count(1):
            before = self._window.place
            if len(self.page.lines) - self.page.top >= _NEAR + self.page.size.height:
                break
            self._show(await self._moving(self._window.newer()) or 0)
            if self._window.at_end or self._window.place == before:
                break
            self._tell_reading(turn)
        self._caption()

    def _tell_reading(self, turn: int) -> None:
        if turn % _PATIENCE == 0:
            self._caption("reading…")

    async def _take_new(self) -> None:
        """Read what is new at the end."""
        for _ in range(_MOST_PIECES):
            before = self._window.place
            self._show(await self._moving(self._window.newer()) or 0)
            if self._window.at_end or self._window.place == before:
                break
        else:
            await self._to_end()
        self.page.end()
        self._caption()

    def _show(self, shift: int) -> None:
        lines = self._window.lines
        if shift or lines != self.page.lines:
            self.page.show(lines, shift=shift)

    @work(group="log", exclusive=True, exit_on_error=False)
    async def _search_on(self, pattern: re.Pattern[str], step: int) -> None:
        """Search the rest of the log, and go there only where the search meets a line."""
        self._caption("searching…")
        scout = self._window.copy()
        found: int | None = None
        while found is None:
            place, held = scout.place, scout.settled
            shift = await self._moving(scout.newer() if step > 0 else scout.older())
            if shift is None or scout.place == place:
                break
            lines = scout.lines
            new = range(max(held + shift, 0), len(lines)) if step > 0 else range(shift - 1, -1, -1)
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

    def _caption(self, under_way: str = "") -> None:
        if self._run is None:
            return
        notes = [Span(f"  {words}", tone, rank=rank) for words, tone, rank in ending(self._run) if words]
        if self._tells and (self.raw or self.only is not Only.ALL):
            notes.append(Span("  raw" if self.raw else f"  only {self.only}", Tone.NEEDS))
        if under_way:
            notes.append(Span(f"  {under_way}", Tone.STARTING))
        elif self.following:
            notes.append(Span("  following", Tone.WORKING))
        else:
            share = self._window.offset(self.page.top) * 100 // max(self._window.size, 1)
            notes.append(Span("  at the end" if self._at_end else f"  at {share} %", Tone.FAINT))
        self.page.caption("Log", notes)
