"""The one way in which foreign text reaches the screen: literally, on one line, with a known width in cells.

Nothing here or behind it interprets markup: a line is a tuple of spans, and a span is text with a tone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from msgspec import Struct
from rich.cells import cell_len, get_character_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.strip import Strip

from soda_tui.domain.text import clean, one_line
from soda_tui.tui.tones import Tone, Tones

ELLIPSIS = "…"
LEAST = 8

# Terminals disagree how wide joined and modified emoji are, so their parts are shown one by one; the rest is invisible.
_JOINERS = re.compile("[\xad\u034f\u115f\u1160\u180e\u200b-\u200d\u2060-\u2064\u3164\ufe00-\ufe0f\uffa0]")
_MODIFIERS = re.compile("[\U0001f3fb-\U0001f3ff\U000e0000-\U000e0fff]")


class Span(NamedTuple):
    """A piece of a line; one that may `shrink` gives room first, one with a `rank` is left out, highest rank first."""

    text: str
    tone: Tone = Tone.TEXT
    shrink: bool = False
    rank: int = 0


class Line(Struct, frozen=True):
    """One line of the screen, exactly as wide as it was made for; `ground` colours what is behind it."""

    spans: tuple[Span, ...]
    ground: Tone | None = None

    @property
    def plain(self) -> str:
        """The text alone."""
        return "".join(span.text for span in self.spans)


def plain(text: str) -> str:
    """Foreign text on one line, without anything whose width terminals disagree about."""
    return _MODIFIERS.sub("", _JOINERS.sub("", one_line(text)))


def literal(text: str) -> str:
    """Like `plain`, but every space stays, so that pieces of a line can be put together."""
    return _MODIFIERS.sub("", _JOINERS.sub("", clean(text).replace("\n", " ").expandtabs(4)))


def plain_log_line(text: str) -> str:
    """Like `plain`, but indentation stays."""
    return literal(text).rstrip()


def prose(text: str) -> Content:
    """Foreign text of several lines as content that Textual wraps and never interprets."""
    return Content(_MODIFIERS.sub("", _JOINERS.sub("", clean(text).expandtabs(4))))


def fit(text: str, cells: int) -> str:
    """The text in at most so many cells, a cut marked with an ellipsis."""
    if cell_len(text) <= cells:
        return text
    if cells <= 0:
        return ""
    room, end = cells - 1, 0
    for character in text:
        room -= get_character_cell_size(character)
        if room < 0:
            break
        end += 1
    return text[:end].rstrip() + ELLIPSIS


def wrap(text: str, cells: int, most: int) -> list[str]:
    """The text on at most so many lines, broken between words where possible; the last may end in an ellipsis."""
    lines: list[str] = []
    rest = text
    while rest and len(lines) < most - 1 and cell_len(rest) > cells:
        head = fit(rest, cells + 1).removesuffix(ELLIPSIS)
        if not head:
            break
        cut = head.rfind(" ") if rest[len(head) : len(head) + 1] != " " else len(head)
        end = cut if cut > 0 else len(head)
        lines.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    if rest:
        lines.append(fit(rest, cells))
    return lines


def listed(names: Sequence[str], most: int) -> str:
    """The first names, and how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def make_line(
    cells: int,
    left: Iterable[Span],
    right: Iterable[Span] = (),
    *,
    ground: Tone | None = None,
    fill: Span | None = None,
) -> Line:
    """A line of exactly so many cells: `left` at its start, `right` at its end, `fill` repeated between them."""
    spans = [[*left], [*right]]
    fill = fill or Span(" ")
    gap = cells - _cells(spans[0]) - _cells(spans[1])
    if gap < 0:
        _leave_out(spans, cells)
        _shrink(spans, cells)
        gap = max(cells - _cells(spans[0]) - _cells(spans[1]), 0)
    line = [*spans[0], Span(fill.text * gap, fill.tone), *spans[1]]
    return Line(_crop(line, cells) if gap == 0 else tuple(span for span in line if span.text), ground)


def strip(line: Line, tones: Tones, base: Style) -> Strip:
    """The line as Textual draws it, on the widget's own style."""
    if line.ground is not None:
        base += tones[line.ground]
    return Strip([Segment(span.text, base + tones[span.tone]) for span in line.spans])


def _cells(spans: Iterable[Span]) -> int:
    return sum(cell_len(span.text) for span in spans)


def _leave_out(sides: list[list[Span]], cells: int) -> None:
    def least() -> int:
        return sum(
            min(cell_len(span.text), LEAST) if span.shrink else cell_len(span.text) for side in sides for span in side
        )

    while least() > cells and (rank := max((span.rank for side in sides for span in side), default=0)):
        for side in sides:
            side[:] = [span for span in side if span.rank != rank]


def _shrink(sides: list[list[Span]], cells: int) -> None:
    for least in (LEAST, 0):
        for side in reversed(sides):
            for index in reversed(range(len(side))):
                span = side[index]
                excess = sum(map(_cells, sides)) - cells
                if excess > 0 and span.shrink:
                    side[index] = span._replace(text=fit(span.text, max(cell_len(span.text) - excess, least)))


def _crop(spans: Iterable[Span], cells: int) -> tuple[Span, ...]:
    kept: list[Span] = []
    room = cells
    for span in spans:
        text = fit(span.text, room)
        room -= cell_len(text)
        if text:
            kept.append(span._replace(text=text))
        if text != span.text:
            break
    if room > 0:
        kept.append(Span(" " * room))
    return tuple(kept)
