"""The supervisor's look at its claim: a process of its own each time, awaited never longer than its deadline."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from enum import IntEnum, StrEnum
from pathlib import Path

from soda_tui.services.agents.records import Watched

# After a look that gave no answer, be it the network or the token.
_RETRY = 30.0
_SECONDS = {"look": 120.0, "keep": 600.0}
# Isolated from the directory but not from where its packages are: the starter's own environment says that.
_BOOTSTRAP = "import sys; sys.path.append(sys.argv.pop(1)); from soda_tui.services.agents.claim import main; main()"
_PACKAGES = str(Path(__file__).resolve().parents[3])


class Answer(IntEnum):
    """What a look found, as the exit status of its process; any other one is as good as unknown."""

    OURS = 0
    LOST = 10
    UNKNOWN = 11


class Task(StrEnum):
    """What the process is for."""

    LOOK = "look"
    KEEP = "keep"


class ClaimWatch:
    """Looks at the claim of a run from time to time; `lost` once one look has found it gone."""

    def __init__(self, folder: Path, watched: Watched | None, now: float) -> None:
        self._folder = folder
        self._interval = watched.interval if watched else None
        self._due = now + (self._interval or 0.0)
        self._pid: int | None = None
        self._deadline = 0.0
        self.lost = False

    @property
    def busy(self) -> bool:
        """Whether a process of it runs."""
        return self._pid is not None

    def step(self, now: float) -> None:
        """Begin a look that is due, and end one that takes too long."""
        if self._pid is not None:
            if now >= self._deadline:
                self.end()
        elif self._interval is not None and not self.lost and now >= self._due:
            self.begin(Task.LOOK, now)

    def begin(self, task: Task, now: float) -> None:
        """Start a process for the task."""
        self._deadline = now + _SECONDS[task]
        self._due = now + min(self._interval or _RETRY, _RETRY)
        command = [sys.executable, "-P", "-c", _BOOTSTRAP, _PACKAGES, str(self._folder), task]
        with suppress(OSError):
            self._pid = os.posix_spawn(sys.executable, command, os.environ, setsid=True)

    def ended(self, pid: int, status: int, now: float) -> None:
        """Note the end of a process, if it is the watch's own."""
        if pid != self._pid:
            return
        self._pid = None
        code = os.waitstatus_to_exitcode(status)
        self.lost = self.lost or code == Answer.LOST
        if code == Answer.OURS and self._interval is not None:
            self._due = now + self._interval

    def end(self) -> None:
        """End a process that still runs, with all that belongs to its group."""
        if self._pid is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._pid, signal.SIGKILL)
