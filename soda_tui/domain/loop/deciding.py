"""Deciding: what a loop does next as things stand, and why; a pure function of what is known and the moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.endings import Ending
from soda_tui.domain.feedback import MOST_ROUNDS, Feedback, Standing
from soda_tui.domain.loop.checkpoints import is_due, is_reached
from soda_tui.domain.loop.checkpoints import words as checkpoint_words
from soda_tui.domain.loop.machine import Event, Mode
from soda_tui.domain.loop.record import Record, Setback, Switch, Wish
from soda_tui.domain.loop.reworking import next_up, until
from soda_tui.domain.loop.switching import following, switch_on
from soda_tui.domain.loop.troubles import DRIFT, ENDINGS, TABLE, Answer, Mending, Trouble
from soda_tui.domain.model import Drift, DriftKind, Repository, Severity, Status
from soda_tui.domain.outcome import Options
from soda_tui.domain.prompt import as_data
from soda_tui.domain.settings import AutoFeedback, AutoSettings

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
    `tokens` is what this day's runs have used, `released` the pull requests that may be landed unattended, `pace` what
    waits are multiplied with. `span` is the part of this day in which the newest run worked. `own` are the profiles
    that a launch takes which names none, `used` that of the newest run, and `profiles` those that can be started here,
    in the order in which they take over. `feedback` are the pull requests that came back, or may yet.
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
    pace: float = 1.0
    span: tuple[datetime, datetime] | None = None
    own: tuple[str, ...] = ()
    used: str = ""
    profiles: tuple[str, ...] = ()
    feedback: tuple[Feedback, ...] = ()


class Choice(Struct, frozen=True):
    """What a loop does next and why; `verb` with `options` is the act that it comes to, where it comes to one.

    `until` is when it looks again at the latest, `trouble` what the choice is the answer to, `person` that it waits for
    somebody to do something. `switch` is the profile that works on the issue once this is done, `otherwise` where the
    agent cannot be started; `pauses` says that the loop is to be paused at a checkpoint.
    """

    event: Event
    why: str
    verb: Verb | None = None
    options: Options = Options()
    until: datetime | None = None
    trouble: Trouble | None = None
    person: bool = False
    switch: Switch | None = None
    otherwise: Switch | None = None
    pauses: bool = False


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
    if out.wish.mode is Mode.PAUSED and is_reached(out.record):
        return _person(checkpoint_words(out.record, view.name, out.now))
    if out.wish.mode is Mode.PAUSED:
        return Choice(Event.WAIT, say.LOOP_PAUSED(repository=view.name))
    if view.archived or view.read_only:
        return _person(say.LOOP_READ_ONLY(repository=view.name))
    if view.error is not None or view.stale or view.fetched_at is None:
        why = view.error.message if view.error else say.LOOP_UNREAD(repository=view.name)
        return Choice(Event.WAIT, why, until=view.error.retry_at if view.error else None)
    # An agent that works after all is not waited for.
    started = {Trouble.AGENT_START} if view.agent.status.at_work else set()
    tries = {trouble: met for trouble, met in out.record.tries.items() if trouble not in started}
    waiting = [(met.not_before, trouble) for trouble, met in tries.items() if met.not_before > out.now]
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
    # An attempt that was counted and whose run never began was broken off: it is not one more.
    run = out.view.agent.run
    counted = run is None or run.started_at is None
    return _again(out, setback.trouble, values, most=bool(tries) and setback.count > tries, counted=counted)


def _reminder(out: Outlook) -> str:
    """What the work on this issue lacked when it was not taken, until it is: who was told may have broken off."""
    setback = out.record.setback
    if setback is None or setback.issue != out.view.agent.issue:
        return ""
    words = TABLE[setback.trouble].words
    told = words(issue=setback.issue, repository=out.view.name) if words is not None else ""
    return "\n\n".join(filter(None, (told, as_data(setback.detail) if setback.detail else "")))


def _asked(out: Outlook, values: Mapping[str, object]) -> Choice:
    """Nobody may be there to answer: after a while the run is ended, and the next one is told to decide by itself."""
    run = out.view.agent.run
    since = run.last_output_at if run else None
    if since is None or out.now - since < _PATIENCE * out.pace:
        until = since + _PATIENCE * out.pace if since else None
        return Choice(Event.WATCH, say.LOOP_ASKED(**values), until=until)
    return Choice(Event.STOP, say.LOOP_UNANSWERED(**values), Verb.STOP, Options(yes=True), trouble=Trouble.QUESTION)


def _claimed(out: Outlook, values: Mapping[str, object]) -> Choice:
    """A claim without a run that ended by itself: it is launched, unless a person has stopped it."""
    run = out.view.agent.run
    if run is None:
        return _launch(out, say.LOOP_LAUNCHES(**values))
    if out.record.tries.get(Trouble.QUESTION) is not None:
        return _again(out, Trouble.QUESTION, values)
    if out.record.tries.get(Trouble.USAGE_LIMIT) is not None:
        return _past_limit(out, values) or _launch(out, say.LOOP_LAUNCHES(**values))
    return _person(say.LOOP_STOPPED_BY_HAND(**values))


def _came_to_nothing(out: Outlook, values: Mapping[str, object]) -> Choice:
    """A run that ended by itself, and not with work to hand over."""
    run = out.view.agent.run
    if run is None or run.ending is None:
        return _person(say.LOOP_UNKNOWN(repository=out.view.name))
    if run.pid is not None:
        lasts = run.resets_at is not None and _lasts(out, run.resets_at) and _no_time(out) is None
        switch = _following(out, Trouble.USAGE_LIMIT) if lasts else None
        if switch is not None:
            why = say.LOOP_SWITCHES_LIMIT(profile=switch.profile, **values)
            return Choice(Event.STOP, why, Verb.STOP, Options(yes=True), trouble=Trouble.USAGE_LIMIT)
        return Choice(Event.WATCH, say.LOOP_LIMITED(**values), until=run.resets_at)
    if run.started_at is None and run.ending is not Ending.HALTED:
        return _not_started(out, values)
    trouble = ENDINGS[run.ending] or Trouble.UNEXPECTED
    row = TABLE[trouble]
    if row.answer is Answer.PARK:
        until = run.resets_at or (run.last_output_at or out.now) + timedelta(seconds=row.seconds) * out.pace
        if until > out.now:
            other = _past_limit(out, values) if trouble is Trouble.USAGE_LIMIT and _lasts(out, run.resets_at) else None
            return other or Choice(Event.WAIT, say.LOOP_LIMITED(**values), until=until, trouble=trouble)
        return _launch(out, say.LOOP_GOES_ON(**values), going_on=True)
    if row.answer is Answer.PERSON:
        return _person(_need(out) or say.LOOP_UNKNOWN(repository=out.view.name), trouble)
    return _again(out, trouble, values)


def _lasts(out: Outlook, until: datetime | None) -> bool:
    """Whether a limit lasts longer than another profile is kept waiting for it, or nobody knows how long."""
    patience = timedelta(seconds=TABLE[Trouble.USAGE_LIMIT].patience) * out.pace
    return until is None or until - out.now > patience


def _past_limit(out: Outlook, values: Mapping[str, object]) -> Choice | None:
    """The next profile in the place of one at its limit; None where each has come to one on this issue."""
    switch = _following(out, Trouble.USAGE_LIMIT)
    if switch is None:
        return None
    why = say.LOOP_SWITCHES_LIMIT(profile=switch.profile, **values)
    return _launch(out, why, say.FEED_SWITCHED(**values), Trouble.USAGE_LIMIT, switch)


def _not_started(out: Outlook, values: Mapping[str, object]) -> Choice:
    """A run whose agent never began, which its launch did not live to see."""
    switch, met = _following(out, Trouble.AGENT_START), out.record.tries.get(Trouble.AGENT_START)
    if switch is not None:
        why = say.LOOP_SWITCHES_START(profile=switch.profile, **values)
        return _launch(out, why, trouble=Trouble.AGENT_START, switch=switch)
    if met is not None and met.count > TABLE[Trouble.AGENT_START].tries:
        return _person(_need(out) or say.LOOP_UNKNOWN(repository=out.view.name), Trouble.AGENT_START)
    return _launch(out, say.LOOP_LAUNCHES(**values), trouble=Trouble.AGENT_START)


def _following(out: Outlook, trouble: Trouble) -> Switch | None:
    issue = out.view.agent.issue
    return following(switch_on(out.record, issue), issue, trouble, (out.used,), out.profiles)


def _again(
    out: Outlook, trouble: Trouble, values: Mapping[str, object], *, most: bool = False, counted: bool = False
) -> Choice:
    """Another run that is told what was wrong, as often as an issue may be tried; then the issue is a person's.

    `most` says that this has been told as often as it may be, `counted` that the ledger has the run's attempt already.
    """
    attempt, row = out.view.agent.tries or 1, TABLE[trouble]
    gist = row.gist(**values) if row.gist is not None else ""
    what = gist or _need(out) or trouble
    if not counted and (most or attempt >= out.rules.attempts):
        why = say.LOOP_USED_UP(count=attempt, what=what, **values)
        return Choice(Event.GIVE_UP, why, Verb.GIVE_UP, Options(yes=True, extra=gist), trouble=trouble)
    number, setback = attempt if counted else attempt + 1, out.record.setback
    reminds = setback is not None and (setback.issue, setback.trouble) == (out.view.agent.issue, trouble)
    extra = row.words(**values) if row.words is not None and not reminds else ""
    switch = _following(out, trouble)
    if switch is not None:
        why = say.LOOP_SWITCHES(attempt=number, profile=switch.profile, **values)
        return _launch(out, why, extra, trouble, switch)
    return _launch(out, say.LOOP_AGAIN(attempt=number, what=what, **values), extra, trouble)


def _launch(
    out: Outlook,
    why: str,
    extra: str = "",
    trouble: Trouble | None = None,
    switch: Switch | None = None,
    *,
    going_on: bool = False,
) -> Choice:
    capped = out.full or _no_time(out)
    if capped is not None:
        return Choice(Event.WAIT, capped)
    issue = out.view.agent.issue
    holds = switch or switch_on(out.record, issue)
    profile = holds.profile if holds is not None else out.wish.profile
    told = "\n\n".join(filter(None, (extra, _reminder(out))))
    options = Options(profile=profile, extra=told, going_on=going_on)
    used = (profile,) if profile is not None else out.own
    otherwise = following(holds, issue, Trouble.AGENT_START, used, out.profiles)
    return Choice(Event.LAUNCH, why, Verb.LAUNCH, options, trouble=trouble, switch=switch, otherwise=otherwise)


def _free(out: Outlook) -> Choice | None:
    """Nothing is held: another issue, unless something is against it."""
    view, unlanded = out.view, out.record.unlanded
    for number in out.released:
        if number not in unlanded or unlanded[number].not_before <= out.now:
            options = Options(yes=True, pull_request=number)
            return Choice(Event.LAND, say.LOOP_LANDS(number=number), Verb.LAND, options)
    if out.wish.mode is Mode.DRAINING or _is_late(out):
        return None
    if not _is_over(out) and is_due(out.record, out.rules, out.now):
        return Choice(Event.WAIT, checkpoint_words(out.record, view.name, out.now), person=True, pauses=True)
    came_back = _reworks(out)
    if came_back is not None or _is_over(out):
        return came_back or _awaits_checks(out)
    first = next((one.number for one in view.queue if one.number not in out.record.skipped), None)
    if first is None:
        skipped = ", ".join(str(one.number) for one in view.queue)
        if skipped:
            return _person(say.LOOP_UNVOUCHED(issues=skipped, repository=view.name), Trouble.UNVOUCHED)
        return _awaits_checks(out) or Choice(Event.WAIT, say.LOOP_QUEUE_EMPTY(repository=view.name))
    if (struck := _struck(out)) is not None:
        return struck
    capped = _no_issue_today(out) or out.full or _no_time(out)
    if capped is not None:
        return Choice(Event.WAIT, capped)
    options = Options(issue=first, launching=True, profile=out.wish.profile)
    return Choice(Event.POP, say.LOOP_POPS(issue=first, repository=view.name), Verb.POP, options)


def _reworks(out: Outlook) -> Choice | None:
    """What came back is worked on before a new issue is, or is handed to a person."""
    known, longest = out.record.awaited, timedelta(minutes=out.rules.ci_timeout) * out.pace
    if out.rules.feedback is not AutoFeedback.AUTOMATIC:
        return None
    one = next_up(known, out.feedback, out.record.skipped, longest, out.now)
    if one is None:
        return None
    values = {"number": one.number, "what": one.what}
    options = Options(issue=one.issue, yes=True, launching=True, profile=out.wish.profile, pull_request=one.number)
    if one.standing is Standing.USED_UP:
        why = say.LOOP_FEEDBACK_USED_UP(count=one.rounds, **values)
        return Choice(Event.TAKE_UP, why, Verb.FEEDBACK, options)
    if (struck := _struck(out)) is not None:
        return struck
    capped = _no_tokens(out) or out.full or _no_time(out)
    if capped is not None:
        return Choice(Event.WAIT, capped)
    why = say.LOOP_TAKES_UP(round=one.rounds + 1, most=MOST_ROUNDS, **values)
    return Choice(Event.TAKE_UP, why, Verb.FEEDBACK, options)


def _awaits_checks(out: Outlook) -> Choice | None:
    """Where there is nothing else to do, the checks of what was handed over are waited for, for so long at most."""
    known, longest = out.record.awaited, timedelta(minutes=out.rules.ci_timeout) * out.pace
    ends = {one.number: until(known, one, longest, out.now) for one in out.feedback}
    waits = {number: end for number, end in ends.items() if end is not None}
    if not waits or out.rules.feedback is not AutoFeedback.AUTOMATIC:
        return None
    requests = ", ".join(str(number) for number in waits)
    return Choice(Event.WAIT, say.LOOP_AWAITS_CHECKS(requests=requests), until=max(waits.values()))


def _struck(out: Outlook) -> Choice | None:
    """The same failure, issue after issue, is looked into by a person first."""
    last = out.record.strikes[-SAME_FAILURES:]
    if len(last) < SAME_FAILURES or len({one.trouble for one in last}) > 1:
        return None
    values = {"trouble": last[0].trouble, "repository": out.view.name}
    return _person(say.LOOP_SAME_FAILURE(count=SAME_FAILURES, **values))


def _is_late(out: Outlook) -> bool:
    """Whether the time that was wished for is over."""
    return out.wish.until is not None and out.now >= out.wish.until


def _is_over(out: Outlook) -> bool:
    """Whether the number of issues that was wished for was popped."""
    return out.wish.most is not None and out.record.begun >= out.wish.most


def _no_issue_today(out: Outlook) -> str | None:
    most, name = out.rules.issues_per_day, out.view.name
    if most and out.record.issues >= most:
        return say.LOOP_CAP_ISSUES(count=out.record.issues, repository=name)
    return _no_tokens(out)


def _no_tokens(out: Outlook) -> str | None:
    if out.rules.tokens_per_day and out.tokens >= out.rules.tokens_per_day:
        return say.LOOP_CAP_TOKENS(count=out.tokens, repository=out.view.name)
    return None


def _no_time(out: Outlook) -> str | None:
    if out.record.worked < out.rules.max_work_hours * 3600:
        return None
    return say.LOOP_CAP_HOURS(hours=f"{out.rules.max_work_hours:g}", repository=out.view.name)


def _person(why: str, trouble: Trouble | None = None) -> Choice:
    return Choice(Event.WAIT, why, trouble=trouble, person=True)


def _need(out: Outlook) -> str | None:
    return next((need.message for need in out.view.needs), None)
