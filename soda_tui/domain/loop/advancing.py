"""Advancing: what a loop remembers after a choice, and after the act that it came to has ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import structs

from soda_tui.domain.codes import Status
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.loop.checkpoints import begun, popped, under
from soda_tui.domain.loop.days import day_of, with_day, with_work
from soda_tui.domain.loop.machine import ACTS, STARTS, Doing, Event, after
from soda_tui.domain.loop.outlook import Choice, Outlook
from soda_tui.domain.loop.record import SKIPPED, STRIKES, Claimed, Record, Setback, Strike, Tries, Wish
from soda_tui.domain.loop.reworking import awaited
from soda_tui.domain.loop.strikes import struck
from soda_tui.domain.loop.troubles import CODES, TABLE, Answer, Trouble, wait
from soda_tui.domain.outcome import Outcome
from soda_tui.domain.plan import ClaimIssue
from soda_tui.domain.text import tail

_UNREADY = frozenset({ErrorCode.REFUSED, ErrorCode.NOTHING_TO_DO})


def turned_on(record: Record, wish: Wish) -> Record:
    """A person wants the loop to work: what it met before counts no more, what it has done today does."""
    if record.wished == wish.since and record.doing is not Doing.RESTING:
        return record
    fresh = record.wished != wish.since
    doing = after(record.doing, Event.TURNED_ON) if record.doing in {Doing.RESTING, Doing.HELD} else record.doing
    if not fresh:
        return structs.replace(record, doing=doing)
    return structs.replace(
        record,
        doing=doing,
        wished=wish.since,
        counting=wish.counts_from,
        begun=record.begun if record.counting == wish.counts_from else 0,
        tries={},
        strikes=(),
        skipped=(),
        unlanded={},
        setback=None,
        switch=None,
        checkpoint=begun(record, wish),
        until=None,
    )


def turned_off(record: Record, why: str) -> Record:
    """The loop has nothing to do any more; an act that it was broken off at is found again by the facts."""
    doing = after(record.doing, Event.BROKEN_OFF) if record.doing in ACTS else record.doing
    doing = doing if doing is Doing.RESTING else after(doing, Event.TURNED_OFF)
    return structs.replace(record, doing=doing, why=why, until=None, person=False)


def woken(record: Record) -> Record:
    """Something may have changed, or the owner was another process before: it looks again."""
    if record.doing in {Doing.WAITING, Doing.WORKING}:
        return structs.replace(record, doing=after(record.doing, Event.CHANGED))
    if record.doing in ACTS:
        # What it had come to nobody knows: a claim may have been made, and taken back since.
        return structs.replace(_claimed(record), doing=after(record.doing, Event.BROKEN_OFF))
    return record


def chosen(out: Outlook, choice: Choice) -> Record:
    """The record while a choice is carried out; it is to be kept before that is begun."""
    record, issue = out.record, choice.options.issue or out.view.agent.issue
    if choice.event in STARTS and issue is not None and (record.claim is None or record.claim.issue != issue):
        record = structs.replace(record, claim=Claimed(issue, choice.event is Event.POP))
    if choice.pauses and record.checkpoint is not None and not struck(record):
        record = structs.replace(record, checkpoint=structs.replace(record.checkpoint, reached=out.now))
    return structs.replace(
        record, doing=after(record.doing, choice.event), why=choice.why, until=choice.until, person=choice.person
    )


def counted(out: Outlook) -> Outlook:
    """The outlook with what was claimed and the time that was worked since the last look, whoever looked.

    What was set out to be claimed counts as soon as it is seen to be.
    """
    record, days, worked = out.record, out.record.days, out.record.counted
    if out.span is not None:
        days, worked = with_work(days, out.span, worked)
    waits = awaited(record.awaited, out.feedback, out.now)
    looked = under(record.checkpoint, out.rules, out.now)
    days = with_day(days, day_of(days, out.now))
    record = structs.replace(record, days=days, counted=worked, awaited=waits, checkpoint=looked)
    agent = out.view.agent
    if record.claim is not None and out.is_read and agent.status is not Status.UNKNOWN:
        mine = agent.issue == record.claim.issue and agent.status is not Status.ELSEWHERE
        record = _claimed(record) if mine else structs.replace(record, claim=None)
    return structs.replace(out, record=record)


def _claimed(record: Record) -> Record:
    """The record once it is known that the claim was made."""
    claim = record.claim
    if claim is None or claim.seen:
        return record
    record = structs.replace(record, claim=structs.replace(claim, seen=True))
    if not claim.pops:
        return record
    today = structs.replace(record.days[-1], issues=record.issues + 1)
    counted = structs.replace(record, days=(*record.days[:-1], today), begun=record.begun + 1)
    return structs.replace(counted, checkpoint=popped(record, claim.issue))


def ended(
    record: Record,
    choice: Choice,
    outcome: Outcome,
    now: datetime,
    seed: str,
    pace: float = 1.0,
    *,
    adopts: bool = False,
) -> Record:
    """The record after the act that a choice came to; `pace` is what waits are multiplied with.

    `adopts` says that no agent could be started because a person's works already: it is watched like one of its own.
    """
    if outcome.ok or any(step.name == ClaimIssue.__name__ and step.done for step in outcome.steps):
        record = _claimed(record)
    if adopts:
        return structs.replace(record, doing=after(record.doing, Event.ENDED), until=None, tries={})
    claims = choice.event in {Event.POP, Event.TAKE_UP}
    if outcome.problem is not None and claims and outcome.problem.code is ErrorCode.UNVOUCHED:
        skipped = (*record.skipped, choice.options.issue or 0)[-SKIPPED:]
        return structs.replace(record, doing=after(record.doing, Event.ENDED), until=None, skipped=skipped)
    if choice.event is Event.LAND and outcome.problem is not None and outcome.problem.code in _UNREADY:
        unlanded = _unlanded(record, choice.options.pull_request or 0, now, seed, pace)
        return structs.replace(record, doing=after(record.doing, Event.ENDED), until=None, unlanded=unlanded)
    if outcome.problem is not None:
        if TABLE[CODES[outcome.problem.code]].answer is Answer.FEED_BACK and outcome.issue is not None:
            return _set_back(record, outcome.issue, outcome.problem, now, choice.run)
        if CODES[outcome.problem.code] is Trouble.AGENT_START:
            record = structs.replace(record, switch=choice.otherwise or choice.switch or record.switch)
            if choice.otherwise is not None:
                looking = structs.replace(record, doing=after(record.doing, Event.ENDED), until=None)
                return structs.replace(looking, why=outcome.problem.message)
        return _failed(record, outcome.problem, outcome.asks is not None, now, seed, pace)
    record = structs.replace(record, doing=after(record.doing, Event.ENDED), until=None)
    tries: Mapping[Trouble, Tries] = {}
    if choice.event is Event.LAUNCH and choice.trouble is Trouble.AGENT_START and choice.switch is None:
        # Whether that one began is seen later.
        count = record.tries[Trouble.AGENT_START].count + 1 if Trouble.AGENT_START in record.tries else 1
        tries = {Trouble.AGENT_START: Tries(count, now + wait(Trouble.AGENT_START, count, seed) * pace, record.why)}
    record = structs.replace(record, tries=tries, switch=choice.switch or record.switch)
    if choice.event in {Event.POP, Event.TAKE_UP, Event.BOTTLE, Event.GIVE_UP}:
        record = structs.replace(record, setback=None, switch=None)
    match choice.event:
        case Event.GIVE_UP if outcome.issue is not None and choice.trouble is not None:
            others = (one for one in record.strikes if one.issue != outcome.issue)
            strikes = (*others, Strike(outcome.issue, choice.trouble))
            return structs.replace(record, strikes=strikes[-STRIKES:])
        case Event.BOTTLE:
            return structs.replace(record, strikes=())
        case Event.LAND:
            # GitHub may put it off, or take it out of its queue again: then it is not asked to at once.
            unlanded = _unlanded(record, choice.options.pull_request or 0, now, seed, pace)
            return structs.replace(record, unlanded=unlanded)
        case _:
            return record


def _unlanded(record: Record, number: int, now: datetime, seed: str, pace: float) -> Mapping[int, Tries]:
    """With a pull request that is not as ready as it looked, or lands by itself: others are not held up by it."""
    before = record.unlanded.get(number)
    count = before.count + 1 if before is not None else 1
    tries = Tries(count, now + wait(Trouble.REFUSED, count, seed) * pace)
    return dict(list({**record.unlanded, number: tries}.items())[-SKIPPED:])


def _set_back(record: Record, issue: int, problem: Problem, now: datetime, run: str) -> Record:
    """What was done is not taken: another run is told why, or a person."""
    before, trouble = record.setback, CODES[problem.code]
    same = before is not None and (before.issue, before.trouble) == (issue, trouble)
    count = before.count + 1 if before is not None and same else 1
    # More than an agent is told besides the issue would keep every other one from being started.
    setback = Setback(issue, trouble, tail(problem.detail), now, count, run)
    looking = structs.replace(record, doing=after(record.doing, Event.ENDED), until=None)
    return structs.replace(looking, why=problem.message, tries={}, setback=setback)


def _failed(record: Record, problem: Problem, asks: bool, now: datetime, seed: str, pace: float) -> Record:
    trouble = Trouble.REFUSED if asks else CODES[problem.code]
    row = TABLE[trouble]
    looking = structs.replace(record, doing=after(record.doing, Event.ENDED), until=None)
    count = record.tries[trouble].count + 1 if trouble in record.tries else 1
    if asks or row.answer is Answer.PERSON or (row.answer is Answer.AGAIN and count > row.tries):
        held = after(record.doing, Event.HELD)
        return structs.replace(record, doing=held, why=problem.message, until=None, person=True, tries={})
    soonest = now + wait(trouble, count, seed) * pace
    not_before = max(soonest, problem.retry_at) if problem.retry_at is not None else soonest
    tries = {**record.tries, trouble: Tries(count, not_before, problem.message)}
    return structs.replace(looking, why=problem.message, until=not_before, tries=tries)
