"""The journal: what this cockpit set out to do, how far it came, and how it ended.

It tells what was meant and what was done; what is true stands on GitHub and in git alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from soda_tui.domain.failure import Problem
from soda_tui.domain.outcome import StepResult


class JournalOutcome(StrEnum):
    """How an act stands; `broken_off` is one whose process ended in the middle of it."""

    UNDER_WAY = "under_way"
    DONE = "done"
    FAILED = "failed"
    BROKEN_OFF = "broken_off"


@dataclass(frozen=True, slots=True)
class JournalStep:
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


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One act on one repository; `rebuilt` says that it was read back from the ledger after the journal was lost."""

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
        return self._with_step(index, replace(self.steps[index], began=now))

    def end_step(self, index: int, now: datetime, problem: Problem | None = None) -> JournalEntry:
        """The entry with a step ended, well or not."""
        said = problem.message if problem else None
        return self._with_step(index, replace(self.steps[index], ended=now, problem=said))

    def end(self, now: datetime, message: str, *, well: bool) -> JournalEntry:
        """The entry of an act that has ended."""
        outcome = JournalOutcome.DONE if well else JournalOutcome.FAILED
        return replace(self, ended=now, outcome=outcome, message=message)

    def results(self) -> tuple[StepResult, ...]:
        """The steps as an outcome tells them."""
        return tuple(StepResult(step.name, step.what, step.done) for step in self.steps)

    def _with_step(self, index: int, step: JournalStep) -> JournalEntry:
        return replace(self, steps=(*self.steps[:index], step, *self.steps[index + 1 :]))
