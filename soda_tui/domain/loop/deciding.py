"""Deciding: what a loop does next as things stand, and why; a pure function of what is known and the moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.loop.machine import Event, Mode
from soda_tui.domain.loop.record import Record, Setback, Wish
from soda_tui.domain.loop.troubles import DRIFT, ENDINGS, TABLE, Answer, Mending, Trouble
from soda_tui.domain.model import Drift, DriftKind, Repository, Severity, Status
from soda_tui.domain.outcome import Options
from soda_tui.domain.prompt import as_data
from soda_tui.domain.settings import AutoSettings

# What an agent must not go on for: its issue is not to be worked on any more.
_ENDS_WORK = frozenset({DriftKind.ISSUE_CLOSED, DriftKind.ISSUE_GONE, DriftKind.ISSUE_REASSIGNED})
# The same failure in so many issues running is no accident.
SAME_FAILURES = 3
_AT_REST = frozenset({Status.CLAIMED, Status.DONE, Status.ENDED, Status.FAILED})
# Somebody who sits down at a terminal, or answers, is given so long.
_PATIENCE = timedelta(minutes=10)


class Outlook(Struct, frozen=True):
    """All that a decision is made from: the repository as it is shown, what is wished and remembered, and the caps.

    `stopped` is the sentence of a stop that is in force; `full` that of the machine's slots where all are taken;
    `tokens` is what this day's runs have used, `released` the pull requests that may be landed unattended.
    """

    view: Repository
    wish: Wish
    record: Record
    rules: AutoSettings
    now: datetime
    day: str
    tokens: int = 0
    stopped: str | None = None
    full: str | None = None
    released: tuple[int, ...] = ()


class Choice(Struct, frozen=True):
    """What a loop does next and why; `verb` with `options` is the act that it comes to, where it comes to one.

    `until` is when it looks again at the latest, `trouble` what the choice is the answer to, `person` that it waits for
    somebody to do something.
    """

    event: Event
    why: str
    verb: Verb | None = None
    options: Options = Options()
    until: datetime | None = None
    trouble: Trouble | None = None
    person: bool = False


def decide(out: Outlook) -> Choice | None:
    """What to do next; None where the loop has nothing to do any more: it is off, or drained."""
    if out.wish.mode is Mode.OFF:
        return None
    return _kept_from(out) or _mends(out) or _with_claim(out)


def _kept_from(out: Outlook) -> Choice | None:
    """What keeps the loop from doing anything at all."""
    view = out.view
    if out.stopped is not None:
        return Choice(Event.WAIT, out.stopped)
    if out.wish.mode is Mode.PAUSED:
        return Choice(Event.WAIT, say.LOOP_PAUSED(repository=view.name))
    if view.archived or view.read_only:
        return _person(say.LOOP_READ_ONLY(repository=view.name))
    if view.error is not None or view.stale or view.fetched_at is None:
        why = view.error.message if view.error else say.LOOP_UNREAD(repository=view.name)
        return Choice(Event.WAIT, why, until=view.error.retry_at if view.error else None)
    waiting = [(tries.not_before, trouble) for trouble, tries in out.record.tries.items() if tries.not_before > out.now]
    if waiting:
        until, trouble = max(waiting)
        return Choice(Event.WAIT, out.record.why, until=until, trouble=trouble)
    return None


def _mends(out: Outlook) -> Choice | None:
    """What must be put right before anything else."""
    view = out.view
    running = view.agent.run is not None and view.agent.run.pid is not None
    for drift in view.drift:
        if running and drift.kind in _ENDS_WORK:
            return Choice(Event.STOP, drift.message, Verb.STOP, Options(yes=True))
        if running:
            continue
        mending = DRIFT[drift.kind]
        if mending is Mending.STOP or (mending is Mending.REPAIR and drift.repair is None and _blocks(drift)):
            return _person(drift.message)
        if mending is Mending.REPAIR and drift.repair is not None:
            return Choice(Event.MEND, drift.message, Verb.REPAIR, Options(yes=True, repair=drift.kind))
    if view.unfinished is not None and not running and _setback(out) is None:
        return Choice(Event.MEND, view.unfinished.message, Verb.CONTINUE, Options(yes=True))
    return None


def _blocks(drift: Drift) -> bool:
    return drift.severity is Severity.CRITICAL


def _with_claim(out: Outlook) -> Choice | None:
    agent = out.view.agent
    values = {"issue": agent.issue, "repository": out.view.name}
    setback = _setback(out)
    if setback is not None:
        return _set_back(out, setback, values)
    match agent.status:
        case Status.IDLE:
            return _free(out)
        case Status.ELSEWHERE:
            cockpit = (agent.claim.name or agent.claim.cockpit) if agent.claim else "another cockpit"
            return Choice(Event.WAIT, say.LOOP_ELSEWHERE(cockpit=cockpit, **values))
        case Status.UNKNOWN:
            return Choice(Event.WAIT, say.LOOP_UNKNOWN(repository=out.view.name))
        case Status.STARTING | Status.WORKING | Status.STALLED:
            return Choice(Event.WATCH, say.LOOP_WATCHING(**values))
        case Status.NEEDS_INPUT:
            return _asked(out, values)
        case Status.DONE:
            return Choice(Event.BOTTLE, say.LOOP_BOTTLES(**values), Verb.BOTTLE)
        case Status.HANDING_OVER:
            return Choice(Event.BOTTLE, say.LOOP_BOTTLES(**values), Verb.BOTTLE, Options(yes=True))
        case Status.CLAIMED:
            return _claimed(out, values)
        case Status.LIMIT | Status.ENDED | Status.FAILED:
            return _came_to_nothing(out, values)


def _setback(out: Outlook) -> Setback | None:
    """What the agent's work lacked that was not taken; None where nobody waits to be told, or somebody was."""
    agent, setback = out.view.agent, out.record.setback
    if setback is None or setback.issue != agent.issue or agent.status not in _AT_REST:
        return None
    began = agent.run.started_at if agent.run else None
    return setback if began is None or began < setback.at else None


