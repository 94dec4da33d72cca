"""A small world for the loop: one repository whose agent ends as chance has it, people who interfere, and a clock."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from random import Random

from msgspec import structs
from reviewworld import Request, Reviews
from tui.shown import agent, entry, repository

from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import DriftKind, Severity, Status
from soda_tui.domain.configuration.unattended import AutoFeedback, AutoSettings
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.feedback import Standing
from soda_tui.domain.loop.advancing import chosen, counted, ended, turned_off, turned_on, woken
from soda_tui.domain.loop.checkpoints import is_reached
from soda_tui.domain.loop.deciding import decide, is_over, rests
from soda_tui.domain.loop.machine import Doing, Event, Mode
from soda_tui.domain.loop.outlook import Choice, Outlook
from soda_tui.domain.loop.record import Record, Span, Wish
from soda_tui.domain.loop.showing import on_again
from soda_tui.domain.loop.strikes import struck
from soda_tui.domain.model import Agent, Drift, Repository, Unfinished
from soda_tui.domain.outcome import Options, Outcome, StepResult
from soda_tui.domain.runs.endings import Ending, How

RULES = AutoSettings(
    attempts=2,
    issues_per_day=6,
    tokens_per_day=90_000,
    max_work_hours=8.0,
    checkpoint_issues=20,
    checkpoint_days=2.0,
    feedback=AutoFeedback.AUTOMATIC,
)
PROFILES = ("claude", "codex", "gemini")
# Launches one after another whose agents never began: each profile, and what the table says.
UNSTARTED = 3 + len(PROFILES) + 1
_ENDED = {
    Ending.DONE: Status.DONE,
    Ending.LIMIT: Status.LIMIT,
    Ending.FAILED: Status.FAILED,
    Ending.FAILED_WITH_COMMITS: Status.FAILED,
    Ending.TIME_OUT: Status.FAILED,
}
_PROBLEMS = (
    ErrorCode.NETWORK,
    ErrorCode.SERVER,
    ErrorCode.RATE_LIMIT,
    ErrorCode.GIT,
    ErrorCode.REFUSED,
    ErrorCode.TAKEN,
    ErrorCode.AGENT,
    ErrorCode.DISK_FULL,
    ErrorCode.PUSH_REJECTED,
    ErrorCode.WORKFLOW_SCOPE,
)
_SETBACKS = (ErrorCode.CHECK_FAILED, ErrorCode.MERGE_CONFLICT, ErrorCode.HOOK_REFUSED)


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
    wished: set[int] = field(default_factory=set)
    tokens: Counter[str] = field(default_factory=Counter)
    ahead: timedelta = timedelta()
    by_hand: bool = False
    killed: int = 0
    returned: int | None = None
    setbacks: int = 0
    conflicts: Counter[int] = field(default_factory=Counter)
    given_up: set[int] = field(default_factory=set)
    used: str = "claude"
    span: tuple[datetime, datetime | None] | None = None
    spanned: str = ""
    worked: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    switched: Counter[tuple[str, str]] = field(default_factory=Counter)
    switches: Counter[str] = field(default_factory=Counter)
    unstarted: int = 0
    gone_on: int = 0
    unlooked: int = 0
    looked: datetime | None = None
    checkpoints: int = 0
    rounds: int = 0
    used_up: int = 0
    done: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.view = structs.replace(self.view, queue=tuple(entry(number, "do it") for number in range(1, 5)))
        self._issues = 4
        self.reviews = Reviews(self.chance)

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
        out = Outlook(
            self.view,
            self.wish,
            self.record,
            RULES,
            self.now,
            tokens=self.tokens[self.day],
            stopped="STOP" if self.stopped else None,
            full="full" if self.full else None,
            span=self._span(),
            own=PROFILES[:1],
            used=self.used,
            profiles=PROFILES,
            feedback=self.reviews.found(self.view.agent.issue),
        )
        out = counted(out)
        if self.record.doing is Doing.HELD and not is_over(out):
            self.record = out.record
            return None
        choice = decide(out) if self.record.doing is not Doing.HELD else None
        if choice is None:
            self.wish = structs.replace(self.wish, mode=Mode.OFF)
            self.record = turned_off(out.record, rests(out))
            return None
        if not choice.why:
            raise Broken(f"{choice.event} for no reason")
        self.record = chosen(out, choice)
        if choice.pauses:
            self.wish = structs.replace(self.wish, mode=Mode.PAUSED)
            self.checkpoints += is_reached(self.record)
        if is_reached(self.record) and self.wish.mode is Mode.PAUSED and not self.stopped and not choice.person:
            raise Broken("waits at a checkpoint and asks nobody")
        if choice.verb is not None:
            self._look_at_profiles(choice)
            outcome = self._act(choice.verb, choice.options)
            if self.chance.random() < 0.03:
                self.killed += 1
                self.record = woken(self.record)
                # What was not taken is found out once more.
                self.conflicts[self.returned or 0] = 0
                self.returned = None
                return choice
            self.record = ended(self.record, choice, outcome, self.now, "x")
            if outcome.ok:
                self._switch(choice)
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
                if (chance := self.chance.random()) < 0.2:
                    claimed = (StepResult("ClaimIssue", "claim it", done=chance < 0.1),)
                    problem = Problem(self.chance.choice(_PROBLEMS), "It did not work after all.")
                    return Outcome(verb, "acme/rocket", problem.message, claimed, problem, self._issue)
            case Verb.FEEDBACK:
                self._take_up(options.pull_request)
            case Verb.LAUNCH:
                self._launch(options.profile)
            case Verb.STOP:
                self._stopped(options.ended_for)
            case Verb.BOTTLE:
                refused = self._refused()
                if refused is not None:
                    return refused
                self.reviews.handed_over(self._issue)
                self._free()
            case Verb.GIVE_UP:
                self.given_up.add(self._issue)
                self.reviews.given_up(self._issue)
                self._free()
            case Verb.REPAIR | Verb.CONTINUE:
                self.view = structs.replace(self.view, drift=(), unfinished=None)
        return Outcome(verb, "acme/rocket", "Done.", issue=self.view.agent.issue)

    def _look_at_profiles(self, choice: Choice) -> None:
        """Each profile has its turn once for each trouble of an issue, and what can go on goes on."""
        run = self.view.agent.run
        if choice.event is not Event.LAUNCH or run is None:
            return
        if run.ending in {Ending.LIMIT, Ending.HALTED} and choice.options.going_on != (choice.switch is None):
            raise Broken("does not go on with what was interrupted")
        self.gone_on += choice.options.going_on

    def _switch(self, choice: Choice) -> None:
        trouble, held = choice.trouble or "", choice.switch
        if held is None:
            return
        self.switches[trouble] += 1
        self.switched[trouble, held.profile] += 1
        if self.switched[trouble, held.profile] > 1:
            raise Broken(f"{held.profile} had its turn for {trouble} before")

    def _span(self) -> Span | None:
        """When the newest run worked."""
        if self.span is None:
            return None
        since, until = self.span[0], self.span[1] or self.now
        return Span(self.spanned, since, until) if until > since else None

    def _today(self) -> tuple[datetime, datetime] | None:
        """In which part of this day the newest run worked."""
        if self.span is None:
            return None
        today = datetime.combine(self.now.date(), time.min, UTC)
        since, until = max(self.span[0], today), min(self.span[1] or self.now, today + timedelta(days=1))
        return (since, until) if until > since else None

    def _worked(self) -> timedelta:
        """How long all runs have worked on this day, by their own beginnings and ends."""
        now = self._today()
        return timedelta(seconds=self.worked[self.day]) + (now[1] - now[0] if now else timedelta())

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
        if struck(self.record):
            raise Broken("popped after the same failure in issue after issue")
        late = self.looked is not None and self.now - self.looked >= timedelta(days=RULES.checkpoint_days)
        if late or self.unlooked >= RULES.checkpoint_issues:
            raise Broken("popped past a checkpoint")
        self.unlooked += 1
        self.switched.clear()
        self.unstarted = 0
        if any(one.standing is Standing.DUE and not one.pending for one in self.reviews.found(None)):
            raise Broken("popped another issue before what came back")
        first, *rest = self.view.queue
        self.attempts[first.number] += 1
        self.popped[self.day] += 1
        if self.popped[self.day] > RULES.issues_per_day:
            raise Broken("popped more issues than a day may have")
        self._has_time("popped")
        self.wished.add(first.number)
        if self.wish.most is not None and len(self.wished) > self.wish.most:
            raise Broken("popped more issues than were wished for")
        if self.tokens[self.day] >= RULES.tokens_per_day:
            raise Broken("popped after the tokens of the day were used up")
        self.by_hand = False
        attempt = self.attempts[first.number]
        claimed = agent(Status.CLAIMED, issue=first.number, attempt=attempt, tries=attempt, run=None)
        self.view = structs.replace(self.view, queue=tuple(rest), agent=claimed)

    def _has_time(self, what: str) -> None:
        if self.wish.until is not None and self.now >= self.wish.until:
            raise Broken(f"{what} after the time was over")

    def _take_up(self, number: int | None) -> None:
        if self.view.agent.status is not Status.IDLE:
            raise Broken("took up feedback beside a claim")
        one: Request = self.reviews.taken_up(number)
        if one.person:
            self.used_up += 1
            return
        if self.full:
            raise Broken("took up feedback without a slot")
        self._has_time("took up feedback")
        self.by_hand = False
        self.rounds = max(self.rounds, len(one.rounds))
        self.switched.clear()
        self.unstarted = 0
        # The tries are those of the round.
        self.attempts[one.issue] = 1
        self.conflicts[one.issue] = 0
        self.launched -= {(issue, attempt) for issue, attempt in self.launched if issue == one.issue}
        claimed = agent(Status.CLAIMED, issue=one.issue, attempt=1, tries=1, run=None)
        self.view = structs.replace(self.view, agent=claimed)

    def _launch(self, profile: str | None) -> None:
        held = self.view.agent
        if held.status.at_work or (held.run is not None and held.run.pid is not None):
            raise Broken("launched beside a running agent")
        if self._worked() > timedelta(hours=RULES.max_work_hours, seconds=1):
            raise Broken("launched after the hours of the day were used up")
        if self.full:
            raise Broken("launched without a slot")
        if self.tokens[self.day] >= RULES.tokens_per_day:
            raise Broken("launched after the tokens of the day were used up")
        if self.by_hand:
            raise Broken("launched on what a person holds")
        if held.status is Status.CLAIMED and held.run is not None:
            raise Broken("launched over a person's stop")
        self._has_time("launched")
        ending = held.run.ending if held.run and held.run.started_at else Ending.HALTED
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
        self._end_span(self.now)
        self.used = profile or PROFILES[0]
        began = self.chance.random() > 0.1
        self.unstarted = 0 if began else self.unstarted + 1
        if self.unstarted > UNSTARTED:
            raise Broken("launched again and again what never begins")
        if not began:
            run = structs.replace(
                made.run, id=self._run_id(), started_at=None, pid=None, ending=Ending.FAILED, exit=None
            )
            self.view = structs.replace(self.view, agent=structs.replace(made, status=Status.FAILED, run=run))
            return
        self.span, self.spanned = (self.now, None), self._run_id()
        run = structs.replace(made.run, id=self.spanned, started_at=self.now, last_output_at=self.now)
        self.view = structs.replace(self.view, agent=structs.replace(made, run=run))

    def _run_id(self) -> str:
        return f"run{self.done.total()}"

    def _stopped(self, ended_for: How | None) -> None:
        """The run is stopped: it says itself what a loop ended it for."""
        match ended_for:
            case How.ASKED:
                self._status(Status.ENDED, Ending.ASKED)
            case How.LIMIT:
                self._status(Status.LIMIT, Ending.LIMIT)
            case _:
                self._status(Status.CLAIMED, stopped=True)

    def _end_span(self, at: datetime) -> None:
        """Put what the newest run worked into the days that it worked on."""
        if self.span is None:
            return
        since, until = self.span[0], self.span[1] or at
        while since < until:
            tomorrow = datetime.combine(since.date() + timedelta(days=1), time.min, UTC)
            self.worked[since.date().isoformat()] += (min(until, tomorrow) - since).total_seconds()
            since = tomorrow
        self.span = None

    def _free(self) -> None:
        self.returned = None
        self.view = structs.replace(self.view, agent=repository().agent, unfinished=None)

    def _status(self, status: Status, ending: Ending | None = None, *, stopped: bool = False) -> None:
        held = self.view.agent
        assert held.run is not None
        if self.span is not None and self.span[1] is None:
            self.span = (self.span[0], self.now)
            self.tokens[self.day] += self.chance.randrange(20_000)
        run = structs.replace(held.run, pid=None, exit=None if stopped else 1, ending=ending)
        if ending is Ending.LIMIT:
            run = structs.replace(run, resets_at=self.now + timedelta(hours=self.chance.random() * 6))
        self.view = structs.replace(self.view, agent=structs.replace(held, status=status, run=run))

    def happen(self) -> None:
        """Something that the loop did not do."""
        chance, held = self.chance, self.view.agent
        what = chance.random()
        if held.status is Status.WORKING and what < 0.5:
            came_back = held.issue in self.reviews.requests and chance.random() < 0.8
            ending = Ending.DONE if came_back else chance.choice(list(Ending))
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
        elif what < 0.87 and held.status is Status.WORKING:
            self._away()
        elif what < 0.88 and not held.status.at_work:
            self._set_clock()
        if chance.random() < 0.3:
            self.reviews.happen()

    def _away(self) -> None:
        """Nobody has a cockpit open for hours, in which the run ends."""
        back = self.now + timedelta(hours=5)
        self.now += timedelta(hours=self.chance.random() * 5)
        self._status(Status.FAILED, Ending.FAILED)
        self.now = back

    def _person(self, held: Agent) -> None:
        """A person takes the work away from the loop, or stops its agent."""
        if held.status.at_work:
            self._status(Status.CLAIMED, stopped=True)
        elif held.status is not Status.IDLE:
            self._free()
        elif self.chance.random() < 0.3:
            self.by_hand = True
            self.view = structs.replace(self.view, agent=agent(Status.CLAIMED, issue=999, attempt=1, tries=1, run=None))

    def _set_clock(self) -> None:
        """The clock is set back, or right again."""
        back = self.ahead or -timedelta(hours=self.chance.random() * 40)
        self.now, self.ahead = self.now + back, timedelta() if self.ahead else -back

    def _wish(self) -> None:
        mode = self.chance.choice((Mode.ON, Mode.ON, Mode.ON, Mode.DRAINING, Mode.PAUSED, Mode.OFF))
        if mode is Mode.ON:
            if self.looked is None or is_reached(self.record):
                self.unlooked, self.looked = 0, self.now
            self.switched.clear()
            self.unstarted = 0
            hours = self.chance.choice((None, 2.0, 8.0))
            until = self.now + timedelta(hours=hours) if hours else None
            said = Wish(mode, self.now, until, self.chance.choice((None, 3)))
            if self.wish.mode is Mode.OFF or said.most is not None:
                self.wished.clear()
            self.wish = on_again(self.wish, said)
            self.returned, self.conflicts = None, Counter()
        else:
            self.wish = structs.replace(self.wish, mode=mode)


def _drift(chance: Random) -> Drift:
    kind = chance.choice(list(DriftKind))
    return Drift(kind, Severity.CRITICAL, f"{kind} is so.", None, kind if chance.random() < 0.7 else None)
