"""Showing: a repository with its loop, what a person is asked before it is turned on, and what a key does to it."""

from __future__ import annotations

from datetime import datetime

from msgspec import structs

from soda_tui.domain import sentences as say
from soda_tui.domain.loop.machine import Mode
from soda_tui.domain.loop.record import Wish
from soda_tui.domain.model import Loop, Need, NeedCode, Repository
from soda_tui.domain.settings import AutoFeedback, AutoLand, AutoSettings, Enrolment

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
    """The repository with its loop: what that takes care of is no need, what it waits for somebody to do is one."""
    if loop is None and view.loop is None:
        return view
    if loop is None or loop.mode is Mode.OFF:
        return structs.replace(view, loop=loop)
    if loop.person:
        told = () if any(need.message == loop.why for need in view.needs) else (Need(NeedCode.LOOP, loop.why),)
        return structs.replace(view, loop=loop, needs=(*told, *view.needs))
    if loop.mode is Mode.PAUSED:
        return structs.replace(view, loop=loop)
    mends = {NeedCode.FEEDBACK} if rules.feedback is AutoFeedback.AUTOMATIC else set()
    needs = tuple(need for need in view.needs if need.code not in _TAKEN_CARE_OF | mends)
    return structs.replace(view, loop=loop, needs=needs)


def pressed(wish: Wish, now: datetime) -> Wish:
    """What a person wishes who presses the key: to turn it on, and when it is on to finish what is claimed."""
    if wish.mode is Mode.ON:
        return structs.replace(wish, mode=Mode.DRAINING)
    return Wish(Mode.ON, now)


def question(enrolment: Enrolment) -> str:
    """What is asked before a loop is turned on: what it may do, and its caps."""
    landing = _LANDING[enrolment.auto.land](label=enrolment.labels.ready_to_merge)
    return say.ASK_AUTO(repository=enrolment.name.full, caps=_caps(enrolment.auto), landing=landing)


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
