"""The ordinary end: what a person merged or closed in the browser is tidied up by itself, once, quietly."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from stations import KEY, OpenStation, Station, git, worktree_of

from soda_tui.cockpit.engine import Engine
from soda_tui.cockpit.tidying import Tidying
from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import DriftKind, NeedCode
from soda_tui.domain.facts import LedgerHead
from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.ledger import LedgerState, decode
from soda_tui.domain.model import Repository
from soda_tui.domain.naming import LEDGER_BRANCH
from soda_tui.domain.outcome import Options, Outcome
from soda_tui.sandbox.demo import Demo
from soda_tui.sandbox.rules import Rule

pytestmark = pytest.mark.anyio
ROCKET = "acme/rocket"
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


async def act(station: Station, verb: Verb) -> Outcome:
    done = await station.opened.engine.act(KEY, verb, Options(yes=True))
    assert done.ok, done
    return done


async def handed_over(station: Station) -> tuple[Outcome, int]:
    """Work that waits for review, and its pull request."""
    popped = await act(station, Verb.POP)
    git(worktree_of(popped), "commit", "--quiet", "--allow-empty", "--message", "Work")
    (worktree_of(popped) / "work.txt").write_text(popped.branch or "")
    git(worktree_of(popped), "add", "work.txt")
    git(worktree_of(popped), "commit", "--quiet", "--message", "More work")
    done = await act(station, Verb.BOTTLE)
    return done, int((done.pull_request or "").rpartition("/")[2])


@asynccontextmanager
async def alive(*engines: Engine) -> AsyncIterator[None]:
    """Cockpits that somebody has open."""
    tasks = [asyncio.create_task(engine.run()) for engine in engines]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for engine in engines:
            await engine.finish()


async def told(engine: Engine) -> Outcome:
    async with asyncio.timeout(30):
        return await engine.done_by_itself()


def state(demo: Demo) -> LedgerState:
    message = git(demo.world.repository(ROCKET).remote.path, "log", "-1", "--format=%B", LEDGER_BRANCH)
    return decode(LedgerHead("x", message, None)).state


def events(demo: Demo) -> list[str]:
    log = git(demo.world.repository(ROCKET).remote.path, "log", "--format=%s", LEDGER_BRANCH)
    return [line.split()[0] for line in log.splitlines()]


def labels(demo: Demo, number: int | None) -> set[str]:
    return {label.name for label in demo.world.repository(ROCKET).issues[number or 0].labels}


async def later(station: Station) -> Repository:
    """How it looks an hour later to somebody who only looks."""
    opened = station.opened
    engine = Engine(
        [opened.resolve(KEY)],
        opened.world,
        opened.store.cockpit_id(),
        lambda: datetime.now(UTC) + timedelta(hours=1),
    )
    return (await engine.refresh([KEY])).repositories[0]


async def test_a_merge_in_the_browser_is_tidied_up(station: OpenStation, demo: Demo) -> None:
    async with station() as here:
        done, number = await handed_over(here)
        before = state(demo)
        assert [work.issue for work in before.handed_over] == [done.issue] and done.issue in before.attempts
        demo.people.merge(ROCKET, number)
        async with alive(here.opened.engine):
            outcome = await told(here.opened.engine)
        assert outcome.ok and outcome.verb is Verb.TIDY, outcome
        assert f"pull request {number}, merged" in outcome.message
        assert state(demo) == LedgerState()
        assert not labels(demo, done.issue) & {"route:review", "agent001"}
        assert not (await later(here)).drift
        [noted] = [one for one in await here.opened.world.journal.entries(KEY) if one.verb == Verb.TIDY]
        assert noted.issue == done.issue and noted.ended is not None


async def test_a_closed_one_goes_out_of_review_and_not_back_into_the_queue(station: OpenStation, demo: Demo) -> None:
    async with station() as here:
        done, number = await handed_over(here)
        demo.people.close_pull_request(ROCKET, number)
        async with alive(here.opened.engine):
            outcome = await told(here.opened.engine)
        assert outcome.ok and f"pull request {number}, closed unmerged" in outcome.message
        assert not labels(demo, done.issue) & {"route:review", "route:ready", "agent001"}
        shown = await later(here)
        assert done.issue not in {entry.number for entry in shown.queue} and not shown.drift
        assert not demo.world.repository(ROCKET).issues[done.issue or 0].closed


@pytest.mark.parametrize("verb", [Verb.GIVE_UP, pytest.param(Verb.RESET, marks=pytest.mark.wide)])
async def test_an_issue_that_was_let_go_of_and_is_closed_later_is_heard_of(
    station: OpenStation, demo: Demo, verb: Verb
) -> None:
    """It needs nobody any more, the ledger forgets it, and its course has an end: told once."""
    async with station() as here:
        popped = await act(here, Verb.POP)
        issue = popped.issue or 0
        await act(here, verb)
        needs = [need.issue for need in (await here.view()).needs if need.code is NeedCode.GIVEN_UP]
        assert needs == ([issue] if verb is Verb.GIVE_UP else []) and issue in state(demo).attempts
        demo.people.close_issue(ROCKET, issue)
        async with alive(here.opened.engine):
            outcome = await told(here.opened.engine)
        assert outcome.ok and f"{issue}, which somebody closed" in outcome.message, outcome
        shown = await later(here)
        assert NeedCode.GIVEN_UP not in {need.code for need in shown.needs} and not shown.drift
        assert state(demo) == LedgerState()
        entries = await here.opened.world.journal.entries(KEY)
        assert [one.issue for entry in entries for one in entry.finished] == [issue]
        assert (await here.opened.engine.act(KEY, Verb.TIDY)).problem is not None


async def test_the_local_branch_goes_once_nobody_stands_on_it(station: OpenStation, demo: Demo) -> None:
    async with station() as here:
        done, number = await handed_over(here)
        clone = {name.full: path for name, path in demo.places}[ROCKET]
        claim = await act(here, Verb.POP)
        demo.people.merge(ROCKET, number)
        async with alive(here.opened.engine):
            assert (await told(here.opened.engine)).ok
        left = git(clone, "for-each-ref", "--format=%(refname:short)", "refs/heads/agent001").splitlines()
        assert left == [claim.branch] and done.branch not in left
        holder = state(demo).holder
        assert holder is not None and holder.issue == claim.issue


async def test_of_two_cockpits_one_notes_the_end(station: OpenStation, demo: Demo) -> None:
    async with station("one") as one, station("two", apart=True) as two:
        _, number = await handed_over(one)
        demo.people.merge(ROCKET, number)
        async with alive(one.opened.engine, two.opened.engine):
            tellers = [asyncio.create_task(told(each.opened.engine)) for each in (one, two)]
            finished, waiting = await asyncio.wait(tellers, return_when=asyncio.FIRST_COMPLETED)
            while one.opened.engine.busy or two.opened.engine.busy:
                await asyncio.sleep(0)
        for task in waiting:
            task.cancel()
        assert all(task.result().ok for task in finished)
        assert events(demo).count("finished") == 1 and state(demo) == LedgerState()


async def test_who_only_looks_and_who_may_only_look_tidies_nothing(station: OpenStation, demo: Demo) -> None:
    async with station("one") as one, station("two", read_only=True) as two:
        _, number = await handed_over(one)
        demo.people.merge(ROCKET, number)
        shown = await later(one)
        assert [(drift.kind, drift.repair) for drift in shown.drift] == [(DriftKind.PULL_REQUEST_MERGED, "tidy")]
        async with alive(two.opened.engine):
            before = two.opened.engine.snapshot
            await two.opened.engine.refresh([KEY])
            assert two.opened.engine.snapshot is not before and not two.opened.engine.busy
        assert "finished" not in events(demo)
        assert [drift.repair for drift in (await later(two)).drift] == [None]
        repaired = await one.opened.engine.act(KEY, Verb.TIDY)
        assert repaired.ok and "finished" in events(demo)
        again = await one.opened.engine.act(KEY, Verb.TIDY)
        assert again.problem is not None and again.problem.code is ErrorCode.NOTHING_TO_DO


async def test_what_cannot_be_tidied_up_is_told_quietly_and_becomes_drift(station: OpenStation, demo: Demo) -> None:
    async with station() as here:
        _, number = await handed_over(here)
        demo.people.merge(ROCKET, number)
        demo.people.set_rules(ROCKET, Rule("refs/heads/soda/*", update=True))
        async with alive(here.opened.engine):
            outcome = await told(here.opened.engine)
        assert outcome.problem is not None and "refused" in outcome.message
        assert [drift.kind for drift in (await later(here)).drift] == [DriftKind.PULL_REQUEST_MERGED]
        demo.people.set_rules(ROCKET)
        kind = DriftKind.PULL_REQUEST_MERGED
        stale = await here.opened.engine.act(KEY, Verb.REPAIR, Options(repair=kind, yes=True))
        assert stale.problem is not None, "within minutes it is not drift yet"
        assert (await here.opened.engine.act(KEY, Verb.TIDY)).ok
        assert not (await later(here)).drift


async def test_tidying_up_takes_nobodys_undo_away(station: OpenStation, demo: Demo) -> None:
    async with station() as here:
        _, number = await handed_over(here)
        await act(here, Verb.POP)
        demo.people.merge(ROCKET, number)
        assert (await here.opened.engine.act(KEY, Verb.TIDY)).ok
        assert (await here.view()).undo == Verb.RESET
    async with station() as again:
        assert (await again.view()).undo == Verb.RESET


def test_a_failed_try_rests_twice_as_long_each_time() -> None:
    tidying, now, waits = Tidying(30.0), NOW, []
    for _ in range(9):
        assert tidying.due(KEY, (7,), now)
        tidying.ended(KEY, (7,), now, well=False)
        pause = timedelta()
        while not tidying.due(KEY, (7,), now + pause):
            pause += timedelta(seconds=30)
        waits.append(pause.total_seconds())
        now += pause
    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert not tidying.due(KEY, (), now)
    tidying.ended(KEY, (7,), now, well=False)
    assert not tidying.due(KEY, (7,), now) and tidying.due(KEY, (7, 8), now)
    tidying.ended(KEY, (7, 8), now, well=True)
    assert tidying.due(KEY, (7,), now)
