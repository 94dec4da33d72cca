"""Reading the log of a run: a part of it, or all as it grows, also over the cuts that its supervisor makes."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from io import FileIO
from pathlib import Path

from soda_tui.services import files
from soda_tui.services.agents.hearing import place_of
from soda_tui.services.agents.logfile import KEPT

_CHUNK = 65536
_PAUSE = 0.1
_ANCHOR = 512


def size(log: Path) -> int:
    """How many bytes it has; none where there is no such file."""
    try:
        return log.stat().st_size
    except OSError:
        return 0


def part(log: Path, offset: int, size: int) -> bytes:
    """At most `size` bytes from `offset` on, a negative one counted from the end; empty where there is no such file."""
    try:
        with files.opened(log) as file:
            end = file.seek(0, os.SEEK_END)
            return os.pread(file.fileno(), size, offset if offset >= 0 else max(end + offset, 0))
    except OSError:
        return b""


async def follow(log: Path, offset: int, alive: Callable[[], bool]) -> AsyncIterator[bytes]:
    """The log from `offset` on as it grows, until nobody writes any more and it is read to its end."""
    following = Following(log, offset)
    try:
        goes_on = True
        while goes_on:
            goes_on = await asyncio.to_thread(alive)
            while chunk := await asyncio.to_thread(following.next):
                yield chunk
            if goes_on:
                await asyncio.sleep(_PAUSE)
    finally:
        following.close()


class Following:
    """One reader of a log that grows; where the log was cut it goes on after the last bytes that it has read."""

    def __init__(self, log: Path, offset: int) -> None:
        self._log = log
        self._at = offset
        self._file: FileIO | None = None
        self._last = b""

    def next(self) -> bytes:
        """What comes next; empty at the present end."""
        piece = self._read()
        # Read to its end first: what was put in its place begins with a part of it.
        while not piece and self._changed():
            piece = self._read()
        return piece

    def close(self) -> None:
        """Read no more."""
        if self._file is not None:
            self._file.close()

    def _read(self) -> bytes:
        if self._file is None:
            return b""
        piece = os.pread(self._file.fileno(), _CHUNK, self._at)
        self._at += len(piece)
        self._last = (self._last + piece)[-_ANCHOR:]
        return piece

    def _changed(self) -> bool:
        """Take up the file that is in the place of the log now, where that is another or a shorter one."""
        try:
            file = files.opened(self._log)
        except OSError:
            return False
        number, before = file.fileno(), self._file
        is_same = before is not None and os.path.sameopenfile(number, before.fileno())
        if is_same and os.fstat(number).st_size >= self._at:
            file.close()
            return False
        if before is None:
            self._last = os.pread(number, min(self._at, _ANCHOR), max(self._at - _ANCHOR, 0))
        else:
            before.close()
            self._at = place_of(self._last, os.pread(number, KEPT + _CHUNK, 0))
        self._file = file
        return True
