"""A small world for the loop: one repository whose agent ends as chance has it, people who interfere, and a clock."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from msgspec import structs
from tui.shown import agent, entry, repository

from soda_tui.domain.actions import Verb
from soda_tui.domain.endings import Ending
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.loop.advancing import chosen, counted, ended, turned_off, turned_on, woken
from soda_tui.domain.loop.deciding import Choice, Outlook, decide
from soda_tui.domain.loop.machine import Doing, Mode
from soda_tui.domain.loop.record import Record, Wish
from soda_tui.domain.model import Agent, Drift, DriftKind, Repository, Severity, Status, Unfinished
from soda_tui.domain.outcome import Options, Outcome
from soda_tui.domain.settings import AutoSettings

RULES = AutoSettings(attempts=2, issues_per_day=6, max_work_hours=8.0)
_ENDED = {
    Ending.DONE: Status.DONE,
    Ending.LIMIT: Status.LIMIT,
    Ending.FAILED: Status.FAILED,
    Ending.FAILED_WITH_COMMITS: Status.FAILED,
}
_PROBLEMS = (
    ErrorCode.NETWORK,
    ErrorCode.SERVER,
    ErrorCode.RATE_LIMIT,
    ErrorCode.GIT,
    ErrorCode.REFUSED,
    ErrorCode.TAKEN,
    ErrorCode.AGENT,
)
_SETBACKS = (ErrorCode.CHECK_FAILED, ErrorCode.MERGE_CONFLICT)


class Broken(Exception):
    """The loop did what it must not."""


@dataclass
class World:
    """The repository as it is, and what has been done to it."""

    chance: Random
    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    view: Repository = field(default_factory=repository)
    wish: Wish = field(default_factory=Wish)
    record: Record = field(default_factory=Record)
    full: bool = False
    stopped: bool = False
    attempts: Counter[int] = field(default_factory=Counter)
    launched: set[tuple[int, int]] = field(default_factory=set)
    popped: Counter[str] = field(default_factory=Counter)
    returned: int | None = None
    setbacks: int = 0
    conflicts: Counter[int] = field(default_factory=Counter)
    given_up: set[int] = field(default_factory=set)
    done: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.view = structs.replace(self.view, queue=tuple(entry(number, "do it") for number in range(1, 5)))
        self._issues = 4

    @property
    def day(self) -> str:
        return self.now.date().isoformat()

    def turn(self) -> Choice | None:
        """One look of the loop, and the act that it comes to."""
        if self.wish.mode is Mode.OFF:
            if self.record.doing is not Doing.RESTING:
                self.record = turned_off(self.record, "")
            return None
        self.record = woken(turned_on(self.record, self.wish))
        if self.record.doing is Doing.HELD:
            return None
        out = Outlook(
            self.view,
            self.wish,
            self.record,
            RULES,
            self.now,
            self.day,
            stopped="STOP" if self.stopped else None,
            full="full" if self.full else None,
        )
        choice = decide(out)
        if choice is None:
            self.wish = structs.replace(self.wish, mode=Mode.OFF)
            self.record = turned_off(counted(out), "through")
            return None
        if not choice.why:
            raise Broken(f"{choice.event} for no reason")
        self.record = chosen(out, choice)
        if choice.verb is not None:
            outcome = self._act(choice.verb, choice.options)
            self.record = ended(self.record, choice, outcome, self.now, "x")
        return choice

    def pass_by(self, span: timedelta) -> None:
        """Let time go by; what runs goes on."""
        self.now += span

    def _act(self, verb: Verb, options: Options) -> Outcome:
        if self.stopped:
            raise Broken(f"{verb} while everything is stopped")
        if self.chance.random() < 0.15:
            problem = Problem(self.chance.choice(_PROBLEMS), "It did not work.")
            return Outcome(verb, "acme/rocket", problem.message, problem=problem)
        self.done[verb] += 1
        match verb:
            case Verb.POP:
                self._pop()
            case Verb.LAUNCH:
                self._launch()
            case Verb.STOP:
                self._status(Status.CLAIMED, stopped=True)
            case Verb.BOTTLE:
                refused = self._refused()
                if refused is not None:
                    return refused
                self._free()
            case Verb.GIVE_UP:
                self.given_up.add(self._issue)
                self._free()
            case Verb.REPAIR | Verb.CONTINUE:
                self.view = structs.replace(self.view, drift=(), unfinished=None)
        return Outcome(verb, "acme/rocket", "Done.", issue=self.view.agent.issue)

    def _refused(self) -> Outcome | None:
        """Now and then what was done is not taken."""
        issue = self._issue
        if self.returned == issue:
            raise Broken("handed over again what nobody has mended")
        if self.setbacks and self.chance.random() > 0.3:
            return None
        self.returned = issue
        self.setbacks += 1
        problem = Problem(self.chance.choice(_SETBACKS), "It was not taken.", detail="Why.")
        self.conflicts[issue] += problem.code is ErrorCode.MERGE_CONFLICT
        if self.conflicts[issue] > 2:
            raise Broken("told of a conflict more than once")
        left = Unfinished(Verb.BOTTLE, issue, self.now, 1, 5, problem.message)
        self.view = structs.replace(self.view, unfinished=left)
        return Outcome(Verb.BOTTLE, "acme/rocket", problem.message, problem=problem, issue=issue)

    @property
    def _issue(self) -> int:
        assert self.view.agent.issue is not None
        return self.view.agent.issue

    def _pop(self) -> None:
        if self.view.agent.status is not Status.IDLE:
            raise Broken("popped beside a claim")
        if self.full:
            raise Broken("popped without a slot")
        first, *rest = self.view.queue
        self.attempts[first.number] += 1
        self.popped[self.day] += 1
        if self.popped[self.day] > RULES.issues_per_day:
            raise Broken("popped more issues than a day may have")
        if self.wish.until is not None and self.now >= self.wish.until:
            raise Broken("popped after the time was over")
        attempt = self.attempts[first.number]
        claimed = agent(Status.CLAIMED, issue=first.number, attempt=attempt, tries=attempt, run=None)
        self.view = structs.replace(self.view, queue=tuple(rest), agent=claimed)

    def _launch(self) -> None:
        held = self.view.agent
        if held.status.at_work:
            raise Broken("launched beside a running agent")
        if self.full:
            raise Broken("launched without a slot")
        ending = held.run.ending if held.run else None
        counts = held.status in {Status.ENDED, Status.FAILED, Status.DONE} and ending is not Ending.HALTED
        if counts:
            self.attempts[self._issue] += 1
        attempt = self.attempts[self._issue]
        if attempt > RULES.attempts:
            raise Broken("tried more often than it may be")
        again = held.run is not None and not counts
        if not again and (self._issue, attempt) in self.launched:
            raise Broken("two launches for one attempt")
        self.launched.add((self._issue, attempt))
        self.returned = None
        made = agent(Status.WORKING, issue=self._issue, attempt=attempt, tries=attempt)
        assert made.run is not None
        run = structs.replace(made.run, started_at=self.now, last_output_at=self.now)
        self.view = structs.replace(self.view, agent=structs.replace(made, run=run))

    def _free(self) -> None:
        self.returned = None
        self.view = structs.replace(self.view, agent=repository().agent, unfinished=None)

    def _status(self, status: Status, ending: Ending | None = None, *, stopped: bool = False) -> None:
        held = self.view.agent
        assert held.run is not None
        run = structs.replace(held.run, pid=None, exit=None if stopped else 1, ending=ending)
        if ending is Ending.LIMIT:
            run = structs.replace(run, resets_at=self.now + timedelta(hours=self.chance.random() * 6))
        self.view = structs.replace(self.view, agent=structs.replace(held, status=status, run=run))

    def happen(self) -> None:
        """Something that the loop did not do."""
        chance, held = self.chance, self.view.agent
        what = chance.random()
        if held.status is Status.WORKING and what < 0.5:
            ending = chance.choice(list(Ending))
            self._status(_ENDED.get(ending, Status.ENDED), ending)
        elif held.status is Status.WORKING and what < 0.55:
            self.view = structs.replace(self.view, agent=structs.replace(held, status=Status.NEEDS_INPUT))
        elif held.status is Status.NEEDS_INPUT and what < 0.3:
            self.view = structs.replace(self.view, agent=structs.replace(held, status=Status.WORKING))
        elif what < 0.6:
            self._issues += 1
            self.view = structs.replace(self.view, queue=(*self.view.queue, entry(self._issues, "more")))
        elif what < 0.63:
            self.full = not self.full
        elif what < 0.64 or (self.stopped and what < 0.7):
            self.stopped = not self.stopped
        elif what < 0.66:
            self.view = structs.replace(self.view, drift=(_drift(chance),))
        elif what < 0.72:
            self.view = structs.replace(self.view, drift=())
        elif what < 0.75:
            self._person(held)
        elif what < 0.85:
            self._wish()

    def _person(self, held: Agent) -> None:
        """A person takes the work away from the loop, or stops its agent."""
        if held.status.at_work:
            self._status(Status.CLAIMED, stopped=True)
        elif held.status is not Status.IDLE:
            self._free()

    def _wish(self) -> None:
        mode = self.chance.choice((Mode.ON, Mode.ON, Mode.ON, Mode.DRAINING, Mode.PAUSED, Mode.OFF))
        if mode is Mode.ON:
            hours = self.chance.choice((None, 2.0, 8.0))
            until = self.now + timedelta(hours=hours) if hours else None
            self.wish = Wish(mode, self.now, until, self.chance.choice((None, 3)))
            self.returned, self.conflicts = None, Counter()
        else:
            self.wish = structs.replace(self.wish, mode=mode)


def _drift(chance: Random) -> Drift:
    kind = chance.choice(list(DriftKind))
    return Drift(kind, Severity.CRITICAL, f"{kind} is so.", None, kind if chance.random() < 0.7 else None)
