"""What bounds a loop: the day, its caps, the time wished for, what a person holds, and how it is turned on again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from time import tzset

import pytest
from given import ENROLMENT
from loopworld import RULES
from msgspec import structs
from tui.shown import agent, entry, repository

from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import NeedCode, Status, Unseen
from soda_tui.domain.configuration.profiles import Profile
from soda_tui.domain.configuration.unattended import AutoFeedback, AutoSettings
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.feedback import Feedback, Standing
from soda_tui.domain.loop.advancing import chosen, counted, ended, turned_on, woken
from soda_tui.domain.loop.days import day_of, with_day, with_work
from soda_tui.domain.loop.deciding import decide, is_over, rests
from soda_tui.domain.loop.machine import Doing, Event, Mode
from soda_tui.domain.loop.outlook import Choice, Outlook
from soda_tui.domain.loop.record import Checkpoint, Claimed, Day, Record, Span, Strike, Wish
from soda_tui.domain.loop.reworking import next_up
from soda_tui.domain.loop.showing import loop_of, on_again, pressed, question, unbounded, with_loop
from soda_tui.domain.loop.strikes import struck
from soda_tui.domain.loop.troubles import Trouble
from soda_tui.domain.model import Agent, Need, Run
from soda_tui.domain.outcome import Options, Outcome, StepResult
from soda_tui.domain.runs.endings import Ending

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
ON = Wish(Mode.ON, NOW)
LATE = structs.replace(ON, until=NOW - timedelta(days=1))
POP = Choice(Event.POP, "It is popped.", Verb.POP, Options(issue=7))
FULL = Problem(ErrorCode.AGENT, "No agent could be started.")


def seen(held: Agent | None = None, record: Record = Record(Doing.LOOKING), **changes: object) -> Outlook:
    """A repository with an issue in its queue; its agent is free unless it says otherwise."""
    view = repository(agent=held or repository().agent, queue=(entry(8, "x"),), fetched_at=NOW, drift=(), needs=())
    return structs.replace(Outlook(view, ON, structs.replace(record, wished=NOW), RULES, NOW), **changes)


def held(status: Status, ending: Ending | None = None) -> Agent:
    """An agent on issue 7, which has had one attempt."""
    run = Run("run1", None, NOW - timedelta(hours=1), NOW, 1, "/x.log", ending=ending) if ending else None
    return structs.replace(agent(status), issue=7, tries=1, run=run)


FAILED = held(Status.FAILED, Ending.FAILED)


def test_tokens_of_the_day_bound_launches_too() -> None:
    choice = decide(seen(FAILED, tokens=RULES.tokens_per_day))
    assert choice is not None and choice.verb is None and "tokens used today" in choice.why


def test_who_is_at_a_cap_of_the_day_does_not_wait_for_a_slot() -> None:
    choice = decide(seen(FAILED, tokens=RULES.tokens_per_day, full="All slots are taken."))
    assert choice is not None and choice.why != "All slots are taken."


def test_that_a_cap_of_tokens_cannot_hold_is_said_before_the_loop_is_turned_on() -> None:
    capped = structs.replace(ENROLMENT, auto=AutoSettings(tokens_per_day=9), agent=Profile("mine", format="text"))
    assert "mine does not say" in question(capped) and "cannot hold" in unbounded(capped)
    assert not unbounded(structs.replace(capped, agent=Profile("claude", format="claude")))
    assert not unbounded(structs.replace(capped, auto=AutoSettings()))


@pytest.mark.parametrize("well", [True, False])
def test_what_was_claimed_counts_once_however_the_act_ended(well: bool) -> None:
    record = chosen(counted(seen()), POP)
    assert (record.issues, record.begun) == (0, 0)
    steps = (StepResult("ClaimIssue", "claim 7", done=True),)
    outcome = Outcome(Verb.POP, "acme/rocket", "", steps, None if well else FULL, 7)
    record = ended(record, POP, outcome, NOW, "x")
    again = counted(seen(held(Status.CLAIMED), record)).record
    for one in (record, again):
        assert (one.issues, one.begun) == (1, 1)


def test_a_claim_whose_act_failed_counts_as_soon_as_it_is_seen_and_none_that_was_not_made() -> None:
    record = ended(chosen(counted(seen()), POP), POP, Outcome(Verb.POP, "a/b", "", problem=FULL), NOW, "x")
    unread = seen(record=record)
    unread = counted(structs.replace(unread, view=structs.replace(unread.view, stale=True)))
    assert unread.record.claim is not None and unread.record.issues == 0
    assert counted(seen(held(Status.CLAIMED), record)).record.issues == 1
    free = counted(seen(record=record)).record
    assert (free.issues, free.begun, free.claim) == (0, 0, None)


def test_a_pop_in_whose_middle_the_owner_was_killed_counts() -> None:
    record = woken(chosen(counted(seen()), POP))
    assert (record.doing, record.issues, record.begun) == (Doing.LOOKING, 1, 1)
    assert counted(seen(held(Status.CLAIMED), record)).record.issues == 1


def test_a_clock_that_is_set_back_and_forward_brings_no_cap_back() -> None:
    today = day_of((), NOW)
    record = Record(Doing.LOOKING, days=(structs.replace(today, issues=20, worked=9 * 3600.0),))
    back = counted(seen(record=record, now=NOW - timedelta(days=1)))
    assert (back.record.issues, back.record.worked) == (0, 0)
    again = counted(structs.replace(back, now=NOW + timedelta(hours=1))).record
    assert (again.issues, again.worked) == (20, 9 * 3600.0)
    tomorrow = counted(seen(record=again, now=NOW + timedelta(days=1))).record
    assert tomorrow.issues == 0 and len(tomorrow.days) == 3


@pytest.fixture
def zones(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Change this process's zone, and bring it back."""
    yield monkeypatch
    monkeypatch.undo()
    tzset()


