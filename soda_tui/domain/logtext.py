"""A log as lines for a person: bytes in, plain text out, whatever the bytes are."""

from __future__ import annotations

import codecs
import re

from soda_tui.domain.text import clean

LONGEST_LINE = 2000
_LONGEST_RAW = 16384
_TAB = 8
# The beginning of a control sequence whose rest has not come yet.
_UNFINISHED = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*\Z")


class LineAssembler:
    """Makes lines out of a stream that arrives in pieces, cut anywhere; keeps at most 16 Ki characters of a line."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""

    def feed(self, data: bytes) -> tuple[str, ...]:
        """The lines that these bytes complete."""
        *whole, rest = (self._rest + self._decoder.decode(data)).split("\n")
        line = rest.rstrip("\r")
        last = line.rfind("\r") + 1
        # What comes next overwrites a line that has returned to its beginning, however long it was.
        self._rest = line[last : last + _LONGEST_RAW + 1] + ("\r" if len(line) < len(rest) else "")
        return tuple(map(shown, whole))

    @property
    def rest(self) -> str:
        """The line that is not complete yet, as it looks now."""
        return shown(self._rest)


def tail_lines(data: bytes) -> tuple[str, ...]:
    """The lines of a piece of a log, the incomplete last one included; the piece may begin inside a character."""
    first = next((at for at in range(min(3, len(data))) if data[at] & 0xC0 != 0x80), min(3, len(data)))
    assembler = LineAssembler()
    lines = assembler.feed(data[first:])
    return (*lines, assembler.rest) if assembler.rest else lines


def shown(raw: str) -> str:
    """One line as a terminal would leave it: what was overwritten after a carriage return is gone."""
    raw = raw.rstrip("\r").rpartition("\r")[2]
    text = raw[:_LONGEST_RAW]
    if not text.isprintable():
        text = clean(_UNFINISHED.sub("", text)).expandtabs(_TAB)
    if len(raw) > _LONGEST_RAW or len(text) > LONGEST_LINE:
        return text[: LONGEST_LINE - 1] + "…"
    return text
