"""A window on a log: the lines of a part of it, in bounded memory, moved along as it is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from soda_tui.domain.runs.events import EventKind
from soda_tui.domain.runs.flow import Flow, Only, with_beginning
from soda_tui.domain.runs.readable import Line
from soda_tui.tui.folding import TextLine
from soda_tui.tui.log_calls import LONGEST, PIECE, Read, beginnings_of
from soda_tui.tui.log_lines import Raw, text_line

MOST_CHARACTERS = 2 * 1024 * 1024
MOST_LINES = 10_000
"""Characters and lines that are held at most."""

_AT_ONCE = MOST_LINES // 2
_HEAD = 256
_BEGINNING = 32768
_MOST_UNDER_WAY = 32


class _Part(NamedTuple):
    """Some bytes of a log, and the lines that are shown for them."""

    size: int
    lines: tuple[TextLine, ...] = ()
    characters: int = 0


class LogWindow:
    """Holds what is shown from byte `start` to byte `end`; methods that move it return how many lines came above.

    With a format it tells what an agent says there, of which `only` a kind may be shown; without, every line as it is.
    """

    def __init__(self, read: Read, format: str | None = None, only: Only = Only.ALL) -> None:
        self._read = read
        self._format = format
        self._only = only
        self.start = 0
        self.end = 0
        self.size = 0
        self.at_end = False
        self._head = b""
        self._beginning: bytes | None = None
        self._parts: list[_Part] = []
        self._last: list[TextLine] = []
        # What has told the lines before `_told`, where that can go on; a line may have begun before `_told`.
        self._teller: Flow | Raw | None = None
        self._told = 0

    @property
    def lines(self) -> list[TextLine]:
        """The lines; at the log's end with what is under way and the unfinished one."""
        return [*chain.from_iterable(part.lines for part in self._parts), *self._last]

    @property
    def settled(self) -> int:
        """How many of the lines will not change."""
        return sum(len(part.lines) for part in self._parts)

    @property
    def place(self) -> tuple[int, int, int]:
        """What is different once the window has moved or the log has grown."""
        return self.start, self._told, self.size

    def copy(self) -> LogWindow:
        """A window on the same part, moved on its own."""
        made = LogWindow(self._read, self._format, self._only)
        made.start, made.end, made._told, made.size = self.start, self.end, self.end, self.size
        made._head, made._beginning = self._head, self._beginning
        made._parts = list(self._parts)
        return made

    async def is_other(self) -> bool:
        """Whether the log is no longer what was read: shorter than that, or begun anew; it is then to be read anew."""
        head, known = await self._read(0, _HEAD), self._head
        self._head = head
        return not head.startswith(known) or (self._told > 0 and not await self._read(self._told - 1, 1))

    def offset(self, line: int) -> int:
        """The byte at which what a line is shown for begins."""
        at = self.start
        for part in self._parts:
            line -= len(part.lines)
            if line < 0:
                return at
            at += part.size
        return self.end

    async def to_start(self) -> None:
        """Hold the first piece."""
        self._clear(0)
        await self.newer()

    async def to_end(self) -> None:
        """Hold the last piece."""
        size = await log_size(self._read)
        begin, _ = await self._piece_before(size)
        self._clear(begin)
        while not self.at_end and self._told < size:
            await self.newer()

    async def to(self, offset: int) -> None:
        """Hold a piece from the beginning of the line at an offset on."""
        begin = max(offset - PIECE, 0)
        before = await self._read(begin, offset - begin)
        self._clear(begin + before.rfind(b"\n") + 1 if b"\n" in before or not begin else offset)
        await self.newer()

    async def older(self) -> int:
        """Hold the piece before as well, and less at the end where that is too much."""
        begin, data = await self._piece_before(self.start)
        if not data:
            return 0
        data = _last_lines(data)
        begin = self.start - len(data)
        teller = await self._teller_at(begin)
        parts, part_of_line = await self._tell(teller, begin, data)
        # What goes on in the next piece is told there as what it is: the rest.
        last = tuple(map(text_line, teller.end()))
        if part_of_line or last:
            parts.append(_Part(part_of_line, last, _characters(last)))
        added = sum(len(part.lines) for part in parts)
        self._parts[:0] = parts
        self.start = begin
        keep = _fitting(self._parts)
        if keep < len(self._parts):
            self.end -= sum(part.size for part in self._parts[keep:])
            del self._parts[keep:]
            self._stop_at(self.end)
        return added

    async def newer(self) -> int:
        """Hold the piece after as well, and less at the start where that is too much."""
        teller, self._teller = self._teller, None
        if teller is None:
            self._stop_at(self.end)
            teller = await self._teller_at(self.end)
        data = await self._read(self._told, PIECE)
        cut = data.rfind(b"\n") + 1 or (len(data) if len(data) >= PIECE else 0)
        told = _first_lines(data[:cut])
        parts, part_of_line = await self._tell(teller, self._told, told, self._told - self.end)
        self.size = max(self.size, self._told + len(data))
        self.at_end = len(data) < PIECE and len(told) == cut
        self._teller = teller
        self._told += len(told)
        self.end = self._told - part_of_line
        rest = teller.rest(data[cut:]) if self.at_end and not part_of_line else []
        under_way = list(teller.under_way)[-_MOST_UNDER_WAY:] if self.at_end else []
        self._last = [text_line(line) for line in (*under_way, *rest)]
        for part in parts:
            _append(self._parts, part)
        gone = len(self._parts) - _fitting(self._parts[::-1])
        left = self._parts[:gone]
        del self._parts[:gone]
        self.start += sum(part.size for part in left)
        return -sum(len(part.lines) for part in left)

    def _clear(self, offset: int) -> None:
        self.start = self.end = offset
        self._parts = []
        self._stop_at(offset)

    def _stop_at(self, offset: int) -> None:
        self._told, self._teller, self._last, self.at_end = offset, None, [], False

    async def _piece_before(self, end: int) -> tuple[int, bytes]:
        """What stands before an offset, from the beginning of a line on."""
        begin = end
        data = b""
        while True:
            end, begin = begin, max(begin - PIECE, 0)
            data = await self._read(begin, end - begin) + data
            skip = data.find(b"\n") + 1 if begin else 0
            if skip < len(data) and (skip or not begin):
                return begin + skip, data[skip:]
            # Without its beginning a line says nothing of what an agent says.
            if not begin or self._format is None or len(data) >= LONGEST:
                return begin, data

    async def _teller_at(self, offset: int) -> Flow | Raw:
        """What tells the lines from an offset on; what an agent says of itself at the beginning it has heard."""
        if self._format is None:
            return Raw()
        teller = Flow(self._format, self._only)
        if offset:
            if self._beginning is None:
                data = await self._read(0, _BEGINNING)
                self._beginning = data[: data.rfind(b"\n") + 1]
            teller.begin_after(self._beginning[:offset])
        return teller

    async def _tell(
        self, teller: Flow | Raw, begin: int, data: bytes, part_of_line: int = 0
    ) -> tuple[list[_Part], int]:
        """The parts of some bytes from an offset on, and how many of a line are left that is not complete."""
        told: list[tuple[int, list[Line]]] = []
        for line in _split(data):
            part_of_line += len(line)
            lines = teller.feed(line)
            if line.endswith(b"\n") or self._format is None:
                told.append((part_of_line, lines))
                part_of_line = 0
        unseen = teller.unseen if self._format is not None else ()
        beginnings = await beginnings_of(unseen, self._read, self._format or "", begin) if unseen else {}
        teller.unseen = set()
        parts: list[_Part] = []
        for size, lines in told:
            shown = tuple(text_line(_mended(line, beginnings)) for line in lines)
            _append(parts, _Part(size, shown, _characters(shown)))
        return parts, part_of_line


