"""The supervisor: one small process per run, which owns the agent and outlives whoever started it.

`launching.spawn` starts it with the run's folder as its only argument. It detaches itself, holds the repository's run
lock, has its claim looked at, the worktree set up, and carries what the agent says into the log. It obeys a request
file, SIGTERM, STOP files and the time limit, has the claim looked at on and on, ends every descendant, has
the claim looked at once more, and records how it went. Nothing heavy is imported, and nothing after the start. The
agent's environment, the tokens for those who look at the claim, and those that are only to be hidden come on standard
input.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from soda_tui.domain import sentences
from soda_tui.domain.runs.endings import exit_words
from soda_tui.domain.times import limit_words
from soda_tui.services import setup
from soda_tui.services.agents import processes, runlock, slots
from soda_tui.services.agents.account import Account
from soda_tui.services.agents.hiding import secrets_of
from soda_tui.services.agents.loop import Loop
from soda_tui.services.agents.orders import Orders
from soda_tui.services.agents.outlet import Ends, Pipes
from soda_tui.services.agents.records import (
    PROMPT,
    PTY,
    SUPERVISOR_LOG,
    End,
    Process,
    Reason,
    Remnant,
)
from soda_tui.services.agents.standing import misplaced
from soda_tui.services.agents.starting import NotStarted, agent_command, spawned
from soda_tui.services.agents.voice import Voice
from soda_tui.services.agents.waking import Waking
from soda_tui.services.agents.watching import ClaimWatch, Task
from soda_tui.services.uptime import Uptime

_TICK = 0.5
# What a look may take where a person waits for the agent's start, or for its end.
_LOOK_SECONDS = 15.0
# The agent gives way to everything else, and what carries its words to what a person does.
_NICE, _OWN_NICE = 10, 5
_TERM = "xterm-256color"


class Supervisor:
    """One run from its start to its end."""

    def __init__(
        self, folder: Path, environment: Mapping[str, str], secrets: Mapping[str, str], seen: Collection[str] = ()
    ) -> None:
        self._folder = folder
        self._environment = environment
        self._account = Account(folder)
        self._spec = self._account.spec
        self._hidden = secrets_of(secrets, environment, seen)
        self._loop = Loop()
        self._claim = ClaimWatch(folder, self._spec.watched, secrets)
        self._orders = Orders(folder, self._spec, self._loop, self._claim)
        self._uptime = Uptime()
        self._waking = Waking(folder)
        self._agent = 0
        self._exit: int | None = None
        self._ended_at: datetime | None = None
        self._voice: Voice | None = None

    def run(self) -> None:
        """Carry the run through and record its end."""
        lock = runlock.take(self._spec.lock)
        # Only under the lock is a run given up that never began: whoever holds it sees that, or is seen.
        if self._account.is_over:
            return
        if lock is None:
            holder = runlock.holder(self._spec.lock)
            self._account.refuse(sentences.RUN_LOCKED(repository=self._spec.key, pid=holder))
            return
        os.ftruncate(lock, 0)
        os.write(lock, str(os.getpid()).encode())
        slot = slots.take(self._spec.slots, self._spec.key) if self._spec.slots else None
        if self._spec.slots and slot is None:
            taken = ", ".join(slots.holders(self._spec.slots.folder))
            os.close(lock)
            self._account.refuse(sentences.NO_SLOT(limit=self._spec.slots.count, repositories=taken))
            return
        processes.adopt_orphans()
        try:
            with closing(Voice(self._folder, self._spec, self._loop, self._hidden)) as self._voice:
                end = self._carry()
            end = self._with_loss(end)
        except OSError as error:
            self._end_all()
            message = sentences.RUN_BROKEN(reason=error)
            reason = Reason.BROKEN if self._agent else Reason.COULD_NOT_START
            end = End(reason, self._exit, message, datetime.now(UTC))
        # Released first, so that whoever reads the end can start the next run at once.
        for descriptor in filter(None, (slot, lock)):
            os.close(descriptor)
        self._account.end(end, self._loop.pause)

    def _carry(self) -> End:
        me = processes.look(os.getpid())
        self._account.begin(me.process if me else Process(os.getpid(), ""), processes.boot_id())
        try:
            # The machine may have slept since the cockpit looked.
            self._look()
            self._heed()
            self._set_up()
            self._heed()
            agent = self._start()
        except NotStarted as error:
            return End(error.reason, None, error.message, datetime.now(UTC))
        self._account.goes_on(agent, datetime.now(UTC))
        reason, left = self._attend(time.monotonic() + self._spec.limit)
        ended_at, message = self._ended_at or datetime.now(UTC), self._orders.told(reason, left)
        if message is not None:
            self._said.say(message)
        remnants = tuple(Remnant(entry.process, "a process") for entry in left)
        return End(reason or Reason.ENDED, self._exit, message, ended_at, left=remnants)

    def _attend(self, limit: float) -> tuple[Reason | None, Sequence[processes.Entry]]:
        """Wait for the end of the process that was started, or end it; what it left behind is ended with it."""
        reason: Reason | None = None
        while reason is None and self._exit is None:
            self._claim.step(self._uptime())
            self._wait()
            reason = self._orders.given(limit) if self._exit is None else None
        left = self._end_all()
        self._said.end()
        self._look()
        return Reason.CLAIM_LOST if self._claim.lost else reason, left

    def _look(self) -> None:
        """Have the claim looked at while nothing runs, and the work of a lost one put aside; an order cuts it short."""
        if self._claim.watches and self._orders.given() is None:
            self._claim.begin(Task.LOOK, self._uptime(), _LOOK_SECONDS)
            while self._claim.busy and self._orders.given() is None:
                self._claim.step(self._uptime())
                self._wait()
            self._end_all()
        if self._claim.lost:
            self._keep()

    def _heed(self) -> None:
        """Start nothing where there is an order to end the run, or where the claim's work is not."""
        reason = self._orders.given()
        if reason is not None:
            raise NotStarted(self._orders.told(reason), reason)
        wrong = misplaced(self._spec)
        if wrong is not None:
            raise NotStarted(wrong)

    def _set_up(self) -> None:
        """Set the worktree up where that is due."""
        directory, asked = self._spec.directory, self._spec.setup
        if asked is None or not setup.is_due(directory, asked):
            return
        setup.begin(directory)
        self._said.say(sentences.SETUP_BEGINS())
        process = self._spawn(["sh", "-c", asked.command], Pipes(os.devnull), self._environment)
        self._account.goes_on(process)
        reason, left = self._attend(time.monotonic() + asked.seconds)
        ended, self._exit, self._ended_at, self._agent = self._exit, None, None, 0
        if reason is not None and reason is not Reason.TIME_LIMIT:
            raise NotStarted(self._orders.told(reason, left), reason)
        if reason is None and ended == 0:
            setup.done(directory, asked)
            self._said.say(sentences.SETUP_DONE())
            return
        late, how = limit_words(asked.seconds), exit_words(ended)
        message = sentences.SETUP_LATE(limit=late) if reason else sentences.SETUP_FAILED(how=how)
        self._said.say(message)
        raise NotStarted(message)

    def _start(self) -> Process:
        command, prompted = agent_command(self._folder, self._spec)
        environment = dict(self._environment)
        if self._spec.terminal == PTY and environment.get("TERM", "dumb") == "dumb":
            environment["TERM"] = _TERM
        prompt = self._folder / PROMPT
        agent = self._spawn(command, self._said.ends(prompt, prompted=prompted), environment)
        self._said.open(None if prompted else prompt.read_text("utf-8"))
        return agent

    def _spawn(self, command: list[str], ends: Ends, environment: Mapping[str, str]) -> Process:
        self._agent = spawned(command, self._spec.directory, ends, environment)
        self._said.begin(ends)
        processes.give_way(self._agent, _NICE)
        entry = processes.look(self._agent)
        return entry.process if entry else Process(self._agent, "")

    def _keep(self) -> None:
        """Have the work put aside, once no process can change it any more."""
        self._claim.begin(Task.KEEP, self._uptime())
        while self._claim.busy:
            self._claim.step(self._uptime())
            self._wait()
        self._end_all()

    @property
    def _said(self) -> Voice:
        assert self._voice is not None
        return self._voice

    def _end_all(self) -> Sequence[processes.Entry]:
        """End whatever descends from here, and go on hearing what it says; those that resisted."""
        return processes.end_all(self._descendants, self._spec.grace, self._loop.pause)

    def _wait(self) -> None:
        """Carry what is said to and fro until a signal arrives, at most one tick."""
        self._waking.step()
        self._account.keep()
        self._said.step()
        self._loop.wait(_TICK)
        self._reap()

    def _reap(self) -> None:
        with suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    return
                self._claim.ended(pid, status)
                if pid == self._agent:
                    self._exit = os.waitstatus_to_exitcode(status)
                    self._ended_at = datetime.now(UTC)

    def _descendants(self) -> list[processes.Entry]:
        self._reap()
        return processes.descendants(os.getpid(), self._agent)

    def _with_loss(self, end: End) -> End:
        """The end with what is missing in the log."""
        lost, why = self._said.lost
        if not lost:
            return end
        message = " ".join(filter(None, (end.message, sentences.RUN_LOG_LOST(count=lost, reason=why))))
        return replace(end, message=message, lost=lost)


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
    processes.hide_environment()
    folder = Path(sys.argv[1]).absolute()
    given = json.loads(sys.stdin.buffer.read())
    detach(folder)
    processes.give_way(os.getpid(), _OWN_NICE)
    Supervisor(folder, given["agent"], given["secrets"], given["seen"]).run()


if __name__ == "__main__":
    main()
