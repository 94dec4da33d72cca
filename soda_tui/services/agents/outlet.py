"""What a program writes to and reads from: pipes, or a terminal of its own, with the supervisor at the other end.

All that it says goes through the supervisor into the log, so that known secrets are hidden before they reach the disk.
A program that is faster than the disk waits; one whose words are heard by nobody does not.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

from soda_tui.services.agents.hiding import Hiding
from soda_tui.services.agents.logfile import LogFile
from soda_tui.services.agents.loop import READ, WRITE, Loop

_PIECE = 1 << 16
# What is told to a program that does not read.
_UNREAD = 1 << 20
# What a pipe can hold and a little more, where somebody out of reach goes on writing.
_REST = 4 << 20

Action = tuple[Any, ...]


class Ends(Protocol):
    """The two sides of what a program reads and writes; `reader` and `writer` are the supervisor's."""

    reader: int
    writer: int | None

    def actions(self) -> tuple[Action, ...]:
        """What posix_spawn does for the program's side."""

    def begun(self) -> None:
        """The program has its side, or was not started."""


class Pipes:
    """A pipe for all that it says; standard input is the file `source`, or a pipe that stays open."""

    def __init__(self, source: str | None) -> None:
        self.reader, self._out = os.pipe()
        self._source = source
        self._in: int | None = None
        self.writer: int | None = None
        if source is None:
            self._in, self.writer = os.pipe()

    def actions(self) -> tuple[Action, ...]:
        """What posix_spawn does for the program's side."""
        if self._in is not None:
            reading: Action = (os.POSIX_SPAWN_DUP2, self._in, 0)
        else:
            reading = (os.POSIX_SPAWN_OPEN, 0, self._source, os.O_RDONLY, 0)
        return (reading, (os.POSIX_SPAWN_DUP2, self._out, 1), (os.POSIX_SPAWN_DUP2, self._out, 2))

    def begun(self) -> None:
        """Close the program's side, so that its end is seen."""
        for descriptor in (self._out, self._in):
            if descriptor is not None:
                os.close(descriptor)


class Outlet:
    """Carries what a program says into the log, and to `heard` as it is; and to the program what it is told."""

    def __init__(self, loop: Loop, ends: Ends, log: LogFile, hiding: Hiding, heard: Callable[[bytes], None]) -> None:
        self._loop = loop
        self._reader: int | None = ends.reader
        self._writer = ends.writer
        self._log = log
        self._hiding = hiding
        self._heard = heard
        self._untold = bytearray()
        self._hanging_up = False
        for descriptor in self._descriptors():
            os.set_blocking(descriptor, False)
        self._attend()

    def tell(self, data: bytes) -> bool:
        """Give the program something to read; False where it reads no more, or has too much to read already."""
        if self._writer is None or self._hanging_up or len(self._untold) + len(data) > _UNREAD:
            return False
        self._untold += data
        self._attend()
        return True

    @property
    def hears(self) -> bool:
        """Whether the program can be told something more."""
        return self._writer is not None and not self._hanging_up

    def hang_up(self) -> None:
        """Let it see the end of what it reads, once it has read all."""
        self._hanging_up = True
        self._attend()

    def close(self) -> None:
        """Read what is left where nobody writes any more, and close it."""
        left = _REST
        try:
            while self._reader is not None and left > 0 and (count := self._read()):
                left -= count
            self._keep(self._hiding.end())
        finally:
            for descriptor in self._descriptors():
                self._drop(descriptor)
            self._reader = self._writer = None

    def _descriptors(self) -> set[int]:
        return {descriptor for descriptor in (self._reader, self._writer) if descriptor is not None}

    def _attend(self) -> None:
        """Wait for what there is to wait for; a terminal is one descriptor for both."""
        if self._writer is not None and self._writer != self._reader:
            if self._untold:
                self._loop.watch(self._writer, WRITE, self._ready)
            elif self._hanging_up:
                self._drop(self._writer)
                self._writer = None
            else:
                self._loop.forget(self._writer)
        if self._reader is not None:
            both = self._writer == self._reader and self._untold
            self._loop.watch(self._reader, READ | WRITE if both else READ, self._ready)

    def _ready(self, events: int) -> None:
        if events & WRITE and self._writer is not None:
            self._write(self._writer)
        if events & READ and self._reader is not None:
            self._read()

    def _write(self, writer: int) -> None:
        try:
            del self._untold[: os.write(writer, self._untold[:_PIECE])]
        except BlockingIOError:
            return
        except OSError:
            # It reads no more.
            self._untold.clear()
            if writer != self._reader:
                self._hanging_up = True
        self._attend()

    def _read(self) -> int:
        """Read a piece; the bytes that came, 0 where there are none."""
        assert self._reader is not None
        try:
            data = os.read(self._reader, _PIECE)
        except BlockingIOError:
            return 0
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            data = b""
        if not data:
            self._drop(self._reader)
            if self._writer == self._reader:
                self._writer = None
            self._reader = None
            return 0
        self._keep(self._hiding.feed(data))
        self._heard(data)
        return len(data)

    def _keep(self, data: bytes) -> None:
        if data:
            self._log.write(data)

    def _drop(self, descriptor: int) -> None:
        self._loop.forget(descriptor)
        with suppress(OSError):
            os.close(descriptor)