def test_a_run_counts_once_and_on_each_day_that_it_worked_on_whenever_somebody_looks() -> None:
    evening, midnight = datetime(2026, 1, 5, 22, tzinfo=UTC), datetime(2026, 1, 6, tzinfo=UTC)
    run = Span("run1", evening, midnight + timedelta(hours=3))
    days, counts = with_work((Day(midnight - timedelta(days=1), midnight),), run, None)
    assert [day.worked for day in days] == [7200, 10800]
    assert with_work(days, structs.replace(run, until=midnight), counts) == (days, counts), "a clock set back"
    longer, _ = with_work(days, structs.replace(run, until=run.until + timedelta(hours=1)), counts)
    assert [day.worked for day in longer] == [7200, 14400]
    other, _ = with_work(days, Span("run2", evening, midnight), counts)
    assert sum(day.worked for day in other) == 25200


def test_a_day_is_one_for_fronts_in_different_zones_and_never_overlaps_another(zones: pytest.MonkeyPatch) -> None:
    days: tuple[Day, ...] = ()
    for hour in range(0, 24 * 12, 5):
        zones.setenv("TZ", ("UTC", "Asia/Tokyo", "America/Los_Angeles")[hour % 3])
        tzset()
        now = NOW + timedelta(hours=hour)
        day = day_of(days, now)
        assert day.begins <= now < day.ends
        assert all(day.begins == one.begins or day.begins >= one.ends or day.ends <= one.begins for one in days)
        days = with_day(days, day)
    # Whoever follows another's day has a whole one: their midnights do not make two caps of one.
    assert len(days) == 7
    assert min(day.ends - day.begins for day in days) >= timedelta(hours=20)


def test_a_day_is_as_long_as_it_is_where_the_clock_is_put_forward(zones: pytest.MonkeyPatch) -> None:
    zones.setenv("TZ", "Europe/Berlin")
    tzset()
    day = day_of((), datetime(2026, 3, 29, 10, tzinfo=UTC))
    assert day.ends - day.begins == timedelta(hours=23)