def _set_back(out: Outlook, setback: Setback, values: Mapping[str, object]) -> Choice:
    tries = TABLE[setback.trouble].tries
    detail = as_data(setback.detail) if setback.detail else ""
    return _again(out, setback.trouble, values, detail, most=bool(tries) and setback.count > tries)


def _asked(out: Outlook, values: Mapping[str, object]) -> Choice:
    """Nobody may be there to answer: after a while the run is ended, and the next one is told to decide by itself."""
    run = out.view.agent.run
    since = run.last_output_at if run else None
    if since is None or out.now - since < _PATIENCE:
        until = since + _PATIENCE if since else None
        return Choice(Event.WATCH, say.LOOP_ASKED(**values), until=until)
    return Choice(Event.STOP, say.LOOP_UNANSWERED(**values), Verb.STOP, Options(yes=True), trouble=Trouble.QUESTION)


def _claimed(out: Outlook, values: Mapping[str, object]) -> Choice:
    """A claim without a run that ended by itself: it is launched, unless a person has stopped it."""
    run = out.view.agent.run
    if run is None:
        return _launch(out, say.LOOP_LAUNCHES(**values))
    if out.record.tries.get(Trouble.QUESTION) is not None:
        return _again(out, Trouble.QUESTION, values)
    return _person(say.LOOP_STOPPED_BY_HAND(**values))


def _came_to_nothing(out: Outlook, values: Mapping[str, object]) -> Choice:
    """A run that ended by itself, and not with work to hand over."""
    run = out.view.agent.run
    if run is None or run.ending is None:
        return _person(say.LOOP_UNKNOWN(repository=out.view.name))
    if run.pid is not None:
        return Choice(Event.WATCH, say.LOOP_LIMITED(**values), until=run.resets_at)
    trouble = ENDINGS[run.ending] or Trouble.UNEXPECTED
    row = TABLE[trouble]
    if row.answer is Answer.PARK:
        until = run.resets_at or (run.last_output_at or out.now) + timedelta(seconds=row.seconds)
        if until > out.now:
            return Choice(Event.WAIT, say.LOOP_LIMITED(**values), until=until, trouble=trouble)
        return _launch(out, say.LOOP_LAUNCHES(**values))
    if row.answer is Answer.PERSON:
        return _person(_need(out) or say.LOOP_UNKNOWN(repository=out.view.name), trouble)
    return _again(out, trouble, values)


