"""A terminal of the agent's own, for programs that draw: what stands on it is remembered for whoever comes to look."""

from __future__ import annotations

import fcntl
import os
import re
import struct
import termios
import time
from contextlib import suppress

from soda_tui.services.agents.outlet import Action

_ROWS, _COLUMNS = 40, 120
_LARGEST = 1000
_REMEMBERED = 1 << 16
_LONGEST_SEQUENCE = 64
# How long the window is another one, for programs that draw anew only where its size has changed.
SHAKE = 0.1
_MODES = re.compile(rb"\x1b\[\?([\d;]+)([hl])")
# What asks the terminal something: nobody waits for a second answer.
_QUESTIONS = re.compile(rb"\x1b\[[>=?]?[\d;]*(?:[cnq]|\$p)|\x1b\[\?u|\x1b\][\d;]*\?(?:\x07|\x1b\\)")
_CLEARED = (b"\x1b[2J", b"\x1bc", b"\x1b[?1049h")
CLEAR = b"\x1b[0m\x1b[H\x1b[2J"


class Terminal:
    """A pseudo-terminal; the supervisor's side is never the end of the program's, which it keeps open too."""

    def __init__(self) -> None:
        self.reader, self._side = os.openpty()
        self.writer: int | None = self.reader
        self._screen = Screen()
        self._size = (_ROWS, _COLUMNS)
        self._settle_at: float | None = None
        self._set(*self._size)

    def actions(self) -> tuple[Action, ...]:
        """What posix_spawn does: whoever begins a session gets the first terminal that it opens (Linux)."""
        opening = (os.POSIX_SPAWN_OPEN, 0, os.ttyname(self._side), os.O_RDWR, 0)
        return (opening, (os.POSIX_SPAWN_DUP2, 0, 1), (os.POSIX_SPAWN_DUP2, 0, 2))

    def begun(self) -> None:
        """Keep the program's side open: a terminal that nobody has open for a moment would be gone for good."""

    def heard(self, data: bytes) -> None:
        """Remember what the program has drawn."""
        self._screen.feed(data)

    def shown(self) -> bytes:
        """What brings another terminal to show about the same; the program is to draw anew besides."""
        return self._screen.replay()

    def resize(self, rows: int, columns: int) -> None:
        """Have the program draw in a window of this size, anew in any case."""
        wanted = (min(max(rows, 1), _LARGEST), min(max(columns, 1), _LARGEST))
        if wanted == self._size:
            self._set(wanted[0] + 1, wanted[1])
            self._settle_at = time.monotonic() + SHAKE
        else:
            self._size, self._settle_at = wanted, None
            self._set(*wanted)

    def step(self, now: float) -> None:
        """Have the window be what it is to be, where that is due."""
        if self._settle_at is not None and now >= self._settle_at:
            self._settle_at = None
            self._set(*self._size)

    def close(self) -> None:
        """Let go of the program's side."""
        os.close(self._side)

    def _set(self, rows: int, columns: int) -> None:
        # Set on the program's side, from where its foreground processes are told.
        with suppress(OSError):
            fcntl.ioctl(self._side, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


class Screen:
    """The last of what was drawn, and the modes that the terminal is in by it."""

    def __init__(self) -> None:
        self._last = bytearray()
        self._tail = b""
        self._modes: dict[bytes, bool] = {}

    def feed(self, data: bytes) -> None:
        """Go on drawing."""
        seen = self._tail + data
        for found in _MODES.finditer(seen):
            for mode in found[1].split(b";"):
                self._modes.pop(mode, None)
                if len(mode) < 6:
                    self._modes[mode] = found[2] == b"h"
        while len(self._modes) > 64:
            self._modes.pop(next(iter(self._modes)))
        self._tail = seen[-_LONGEST_SEQUENCE:]
        self._last += data
        if len(self._last) > 2 * _REMEMBERED:
            del self._last[:-_REMEMBERED]

    def replay(self) -> bytes:
        """All of it, beginning where the screen was cleared last, else at a line's beginning."""
        last = bytes(self._last[-_REMEMBERED:])
        begin = max(last.rfind(mark) for mark in _CLEARED)
        if begin < 0:
            begin = last.find(b"\n") + 1 if len(self._last) >= _REMEMBERED else 0
        modes = b"".join(b"\x1b[?%s%s" % (mode, b"h" if on else b"l") for mode, on in self._modes.items())
        return modes + CLEAR + _QUESTIONS.sub(b"", last[begin:])
