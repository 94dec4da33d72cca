"""The history: what became of the issues, in the lines of the command."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.geometry import Size

from soda_tui.domain import sentences as say
from soda_tui.domain.chronicle.lines import history_lines
from soda_tui.domain.chronicle.past import Chronicle
from soda_tui.tui.screens.reader import Reader, closing_with
from soda_tui.tui.text import Line, Span, make_line, plain, wrap
from soda_tui.tui.tones import Tone
from soda_tui.tui.widgets.lines import Lines

_MOST_LINES = 4
_INDENT = 2


class HistoryLines(Lines):
    """Each line whole, wrapped below its own beginning."""

    def __init__(self, texts: Sequence[str]) -> None:
        super().__init__()
        self._texts = texts

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines_at(width))

    def make(self) -> Sequence[Line]:
        return self._lines_at(self.size.width)

    def _lines_at(self, width: int) -> list[Line]:
        return [line for text in self._texts for line in _wrapped(text, width)]


class HistoryScreen(Reader):
    """All repositories, the one that a person is at first."""

    CSS = """
    HistoryLines { height: auto; margin-right: 1; background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = closing_with("view.history")

    def __init__(self, told: Sequence[Chronicle]) -> None:
        super().__init__()
        self._told = told

    def title_line(self) -> Content:
        return Content("History")

    def compose_card(self) -> ComposeResult:
        texts = [line for one in self._told for line in history_lines(one)]
        yield HistoryLines(texts or [say.NO_REPOSITORIES_PAST()])


def _wrapped(text: str, width: int) -> list[Line]:
    words = plain(text).lstrip(" ")
    begin = len(text) - len(text.lstrip(" "))
    tone = Tone.TEXT if begin else Tone.STRONG
    rows = wrap(words, max(width - begin - _INDENT, 1), _MOST_LINES)
    indents = [" " * (begin + (_INDENT if place else 0) + 1) for place in range(len(rows))]
    return [
        make_line(width, [Span(indent), Span(row, tone, shrink=True)])
        for indent, row in zip(indents, rows, strict=True)
    ]
