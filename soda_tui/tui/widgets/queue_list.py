"""The queue of a repository: a heading, then the rows that fit, around the cursor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from textual import events
from textual.message import Message
from textual.reactive import var

from soda_tui.domain import sentences as say
from soda_tui.domain.codes import ExcludedCode, Unseen
from soda_tui.domain.model import QueueEntry, Repository
from soda_tui.tui.looks import LEFT_OUT, PRIORITY
from soda_tui.tui.text import Line, Span, make_line, plain
from soda_tui.tui.tones import Tone
from soda_tui.tui.widgets.heading import heading
from soda_tui.tui.widgets.lines import Lines

HEADING = 1


class QueueList(Lines):
    """The cursor is an issue's number, so it stays on its issue when the queue changes.

    `only` are the issues that a filter leaves, None where there is none; `unseen` is how many wait for review where
    there is no room to show them.
    """

    repository: var[Repository | None] = var(None)
    only: var[frozenset[int] | None] = var(None)
    active = var(False)
    unseen = var(0)

    class Moved(Message):
        """A person went to another row."""

        def __init__(self, queue: QueueList) -> None:
            super().__init__()
            self.queue = queue

    def __init__(self) -> None:
        super().__init__()
        self.cursor: int | None = None
        self._queue: Sequence[QueueEntry] = ()
        self._top = 0
        self._index = 0

    @property
    def wanted(self) -> int:
        """How many lines it would like."""
        return HEADING + max(len(self._queue), 1)

    @property
    def _rows(self) -> int:
        return max(self.size.height - HEADING, 1)

    def watch_repository(self) -> None:
        self._choose()

    def watch_only(self) -> None:
        self._choose()

    def _choose(self) -> None:
        queue, only = self.repository.queue if self.repository else (), self.only
        self._queue = queue if only is None else tuple(entry for entry in queue if entry.number in only)
        numbers = [entry.number for entry in self._queue]
        if self.cursor in numbers:
            self._index = numbers.index(self.cursor)
        else:
            self._index = max(min(self._index, len(numbers) - 1), 0)
            self.cursor = numbers[self._index] if numbers else None
        self.renew()

    watch_active = watch_unseen = Lines.renew

    def move(self, rows: int) -> None:
        """Move the cursor by so many rows, as far as there are any."""
        if self._queue:
            self._index = max(min(self._index + rows, len(self._queue) - 1), 0)
            self.cursor = self._queue[self._index].number
            self._reveal()
            self.renew()
            self.post_message(self.Moved(self))

    def make(self) -> Sequence[Line]:
        if self.repository is None or not self.size:
            return ()
        self._reveal()
        width, queue = self.size.width, self._queue
        shown = queue[self._top : self._top + self._rows]
        lines = [self._heading(width, len(shown))]
        if not queue:
            lines.append(make_line(width, [Span(f" {self._nothing()}", Tone.QUIET, shrink=True)]))
        digits = max((len(str(entry.number)) for entry in queue), default=1)
        for entry in shown:
            lines.append(row(entry, width, digits, marked=self.active and entry.number == self.cursor))
        return lines

    def _nothing(self) -> str:
        if self.repository is None or self.repository.fetched_at is None:
            return say.NOT_READ_YET()
        return say.NO_ROW_MATCHES() if self.repository.queue else say.QUEUE_IS_EMPTY()

    def _reveal(self) -> None:
        rows = self._rows
        self._top = max(min(self._top, self._index, len(self._queue) - rows), self._index - rows + 1, 0)

    def _heading(self, width: int, shown: int) -> Line:
        assert self.repository is not None
        left_out = Counter(
            found.code for found in self.repository.excluded if found.code is not ExcludedCode.READY_TO_MERGE
        )
        notes: list[Span] = []
        if left_out:
            kinds = ", ".join(f"{count} {LEFT_OUT[code]}" for code, count in left_out.most_common())
            notes.append(Span(f" {left_out.total()} left out", Tone.QUIET))
            notes.append(Span(f": {kinds}", Tone.FAINT, rank=2))
        if self.unseen:
            notes += [Span(" ·", Tone.FAINT)] if notes else []
            notes.append(Span(f" {self.unseen} for review", Tone.TEXT))
        queue = self.repository.queue
        count = f"{len(queue)}{'+' if self.repository.truncated else ''}" if self.repository.fetched_at else ""
        if len(self._queue) < len(queue):
            count = f"{len(self._queue)} of {count} match"
        elif shown < len(queue):
            count = f"{self._top + 1}–{self._top + shown} of {count}"
        return heading("Queue", count, notes, width)

    def on_click(self, event: events.Click) -> None:
        index = self._top + event.y - HEADING
        if event.y >= HEADING and index < len(self._queue):
            self.move(index - self._index)

    def _scroll(self, event: events.MouseEvent, rows: int) -> None:
        if self.active and len(self._queue) > self._rows:
            event.stop()
            event.prevent_default()
            self.move(rows)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._scroll(event, 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._scroll(event, -1)


def row(entry: QueueEntry, width: int, digits: int, *, marked: bool) -> Line:
    """One issue of the queue, its number set in so many digits."""
    look = PRIORITY[entry.priority_name]
    left = [
        Span("▸" if marked else " ", Tone.KEY),
        Span(f"{look.glyph} ", look.tone),
        Span(f"{f'#{entry.number}':>{digits + 1}} ", Tone.QUIET),
        Span(plain(entry.title), Tone.STRONG if marked else Tone.TEXT, shrink=True),
    ]
    parts = entry.sub_issues
    right = [Span(f"  {parts.completed}/{parts.total}", Tone.QUIET, rank=2)] if parts else []
    right += [Span("  blockers unseen", Tone.QUIET, rank=3)] if Unseen.BLOCKERS in entry.hidden else []
    right += [Span(f"  {look.word}", Tone.FAINT, rank=1)] if look.word and width >= 44 else []
    return make_line(width, left, right, ground=Tone.CURSOR if marked else None)
