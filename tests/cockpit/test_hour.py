"""A simulated hour of polling: what it costs, how fresh it keeps what is shown, and what it leaves to others."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from estates import Estate, Front, polling
from hours import Hour, Scenario, quantiles, simulated_hour
from simulated import SimulatedLoop, simulate

# Repositories, the interval, and what they may cost and how old they may be at most; one pop and bottle are 14 points.
AIMS = {3: (15.0, 300, 35.0), 24: (30.0, 600, 70.0), 100: (30.0, 450, 60.0), 500: (30.0, 1200, 120.0)}

# That an issue waits for another one is seen only where all is read, which is at least so often.
WAITING = 600.0


def kept(hour: Hour, most: float) -> None:
    oldest, latest = max(hour.ages), max(hour.delays, default=0.0)
    assert oldest <= most and latest <= most, (oldest, latest)
    assert hour.checks and max(hour.checks) <= most, sorted(hour.checks)
    assert hour.waiting and max(hour.waiting) <= WAITING + most, sorted(hour.waiting)
    assert hour.missed == 0 and hour.most_at_once <= 2


@pytest.mark.parametrize("repositories", [3, pytest.param(40, marks=pytest.mark.wide)])
def test_ten_minutes_are_fresh_and_cost_little(tmp_path: Path, repositories: int) -> None:
    hour = simulated_hour(Scenario(repositories, 0.1, open=10, seconds=600), tmp_path)
    kept(hour, 60)
    assert hour.delays and hour.points < (35 if repositories == 3 else 90), hour.points
    told = hour.accounts[-1].outlook
    assert told is not None and told.own > 0 and told.others == 0
    # Half of what is forecast for the hour is within what the rest of it will be like.
    assert 2 * hour.points < told.forecast < 9 * hour.points


@pytest.mark.wide
def test_others_are_given_way_and_their_points_are_told(tmp_path: Path) -> None:
    scenario = Scenario(40, 0.1, open=10, seconds=1200, burnt=4700)
    hour = simulated_hour(scenario, tmp_path)
    outlooks = [account.outlook for account in hour.accounts]
    first, last = outlooks[0], outlooks[-1]
    assert first is not None and last is not None and last.every > 1.5 * first.every
    assert last.own < 90 and last.own + last.forecast < 0.3 * 300 + 30 and last.others == 4700
    assert hour.missed == 0 and hour.delays


def test_what_a_person_rests_at_is_read_at_once_and_once(tmp_path: Path) -> None:
    async def main(loop: SimulatedLoop) -> None:
        estate = Estate(40, 3, tmp_path, loop)
        front, (first, second, *_) = Front(estate, 60), estate.names
        async with polling(front):
            await asyncio.sleep(25)
            before = len(front.wire.sent)
            front.poll.focus(first)
            await asyncio.sleep(0.5)
            front.poll.focus(second)
            await asyncio.sleep(20)
            assert len(front.wire.sent) == before + 1
            assert estate.moment() - front.board.moment(second) < 20e6 < estate.moment() - front.board.moment(first)

    simulate(main)


def test_nothing_is_sent_while_a_limit_lasts_and_all_is_fresh_after_it(tmp_path: Path) -> None:
    async def main(loop: SimulatedLoop) -> None:
        estate = Estate(40, 3, tmp_path, loop)
        front = Front(estate, 30)
        async with polling(front):
            await asyncio.sleep(300)
            estate.bucket.used = estate.bucket.limit
            spent = loop.time()
            end = (estate.bucket.reset_at - estate.now()).total_seconds() + spent
            await asyncio.sleep(end - spent + 30)
            inside = [moment for moment in front.wire.sent if spent <= moment < end]
            assert len(inside) <= 2, "those that were told of it"
            assert all((estate.moment() - front.board.moment(key)) < 40e6 for key in estate.names)
            assert not any(front.board.known(key).problem for key in estate.names)

    simulate(main)


def test_a_second_front_waits_as_long_as_the_first_that_gives_way_to_others(tmp_path: Path) -> None:
    async def main(loop: SimulatedLoop) -> None:
        estate = Estate(3, 3, tmp_path, loop)
        first, second = Front(estate, 30), Front(estate, 30)
        async with polling(first, second):
            await asyncio.sleep(60)
            estate.bucket.used = 4990
            await asyncio.sleep(1500)
            stretched = first.tempo.within
            assert stretched > 300
            assert second.wire.sent == [] and second.board.known(next(iter(estate.names))).remote is not None

    simulate(main)


@pytest.mark.wide
@pytest.mark.parametrize("repositories", AIMS)
def test_an_hour_keeps_what_was_promised(tmp_path: Path, repositories: int) -> None:
    interval, points, age = AIMS[repositories]
    hour = simulated_hour(Scenario(repositories, 0.1, interval), tmp_path)
    kept(hour, age)
    assert hour.points <= points - (14 if repositories == 3 else 0), list(quantiles(hour.ages))


@pytest.mark.wide
@pytest.mark.parametrize("repositories", [3, 500])
def test_an_hour_in_which_another_program_burns_four_thousand(tmp_path: Path, repositories: int) -> None:
    hour = simulated_hour(Scenario(repositories, 0.1, AIMS[repositories][0], burnt=4000), tmp_path)
    assert hour.points <= 1000 * 0.3 + AIMS[repositories][1] / 2, hour.points
    # However little is left, each is looked at within a quarter of an hour; what is dear may wait for the next one.
    assert max(hour.ages) <= 1000
