"""A row of tabs, one of them active; a click picks one. Where they have no room, the first ones are left out."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual import events
from textual.message import Message
from textual.reactive import var

from soda_tui.tui.text import Line, Span, make_line, plain
from soda_tui.tui.tones import Tone
from soda_tui.tui.widgets.lines import Lines


class TabBar(Lines):
    """Shows a name, then the tabs with the number of what each holds."""

    tabs: var[tuple[str, ...]] = var(())
    counts: var[tuple[int | None, ...]] = var(())
    active = var(0)
    name_shown = var("")

    class Picked(Message):
        """A tab was clicked."""

        def __init__(self, tab: int) -> None:
            super().__init__()
            self.tab = tab

    watch_tabs = watch_counts = watch_active = watch_name_shown = Lines.renew

    def make(self) -> Sequence[Line]:
        left = [Span(f" {plain(self.name_shown)} ", Tone.FOCUS, shrink=True)] if self.name_shown else []
        return [make_line(self.size.width, [*left, *self._shown()])]

    def _shown(self) -> list[Span]:
        first = self._leftmost()
        more = [Span("…", Tone.FAINT)] if first else []
        return [*more, *(word for at in range(first, len(self.tabs)) for word in self._words(at))]

    def _leftmost(self) -> int:
        """The first tab that is shown: the active one is, and so are as many before it as have room."""
        first, room = 0, self.size.width
        while first < self.active and sum(map(self._cells, range(first, self.active + 1))) + bool(first) > room:
            first += 1
        return first

    def _cells(self, at: int) -> int:
        return sum(cell_len(span.text) for span in self._words(at))

    def _words(self, at: int) -> list[Span]:
        chosen = at == self.active
        count = self.counts[at] if at < len(self.counts) else None
        number = [Span(f" {count}", Tone.QUIET)] if count else []
        open_mark, end_mark = ("[", "]") if chosen else (" ", " ")
        word = Span(self.tabs[at], Tone.STRONG if chosen else Tone.QUIET)
        return [Span(open_mark, Tone.KEY), word, *number, Span(end_mark, Tone.KEY)]

    def on_click(self, event: events.Click) -> None:
        shown = "".join(span.text for span in self.make()[0].spans)
        end = cell_len(shown[: self._first(shown)])
        end += bool(self._leftmost())
        for at in range(self._leftmost(), len(self.tabs)):
            end += self._cells(at)
            if event.x < end:
                self.post_message(self.Picked(at))
                return

    def _first(self, shown: str) -> int:
        """Where the tabs begin: the name before them may have been shortened."""
        words = "".join(span.text for span in self._shown())
        return max(shown.rfind(words), 0)
