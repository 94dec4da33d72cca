"""The guard of a check: it runs a command, puts what that says into a bounded log, and lets nothing outlive it.

`launching.guarding` names its command. What is to be done comes as a line of JSON on standard input, which stays open:
where it ends, because whoever waits wants it no more or has died, everything is ended. One line of JSON on standard
output says how the command ended. Nothing heavy is imported.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from soda_tui.services.agents import processes
from soda_tui.services.agents.hiding import Hiding
from soda_tui.services.agents.logfile import LogFile

GRACE = 2.0
_TICK = 0.05
_CHUNK = 1 << 16
_REST = 16
_NICE = 10


class _Guard:
    """One command from its start to its end; `_status` is how it ended."""

    def __init__(self, given: dict[str, Any], log: LogFile) -> None:
        self._given = given
        self._log = log
        self._hiding = Hiding(given["secrets"])
        self._output, self._end = os.pipe()
        self._status: int | None = None
        self._unwanted = False

    def run(self) -> dict[str, int | None]:
        """Run the command until it ends, its time is up, or nobody waits for it any more; then end what is left."""
        child = subprocess.Popen(
            ["sh", "-c", self._given["command"]],
            cwd=self._given["directory"],
            env=self._given["environment"],
            stdin=subprocess.DEVNULL,
            stdout=self._end,
            stderr=self._end,
            start_new_session=True,
        )
        os.close(self._end)
        processes.give_way(child.pid, _NICE)
        until = time.monotonic() + self._given["seconds"]
        while self._status is None and not self._unwanted and time.monotonic() < until:
            self._attend(child.pid)
        status = self._status
        processes.end_all(
            lambda: processes.descendants(os.getpid(), child.pid), GRACE, lambda _: self._attend(child.pid)
        )
        # What resisted may fill the pipe for ever.
        for _ in range(_REST):
            self._hear(0)
        self._log.write(self._hiding.end())
        return {"exit": None if status is None else os.waitstatus_to_exitcode(status)}

    def _attend(self, child: int) -> None:
        """Hear what is said, and notice who has ended."""
        self._hear(_TICK)
        with suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    break
                if pid == child:
                    self._status = status

    def _hear(self, seconds: float) -> bool:
        """Take in what was said within some seconds; whether there was anything."""
        awaited = [file for file, there in ((self._output, self._output >= 0), (0, not self._unwanted)) if there]
        ready, _, _ = select.select(awaited, [], [], seconds)
        if 0 in ready and not os.read(0, _CHUNK):
            self._unwanted = True
        if self._output not in ready:
            return False
        data = os.read(self._output, _CHUNK)
        if not data:
            os.close(self._output)
            self._output = -1
            return False
        self._log.write(self._hiding.feed(data))
        return True


def main() -> None:
    """Do what standard input says."""
    given = json.loads(sys.stdin.buffer.readline())
    processes.adopt_orphans()
    with closing(LogFile(Path(given["log"]), given["limit"])) as log:
        ended = _Guard(given, log).run()
    sys.stdout.write(json.dumps(ended) + "\n")
    sys.stdout.flush()
