"""A page: text that is read, scrolled and searched; only the rows that can be seen are made."""

from __future__ import annotations

import re
from collections.abc import Sequence

from textual import events
from textual.message import Message

from soda_tui.tui.actions import bindings
from soda_tui.tui.folding import Row, TextLine, find, fold, tinted
from soda_tui.tui.text import Line, Span, make_line
from soda_tui.tui.tones import Tone
from soda_tui.tui.widgets.heading import heading
from soda_tui.tui.widgets.lines import Lines

_WHEEL = 3
_MARGIN = 1


class Page(Lines, can_focus=True):
    """Its place is a line and a row of that line, so it stays where it is read when lines come before or after."""

    BINDINGS = bindings("row", "page")

    class Moved(Message):
        """A person has gone on, or back."""

        def __init__(self, page: Page, down: bool) -> None:
            super().__init__()
            self.page = page
            self.down = down

    class Asked(Message):
        """A key was pressed whose action needs more than this page."""

        def __init__(self, page: Page, action: str) -> None:
            super().__init__()
            self.page = page
            self.action = action

    def __init__(self) -> None:
        super().__init__()
        self.lines: Sequence[TextLine] = ()
        self.pattern: re.Pattern[str] | None = None
        self.match: int | None = None
        self.counted = True
        self._title = ""
        self._notes: Sequence[Span] = ()
        self._top = 0
        self._row = 0
        self._folded: dict[int, tuple[Row, ...]] = {}

    @property
    def _rows(self) -> int:
        return max(self.size.height - 1, 1)

    @property
    def _cells(self) -> int:
        return max(self.size.width - _MARGIN, 1)

    @property
    def top(self) -> int:
        """The first line that can be seen, or a part of it."""
        return self._top

    @property
    def at_end(self) -> bool:
        """Whether the last line can be seen to its end."""
        return (self._top, self._row) >= self._last_place()

    def show(self, lines: Sequence[TextLine], *, shift: int = 0) -> None:
        """Show other lines; `shift` says how many more than before stand above the place (fewer: negative)."""
        self.lines = lines
        self._folded.clear()
        self._top += shift
        if self.match is not None:
            self.match += shift
        self._settle()

    def caption(self, title: str, notes: Sequence[Span] = ()) -> None:
        """What stands above the lines, and at the end of that row."""
        self._title, self._notes = title, notes
        self.renew()

    def search(self, pattern: re.Pattern[str] | None) -> None:
        """Mark what a search meets, and forget the last match."""
        self.pattern, self.match = pattern, None
        self._folded.clear()
        self.renew()

    def next_match(self, step: int, *, here: bool = False) -> bool:
        """Go to the next line that the search meets, forwards (1) or backwards (-1); whether there is one.

        `here` begins with the first line that can be seen instead of after the last match.
        """
        start = self._top if here or self.match is None else self.match + step
        stop = len(self.lines) if step > 0 else -1
        found = next((at for at in range(start, stop, step) if find(self.pattern, self.lines[at])), None)
        if found is None:
            return False
        self.match = found
        self._folded.clear()
        self._reveal(found)
        return True

    def home(self) -> None:
        """Go to the first line."""
        self._go(0, 0)

    def end(self) -> None:
        """Go to where the last line is seen."""
        self._go(*self._last_place())

    def move(self, rows: int) -> None:
        """Go on by so many rows, or back."""
        top, row = self._top, self._row + rows
        while row < 0 and top > 0:
            top -= 1
            row += len(self._fold(top))
        while top < len(self.lines) - 1 and row >= len(self._fold(top)):
            row -= len(self._fold(top))
            top += 1
        self._go(*min((top, max(row, 0)), self._last_place()))
        self.post_message(self.Moved(self, rows > 0))

    def make(self) -> Sequence[Line]:
        width = self.size.width
        lines: list[Line] = []
        at, row = self._top, self._row
        while at < len(self.lines) and len(lines) < self._rows:
            folded = self._fold(at)
            mark = Span("▸" if at == self.match else " ", Tone.KEY)
            ground = Tone.CURSOR if at == self.match else self.lines[at].ground
            for spans in folded[row:]:
                lines.append(make_line(width, [mark, *spans], ground=ground))
                mark = Span(" ")
            at, row = at + 1, 0
        notes = list(self._notes)
        if self.counted and (len(lines) > self._rows or self._top or at < len(self.lines)):
            notes.append(Span(f"  {self._top + 1}–{at} of {len(self.lines)}", Tone.FAINT))
        return [heading(self._title, "", notes, width), *lines[: self._rows]]

    def _fold(self, at: int) -> tuple[Row, ...]:
        found = self._folded.get(at)
        if found is None:
            line = tinted(self.lines[at], self.pattern, Tone.NEEDS)
            found = self._folded[at] = fold(line, self._cells)
        return found

    def _last_place(self) -> tuple[int, int]:
        """The place from which the last row of the last line stands at the bottom."""
        left = self._rows
        for at in range(len(self.lines) - 1, -1, -1):
            left -= len(self._fold(at))
            if left <= 0:
                return at, -left
        return 0, 0

    def _reveal(self, at: int) -> None:
        shown, row, seen = self._top, self._row, set[int]()
        rows = self._rows
        while shown < len(self.lines) and rows > 0:
            rows -= len(self._fold(shown)) - row
            seen.add(shown)
            shown, row = shown + 1, 0
        if at not in seen or (rows < 0 and at == shown - 1):
            above = max(at - self._rows // 3, 0)
            self._top, self._row = min((above, 0), self._last_place())
        self.renew()
        self.post_message(self.Moved(self, True))

    def _go(self, top: int, row: int) -> None:
        self._top, self._row = top, row
        self._settle()

    def _settle(self) -> None:
        if self.size:
            self._top, self._row = max(min((self._top, self._row), self._last_place()), (0, 0))
        self.renew()

    def on_resize(self) -> None:
        self._folded.clear()
        self._settle()

    def action_perform(self, name: str) -> None:
        match name:
            case "row.down":
                self.move(1)
            case "row.up":
                self.move(-1)
            case "page.down":
                self.move(max(self._rows - 1, 1))
            case "page.up":
                self.move(-max(self._rows - 1, 1))
            case "row.first":
                self.home()
                self.post_message(self.Asked(self, name))
            case "row.last":
                self.end()
                self.post_message(self.Asked(self, name))
            case _:
                self.post_message(self.Asked(self, name))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.move(_WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.move(-_WHEEL)