async def log_size(read: Read) -> int:
    """The bytes of a log, found with few reads of it."""
    low, high = 0, PIECE
    while await read(high, 1):
        low, high = high, high * 2
    while high - low > PIECE:
        middle = (low + high) // 2
        if await read(middle, 1):
            low = middle
        else:
            high = middle
    return low + len(await read(low, high - low))


def _characters(lines: Iterable[TextLine]) -> int:
    return sum(len(line.plain) + 1 for line in lines)


def _append(parts: list[_Part], part: _Part) -> None:
    """Add a part; where nothing is shown for it, it belongs to the one before."""
    if parts and not part.lines:
        parts[-1] = parts[-1]._replace(size=parts[-1].size + part.size)
    else:
        parts.append(part)


def _fitting(parts: Sequence[_Part]) -> int:
    """How many of the first parts may be held."""
    lines = characters = 0
    for count, part in enumerate(parts):
        lines += len(part.lines)
        characters += part.characters
        if count and (lines > MOST_LINES or characters > MOST_CHARACTERS):
            return count
    return len(parts)


def _first_lines(data: bytes) -> bytes:
    """At most as many lines as are held beside what is read now."""
    parts = data.split(b"\n", _AT_ONCE)
    return data[: len(data) - len(parts[-1])] if len(parts) > _AT_ONCE else data


def _last_lines(data: bytes) -> bytes:
    parts = data.rsplit(b"\n", _AT_ONCE + 1)
    return data[len(parts[0]) + 1 :] if len(parts) > _AT_ONCE + 1 else data


def _split(data: bytes) -> Iterable[bytes]:
    """The lines with their line feeds, the last one as far as it goes."""
    *whole, rest = data.split(b"\n")
    yield from (line + b"\n" for line in whole)
    if rest:
        yield rest


def _mended(line: Line, beginnings: dict[str, Line]) -> Line:
    beginning = beginnings.get(line.call) if line.kind is EventKind.TOOL_END else None
    return with_beginning(line, beginning) if beginning else line
