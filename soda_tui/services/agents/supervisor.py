"""The supervisor: one small process per run, which owns the agent and outlives whoever started it.

`launching.spawn` starts it with the run's folder as its only argument. It detaches itself, holds the repository's run
lock, has the worktree set up, lets the agent write straight into the log, obeys a request file, SIGTERM, the machine's
STOP file and the time limit, has its claim looked at, ends every descendant, and records how it went. Nothing heavy is
imported, and nothing after the start. The agent's environment comes on standard input; its own is the starter's, for
those who look at the claim.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from soda_tui.domain import sentences
from soda_tui.domain.endings import exit_words
from soda_tui.services import setup
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
    Unreadable,
    read_loss,
    read_spec,
    write_end,
    write_state,
)
from soda_tui.services.agents.watching import ClaimWatch, Task

PROMPT_GAP = "{prompt}"
_TICK = 0.5
_NICE = 10


class _NotStarted(Exception):
    """The agent could not be started; the sentence says why."""


class Supervisor:
    """One run from its start to its end."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._environment = environment
        self._spec = read_spec(folder)
        self._claim = ClaimWatch(folder, self._spec.watched, time.monotonic())
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
            reason = Reason.BROKEN if self._agent else Reason.COULD_NOT_START
            end = End(reason, self._exit, message, datetime.now(UTC))
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
            end = self._set_up(state)
            if end is not None:
                return end
            agent = self._start()
        except _NotStarted as error:
            return End(Reason.COULD_NOT_START, None, str(error), datetime.now(UTC))
        write_state(self._folder, State(state.supervisor, state.boot, agent, datetime.now(UTC)))
        reason, left = self._attend(time.monotonic() + self._spec.limit)
        return End(reason or Reason.ENDED, self._exit, self._remark(reason, left), self._ended_at or datetime.now(UTC))

    def _attend(self, limit: float) -> tuple[Reason | None, Sequence[processes.Entry]]:
        """Wait for the end of the process that was started, or end it; what it left behind is ended with it."""
        reason: Reason | None = None
        while reason is None and self._exit is None:
            self._claim.step(time.monotonic())
            self._wait()
            logfile.bound(self._folder / LOG, self._spec.log_limit)
            reason = self._order(limit) if self._exit is None else None
        left = processes.end_all(self._descendants, self._spec.grace)
        logfile.bound(self._folder / LOG, self._spec.log_limit)
        if reason is Reason.CLAIM_LOST:
            self._keep()
        return reason, left

    def _set_up(self, state: State) -> End | None:
        """Set the worktree up where that is due; the end of the run where it did not go well."""
        directory, asked = self._spec.directory, self._spec.setup
        if asked is None or not setup.is_due(directory, asked):
            return None
        setup.begin(directory)
        logfile.say(self._folder / LOG, sentences.SETUP_BEGINS())
        process = self._spawn(["sh", "-c", asked.command], os.devnull)
        write_state(self._folder, State(state.supervisor, state.boot, process))
        reason, left = self._attend(time.monotonic() + asked.seconds)
        ended, self._exit, self._ended_at, self._agent = self._exit, None, None, 0
        if reason not in {None, Reason.TIME_LIMIT}:
            return End(reason, None, self._remark(reason, left), datetime.now(UTC))
        if reason is None and ended == 0:
            setup.done(directory, asked)
            logfile.say(self._folder / LOG, sentences.SETUP_DONE())
            return None
        minutes, how = f"{asked.seconds / 60:g}", exit_words(ended)
        message = sentences.SETUP_LATE(minutes=minutes) if reason else sentences.SETUP_FAILED(how=how)
        logfile.say(self._folder / LOG, message)
        return End(Reason.COULD_NOT_START, None, message, datetime.now(UTC))

    def _order(self, limit: float) -> Reason | None:
        """The order to end the run, if there is one."""
        if self._asked or (self._folder / STOP).exists():
            return Reason.STOPPED
        if Path(self._spec.stop_file).exists():
            return Reason.STOP_FILE
        if self._claim.lost:
            return Reason.CLAIM_LOST
        return Reason.TIME_LIMIT if time.monotonic() >= limit else None

    def _start(self) -> Process:
        prompt = self._folder / PROMPT
        in_argument = any(PROMPT_GAP in argument for argument in self._spec.command)
        text = prompt.read_text("utf-8") if in_argument else ""
        command = [argument.replace(PROMPT_GAP, text) for argument in self._spec.command]
        return self._spawn(command, os.devnull if in_argument else str(prompt))

    def _spawn(self, command: list[str], source: str) -> Process:
        """Start a program in the agent's directory, in a group of its own, with the log for all that it says."""
        directory, log = self._spec.directory, self._folder / LOG
        try:
            os.chdir(directory)
        except OSError as error:
            raise _NotStarted(sentences.AGENT_DIRECTORY(directory=directory, reason=error.strerror)) from error
        try:
            os.close(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600))
            self._agent = os.posix_spawnp(
                command[0],
                command,
                self._environment,
                file_actions=(
                    (os.POSIX_SPAWN_OPEN, 0, source, os.O_RDONLY, 0),
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

    def _keep(self) -> None:
        """Have the work put aside, once no process can change it any more."""
        self._claim.begin(Task.KEEP, time.monotonic())
        while self._claim.busy:
            self._claim.step(time.monotonic())
            self._wait()
        processes.end_all(self._descendants, self._spec.grace)

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
                self._claim.ended(pid, status, time.monotonic())
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
        if reason is Reason.CLAIM_LOST:
            remarks.append(self._loss())
        if left:
            remarks.append(sentences.RUN_LEFT_BEHIND(pids=", ".join(str(entry.pid) for entry in left)))
        return " ".join(remarks) or None

    def _loss(self) -> str:
        """How the claim was lost, and where the work is."""
        spec = self._spec
        with suppress(Unreadable):
            loss = read_loss(self._folder)
            if loss is not None:
                path = spec.watched.path if spec.watched else spec.directory
                values = {"branch": spec.branch, "path": path, "worktree": spec.directory}
                kept = loss.kept or sentences.LOSS_NOT_KEPT(reason=sentences.LOSS_NO_ANSWER(), **values)
                return f"{loss.how} {kept}"
        return sentences.CLAIM_LET_GO(issue=spec.issue, repository=spec.key)


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
    environment = json.loads(sys.stdin.buffer.read())
    detach(folder)
    processes.hide_environment()
    Supervisor(folder, environment).run()


if __name__ == "__main__":
    main()
