"""A list of rows with a cursor; headings and other rows without a key are passed over."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple

from textual import events
from textual.message import Message

from soda_tui.tui.actions import bindings
from soda_tui.tui.text import Line, Span, make_line
from soda_tui.tui.tones import Tone
from soda_tui.tui.widgets.lines import Lines


class Row(NamedTuple):
    """A row of so many lines, made for a width and whether the cursor is on it; it is not stopped at without a key."""

    key: Hashable
    make: Callable[[int, bool], Sequence[Line]]
    height: int = 1


class RowList(Lines, can_focus=True):
    """The cursor is a key, so it stays with its row when rows come and go; a click there does the action `CLICKED`."""

    BINDINGS = bindings("row", "list.open", "page.down", "page.up")
    CLICKED = "list.open"

    class Chosen(Message):
        """`enter`, or a click on the row of the cursor."""

        def __init__(self, rows: RowList, key: Hashable) -> None:
            super().__init__()
            self.rows = rows
            self.key = key

    class Moved(Message):
        """The cursor is on another row."""

        def __init__(self, rows: RowList) -> None:
            super().__init__()
            self.rows = rows

    def __init__(self) -> None:
        super().__init__()
        self.rows: Sequence[Row] = ()
        self.empty = ""
        self.cursor: Hashable = None
        self._at = 0
        self._top = 0

    def show(self, rows: Sequence[Row], empty: str = "") -> None:
        """Show other rows, or a sentence where there are none."""
        self.rows, self.empty = rows, empty
        found = next((at for at, row in enumerate(rows) if row.key is not None and row.key == self.cursor), None)
        self._stop_at(self._at if found is None else found)

    def move(self, rows: int) -> None:
        """Move the cursor by so many rows, as far as there are any."""
        stops = self._stops()
        if stops:
            at = stops.index(self._at) if self._at in stops else 0
            self._stop_at(stops[max(min(at + rows, len(stops) - 1), 0)])

    def _stops(self) -> list[int]:
        return [at for at, row in enumerate(self.rows) if row.key is not None]

    def _stop_at(self, at: int) -> None:
        stops = self._stops()
        before = self.cursor
        self._at = min(stops, key=lambda stop: abs(stop - at)) if stops else 0
        self.cursor = self.rows[self._at].key if stops else None
        self.renew()
        if self.cursor != before:
            self.post_message(self.Moved(self))

    def make(self) -> Sequence[Line]:
        width, height = self.size
        if not self.rows:
            return [make_line(width, [Span(f" {self.empty}", Tone.QUIET, shrink=True)])]
        heights = [row.height for row in self.rows[: self._at + 1]]
        above_all = not any(row.key is not None for row in self.rows[: self._at])
        self._top = 0 if above_all else min(self._top, self._at)
        while sum(heights[self._top :]) > height and self._top < self._at:
            self._top += 1
        lines: list[Line] = []
        for at in range(self._top, len(self.rows)):
            if len(lines) >= height:
                break
            row = self.rows[at]
            lines += row.make(width, row.key is not None and at == self._at)
        return lines[:height]

    def _row_at(self, y: int) -> int | None:
        for at in range(self._top, len(self.rows)):
            y -= self.rows[at].height
            if y < 0:
                return at
        return None

    def on_click(self, event: events.Click) -> None:
        at = self._row_at(event.y)
        if at is None or self.rows[at].key is None:
            return
        if at == self._at:
            self.action_perform(self.CLICKED)
        else:
            self._stop_at(at)

    def action_perform(self, name: str) -> None:
        if name == "list.open":
            if self.cursor is not None:
                self.post_message(self.Chosen(self, self.cursor))
            return
        page = max(self.size.height - 2, 1)
        steps = {
            "row.down": 1,
            "row.up": -1,
            "row.first": -len(self.rows),
            "row.last": len(self.rows),
            "page.down": page,
            "page.up": -page,
        }
        self.move(steps[name])

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.move(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.move(-1)
