"""Deciding: what a loop does next as things stand, and why; a pure function of what is known and the moment."""

from __future__ import annotations

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import DriftKind, Severity, Status
from soda_tui.domain.loop.holding import given_back, with_claim
from soda_tui.domain.loop.machine import Doing, Event, Mode
from soda_tui.domain.loop.outlook import Choice, Outlook, for_person
from soda_tui.domain.loop.pausing import awaits_a_look
from soda_tui.domain.loop.pausing import words as pause_words
from soda_tui.domain.loop.troubles import DRIFT, Mending, Trouble
from soda_tui.domain.model import Drift
from soda_tui.domain.outcome import Options

# What is still done when the time is over: to hand over what is there.
_FINISHES = frozenset({Verb.BOTTLE, Verb.CONTINUE})
# What an agent must not go on for: its issue is not to be worked on any more.
_ENDS_WORK = frozenset({DriftKind.ISSUE_CLOSED, DriftKind.ISSUE_GONE, DriftKind.ISSUE_REASSIGNED})


def decide(out: Outlook) -> Choice | None:
    """What to do next; None where the loop has nothing to do any more: it is off, drained, or its time is over."""
    if out.wish.mode is Mode.OFF:
        return None
    choice = _kept_from(out) or _mends(out) or with_claim(out)
    if choice is not None and out.is_late and not out.runs and choice.verb not in _FINISHES:
        return None
    return choice


def is_over(out: Outlook) -> bool:
    """Whether there is nothing left to do even for a loop that waits to be turned on again."""
    drained = out.wish.mode is Mode.DRAINING and out.is_read and out.view.agent.status is Status.IDLE
    return drained or (out.is_late and not out.runs)


def rests(out: Outlook) -> str:
    """What is said of a loop that has nothing to do any more: also what it waited for, and what it leaves."""
    name = out.view.name
    if not out.is_late:
        return say.LOOP_THROUGH(repository=name)
    held, waited = out.view.agent.issue, _kept_from(out)
    left = say.LOOP_LEAVES(issue=held) if held is not None else ""
    why = waited.why if waited is not None else out.record.why if out.record.doing is Doing.HELD else ""
    return " ".join(filter(None, (say.LOOP_TIME_OVER(repository=name), left, why)))


def _kept_from(out: Outlook) -> Choice | None:
    """What keeps the loop from doing anything at all."""
    view = out.view
    if out.stopped is not None:
        return Choice(Event.WAIT, out.stopped, person=out.stop_here)
    if out.wish.mode is Mode.PAUSED:
        why = pause_words(out.record, view.name, out.now)
        return Choice(Event.WAIT, why, person=awaits_a_look(out.record))
    if view.archived or view.read_only:
        return for_person(say.LOOP_READ_ONLY(repository=view.name))
    if not out.is_read:
        why = view.error.message if view.error else say.LOOP_UNREAD(repository=view.name)
        return Choice(Event.WAIT, why, until=view.error.retry_at if view.error else None)
    # An agent that works after all is not waited for.
    started = {Trouble.AGENT_START} if view.agent.status.at_work else set()
    tries = {trouble: met for trouble, met in out.record.tries.items() if trouble not in started}
    waiting = [(met.not_before, trouble) for trouble, met in tries.items() if met.not_before > out.now]
    if waiting:
        until, trouble = max(waiting)
        return Choice(Event.WAIT, tries[trouble].why, until=until, trouble=trouble)
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
            return for_person(drift.message)
        if mending is Mending.REPAIR and drift.repair is not None:
            return Choice(Event.MEND, drift.message, Verb.REPAIR, Options(yes=True, repair=drift.kind))
    if view.unfinished is not None and not running and given_back(out) is None:
        run = view.agent.run.id if view.agent.run else ""
        return Choice(Event.MEND, view.unfinished.message, Verb.CONTINUE, Options(yes=True), run=run)
    return None


def _blocks(drift: Drift) -> bool:
    return drift.severity is Severity.CRITICAL
