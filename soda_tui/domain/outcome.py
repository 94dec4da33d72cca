"""Outcomes: what an action did, step by step, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass

from soda_tui.domain.actions import Verb
from soda_tui.domain.failure import Problem
from soda_tui.domain.model import QueueEntry


@dataclass(frozen=True, slots=True)
class StepResult:
    """One step of a plan in words, and whether it was verified to be done; False for one not reached or failed."""

    name: str
    what: str
    done: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an action ended: `message` is one sentence, `problem` is set when it did not do all that it should.

    `asks` is the question that must be answered with yes before it does anything.
    """

    verb: Verb
    repository: str
    message: str
    steps: tuple[StepResult, ...] = ()
    problem: Problem | None = None
    issue: int | None = None
    branch: str | None = None
    worktree: str | None = None
    pull_request: str | None = None
    dry_run: bool = False
    asks: str | None = None

    @property
    def ok(self) -> bool:
        """Whether everything was done."""
        return self.problem is None


@dataclass(frozen=True, slots=True)
class Options:
    """What a person may say along with an action; `yes` answers the question that it asks."""

    issue: int | None = None
    fresh: bool = False
    yes: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Peek:
    """An issue as peek shows it: its queue entry's facts, the body, and why it stands where it stands."""

    repository: str
    entry: QueueEntry
    body: str
    standing: str
    position: int | None
