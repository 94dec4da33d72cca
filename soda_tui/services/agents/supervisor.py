"""The supervisor: one small process per run, which owns the agent and outlives whoever started it.

Run as `python -m soda_tui.services.agents.supervisor FOLDER`. It detaches itself, holds the repository's run lock,
lets the agent write straight into the log, obeys a request file, SIGTERM, the machine's STOP file and the time limit,
ends every descendant, and records how it went. Nothing heavy is imported, and nothing after the start.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from soda_tui.domain import sentences
from soda_tui.services.agents import logfile, processes
from soda_tui.services.agents.records import (
    END,
    LOG,
    PROMPT,
    STOP,
    SUPERVISOR_LOG,
    End,
    Process,
    Reason,
    State,
    read_spec,
    write_end,
    write_state,
)

PROMPT_GAP = "{prompt}"
_TICK = 0.5
_NICE = 10


class _NotStarted(Exception):
    """The agent could not be started; the sentence says why."""


class Supervisor:
    """One run from its start to its end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._spec = read_spec(folder)
        self._agent = 0
        self._exit: int | None = None
        self._ended_at: datetime | None = None
        self._asked = False
        self._wake, wake = os.pipe()
        for descriptor in (self._wake, wake):
            os.set_blocking(descriptor, False)
        # Handlers that do nothing, because an ignored signal would stay ignored in the agent.
        for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)

    def run(self) -> None:
        """Carry the run through and record its end."""
        lock = os.open(self._spec.lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = os.read(lock, 20).decode("ascii", "replace") or "?"
            message = sentences.RUN_LOCKED(repository=self._spec.key, pid=pid)
            write_end(self._folder, End(Reason.REFUSED, None, message, datetime.now(UTC)))
            return
        if (self._folder / END).exists():
            return
        os.ftruncate(lock, 0)
        os.write(lock, str(os.getpid()).encode())
        processes.adopt_orphans()
        try:
            end = self._carry()
        except OSError as error:
            processes.end_all(self._descendants, self._spec.grace)
            message = sentences.RUN_BROKEN(reason=error)
            end = End(Reason.COULD_NOT_START, self._exit, message, datetime.now(UTC))
        # Released first, so that whoever reads the end can start the next run at once.
        os.close(lock)
        write_end(self._folder, end)

    def _carry(self) -> End:
        me = processes.look(os.getpid())
        state = State(me.process if me else Process(os.getpid(), ""), processes.boot_id())
        write_state(self._folder, state)
        limit = time.monotonic() + self._spec.limit
        reason = self._order(limit)
        if reason is not None:
            return End(reason, None, None, datetime.now(UTC))
        try:
            agent = self._start()
        except _NotStarted as error:
            return End(Reason.COULD_NOT_START, None, str(error), datetime.now(UTC))
        write_state(self._folder, State(state.supervisor, state.boot, agent, datetime.now(UTC)))
        while reason is None and self._exit is None:
            self._wait()
            logfile.bound(self._folder / LOG, self._spec.log_limit)
            reason = self._order(limit) if self._exit is None else None
        left = processes.end_all(self._descendants, self._spec.grace)
        logfile.bound(self._folder / LOG, self._spec.log_limit)
        return End(reason or Reason.ENDED, self._exit, self._remark(reason, left), self._ended_at or datetime.now(UTC))

    def _order(self, limit: float) -> Reason | None:
        """The order to end the run, if there is one."""
        if self._asked or (self._folder / STOP).exists():
            return Reason.STOPPED
        if Path(self._spec.stop_file).exists():
            return Reason.STOP_FILE
        return Reason.TIME_LIMIT if time.monotonic() >= limit else None

    def _start(self) -> Process:
        spec = self._spec
        log = self._folder / LOG
        prompt = self._folder / PROMPT
        in_argument = any(PROMPT_GAP in argument for argument in spec.command)
        text = prompt.read_text("utf-8") if in_argument else ""
        command = [argument.replace(PROMPT_GAP, text) for argument in spec.command]
        try:
            os.chdir(spec.directory)
        except OSError as error:
            raise _NotStarted(sentences.AGENT_DIRECTORY(directory=spec.directory, reason=error.strerror)) from error
        try:
            os.close(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600))
            self._agent = os.posix_spawnp(
                command[0],
                command,
                os.environ,
                file_actions=(
                    (os.POSIX_SPAWN_OPEN, 0, os.devnull if in_argument else str(prompt), os.O_RDONLY, 0),
                    (os.POSIX_SPAWN_OPEN, 1, str(log), os.O_WRONLY | os.O_APPEND, 0),
                    (os.POSIX_SPAWN_DUP2, 1, 2),
                ),
                setsid=True,
                setsigdef=(signal.SIGPIPE, signal.SIGXFSZ),
            )
        except FileNotFoundError as error:
            raise _NotStarted(sentences.AGENT_PROGRAM_MISSING(program=command[0])) from error
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise _NotStarted(sentences.AGENT_NOT_STARTED(program=command[0], reason=reason)) from error
        finally:
            os.chdir("/")
        with suppress(OSError):
            nice = max(_NICE, os.getpriority(os.PRIO_PROCESS, 0))
            os.setpriority(os.PRIO_PGRP, self._agent, nice)
        entry = processes.look(self._agent)
        return entry.process if entry else Process(self._agent, "")

    def _wait(self) -> None:
        """Sleep until a signal arrives, at most one tick."""
        select.select((self._wake,), (), (), _TICK)
        with suppress(BlockingIOError):
            self._asked = self._asked or signal.SIGTERM in os.read(self._wake, 4096)
        self._reap()

    def _reap(self) -> None:
        with suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    return
                if pid == self._agent:
                    self._exit = os.waitstatus_to_exitcode(status)
                    self._ended_at = datetime.now(UTC)

    def _descendants(self) -> list[processes.Entry]:
        self._reap()
        return processes.descendants(os.getpid(), self._agent)

    def _remark(self, reason: Reason | None, left: Sequence[processes.Entry]) -> str | None:
        remarks = []
        if reason is Reason.TIME_LIMIT:
            remarks.append(sentences.RUN_TIME_LIMIT(minutes=f"{self._spec.limit / 60:g}"))
        if left:
            remarks.append(sentences.RUN_LEFT_BEHIND(pids=", ".join(str(entry.pid) for entry in left)))
        return " ".join(remarks) or None


def detach(folder: Path) -> None:
    """Become a process that no terminal and no starter can take along: own session, own descriptors, no parent."""
    if os.fork():
        os._exit(0)
    os.setsid()
    os.chdir("/")
    null = os.open(os.devnull, os.O_RDONLY)
    log = os.open(folder / SUPERVISOR_LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(null, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.closerange(3, 65536)


def main() -> None:
    """Supervise the run in the folder that is the only argument."""
    folder = Path(sys.argv[1]).absolute()
    detach(folder)
    Supervisor(folder).run()


if __name__ == "__main__":
    main()
