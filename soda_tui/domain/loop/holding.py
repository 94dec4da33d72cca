"""Holding: what a loop does about the issue that is claimed, by how its agent stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import NeedCode, Status
from soda_tui.domain.loop.caps import no_launch, no_more_today
from soda_tui.domain.loop.machine import Event
from soda_tui.domain.loop.outlook import Choice, Outlook, for_person
from soda_tui.domain.loop.record import Setback, Switch
from soda_tui.domain.loop.seeking import free
from soda_tui.domain.loop.switching import following, switch_on
from soda_tui.domain.loop.troubles import ENDINGS, TABLE, Answer, Trouble
from soda_tui.domain.outcome import Options
from soda_tui.domain.prompt import as_data
from soda_tui.domain.runs.endings import Ending, How

_AT_REST = frozenset({Status.CLAIMED, Status.DONE, Status.ENDED, Status.FAILED})
# Somebody who sits down at a terminal, or answers, is given so long.
_PATIENCE = timedelta(minutes=10)


def with_claim(out: Outlook) -> Choice | None:
    """What to do as the agent stands; None where it is free and nothing more is wished."""
    agent = out.view.agent
    values = {"issue": agent.issue, "repository": out.view.name}
    setback = given_back(out)
    if setback is not None:
        return _set_back(out, setback, values)
    match agent.status:
        case Status.IDLE:
            return free(out)
        case Status.ELSEWHERE:
            cockpit = (agent.claim.name or agent.claim.cockpit) if agent.claim else "another cockpit"
            return Choice(Event.WAIT, say.LOOP_ELSEWHERE(cockpit=cockpit, **values))
        case Status.UNKNOWN:
            return Choice(Event.WAIT, say.LOOP_UNKNOWN(repository=out.view.name))
        case Status.STARTING | Status.WORKING | Status.STALLED:
            return Choice(Event.WATCH, say.LOOP_WATCHING(**values))
        case Status.NEEDS_INPUT:
            return _asked(out, values)
        case Status.DONE | Status.HANDING_OVER:
            options = Options(yes=agent.status is Status.HANDING_OVER)
            run = agent.run.id if agent.run else ""
            return Choice(Event.BOTTLE, say.LOOP_BOTTLES(**values), Verb.BOTTLE, options, run=run)
        case Status.CLAIMED:
            return _claimed(out, values)
        case Status.LIMIT | Status.ENDED | Status.FAILED:
            return _came_to_nothing(out, values)


def given_back(out: Outlook) -> Setback | None:
    """What the agent's work lacked that was not taken; None where nobody waits to be told, or somebody was."""
    agent, setback = out.view.agent, out.record.setback
    if setback is None or setback.issue != agent.issue or agent.status not in _AT_REST:
        return None
    if agent.run is None or agent.run.started_at is None:
        return setback
    same = agent.run.id == setback.run if setback.run else agent.run.started_at < setback.at
    return setback if same else None


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
    options = Options(yes=True, ended_for=How.ASKED)
    return Choice(Event.STOP, say.LOOP_UNANSWERED(**values), Verb.STOP, options, trouble=Trouble.QUESTION)


def _claimed(out: Outlook, values: Mapping[str, object]) -> Choice:
    """A claim without a run that ended by itself: it is launched, unless a person has claimed or stopped it."""
    run, own = out.view.agent.run, out.record.claim
    if run is None and (own is None or own.issue != out.view.agent.issue):
        return for_person(say.LOOP_CLAIMED_BY_HAND(**values))
    if run is None:
        return _launch(out, say.LOOP_LAUNCHES(**values))
    return for_person(say.LOOP_STOPPED_BY_HAND(**values))


def _came_to_nothing(out: Outlook, values: Mapping[str, object]) -> Choice:
    """A run that ended by itself, and not with work to hand over."""
    run = out.view.agent.run
    if run is None or run.ending is None:
        return for_person(say.LOOP_UNKNOWN(repository=out.view.name))
    if run.pid is not None:
        lasts = run.resets_at is not None and _lasts(out, run.resets_at) and no_more_today(out) is None
        switch = _following(out, Trouble.USAGE_LIMIT) if lasts else None
        if switch is not None:
            why = say.LOOP_SWITCHES_LIMIT(profile=switch.profile, **values)
            options = Options(yes=True, ended_for=How.LIMIT)
            return Choice(Event.STOP, why, Verb.STOP, options, trouble=Trouble.USAGE_LIMIT)
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
        return for_person(_need(out) or say.LOOP_UNKNOWN(repository=out.view.name), trouble)
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
        return for_person(_need(out) or say.LOOP_UNKNOWN(repository=out.view.name), Trouble.AGENT_START)
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
    capped = no_launch(out)
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


def _need(out: Outlook) -> str | None:
    return next((need.message for need in out.view.needs if need.code is not NeedCode.GIVEN_UP), None)
