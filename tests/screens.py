"""A person's terminal, with the program on it that sits them down at an agent's."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence

_DEADLINE = 20.0


class Screen:
    """A terminal of its own for a program."""

    def __init__(
        self,
        words: Sequence[str],
        rows: int = 30,
        columns: int = 90,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.pid, self.side = pty.fork()
        if self.pid == 0:
            os.execve(words[0], list(words), dict(os.environ if environment is None else environment))
        self.said = b""
        self.resize(rows, columns)

    def resize(self, rows: int, columns: int) -> None:
        """Give the window another size."""
        fcntl.ioctl(self.side, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, text: bytes) -> None:
        """Type on the keyboard."""
        os.write(self.side, text)

    def until(self, text: bytes) -> None:
        """Read until this is on the screen, after which it is forgotten."""
        deadline = time.monotonic() + _DEADLINE
        while text not in self.said:
            assert time.monotonic() < deadline, self.said[-500:]
            self._read(0.1)
        self.said = self.said.partition(text)[2]

    def ended(self) -> int:
        """Wait for the program's end; its exit status."""
        deadline = time.monotonic() + _DEADLINE
        while True:
            assert time.monotonic() < deadline, self.said[-500:]
            self._read(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._read(0.05)
                return os.waitstatus_to_exitcode(status)

    def _read(self, seconds: float) -> None:
        with contextlib.suppress(OSError):
            if select.select((self.side,), (), (), seconds)[0]:
                self.said += os.read(self.side, 65536)

    def cooked(self) -> bool:
        """Whether the terminal is as it was before."""
        both = termios.ECHO | termios.ICANON
        return bool(termios.tcgetattr(self.side)[3] & both == both)

    def close(self) -> None:
        """Take the terminal away, and its program with it."""
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.side)
