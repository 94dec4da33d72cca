"""What is shown as fresh is fresh, whatever becomes of clocks, names, checks and points, and whoever else polls."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from estates import Estate, Front, polling
from simulated import SimulatedLoop, simulate
from stations import OpenStation

from soda_tui.cockpit.ports.github import Target
from soda_tui.domain.facts import Reading
from soda_tui.sandbox.faults import Fault


def age(front: Front, key: str) -> float:
    """How long ago GitHub was asked for news of a repository, in seconds."""
    return (front.board.ticket() - front.board.moment(key)) / 1e6


def test_a_clock_that_is_set_back_holds_nothing_up(tmp_path: Path) -> None:
    async def main(loop: SimulatedLoop) -> None:
        estate = Estate(26, 1, tmp_path, loop)
        front, key = Front(estate, 30), next(iter(estate.names))
        async with polling(front):
            await asyncio.sleep(100)
            estate.set_by = -timedelta(hours=2)
            await asyncio.sleep(30)
            number = estate.edit(key, "New title")
            await asyncio.sleep(75)
            assert front.title(key, number) == "New title"
            fetched = front.board.view(key).fetched_at
            assert fetched is not None and fetched <= estate.here()

    simulate(main)


async def seconds_until(loop: SimulatedLoop, happened: Callable[[], bool], most: float = 300.0) -> float:
    """How long it takes; `most` where it does not happen."""
    began = loop.time()
    while not happened() and loop.time() - began < most:
        await asyncio.sleep(5)
    return loop.time() - began


def test_checks_that_begin_and_end_without_another_sign_are_seen_with_the_next_probe(tmp_path: Path) -> None:
    async def main(loop: SimulatedLoop) -> None:
        estate = Estate(26, 1, tmp_path, loop)
        front, (key, *_) = Front(estate, 30), estate.names
        number = next(iter(estate.world.repository(estate.names[key]).pull_requests))
        async with polling(front):
            await asyncio.sleep(60)
            for state in ("PENDING", "FAILURE", "PENDING", "SUCCESS"):
                estate.people.set_checks(estate.names[key], number, ci=state)
                assert await seconds_until(loop, lambda: front.checks(key, number) == state.lower()) < 75  # noqa: B023

    simulate(main)


def test_a_name_that_somebody_else_took_is_noticed_among_many(tmp_path: Path) -> None:
    async def main(loop: SimulatedLoop) -> None:
        estate = Estate(26, 1, tmp_path, loop)
        front, (key, *_) = Front(estate, 30), estate.names
        async with polling(front):
            await asyncio.sleep(60)
            estate.people.rename(estate.names[key], "elsewhere")
            await asyncio.sleep(200)
            estate.world.create_repository(estate.names[key], private=False)
            assert await seconds_until(loop, lambda: front.remote(key).occupied) < 75

    simulate(main)


def test_a_limit_told_while_the_clock_was_ahead_is_over_when_it_is_put_right(tmp_path: Path) -> None:
    async def main(loop: SimulatedLoop) -> None:
        estate = Estate(3, 1, tmp_path, loop)
        front = Front(estate, 30)
        async with polling(front):
            estate.set_by = timedelta(hours=2)
            await asyncio.sleep(100)
            estate.world.faults.order(Fault.SECONDARY_RETRY, seconds=60)
            front.poll.due(estate.names)
            await asyncio.sleep(5)
            assert front.tempo.limited > 50
            estate.set_by = timedelta()
            sent = len(front.wire.sent)
            assert front.tempo.limited == 0
            assert await seconds_until(loop, lambda: len(front.wire.sent) > sent + 1) < 200

    simulate(main)


@pytest.mark.parametrize("repositories", [3, 26])
def test_one_that_github_cannot_answer_keeps_no_other_from_being_looked_at(tmp_path: Path, repositories: int) -> None:
    async def main(loop: SimulatedLoop) -> None:
        estate = Estate(repositories, 1, tmp_path, loop)
        front, (_, bad, *_) = Front(estate, 30), estate.names
        async with polling(front):
            await asyncio.sleep(60)
            slow = front.remote(bad).id
            estate.world.faults.order(Fault.SLOW, times=10_000, matching=slow, seconds=60)
            await asyncio.sleep(180)
            for _ in range(60):
                await asyncio.sleep(5)
                late = {key for key in estate.names if front.board.known(key).problem or age(front, key) > 90}
                assert late <= {bad}
            assert front.board.known(bad).problem is not None

    simulate(main)


def test_what_was_not_read_for_long_is_read_once(tmp_path: Path) -> None:
    async def main(loop: SimulatedLoop) -> None:
        estate = Estate(26, 1, tmp_path, loop)
        front, (key, *_) = Front(estate, 300), estate.names
        read: list[float] = []
        reading = front.github.read

        async def noted(targets: Sequence[Target]) -> Reading:
            read.extend(loop.time() for target in targets if target.name.key == key)
            return await reading(targets)

        front.github.read = noted  # type: ignore[method-assign]
        async with polling(front):
            await asyncio.sleep(4500)
        assert len(read) >= 3 and all(later - sooner > 400 for sooner, later in pairwise(read)), read

    simulate(main)


def test_as_often_as_is_told_all_are_looked_at_where_points_are_scarce(tmp_path: Path) -> None:
    async def main(loop: SimulatedLoop) -> None:
        estate = Estate(3, 1, tmp_path, loop)
        front = Front(estate, 30)
        async with polling(front):
            await asyncio.sleep(60)
            estate.bucket.used = estate.bucket.limit - 10
            await asyncio.sleep(100)
            ages, told = [], 0
            for _ in range(300):
                await asyncio.sleep(10)
                ages.append(max(age(front, key) for key in estate.names))
                outlook = front.board.snapshot.accounts[0].outlook
                assert outlook is not None
                told = max(told, outlook.every)
            assert told * 0.9 < max(ages) <= told * 1.1 < 3600

    simulate(main)


@pytest.mark.wide
def test_a_front_with_other_repositories_is_as_sparing_as_the_one_that_polls(tmp_path: Path) -> None:
    async def main(loop: SimulatedLoop) -> None:
        estate = Estate(52, 1, tmp_path, loop)
        keys = list(estate.names)
        first, second = Front(estate, 30, keys=keys[:26]), Front(estate, 30, seed="other", keys=keys[26:])
        async with polling(first, second):
            await asyncio.sleep(300)
            estate.bucket.used += 4500
            before = second.github.points
            await asyncio.sleep(900)
            assert second.github.points - before <= 0.3 * estate.bucket.remaining / 2
            assert max(age(second, key) for key in keys[26:]) < second.tempo.within * 1.1

    simulate(main)


def test_who_comes_after_another_goes_on_with_the_same_share(tmp_path: Path) -> None:
    async def main(loop: SimulatedLoop) -> None:
        estate = Estate(3, 1, tmp_path, loop)
        first, second = Front(estate, 5), Front(estate, 5)
        async with polling(first):
            await asyncio.sleep(100)
        async with polling(second):
            await asyncio.sleep(20)
        told = second.board.snapshot.accounts[0].outlook
        # What was under way when the first one left was not told any more.
        assert told is not None and told.own >= first.github.points - 3 + second.github.points and told.others <= 3

    simulate(main)


def test_what_a_second_front_uses_is_nobody_elses(tmp_path: Path) -> None:
    async def main(loop: SimulatedLoop) -> None:
        estate = Estate(3, 1, tmp_path, loop)
        first, second = Front(estate, 15), Front(estate, 15)
        key = next(iter(estate.names))
        async with polling(first, second):
            for at in range(60):
                await asyncio.sleep(5)
                if at % 4 == 0:
                    # Both at once, as when a person wants it fresh where a loop acts.
                    await asyncio.gather(*(one.refresh([key], 15) for one in (first, second)))
                for one in (first, second):
                    told = one.board.snapshot.accounts[0].outlook
                    assert told is None or told.others <= 2, (at, told)
            await asyncio.sleep(20)
            told = first.board.snapshot.accounts[0].outlook
            assert told is not None and told.own >= estate.bucket.used - 1 and told.others <= 1
            assert second.github.points > 10

    simulate(main)


@pytest.mark.wide
def test_the_first_of_many_are_shown_before_the_last_are_read(tmp_path: Path) -> None:
    async def main(loop: SimulatedLoop) -> None:
        estate = Estate(100, 1, tmp_path, loop)
        front = Front(estate, 30)
        views = [front.board.snapshot]

        async def watch() -> None:
            while not all(view.fetched_at for view in views[-1].repositories):
                views.append(await front.board.changed(views[-1]))

        watching = asyncio.create_task(watch())
        async with polling(front):
            await watching
            shown = [sum(view.fetched_at is not None for view in snapshot.repositories) for snapshot in views]
            assert any(0 < count < 60 for count in shown), shown

    simulate(main)


@pytest.mark.anyio
async def test_who_asks_where_points_are_scarce_gets_what_was_just_read(station: OpenStation) -> None:
    async with station() as one:
        bucket = one.demo.world.limiter.bucket("you", one.demo.world.now())
        for scarce in (False, True):
            bucket.used = bucket.limit - 10 if scarce else bucket.used
            await one.opened.engine.refresh()
            before = one.opened.world.github.requests  # type: ignore[attr-defined]
            await one.opened.engine.refresh()
            assert (one.opened.world.github.requests == before) is scarce  # type: ignore[attr-defined]
