"""What is told of a loop: its pauses, who works it, and what it counts for that."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from loopworld import RULES, World
from msgspec import structs
from tui.shown import entry, repository

from soda_tui.domain.actions import Verb
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.loop.advancing import chosen, counted, ended, turned_on
from soda_tui.domain.loop.deciding import decide
from soda_tui.domain.loop.machine import Doing, Event, Mode
from soda_tui.domain.loop.outlook import Choice, Outlook
from soda_tui.domain.loop.record import Record, Strike, Wish
from soda_tui.domain.loop.showing import loop_of
from soda_tui.domain.loop.troubles import Trouble
from soda_tui.domain.model import Loop
from soda_tui.domain.outcome import Options, Outcome

NOW = World(Random(0)).now
ON = Wish(Mode.ON, NOW)
STRUCK = tuple(Strike(number, Trouble.NO_COMMITS) for number in (5, 6, 7))


def seen(record: Record, wish: Wish = ON, **changes: object) -> Outlook:
    """A repository with an issue in its queue, whose agent is free."""
    view = repository(agent=repository().agent, queue=(entry(8, "x"),), fetched_at=NOW, drift=(), needs=())
    out = Outlook(view, wish, record, RULES, NOW)
    return structs.replace(out, **changes)


def test_three_equal_failures_pause_it_and_are_named_with_the_command_that_shows_the_log() -> None:
    out = seen(Record(Doing.LOOKING, strikes=STRUCK, wished=NOW))
    choice = decide(out)
    assert choice is not None and choice.pauses and choice.person and choice.verb is None
    assert "5, 6, 7" in choice.why and "no commits" in choice.why and "`soda-tui logs acme/rocket`" in choice.why
    paused = decide(seen(chosen(out, choice), structs.replace(ON, mode=Mode.PAUSED)))
    assert paused is not None and paused.person and paused.why == choice.why
    again = Wish(Mode.ON, NOW + timedelta(minutes=1))
    goes_on = decide(seen(turned_on(structs.replace(out.record, doing=Doing.LOOKING), again), again))
    assert goes_on is not None and goes_on.verb is Verb.POP


@pytest.mark.parametrize("last", [Strike(7, Trouble.CRASH), None])
def test_other_failures_and_fewer_of_them_pause_nothing(last: Strike | None) -> None:
    strikes = (*STRUCK[:2], last) if last else STRUCK[:2]
    choice = decide(seen(Record(Doing.LOOKING, strikes=strikes, wished=NOW)))
    assert choice is not None and choice.verb is Verb.POP


def test_one_that_has_popped_what_was_wished_is_through_whatever_failed() -> None:
    assert decide(seen(Record(Doing.LOOKING, strikes=STRUCK, begun=3, wished=NOW), structs.replace(ON, most=3))) is None


def popped(record: Record, issue: int) -> Record:
    """The record after a pop that was done."""
    choice = Choice(Event.POP, "It is popped.", Verb.POP, Options(issue=issue))
    done = Outcome(Verb.POP, "acme/rocket", "Done.", issue=issue)
    looks = counted(seen(structs.replace(record, doing=Doing.LOOKING)))
    return ended(chosen(looks, choice), choice, done, NOW, "x")


def test_a_checkpoint_counts_an_issue_once_and_only_since_it_was_set() -> None:
    record = counted(seen(turned_on(Record(), ON))).record
    for issue in (5, 6, 5, 5):
        record = popped(record, issue)
    assert record.checkpoint is not None and record.checkpoint.issues == 2
    later = NOW + timedelta(days=1)
    other = structs.replace(RULES, checkpoint_issues=2)
    record = counted(seen(record, rules=other, now=later)).record
    assert record.checkpoint is not None
    assert (record.checkpoint.issues, record.checkpoint.since) == (0, later)
    choice = decide(seen(popped(record, 5), rules=other, now=later))
    assert choice is not None and not choice.pauses
    choice = decide(seen(popped(popped(record, 5), 6), rules=other, now=later))
    assert choice is not None and choice.pauses


@pytest.mark.parametrize("event,verb", [(Event.LAUNCH, Verb.LAUNCH), (Event.POP, Verb.POP)])
@pytest.mark.parametrize("code", [ErrorCode.REFUSED, ErrorCode.AGENT])
def test_an_agent_that_a_person_launched_first_holds_nothing_up(event: Event, verb: Verb, code: ErrorCode) -> None:
    doing = {Event.LAUNCH: Doing.LAUNCHING, Event.POP: Doing.POPPING}[event]
    problem = Problem(code, "The agent runs already.")
    outcome = Outcome(verb, "acme/rocket", problem.message, problem=problem, issue=5)
    record = ended(Record(doing), Choice(event, "It is launched.", verb), outcome, NOW, "x", adopts=True)
    assert (record.doing, record.tries, record.until, record.switch) == (Doing.LOOKING, {}, None, None)


def shown(wish: Wish, record: Record, stopped: str | None = None, *, owned: bool) -> Loop | None:
    return loop_of("acme/rocket", wish, record, NOW, stopped=stopped, owned=lambda: owned)


def test_a_loop_whose_owner_has_ended_is_worked_by_nobody() -> None:
    record = Record(Doing.WORKING, "The agent works on 5.", wished=NOW)
    working = shown(ON, record, owned=True)
    assert working is not None and working.why == "The agent works on 5."
    left = shown(ON, record, owned=False)
    assert left is not None and (left.mode, left.doing, left.person) == (Mode.ON, Doing.RESTING, True)
    assert left.why.startswith("Nobody works it") and "`soda-tui auto acme/rocket`" in left.why
    paused = shown(structs.replace(ON, mode=Mode.PAUSED), record, owned=False)
    assert paused is not None and paused.why.startswith("It is paused") and not paused.person
    paused = shown(structs.replace(ON, mode=Mode.PAUSED), structs.replace(record, strikes=STRUCK), owned=False)
    assert paused is not None and "5, 6, 7" in paused.why and paused.person
    assert shown(Wish(Mode.OFF, NOW), structs.replace(record, doing=Doing.BOTTLING), owned=False) is None


@pytest.mark.parametrize("owned", [True, False])
def test_a_stop_is_told_at_once_in_the_place_of_what_it_did_before(owned: bool) -> None:
    found = shown(ON, Record(Doing.WORKING, "The agent works on 5."), "STOP since 8.", owned=owned)
    assert found is not None and (found.doing, found.why) == (Doing.WAITING, "STOP since 8.")
    acts = shown(ON, Record(Doing.BOTTLING, "Handing over."), "STOP since 8.", owned=owned)
    assert acts is not None and (acts.why == "Handing over.") == owned, "what was begun goes on to its end"
