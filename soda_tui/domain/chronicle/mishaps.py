"""Mishaps: what went wrong in a repository, and whether a person had to put it right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.chronicle.acts import Acts, is_nobodys, is_touch
from soda_tui.domain.chronicle.past import Mended, Mishap, Past
from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.journal import JournalEntry, JournalOutcome
from soda_tui.domain.loop.machine import Event
from soda_tui.domain.loop.troubles import CODES, Trouble
from soda_tui.domain.runs.endings import ENDED_FOR, How, exit_words
from soda_tui.domain.runs.facts import RunFacts
from soda_tui.domain.status import how_ended

# The kind of an act whose process ended in the middle of it.
BROKEN_OFF = "broken_off"
_FINISHES = frozenset({Verb.BOTTLE, Verb.LAND})
_RUNS = {
    How.BADLY: Trouble.CRASH,
    How.LIMIT: Trouble.USAGE_LIMIT,
    How.LATE: Trouble.TIME_OUT,
    How.ASKED: Trouble.QUESTION,
}
# What another was faster at, or was not there to be done, or was stopped by a person, went as it should.
NO_MISHAPS = frozenset({Trouble.TAKEN, Trouble.HALTED})
_OF_LOOPS = frozenset({Event.WAIT, Event.ENDED, Event.HELD})


def mishaps(past: Past, acts: Acts) -> tuple[Mishap, ...]:
    """What went wrong, the newest first."""
    found = [*_of_runs(past, acts), *_of_acts(acts), *_of_decisions(past, acts)]
    return tuple(sorted(found, key=lambda mishap: mishap.at, reverse=True))


def _of_runs(past: Past, acts: Acts) -> Iterator[Mishap]:
    """What ended without work to hand over: the loop that looked at what it left knows best."""
    judged = {one.run: one.trouble for one in past.decisions if one.run and one.trouble}
    for run in past.runs:
        at = run.ended_at or run.last_output_at or run.started_at
        if run.alive or at is None:
            continue
        kind = judged.get(run.id) or _kind(run)
        if kind is not None and kind not in NO_MISHAPS:
            what = say.RUN_CAME_TO(issue=run.issue, how=how(run))
            yield Mishap(kind, at, what, _mended(at, run.issue, acts, _FINISHES), run.issue, run.id)


def _kind(run: RunFacts) -> str | None:
    if run.stopped or run.halted or run.claim_lost or run.by_hand:
        return None
    return _RUNS.get(how_ended(run)) if run.started_at is not None else Trouble.AGENT_START


def how(run: RunFacts) -> str:
    """How a run ended, in words."""
    if run.alive:
        return "running"
    if run.ended_for is not None:
        return ENDED_FOR[run.ended_for]
    if run.stopped or run.halted:
        return "stopped" if run.stopped else "stopped by the STOP file"
    return run.problem if run.problem and run.exit is None else exit_words(run.exit)


def _of_acts(acts: Acts) -> Iterator[Mishap]:
    """The acts of people that came to nothing; those of loops are told by what the loops decided then."""
    for act in acts.all:
        if act.outcome is JournalOutcome.BROKEN_OFF:
            yield _act(act, BROKEN_OFF, say.ACT_BROKEN_OFF(verb=act.verb, issue=act.issue or "?"), acts)
        elif act.outcome is JournalOutcome.FAILED and not act.unattended and _trouble(act.code) not in NO_MISHAPS:
            yield _act(act, _trouble(act.code), act.message, acts)


def _act(act: JournalEntry, kind: str, what: str, acts: Acts) -> Mishap:
    at, issue = act.ended or act.began, act.issue or None
    return Mishap(kind, at, what, _mended(at, issue, acts), issue)


def _trouble(code: str | None) -> str:
    """The trouble of an error's code; another version may know others."""
    try:
        return CODES[ErrorCode(code or ErrorCode.UNEXPECTED)]
    except ValueError:
        return Trouble.UNEXPECTED


def _of_decisions(past: Past, acts: Acts) -> Iterator[Mishap]:
    for one in past.decisions:
        if one.trouble and not one.run and one.event in _OF_LOOPS and one.trouble not in NO_MISHAPS:
            yield Mishap(one.trouble, one.at, one.why, _mended(one.at, one.issue, acts), one.issue)


def _mended(at: datetime, issue: int | None, acts: Acts, by: frozenset[Verb] | None = None) -> Mended:
    """How it was put right: what was done first afterwards, that finished the issue or had to be a person's, tells."""
    for act in acts.after(at, issue):
        finished = next((one for one in act.finished if one.issue == issue), None)
        if finished is not None:
            return Mended.BY_PERSON if finished.number is None else Mended.BY_ITSELF
        if is_touch(act) or act.verb == Verb.GIVE_UP:
            return Mended.BY_PERSON
        if act.outcome is JournalOutcome.DONE and (not is_nobodys(act) if by is None else act.verb in by):
            return Mended.BY_ITSELF
    return Mended.OPEN
