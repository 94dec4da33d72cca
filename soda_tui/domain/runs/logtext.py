"""A log as lines for a person: bytes in, plain text out, whatever the bytes are."""

from __future__ import annotations

import codecs
import re
from collections import deque

from soda_tui.domain.text import clean

LONGEST_LINE = 2000
_LONGEST_RAW = 16384
_TAB = 8
_MOST_ROWS = 200
# What moves the cursor: to a row and column, up and down, along the row.
_MOVE = re.compile(r"(?:\x1b\[|\x9b)(\d*)(?:;(\d*))?([ABCEFGHdf`])|\v")
_FIRST = frozenset({None, "", "0", "1"})
_ROW = "\v"
_MAY_MOVE = "\x1b\x9b\v"
# The beginning of a control sequence whose rest has not come yet.
_UNFINISHED = re.compile(r"(?:\x1b\Z|(?:\x1b\[|\x9b)[0-?]{0,64}[ -/]{0,8}\Z)")


class LineAssembler:
    """Makes lines out of a stream that arrives in pieces, cut anywhere; keeps at most 16 Ki characters of a line.

    A program that draws has no line feeds: what it writes on another row is another line, of which 200 are kept.
    """

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rows: deque[str] = deque(maxlen=_MOST_ROWS)
        self._row = ""
        self._rest = ""

    def feed(self, data: bytes) -> tuple[str, ...]:
        """The lines that these bytes complete."""
        text = self._rest + self._decoder.decode(data)
        *whole, rest = text.split("\n")
        if self._rows or any(letter in text for letter in _MAY_MOVE):
            lines = tuple(row for line in whole for row in self._all_rows(line))
        else:
            lines = tuple(map(shown, whole))
        if whole:
            self._row = ""
        row, begun = _told(self._last_row(rest))
        line = row.rstrip("\r")
        last = line.rfind("\r") + 1
        # What comes next overwrites a line that has returned to its beginning, however long it was.
        self._rest = line[last : last + _LONGEST_RAW + 1] + ("\r" if len(line) < len(row) else "") + begun
        return lines

    @property
    def rest(self) -> tuple[str, ...]:
        """The line that is not complete yet as it looks now, row by row; nothing where it is blank."""
        return (*self._rows, *_unless_blank(self._rest))

    def _all_rows(self, line: str) -> tuple[str, ...]:
        """The rows of a line that is complete."""
        last = shown(self._last_row(line))
        rows = (*self._rows, last) if last.strip() or not self._rows else tuple(self._rows)
        self._rows.clear()
        self._row = ""
        return rows

    def _last_row(self, line: str) -> str:
        """What stands on the last row of a line, whose other rows are kept."""
        if not _MOVE.search(line):
            return line
        *rows, last = _MOVE.sub(self._moved, line).split(_ROW)
        self._rows += (text for row in rows for text in _unless_blank(row))
        return last

    def _moved(self, move: re.Match[str]) -> str:
        """What a move of the cursor is to a reader."""
        row, column, way = move[1], move[2], move[3] or "B"
        if way in "CG`":
            return "\r" if way != "C" and row in _FIRST else " "
        row = (row or "1") if way in "Hdf" else ""
        here, self._row = row != "" and row == self._row, row
        return (" " if way == "d" or column not in _FIRST else "\r") if here else _ROW


def tail_lines(data: bytes) -> tuple[str, ...]:
    """The lines of a piece of a log, the incomplete last one included; the piece may begin inside a character."""
    first = next((at for at in range(min(3, len(data))) if data[at] & 0xC0 != 0x80), min(3, len(data)))
    assembler = LineAssembler()
    lines = assembler.feed(data[first:])
    return (*lines, *assembler.rest)


def _told(raw: str) -> tuple[str, str]:
    """What is decided of a line, and the control sequence that has begun at its end."""
    begun = _UNFINISHED.search(raw)
    return (raw[: begun.start()], raw[begun.start() :]) if begun else (raw, "")


def _unless_blank(raw: str) -> tuple[str, ...]:
    text = shown(raw)
    return (text,) if text.strip() else ()


def shown(raw: str) -> str:
    """One line as a terminal would leave it: what was overwritten after a carriage return is gone."""
    raw = raw.rstrip("\r").rpartition("\r")[2]
    text = raw[:_LONGEST_RAW]
    if not text.isprintable():
        text = clean(_UNFINISHED.sub("", text)).expandtabs(_TAB)
    if len(raw) > _LONGEST_RAW or len(text) > LONGEST_LINE:
        return text[: LONGEST_LINE - 1] + "…"
    return text
