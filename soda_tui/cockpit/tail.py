"""The tail of a log: what an agent said last, read on from where the last look ended."""

from __future__ import annotations

from collections import deque

from soda_tui.cockpit.ports.runs import Runs
from soda_tui.domain.runs.events import EventKind
from soda_tui.domain.runs.facts import RunFacts
from soda_tui.domain.runs.flow import TEXT_FORMAT, Flow
from soda_tui.domain.runs.logtext import tail_lines
from soda_tui.domain.runs.readable import Line, Part, Tone, plain_line
from soda_tui.domain.sentences import NOTHING_READABLE

_LINES = 200
_TEXT = 16384
# Read at most in one look, and how far behind it may fall before it goes on near the end.
_PIECE = 65536
_FAR = 1 << 20
_BEGINNING = 32768
# What is shown of a line that has no end, and whose beginning is too far away.
_END = 200


class Tail:
    """The last lines of one run, for one reader; where nothing is new it costs a look at the log's size.

    Half a line that only its end makes readable is shown once nothing more of it will come.
    """

    def __init__(self, runs: Runs, run: RunFacts) -> None:
        self._runs = runs
        self.run = run
        self._over = False
        self._size = -1
        self._told = 0
        self._flow: Flow | None = None
        self._settled: deque[Line] = deque(maxlen=_LINES)
        self._lines: tuple[Line, ...] = ()

    async def look(self) -> tuple[Line, ...]:
        """The last lines of now, the unfinished one included."""
        size = await self._runs.size(self.run)
        if size == self._size == self._told and (self._over or self.run.alive):
            return self._lines
        if self.run.format == TEXT_FORMAT:
            data = await self._runs.tail(self.run, _TEXT)
            self._lines = tuple(map(plain_line, tail_lines(data)[-_LINES:]))
            self._told = size
        elif self._flow is None or not 0 <= size - self._told <= _FAR:
            await self._begin(size)
        else:
            data = await self._runs.read(self.run, self._told, _PIECE)
            self._told += len(data)
            self._take(self._flow, data)
        self._size = size
        if self._told == size and not self.run.alive:
            await self._end()
        if size and not self._lines:
            self._lines = (Line(EventKind.TEXT, (Part(NOTHING_READABLE(), Tone.QUIET),)),)
        return self._lines

    async def _end(self) -> None:
        """Take in what was held back for more to come; where all of that is one line, its last piece."""
        self._over = True
        if self._flow is None:
            return
        self._settled += self._flow.end()
        self._take(self._flow, b"")
        if not self._lines:
            flow = Flow(self.run.format)
            flow.feed(await self._runs.tail(self.run, _END))
            self._lines = tuple(flow.end())

    async def _begin(self, size: int) -> None:
        """Begin with the first line near the end; what an agent says of itself at the beginning is heard.

        Where the log was cut or written anew, that is its beginning.
        """
        data, begin, skip = b"", size, 0
        for span in (_PIECE, _FAR):
            begin = max(size - span, 0)
            data = await self._runs.read(self.run, begin, size - begin)
            skip = data.find(b"\n") + 1 or len(data) if begin else 0
            if skip < len(data):
                break
        self._flow = Flow(self.run.format)
        if begin:
            head = await self._runs.read(self.run, 0, min(_BEGINNING, begin))
            self._flow.begin_after(head[: head.rfind(b"\n") + 1])
        self._told = begin + len(data)
        self._take(self._flow, data[skip:])

    def _take(self, flow: Flow, data: bytes) -> None:
        self._settled += flow.feed(data)
        self._lines = (*self._settled, *flow.under_way, *flow.pending())[-_LINES:]
