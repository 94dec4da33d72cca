"""Showing: a repository with its loop, what a person is asked before it is turned on, and what a key does to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from msgspec import structs

from soda_tui.domain import sentences as say
from soda_tui.domain.choosing import uncounted
from soda_tui.domain.codes import NeedCode
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.configuration.unattended import AutoFeedback, AutoLand, AutoSettings
from soda_tui.domain.loop.machine import ACTS, Doing, Mode
from soda_tui.domain.loop.pausing import awaits_a_look, words
from soda_tui.domain.loop.record import Record, Wish
from soda_tui.domain.model import Loop, Need, Repository

# What a loop that works takes care of: nobody needs to be called for it.
_TAKEN_CARE_OF = frozenset(
    {
        NeedCode.AGENT_ENDED,
        NeedCode.AGENT_FAILED,
        NeedCode.AGENT_LIMIT,
        NeedCode.WORK_DONE,
        NeedCode.HANDOVER_UNFINISHED,
        NeedCode.CLAIM_UNFINISHED,
        NeedCode.ACT_UNFINISHED,
    }
)


_USUAL = AutoSettings()
_LANDING = {
    AutoLand.NEVER: say.LANDS_NEVER,
    AutoLand.LABELLED: say.LANDS_LABELLED,
    AutoLand.READY: say.LANDS_READY,
}


def with_loop(view: Repository, loop: Loop | None, rules: AutoSettings = _USUAL) -> Repository:
    """The repository with its loop: what that takes care of is no need, what it waits for somebody to do is one.

    That it does not land something is told where it is on.
    """
    if loop is None or loop.mode is Mode.OFF:
        told = tuple(need for need in view.needs if need.code is not NeedCode.NOT_RELEASED)
        return view if (loop, told) == (view.loop, view.needs) else structs.replace(view, loop=loop, needs=told)
    if loop.person:
        told = () if any(need.message == loop.why for need in view.needs) else (Need(NeedCode.LOOP, loop.why),)
        return structs.replace(view, loop=loop, needs=(*told, *view.needs))
    if loop.mode is Mode.PAUSED:
        return structs.replace(view, loop=loop)
    mends = {NeedCode.FEEDBACK} if rules.feedback is AutoFeedback.AUTOMATIC else set()
    needs = tuple(need for need in view.needs if need.code not in _TAKEN_CARE_OF | mends)
    return structs.replace(view, loop=loop, needs=needs)


def loop_of(
    name: str,
    wish: Wish,
    record: Record,
    now: datetime,
    *,
    stopped: str | None,
    owned: Callable[[], bool],
    stop_here: bool = False,
) -> Loop | None:
    """How a loop stands by what is wished and what its owner remembers; None where there is nothing to say of it.

    An owner that has ended remembers what it did last, and one that works hears of a stop a moment later. `stop_here`
    says that the stop is this repository's alone: whoever looks elsewhere does not see it.
    """
    known = Loop(wish.mode, record.doing, record.why, record.until, record.person)
    if wish.mode is Mode.OFF:
        through = record.doing is Doing.RESTING and record.why
        return known if through or (record.doing in ACTS and owned()) else None
    works = owned()
    if works and (record.doing in ACTS or stopped is None):
        return known
    if stopped is not None:
        return Loop(wish.mode, Doing.WAITING, stopped, None, person=stop_here)
    if wish.mode is Mode.PAUSED:
        return Loop(wish.mode, Doing.RESTING, words(record, name, now), None, awaits_a_look(record))
    return Loop(wish.mode, Doing.RESTING, say.LOOP_NOBODY(repository=name), None, person=True)


def pressed(wish: Wish, record: Record, now: datetime) -> Wish:
    """What a person wishes who presses the key: to turn it on, and when it goes on to finish what is claimed."""
    if wish.mode is Mode.ON and not (record.doing is Doing.HELD and record.wished == wish.since):
        return structs.replace(wish, mode=Mode.DRAINING)
    return on_again(wish, Wish(Mode.ON, now))


def on_again(before: Wish, wish: Wish) -> Wish:
    """A wish that turns a loop on: what it does not say itself stays as it was wished, where that was not off."""
    if before.mode is Mode.OFF:
        return wish
    lasts = before.until is not None and wish.since is not None and before.until > wish.since
    return structs.replace(
        wish,
        until=wish.until or (before.until if lasts else None),
        most=wish.most or before.most,
        profile=wish.profile or before.profile,
        began=None if wish.most else before.counts_from,
    )


def question(enrolment: Enrolment) -> str:
    """What is asked before a loop is turned on: what it may do, and its caps."""
    landing = _LANDING[enrolment.auto.land](label=enrolment.labels.ready_to_merge)
    asked = say.ASK_AUTO(repository=enrolment.name.full, caps=_caps(enrolment.auto), landing=landing)
    return f"{asked} {unbounded(enrolment)}".rstrip()


def unbounded(enrolment: Enrolment) -> str:
    """That the cap of tokens does not hold, and for which agents; empty where it does, or there is none."""
    silent = uncounted(enrolment)
    return say.TOKENS_UNCOUNTED(repository=enrolment.name.full, profiles=", ".join(silent)) if silent else ""


def told(name: str, mode: Mode) -> str:
    """What is said once a loop is wished to be so."""
    return {
        Mode.ON: say.LOOP_ON,
        Mode.DRAINING: say.LOOP_DRAINING,
        Mode.PAUSED: say.LOOP_IS_PAUSED,
        Mode.OFF: say.LOOP_OFF,
    }[mode](repository=name)


def _caps(rules: AutoSettings) -> str:
    issues = f"{rules.issues_per_day} issues" if rules.issues_per_day else "any number of issues"
    tokens = f", {rules.tokens_per_day:,} tokens" if rules.tokens_per_day else ""
    return f"{issues}{tokens} and {rules.max_work_hours:g} h of work a day, {rules.attempts} attempts at an issue"
