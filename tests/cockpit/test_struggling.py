"""A GitHub that struggles, and files that are damaged, as a person sees it: panes stay, what is wrong is said once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from stations import KEY, OpenStation, Station

from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import ExcludedCode
from soda_tui.domain.model import Repository
from soda_tui.domain.outcome import Options
from soda_tui.sandbox.demo import Demo
from soda_tui.sandbox.faults import Fault
from soda_tui.sandbox.people import People

pytestmark = pytest.mark.anyio
REPOSITORY = "acme/rocket"


async def poll(here: Station) -> Repository:
    """The repository as a poll shows it."""
    snapshot = await here.opened.engine.refresh([KEY], 30.0)
    return next(part for part in snapshot.repositories if part.key == KEY)


async def test_while_a_host_is_left_alone_the_pane_stays_and_a_person_has_it_tried(
    station: OpenStation, demo: Demo
) -> None:
    async with station() as here:
        good = await here.view()
        demo.world.faults.order(Fault.BAD_GATEWAY, times=6)
        for _ in range(2):
            assert (await poll(here)).stale
        sent = demo.world.requests
        resting = await poll(here)
        assert resting.error is not None and resting.error.retry_at is not None
        assert "left alone until" in resting.error.message
        assert (resting.queue, resting.pull_requests) == (good.queue, good.pull_requests)
        assert demo.world.requests == sent
        assert not (await here.view()).stale


async def test_an_act_has_a_host_tried_that_is_left_alone_and_is_done_where_it_is_well(
    station: OpenStation, demo: Demo
) -> None:
    async with station() as here:
        await here.view()
        demo.world.faults.order(Fault.BAD_GATEWAY, times=6)
        for _ in range(2):
            await poll(here)
        assert demo.world.faults.waiting == 0
        popped = await here.opened.engine.act(KEY, Verb.POP)
        assert popped.ok, popped.message


async def test_an_issue_that_waits_is_left_out_names_its_blocker_and_is_not_popped(
    station: OpenStation, demo: Demo
) -> None:
    async with station() as here:
        first, second = (await here.view()).queue[:2]
        People(demo.world).block(REPOSITORY, first.number, f"{REPOSITORY}#{second.number}")
        # Whoever acts on what was seen before reads it anew.
        unseen = await here.opened.engine.act(KEY, Verb.POP, Options(issue=first.number, unattended=True))
        assert unseen.problem is not None and f"#{second.number}" in unseen.message
        view = await here.view()
        assert view.queue[0].number == second.number
        [left] = [one for one in view.excluded if one.number == first.number]
        assert left.code is ExcludedCode.BLOCKED
        assert f"#{second.number}" in left.reason
        popped = await here.opened.engine.act(KEY, Verb.POP)
        assert popped.ok and popped.issue == second.number


async def test_a_damaged_snapshot_and_a_token_that_expires_are_said_once(station: OpenStation, demo: Demo) -> None:
    for token, known in list(demo.world.tokens.items()):
        demo.world.tokens[token] = replace(known, expires=datetime.now(UTC) + timedelta(days=3))
    async with station() as here:
        await here.view()
        path = next(here.state.rglob("snapshot.json"))
    path.write_bytes(b"{")
    async with station() as here:
        for _ in range(2):
            await here.view()
        engine = here.opened.engine
        told = [(await engine.done_by_itself()).message for _ in range(2)]
        assert "snapshot.damaged.json" in told[0]
        assert "Your token for github.com expires" in told[1]
        assert engine._acts._unasked.empty()
