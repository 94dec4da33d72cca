"""A window on a log: the lines of a part of it, in bounded memory, moved along as it is read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from soda_tui.domain.logtext import LineAssembler, tail_lines
from soda_tui.tui.folding import TextLine
from soda_tui.tui.text import Span, plain_log_line

PIECE = 131072
MOST_BYTES = 2 * 1024 * 1024
MOST_LINES = 10_000
"""Bytes read at once, and bytes and lines of a log that are held at most."""

_AT_ONCE = MOST_LINES // 2
_HEAD = 256

Read = Callable[[int, int], Awaitable[bytes]]
"""Reads at most so many bytes from an offset on; empty at the present end."""


class LogWindow:
    """Holds whole lines from byte `start` to byte `end`; methods that move it return how many lines came above."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self.start = 0
        self.end = 0
        self.size = 0
        self._head = b""
        self._rest: TextLine | None = None
        self._lines: list[TextLine] = []
        self._sizes: list[int] = []

    @property
    def lines(self) -> list[TextLine]:
        """The lines, the unfinished one at the log's end included."""
        return [*self._lines, self._rest] if self._rest else list(self._lines)

    def copy(self) -> LogWindow:
        """A window on the same part, moved on its own."""
        made = LogWindow(self._read)
        made.start, made.end, made.size, made._rest = self.start, self.end, self.size, self._rest
        made._head = self._head
        made._lines, made._sizes = list(self._lines), list(self._sizes)
        return made

    async def is_other(self) -> bool:
        """Whether the log is no longer what was read: shorter than that, or begun anew; it is then to be read anew."""
        head, known = await self._read(0, _HEAD), self._head
        self._head = head
        return not head.startswith(known) or (self.end > 0 and not await self._read(self.end - 1, 1))

    def offset(self, line: int) -> int:
        """The byte at which a line begins."""
        return self.start + sum(self._sizes[:line])

    async def to_start(self) -> None:
        """Hold the first piece."""
        self._clear(0)
        await self.newer()

    async def to_end(self) -> None:
        """Hold the last piece."""
        size = await log_size(self._read)
        begin = max(size - PIECE, 0)
        data = await self._read(begin, PIECE)
        skip = data.find(b"\n") + 1 if begin else 0
        self._clear(begin + (skip if skip < len(data) else 0))
        await self.newer()

    async def older(self) -> int:
        """Hold the piece before as well, and less at the end where that is too much."""
        begin = max(self.start - PIECE, 0)
        data = await self._read(begin, self.start - begin)
        if not data:
            return 0
        skip = data.find(b"\n") + 1 if begin else 0
        sizes, lines = _whole(_last_lines(data[skip if skip < len(data) else 0 :]))
        self._sizes[:0], self._lines[:0] = sizes, lines
        self.start -= sum(sizes)
        keep = self._fitting(self._sizes)
        if keep < len(self._sizes):
            self.end -= sum(self._sizes[keep:])
            del self._sizes[keep:], self._lines[keep:]
            self._rest = None
        return len(lines)

    async def newer(self) -> int:
        """Hold the piece after as well, and less at the start where that is too much."""
        data = await self._read(self.end, PIECE)
        cut = data.rfind(b"\n") + 1 or (len(data) if len(data) >= PIECE else 0)
        sizes, lines = _whole(_first_lines(data[:cut]))
        self.end += sum(sizes)
        unfinished = tail_lines(data[cut:]) if cut == sum(sizes) and len(data) < PIECE else ()
        self._rest = _line(unfinished[-1]) if unfinished else None
        self.size = max(self.size, self.end + len(data) - sum(sizes))
        self._sizes += sizes
        self._lines += lines
        gone = len(self._sizes) - self._fitting(self._sizes[::-1])
        self.start += sum(self._sizes[:gone])
        del self._sizes[:gone], self._lines[:gone]
        return -gone

    def _clear(self, offset: int) -> None:
        self.start = self.end = offset
        self._lines, self._sizes, self._rest = [], [], None

    @staticmethod
    def _fitting(sizes: list[int]) -> int:
        """How many of the first lines may be held."""
        held = 0
        for count, size in enumerate(sizes[:MOST_LINES]):
            held += size
            if held > MOST_BYTES and count:
                return count
        return min(len(sizes), MOST_LINES)


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


def _first_lines(data: bytes) -> bytes:
    """At most as many lines as are held beside what is read now."""
    parts = data.split(b"\n", _AT_ONCE)
    return data[: len(data) - len(parts[-1])] if len(parts) > _AT_ONCE else data


def _last_lines(data: bytes) -> bytes:
    parts = data.rsplit(b"\n", _AT_ONCE + 1)
    return data[len(parts[0]) + 1 :] if len(parts) > _AT_ONCE + 1 else data


def _whole(data: bytes) -> tuple[list[int], list[TextLine]]:
    """The lines of these bytes with the size of each; a last one without its end is a part of a very long one."""
    raw = data.split(b"\n")
    if not raw[-1]:
        raw.pop()
    sizes = [len(line) + 1 for line in raw]
    if data and not data.endswith(b"\n"):
        sizes[-1] -= 1
    return sizes, list(map(_line, LineAssembler().feed(b"\n".join([*raw, b""]))))


def _line(text: str) -> TextLine:
    return TextLine((Span(plain_log_line(text)),))
