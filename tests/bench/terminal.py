"""A program in a pseudo-terminal of 200 by 50 unless it is said, with the time at which each of its bytes came."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

COLUMNS, ROWS = 200, 50
PATIENCE = 30.0
"""Seconds after which something that was waited for will not come any more."""


class Terminal:
    """What a program has written since the last `forget`; times are seconds since it was started."""

    def __init__(self, descriptor: int, process: subprocess.Popen[bytes], started: float) -> None:
        self._descriptor = descriptor
        self._process = process
        self._started = started
        self._seen = bytearray()

    def now(self) -> float:
        """Seconds since the program was started."""
        return time.perf_counter() - self._started

    def until(self, *marks: bytes) -> float:
        """When the last of these had been written; raises TimeoutError with the end of what came instead."""
        end = self.now() + PATIENCE
        while missing := [mark for mark in marks if mark not in self._seen]:
            if not self._read(end):
                raise TimeoutError(f"{missing[0]!r} did not come; the end of what did: {bytes(self._seen[-800:])!r}")
        return self.now()

    def rest(self, seconds: float) -> float:
        """When the last byte before a silence of so many seconds came; reads at most as long as anything may take."""
        last, end = self.now(), self.now() + PATIENCE
        while self._read(min(self.now() + seconds, end)):
            last = self.now()
        return last

    def drain(self, seconds: float) -> None:
        """Read whatever comes in so many seconds."""
        end = self.now() + seconds
        while self.now() < end:
            self._read(end)

    def press(self, key: bytes) -> float:
        """Type a key, forget what came before it, and return when that was."""
        while self._read(0):
            pass
        self._seen.clear()
        pressed = self.now()
        os.write(self._descriptor, key)
        return pressed

    def processor(self) -> float:
        """Seconds of processor time that the program has used."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """Mebibytes that the program has in memory."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")) / 1024

    def _read(self, end: float) -> bool:
        ready, _, _ = select.select([self._descriptor], [], [], max(0.0, end - self.now()))
        try:
            data = os.read(self._descriptor, 1 << 16) if ready else b""
        except OSError:
            return False  # Linux says EIO when the program has ended
        self._seen += data
        return bool(data)


@contextmanager
def running(
    command: Sequence[str], environment: Mapping[str, str], columns: int = COLUMNS, rows: int = ROWS
) -> Iterator[Terminal]:
    """The program in a terminal of its own, ended by force on leaving."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    started = time.perf_counter()
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=dict(environment), start_new_session=True
    )
    os.close(theirs)
    try:
        yield Terminal(ours, process, started)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        os.close(ours)
