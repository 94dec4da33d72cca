"""The facts of runs: how each stands, and how many agents may run on this machine."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from soda_tui.domain.runs.endings import How
from soda_tui.domain.runs.progress import Progress


class RunState(StrEnum):
    """Where a run stands, judged by its supervisor's record and by the processes themselves."""

    STARTING = "starting"
    RUNNING = "running"
    ENDED = "ended"
    KILLED = "killed"
    UNKNOWN = "unknown"


class RunFacts(Struct, frozen=True):
    """One run of an agent; `stopped` says that a person asked for its end, `claim_lost` that its claim had gone.

    `ended_for` is what a loop ended it for: a question that nobody answered, or a limit.
    `halted` says that a STOP file ended it, `late` that it was ended at its time limit.
    `problem` is a whole sentence: why it did not start, or why it was ended before it was through. `pid` is the
    agent's while it is alive. `progress` is what its log says, where that was read; `format` that of the log,
    `profile` the name of what was launched. `attachable` says that it has a terminal that can be sat down at, `hears`
    that it can be told something, `by_hand` that a person goes on with a conversation there. `head` is the commit that
    its worktree stood on when it began; `awake_since` is when the machine woke up last while it was under way.
    """

    id: str
    issue: int
    branch: str
    state: RunState
    pid: int | None
    started_at: datetime | None
    ended_at: datetime | None
    last_output_at: datetime | None
    exit: int | None
    stopped: bool
    log: str
    problem: str | None = None
    attempt: int | None = None
    claim_lost: bool = False
    halted: bool = False
    late: bool = False
    ended_for: How | None = None
    progress: Progress | None = None
    format: str = "text"
    profile: str = ""
    attachable: bool = False
    hears: bool = False
    by_hand: bool = False
    head: str | None = None
    awake_since: datetime | None = None

    @property
    def alive(self) -> bool:
        """Whether the agent's process is there, or on its way."""
        return self.state in {RunState.STARTING, RunState.RUNNING}

    @property
    def stoppable(self) -> bool:
        """Whether there may be something to stop: a process that is there, or nobody knows."""
        return self.alive or self.state is RunState.UNKNOWN


class Room(Struct, frozen=True):
    """How many agents may run on this machine, and the repositories of those that do."""

    limit: int
    taken: tuple[str, ...]

    @property
    def full(self) -> bool:
        """Whether no other one may be started."""
        return len(self.taken) >= self.limit
