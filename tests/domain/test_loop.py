"""The loop: its table, and thousands of simulated hours in which it must never do what it may not."""

from __future__ import annotations

import os
from datetime import timedelta
from itertools import product
from random import Random

import pytest
from loopworld import RULES, World
from machineworld import Machine, stuck
from msgspec import structs
from tui.shown import agent, repository

from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import DriftKind, Status
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.feedback import MOST_ROUNDS
from soda_tui.domain.loop.advancing import ended
from soda_tui.domain.loop.deciding import decide
from soda_tui.domain.loop.machine import ACTS, TABLE, Doing, Event, Illegal, Mode, after
from soda_tui.domain.loop.outlook import Choice, Outlook
from soda_tui.domain.loop.record import Record, Setback, Wish
from soda_tui.domain.loop.troubles import CODES, DRIFT, ENDINGS, Answer, Trouble, wait
from soda_tui.domain.loop.troubles import TABLE as ANSWERS
from soda_tui.domain.model import Run
from soda_tui.domain.outcome import Outcome
from soda_tui.domain.prompt import LONGEST_EXTRA
from soda_tui.domain.runs.endings import Ending

_HOURS = int(os.environ.get("SODA_TUI_TEST_HOURS", "3000"))
_STEP = timedelta(minutes=4)


def test_what_the_table_lacks_is_an_error() -> None:
    for doing, event in product(Doing, Event):
        if (doing, event) not in TABLE:
            with pytest.raises(Illegal):
                after(doing, event)


def test_every_state_can_be_left_and_reached() -> None:
    assert {doing for doing, _ in TABLE} == set(Doing)
    assert set(TABLE.values()) == set(Doing)
    assert {event for _, event in TABLE} == set(Event)


def test_an_act_is_broken_off_by_nothing_but_the_end_of_the_process() -> None:
    for doing in ACTS:
        assert {event for state, event in TABLE if state is doing} == {Event.ENDED, Event.HELD, Event.BROKEN_OFF}


def test_there_is_an_answer_to_everything() -> None:
    assert set(ANSWERS) == set(Trouble)
    assert set(CODES) == set(ErrorCode)
    assert set(ENDINGS) == set(Ending)
    assert set(DRIFT) == set(DriftKind)
    for trouble, row in ANSWERS.items():
        assert row.tries == 0 or row.answer in {Answer.AGAIN, Answer.FEED_BACK}, trouble
        assert row.answer is not Answer.AGAIN or row.tries > 0, trouble
        assert (row.answer is Answer.FEED_BACK) == (row.words is not None), trouble


def test_waits_grow_are_bounded_and_are_no_two_alike() -> None:
    waits = [wait(Trouble.NETWORK, tries, "acme/rocket") for tries in range(1, 12)]
    assert timedelta(seconds=11) <= waits[0] <= timedelta(seconds=19)
    assert waits[0] < waits[2] < waits[4]
    assert max(waits) <= timedelta(minutes=38)
    assert wait(Trouble.NETWORK, 3, "acme/rocket") != wait(Trouble.NETWORK, 3, "acme/teapot")


def chosen_after_a_setback(began: timedelta | None, ending: Ending | None, tries: int) -> Choice | None:
    """What a loop chooses for an issue whose work conflicted; `began` is when its last run did, after that."""
    world = World(Random(0))
    at = world.now + began if began is not None else None
    run = Run("run1", None, at, at, 0 if at else None, "/state/run1.log", ending=ending) if ending else None
    status = Status.ENDED if run is not None else Status.CLAIMED
    holds = structs.replace(agent(status), issue=7, tries=tries, run=run)
    view = repository(agent=holds, fetched_at=world.now, drift=(), needs=())
    record = Record(setback=Setback(7, Trouble.CONFLICT, "git merge 1234", world.now))
    return decide(Outlook(view, Wish(Mode.ON, world.now), record, RULES, world.now))


@pytest.mark.parametrize("ending", [None, Ending.FAILED])
def test_an_attempt_that_was_counted_and_never_ran_is_none_too_many(ending: Ending | None) -> None:
    choice = chosen_after_a_setback(None, ending, RULES.attempts)
    assert choice is not None and choice.verb is Verb.LAUNCH
    assert "git merge 1234" in choice.options.extra


