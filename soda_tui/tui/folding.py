"""Long lines on several rows: every cell of the text stays, broken at words or anywhere, and searched text marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.cells import get_character_cell_size

from soda_tui.tui.text import Span
from soda_tui.tui.tones import Tone


class TextLine(NamedTuple):
    """One line of what is read: `hang` cells stand before its further rows, `words` says to break between words."""

    spans: tuple[Span, ...]
    hang: int = 0
    words: bool = False
    ground: Tone | None = None

    @property
    def plain(self) -> str:
        """The text alone."""
        return "".join(span.text for span in self.spans)


Row = tuple[Span, ...]


def fold(line: TextLine, cells: int) -> tuple[Row, ...]:
    """The line on as many rows of so many cells as it needs, at least one."""
    text = line.plain
    if len(text) <= cells and text.isascii():
        return (line.spans,)
    hang = line.hang if line.hang < cells - 1 else 0
    indent = (Span(" " * hang),) if hang else ()
    return tuple(
        (*(indent if at else ()), *_slice(line.spans, start, end))
        for at, (start, end) in enumerate(_pieces(text, max(cells, 1), hang, words=line.words))
    )


def find(pattern: re.Pattern[str] | None, line: TextLine) -> bool:
    """Whether a search meets the line."""
    return pattern is not None and pattern.search(line.plain) is not None


def searching(text: str) -> re.Pattern[str] | None:
    """The literal text as a search: case counts only where the text has capitals; None for no text."""
    return re.compile(re.escape(text), 0 if text != text.lower() else re.IGNORECASE) if text else None


def tinted(line: TextLine, pattern: re.Pattern[str] | None, tone: Tone) -> TextLine:
    """The line with all that the search meets in a tone."""
    if pattern is None:
        return line
    spans: list[Span] = []
    at = 0
    for match in pattern.finditer(line.plain):
        spans += _slice(line.spans, at, match.start())
        spans += (span._replace(tone=tone) for span in _slice(line.spans, *match.span()))
        at = match.end()
    return line._replace(spans=(*spans, *_slice(line.spans, at, len(line.plain)))) if at else line


def _pieces(text: str, cells: int, hang: int, *, words: bool) -> Iterator[tuple[int, int]]:
    start, room = 0, cells
    while True:
        end = _reach(text, start, room)
        if end >= len(text):
            yield start, len(text)
            return
        cut = text.rfind(" ", start + 1, end + 1) if words else -1
        # What hangs before the first row is never left alone on it.
        if cut > (start or hang) and text[start:cut].strip():
            yield start, cut
            start = cut + 1
        else:
            yield start, end
            start = end
        room = cells - hang


def _reach(text: str, start: int, room: int) -> int:
    """Where the text that fits ends; it goes on by one character at least."""
    if text.isascii():
        return start + room
    end = start
    while end < len(text):
        room -= get_character_cell_size(text[end])
        if room < 0:
            break
        end += 1
    return max(end, start + 1)


def _slice(spans: Sequence[Span], start: int, end: int) -> Iterator[Span]:
    for span in spans:
        if end <= 0:
            return
        text = span.text[max(start, 0) : end]
        if text and start < len(span.text):
            yield span._replace(text=text)
        start, end = start - len(span.text), end - len(span.text)
