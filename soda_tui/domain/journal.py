"""The journal: what this cockpit set out to do, how far it came, and how it ended.

It tells what was meant and what was done; what is true stands on GitHub and in git alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from msgspec import Struct, structs

from soda_tui.domain.failure import Problem
from soda_tui.domain.outcome import StepResult
from soda_tui.domain.stakes import Rescue


class JournalOutcome(StrEnum):
    """How an act stands; `broken_off` is one whose process ended in the middle of it."""

    UNDER_WAY = "under_way"
    DONE = "done"
    FAILED = "failed"
    BROKEN_OFF = "broken_off"


class JournalStep(Struct, frozen=True):
    """One step in words; `began` is None for one not reached, `ended` for one that did not come to its end."""

    name: str
    what: str
    began: datetime | None = None
    ended: datetime | None = None
    problem: str | None = None

    @property
    def done(self) -> bool:
        """Whether it was done and verified."""
        return self.ended is not None and self.problem is None


class Finished(Struct, frozen=True):
    """Work whose pull request is no longer open: merged, or closed without; since when, where GitHub says so.

    Without a `number` it is an issue that was closed, or is gone, while it was held.
    """

    issue: int
    number: int | None
    merged: bool
    at: datetime | None


class Decision(Struct, frozen=True):
    """What a loop chose, or came to after an act, and why; `event` is what that is in its table of states.

    `issue` and `run` are those that it is about. `trouble` is what it answers and `answer` how, `drift` what it mends;
    `person` says that the loop waits for somebody, `touch` that a person said this.
    """

    key: str
    at: datetime
    event: str
    why: str
    issue: int | None = None
    run: str | None = None
    trouble: str | None = None
    answer: str | None = None
    drift: str | None = None
    person: bool = False
    touch: bool = False


class JournalEntry(Struct, frozen=True):
    """One act on one repository; `rebuilt` says that it was read back from the ledger after the journal was lost.

    `rescues` hold what it took out of worktrees, `finished` the work that it found to have ended. `title` is the
    issue's, `code` says what kept it from being done, `unattended` that a loop did it and no person.
    """

    id: str
    key: str
    verb: str
    issue: int
    branch: str
    attempt: int | None
    cockpit: str
    began: datetime
    ended: datetime | None = None
    outcome: JournalOutcome = JournalOutcome.UNDER_WAY
    message: str = ""
    steps: tuple[JournalStep, ...] = ()
    rebuilt: bool = False
    rescues: tuple[Rescue, ...] = ()
    title: str = ""
    code: str | None = None
    unattended: bool = False
    pull_request: str | None = None
    finished: tuple[Finished, ...] = ()

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(step.done for step in self.steps)

    @property
    def stopped(self) -> bool:
        """Whether it ended before it was through."""
        return self.outcome in {JournalOutcome.FAILED, JournalOutcome.BROKEN_OFF}

    def lacks(self, step: str) -> bool:
        """Whether it stopped before a step of this name was done."""
        return self.stopped and any(one.name == step and not one.done for one in self.steps)

    def begin_step(self, index: int, now: datetime) -> JournalEntry:
        """The entry with a step begun."""
        return self._with_step(index, structs.replace(self.steps[index], began=now))

    def end_step(self, index: int, now: datetime, problem: Problem | None = None) -> JournalEntry:
        """The entry with a step ended, well or not."""
        said = problem.message if problem else None
        return self._with_step(index, structs.replace(self.steps[index], ended=now, problem=said))

    def end(
        self, now: datetime, message: str, *, well: bool, rescues: Iterable[Rescue] = (), code: str | None = None
    ) -> JournalEntry:
        """The entry of an act that has ended."""
        outcome = JournalOutcome.DONE if well else JournalOutcome.FAILED
        return structs.replace(self, ended=now, outcome=outcome, message=message, rescues=tuple(rescues), code=code)

    def results(self) -> tuple[StepResult, ...]:
        """The steps as an outcome tells them."""
        return tuple(StepResult(step.name, step.what, step.done) for step in self.steps)

    def _with_step(self, index: int, step: JournalStep) -> JournalEntry:
        return structs.replace(self, steps=(*self.steps[:index], step, *self.steps[index + 1 :]))