def _again(
    out: Outlook, trouble: Trouble, values: Mapping[str, object], detail: str = "", *, most: bool = False
) -> Choice:
    """Another run that is told what was wrong, as often as an issue may be tried; then the issue is a person's.

    `most` says that this has been told as often as it may be.
    """
    attempt, row = out.view.agent.tries or 1, TABLE[trouble]
    if most or attempt >= out.rules.attempts:
        gist = row.gist(**values) if row.gist is not None else ""
        why = say.LOOP_USED_UP(count=attempt, what=gist or _need(out) or trouble, **values)
        return Choice(Event.GIVE_UP, why, Verb.GIVE_UP, Options(yes=True, extra=gist), trouble=trouble)
    extra = "\n\n".join(filter(None, (row.words(**values) if row.words is not None else "", detail)))
    return _launch(out, say.LOOP_AGAIN(attempt=attempt + 1, **values), extra, trouble)


def _launch(out: Outlook, why: str, extra: str = "", trouble: Trouble | None = None) -> Choice:
    capped = out.full or _no_time(out)
    if capped is not None:
        return Choice(Event.WAIT, capped)
    options = Options(profile=out.wish.profile, extra=extra)
    return Choice(Event.LAUNCH, why, Verb.LAUNCH, options, trouble=trouble)


def _free(out: Outlook) -> Choice | None:
    """Nothing is held: another issue, unless something is against it."""
    view, unlanded = out.view, out.record.unlanded
    for number in out.released:
        if number not in unlanded or unlanded[number].not_before <= out.now:
            options = Options(yes=True, pull_request=number)
            return Choice(Event.LAND, say.LOOP_LANDS(number=number), Verb.LAND, options)
    if out.wish.mode is Mode.DRAINING or _is_over(out):
        return None
    first = next((one.number for one in view.queue if one.number not in out.record.skipped), None)
    if first is None:
        skipped = ", ".join(str(one.number) for one in view.queue)
        if skipped:
            return _person(say.LOOP_UNVOUCHED(issues=skipped, repository=view.name), Trouble.UNVOUCHED)
        return Choice(Event.WAIT, say.LOOP_QUEUE_EMPTY(repository=view.name))
    last = out.record.strikes[-SAME_FAILURES:]
    if len(last) == SAME_FAILURES and len({one.trouble for one in last}) == 1:
        return _person(say.LOOP_SAME_FAILURE(count=SAME_FAILURES, trouble=last[0].trouble, repository=view.name))
    capped = _no_issue_today(out) or out.full or _no_time(out)
    if capped is not None:
        return Choice(Event.WAIT, capped)
    options = Options(issue=first, launching=True, profile=out.wish.profile)
    return Choice(Event.POP, say.LOOP_POPS(issue=first, repository=view.name), Verb.POP, options)


def _is_over(out: Outlook) -> bool:
    """Whether what was wished for is done: its time is over, or its number of issues was popped."""
    wish = out.wish
    late = wish.until is not None and out.now >= wish.until
    return late or (wish.most is not None and out.record.begun >= wish.most)


def _no_issue_today(out: Outlook) -> str | None:
    most, name = out.rules.issues_per_day, out.view.name
    if most and out.record.issues >= most:
        return say.LOOP_CAP_ISSUES(count=out.record.issues, repository=name)
    if out.rules.tokens_per_day and out.tokens >= out.rules.tokens_per_day:
        return say.LOOP_CAP_TOKENS(count=out.tokens, repository=name)
    return None


def _no_time(out: Outlook) -> str | None:
    if out.record.worked < out.rules.max_work_hours * 3600:
        return None
    return say.LOOP_CAP_HOURS(hours=f"{out.rules.max_work_hours:g}", repository=out.view.name)


def _person(why: str, trouble: Trouble | None = None) -> Choice:
    return Choice(Event.WAIT, why, trouble=trouble, person=True)


def _need(out: Outlook) -> str | None:
    return next((need.message for need in out.view.needs), None)