@pytest.mark.parametrize("changes", [{"held": FAILED}, {"released": (5,)}, {"held": held(Status.CLAIMED)}])
def test_nothing_is_begun_when_the_time_is_over(changes: dict[str, object]) -> None:
    record = Record(Doing.LOOKING, claim=Claimed(7, pops=True, seen=True))
    assert decide(seen(record=record, **changes)) is not None  # type: ignore[arg-type]
    late = seen(record=record, wish=LATE, **changes)  # type: ignore[arg-type]
    assert decide(late) is None and is_over(late)
    assert rests(late).startswith("Its time is over")


def test_what_is_done_is_handed_over_and_what_runs_is_watched_when_the_time_is_over() -> None:
    done = decide(seen(held(Status.DONE, Ending.DONE), wish=LATE))
    assert done is not None and done.verb is Verb.BOTTLE
    works = decide(seen(agent(Status.WORKING), wish=LATE))
    assert works is not None and works.event is Event.WATCH


def test_one_that_is_stopped_unread_paused_or_held_ends_when_the_time_is_over_and_says_what_it_waited_for() -> None:
    stopped = seen(wish=LATE, stopped="STOP stands.")
    assert decide(stopped) is None and rests(stopped).endswith("STOP stands.")
    unread = structs.replace(stopped, stopped=None, view=structs.replace(stopped.view, stale=True))
    assert decide(unread) is None and rests(unread)
    reached = Record(Doing.WAITING, checkpoint=Checkpoint(NOW, 3, NOW))
    paused = seen(record=reached, wish=structs.replace(LATE, mode=Mode.PAUSED))
    assert decide(paused) is None and "Checkpoint" in rests(paused)
    stays = seen(record=Record(Doing.HELD, "The push was rejected."), wish=LATE)
    assert is_over(stays) and rests(stays).endswith("The push was rejected.")


def test_a_held_loop_is_turned_on_by_its_key_and_drained_where_nothing_is_claimed() -> None:
    record = Record(Doing.HELD, "The push was rejected.", wished=NOW)
    later = NOW + timedelta(minutes=1)
    wish = pressed(ON, record, later)
    assert wish.mode is Mode.ON and turned_on(record, wish).doing is Doing.LOOKING
    assert pressed(ON, structs.replace(record, doing=Doing.WORKING), later).mode is Mode.DRAINING
    draining = structs.replace(ON, mode=Mode.DRAINING)
    assert is_over(seen(record=record, wish=draining))
    assert not is_over(seen(held(Status.CLAIMED), record=record, wish=draining))


def test_who_turns_a_paused_loop_on_again_keeps_what_was_wished_of_it_and_what_was_done_for_that() -> None:
    wish = Wish(Mode.ON, NOW, NOW + timedelta(hours=8), 3, "codex")
    record = structs.replace(turned_on(Record(), wish), begun=2)
    paused, later = structs.replace(wish, mode=Mode.PAUSED), NOW + timedelta(hours=2)
    again = pressed(paused, record, later)
    assert (again.mode, again.since, again.until, again.most, again.profile) == (Mode.ON, later, wish.until, 3, "codex")
    assert turned_on(record, again).begun == 2
    other = on_again(paused, Wish(Mode.ON, later, most=5))
    assert (other.most, other.profile, turned_on(record, other).begun) == (5, "codex", 0)
    assert on_again(paused, Wish(Mode.ON, NOW + timedelta(hours=9))).until is None
    assert on_again(structs.replace(wish, mode=Mode.OFF), Wish(Mode.ON, later)) == Wish(Mode.ON, later)