def test_what_the_work_lacked_is_told_again_where_the_run_that_was_told_came_to_nothing() -> None:
    choice = chosen_after_a_setback(timedelta(minutes=1), Ending.NO_WORK, RULES.attempts - 1)
    assert choice is not None and choice.verb is Verb.LAUNCH
    assert "ended without a commit" in choice.options.extra
    assert choice.options.extra.count("git merge 1234") == 1


def test_what_the_work_lacked_is_bounded_in_bytes_where_it_is_noted() -> None:
    """Else no agent would be started again: what it is told besides the issue has a bound."""
    world = World(Random(0))
    files = "\n".join(f"文書/第{number}章/" + "漢字" * 90 for number in range(50))
    record = structs.replace(Record(), doing=Doing.BOTTLING)
    problem = Problem(ErrorCode.MERGE_CONFLICT, "It conflicts.", detail=files)
    conflicts = Outcome(Verb.BOTTLE, "acme/rocket", "It conflicts.", problem=problem, issue=7)
    record = ended(record, Choice(Event.BOTTLE, "", Verb.BOTTLE), conflicts, world.now, "acme/rocket")
    holds = structs.replace(agent(Status.CLAIMED), issue=7, tries=1, run=None)
    view = repository(agent=holds, fetched_at=world.now, drift=(), needs=())
    choice = decide(Outlook(view, Wish(Mode.ON, world.now), record, RULES, world.now))
    assert choice is not None and choice.verb is Verb.LAUNCH and "第49章" in choice.options.extra
    assert len(choice.options.extra.encode()) < LONGEST_EXTRA


def test_what_was_landed_and_comes_back_is_landed_again_only_after_a_wait() -> None:
    """GitHub's queue may turn it out each time it is put there: then every time costs checks, and longer is waited."""
    world = World(Random(0))
    view = repository(agent=agent(Status.IDLE), fetched_at=world.now, queue=(), drift=(), needs=())
    record, now, waited = Record(), world.now, []
    for _ in range(3):
        out = Outlook(view, Wish(Mode.ON, world.now), record, RULES, now, released=(9,))
        choice = decide(out)
        assert choice is not None and choice.verb is Verb.LAND
        landed = Outcome(Verb.LAND, "acme/rocket", "It is in the merge queue.", issue=5)
        record = ended(structs.replace(record, doing=Doing.LANDING), choice, landed, now, "acme/rocket")
        again = decide(structs.replace(out, record=record))
        assert again is None or again.verb is not Verb.LAND
        waited.append(record.unlanded[9].not_before - now)
        now = record.unlanded[9].not_before
    assert waited[0] < waited[2] <= timedelta(minutes=38)


@pytest.mark.parametrize("seed", range(6))
def test_simulated_hours(seed: int) -> None:
    """Caps are never exceeded, nothing is launched twice, and it never waits without a reason; `World` raises else."""
    world = World(Random(seed))
    idle = 0
    for _ in range(int(_HOURS / 6 * timedelta(hours=1) / _STEP)):
        world.happen()
        before = world.done.total()
        for _ in range(4):
            if world.turn() is None:
                break
        assert world.record.doing is Doing.RESTING or world.record.why or world.wish.mode is Mode.OFF
        idle = 0 if world.done.total() > before or world.wish.mode is not Mode.ON else idle + 1
        world.pass_by(_STEP)
    assert world.done["pop"] > 50
    assert world.done["bottle"] and world.killed
    assert world.setbacks
    assert world.given_up
    assert max(world.attempts.values()) <= RULES.attempts
    assert world.checkpoints
    assert world.rounds or _HOURS < 20_000
    assert (world.rounds == MOST_ROUNDS and world.used_up) or _HOURS < 20_000
    assert world.gone_on
    assert set(world.switches) == {Trouble.AGENT_START, Trouble.CRASH, Trouble.USAGE_LIMIT}


@pytest.mark.anyio
@pytest.mark.parametrize("seed", range(2))
async def test_simulated_hours_of_a_machine_with_few_slots(seed: int) -> None:
    """Processes that are killed share five loops and two slots; `Machine` raises where one does what it must not."""
    machine = Machine(Random(seed), ("a/a", "b/b", "c/c", "d/d", "e/e"))
    for _ in range(int(_HOURS / 30 * timedelta(hours=1) / _STEP)):
        await machine.pass_by(_STEP)
    assert machine.done["killed"]
    assert machine.done["bottle"] > 10
    assert not stuck(machine)
