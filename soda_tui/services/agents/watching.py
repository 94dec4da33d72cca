"""The supervisor's look at its claim: a process of its own each time, awaited never longer than its deadline.

A look without an answer ends nothing. Whoever is offline can hand nothing over, because every push of the cockpit's
moves the ledger along with it from the head that it saw, and the agent has no push URL: two may work for a while, but
only one is heard. It is asked again every half minute, and what was lost meanwhile is learnt with the first answer.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from enum import IntEnum, StrEnum
from pathlib import Path

from soda_tui.services.agents.losing import is_keeping
from soda_tui.services.agents.records import DOUBT, Watched
from soda_tui.services.handing import handed

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
    """Looks at the claim of a run from time to time; `lost` once one look has found it gone.

    An answer is never older than the interval, counted from the beginning of the look that gave it: the next look
    begins early enough for all the time that it may take. A cockpit that sees another claim than the run's puts a file
    there, `doubt`, so that it looks at once. `now` is the machine's uptime, of which seconds asleep are
    part, so that it looks as soon as the machine wakes up. `secrets` are variables for the looking process alone.
    """

    def __init__(self, folder: Path, watched: Watched | None, secrets: Mapping[str, str]) -> None:
        self._folder = folder
        interval = watched.interval if watched else 0.0
        self.watches = watched is not None
        self._pause = max(interval - _SECONDS[Task.LOOK], interval / 2)
        self._secrets = secrets
        self._due = 0.0
        self._pid: int | None = None
        self._began = 0.0
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
                self._end()
        elif self.watches and not self.lost and (now >= self._due or self._is_doubted()):
            self.begin(Task.LOOK, now)

    def begin(self, task: Task, now: float, seconds: float | None = None) -> None:
        """Start a process for the task, which may take so long or as long as is usual for it."""
        self._began = now
        self._deadline = now + (_SECONDS[task] if seconds is None else seconds)
        self._due = now + min(self._pause, _RETRY)
        command = [sys.executable, "-P", "-c", _BOOTSTRAP, _PACKAGES, str(self._folder), task]
        with suppress(OSError), handed(json.dumps(dict(self._secrets)).encode("ascii")) as source:
            actions = [(os.POSIX_SPAWN_DUP2, source.fileno(), 0)]
            self._pid = os.posix_spawn(sys.executable, command, os.environ, file_actions=actions, setsid=True)

    def _is_doubted(self) -> bool:
        """Whether somebody doubts the claim, asked once for each doubt: one that comes during a look is another."""
        try:
            (self._folder / DOUBT).unlink()
        except OSError:
            return False
        return True

    def ended(self, pid: int, status: int) -> None:
        """Note the end of a process, if it is the watch's own."""
        if pid != self._pid:
            return
        self._pid = None
        code = os.waitstatus_to_exitcode(status)
        # A look that was ended just as it had noted the loss has found it nevertheless.
        self.lost = self.lost or code == Answer.LOST or is_keeping(self._folder)
        if code == Answer.OURS:
            self._due = self._began + self._pause

    def _end(self) -> None:
        """End a process that still runs, with all that belongs to its group."""
        if self._pid is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._pid, signal.SIGKILL)