def test_another_process_that_acts_is_waited_for_and_no_reason_to_hold() -> None:
    record, now = Record(), NOW
    busy = Outcome(Verb.BOTTLE, "a/b", "", problem=Problem(ErrorCode.BUSY, "Another process acts here."), issue=7)
    for _ in range(9):
        doing = structs.replace(record, doing=Doing.BOTTLING)
        record = ended(doing, Choice(Event.BOTTLE, "", Verb.BOTTLE), busy, now, "x")
        assert record.doing is Doing.LOOKING and record.until is not None and not record.person
        now = record.until


def test_what_is_waited_for_is_said_also_after_something_else_was() -> None:
    offline = Outcome(Verb.BOTTLE, "a/b", "", problem=Problem(ErrorCode.NETWORK, "No network."), issue=7)
    bottling = Record(Doing.BOTTLING)
    record = ended(bottling, Choice(Event.BOTTLE, "", Verb.BOTTLE), offline, NOW, "x")
    stopped = chosen(seen(record=record), Choice(Event.WAIT, "STOP stands."))
    choice = decide(seen(held(Status.DONE, Ending.DONE), record=woken(stopped)))
    assert choice is not None and choice.why == "No network."


def test_what_a_person_holds_is_launched_by_nobody_else() -> None:
    choice = decide(seen(held(Status.CLAIMED)))
    assert choice is not None and choice.person and "A person holds 7" in choice.why
    own = Record(Doing.LOOKING, claim=Claimed(7, pops=True, seen=True))
    choice = decide(seen(held(Status.CLAIMED), own))
    assert choice is not None and choice.verb is Verb.LAUNCH
    choice = decide(seen(FAILED))
    assert choice is not None and choice.verb is Verb.LAUNCH, "a person has launched an agent on it"


def test_a_stop_of_one_repository_alone_waits_for_a_person_and_is_a_need() -> None:
    choice = decide(seen(stopped="STOP stands.", stop_here=True))
    assert choice is not None and choice.person
    loop = loop_of("a/b", ON, Record(Doing.WAITING), NOW, stopped="STOP.", owned=lambda: True, stop_here=True)
    assert with_loop(repository(), loop).needs[0] == Need(NeedCode.LOOP, "STOP.")


def test_what_may_wait_for_others_unseen_is_left_to_a_person() -> None:
    unseen = structs.replace(entry(8, "x"), hidden=(Unseen.BLOCKERS,))
    view = structs.replace(seen().view, queue=(unseen, entry(9, "y")))
    choice = decide(seen(view=view))
    assert choice is not None and choice.verb is Verb.POP and choice.options.issue == 9
    choice = decide(seen(view=structs.replace(view, queue=(unseen,))))
    assert choice is not None and choice.person and choice.verb is None and "8" in choice.why


def test_a_head_that_a_person_pushed_is_asked_about_and_not_taken_up() -> None:
    came_back = Feedback(5, 7, "abc", Standing.DUE, "its checks fail")
    assert next_up({}, [came_back], (), timedelta(), NOW) == came_back
    assert next_up({}, [structs.replace(came_back, pushed=True)], (), timedelta(), NOW) is None
    asks, due = Need(NeedCode.FEEDBACK_ASKS, "Theirs."), Need(NeedCode.FEEDBACK, "Ours.")
    loop = loop_of("a/b", ON, Record(Doing.WAITING, "x"), NOW, stopped=None, owned=lambda: True)
    view = repository(needs=(asks, due))
    assert with_loop(view, loop, AutoSettings(feedback=AutoFeedback.AUTOMATIC)).needs == (asks,)


def test_one_issue_that_fails_three_times_is_no_strike_of_three() -> None:
    record = Record(strikes=(Strike(6, Trouble.CRASH), Strike(7, Trouble.CRASH)))
    given = Choice(Event.GIVE_UP, "", Verb.GIVE_UP, trouble=Trouble.CRASH)
    for _ in range(3):
        outcome = Outcome(Verb.GIVE_UP, "a/b", "", issue=7)
        record = ended(structs.replace(record, doing=Doing.GIVING_UP), given, outcome, NOW, "x")
    assert [one.issue for one in record.strikes] == [6, 7] and not struck(record)
