"""A simulated hour of polling: what it costs, how fresh it keeps what is shown, and what it leaves to others."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from estates import Estate, Front, polling
from hours import Hour, Scenario, quantiles, simulated_hour
from simulated import SimulatedLoop, simulate

# Repositories, the interval, and what they may cost and how old they may be at most.
AIMS = {3: (15.0, 300, 35.0), 24: (30.0, 600, 70.0), 100: (30.0, 450, 60.0), 500: (30.0, 1200, 120.0)}

# That an issue waits for another one is seen only where all is read, which is at least so often.
WAITING = 600.0


def kept(hour: Hour, most: float) -> None:
    oldest, latest = max(hour.ages), max(hour.delays, default=0.0)
    assert oldest <= most and latest <= most, (oldest, latest)
    assert hour.checks and max(hour.checks) <= most, sorted(hour.checks)
    assert hour.waiting and max(hour.waiting) <= WAITING + most, sorted(hour.waiting)
    assert hour.missed == 0 and hour.most_reads <= 2


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
@pytest.mark.parametrize("repositories", [3, 40])
def test_of_the_last_points_a_share_is_used_and_then_all_is_read_at_once(tmp_path: Path, repositories: int) -> None:
    async def main(loop: SimulatedLoop) -> None:
        estate = Estate(repositories, 3, tmp_path, loop)
        front = Front(estate, 30)
        async with polling(front):
            await asyncio.sleep(120)
            estate.bucket.used = 4990
            last = estate.bucket
            left = (estate.bucket.reset_at - estate.now()).total_seconds()
            await asyncio.sleep(left - 1)
            # What was under way when they went, and three of the ten.
            assert last is estate.bucket and last.used <= 4990 + 2 + 3
            await asyncio.sleep(60)
            assert all(estate.moment() - front.board.moment(key) < 60e6 for key in estate.names)

    simulate(main)


def test_that_the_next_issue_waits_for_another_one_is_seen_with_the_next_probe(tmp_path: Path) -> None:
    async def main(loop: SimulatedLoop) -> None:
        estate = Estate(40, 3, tmp_path, loop)
        front, (key, other, *_) = Front(estate, 30), estate.names
        async with polling(front):
            await asyncio.sleep(60)
            first, *others = front.board.view(key).queue
            blocker = front.board.view(other).queue[-1].number
            estate.people.block(estate.names[key], first.number, f"{estate.names[other]}#{blocker}")
            await asyncio.sleep(80)
            assert front.board.view(key).queue[0].number == others[0].number
            [waits] = [one for one in front.board.view(key).excluded if one.number == first.number]
            assert f"{estate.names[other]}#{blocker}" in waits.reason
            estate.people.close_issue(estate.names[other], blocker)
            await asyncio.sleep(80)
            assert front.board.view(key).queue[0].number == first.number

    simulate(main)


async def told_late(front: Front, seconds: float) -> dict[float, set[str]]:
    """What is said of panes that are old, in so many seconds, by when."""
    loop, said = asyncio.get_running_loop(), dict[float, set[str]]()
    end = loop.time() + seconds
    while loop.time() < end:
        await asyncio.sleep(4)
        front.board.late(front.poll.late())
        front.board.publish()
        found = {one.late or "" for one in front.board.snapshot.repositories if one.stale}
        said.update({loop.time(): found} if found else {})
    return said


def test_what_was_not_read_for_long_says_so_and_when_there_are_points_again(tmp_path: Path) -> None:
    async def main(loop: SimulatedLoop) -> None:
        estate = Estate(3, 3, tmp_path, loop)
        front = Front(estate, 30)
        async with polling(front):
            await asyncio.sleep(60)
            estate.bucket.used = 4990
            said = await told_late(front, 3500)
            assert estate.bucket.used <= 4990 + 1 + 3, "three tenths of the last ten"
            said |= await told_late(front, 100)
        assert 1860 < min(said) < 1930 and max(said) < 3650, "at half an hour, until it is read"
        [words] = set.union(*said.values())
        assert "Hardly any API points of github.com are left" in words and "again at 09:00 UTC" in words
        assert front.board.snapshot.complete, "that is no error"

    simulate(main)


def test_nothing_shouts_where_nothing_goes_on_or_a_machine_slept_or_its_clock_was_set(tmp_path: Path) -> None:
    async def main(loop: SimulatedLoop) -> None:
        estate = Estate(6, 1, tmp_path, loop)
        front = Front(estate, 30)
        async with polling(front):
            assert await told_late(front, 900) == {}
            for hours in (8, -3):
                estate.set_by += timedelta(hours=hours)
                before = len(front.wire.sent)
                assert await told_late(front, 4) == {}
                assert len(front.wire.sent) > before or hours < 0, "who wakes up reads at once"
                assert await told_late(front, 120) == {}

    simulate(main)


@pytest.mark.wide
@pytest.mark.parametrize("repositories", AIMS)
def test_an_hour_keeps_what_was_promised(tmp_path: Path, repositories: int) -> None:
    interval, points, age = AIMS[repositories]
    hour = simulated_hour(Scenario(repositories, 0.1, interval, acting=repositories == 3), tmp_path)
    kept(hour, age)
    assert hour.points <= points, list(quantiles(hour.ages))
    assert hour.acted is (repositories == 3)


@pytest.mark.wide
def test_an_hour_of_slow_answers_and_bad_gateways(tmp_path: Path) -> None:
    hour = simulated_hour(Scenario(24, 0.1, rough=True), tmp_path)
    kept(hour, 90)
    assert hour.points <= 600


@pytest.mark.wide
@pytest.mark.parametrize("repositories", [3, 500])
def test_an_hour_in_which_another_program_burns_four_thousand(tmp_path: Path, repositories: int) -> None:
    hour = simulated_hour(Scenario(repositories, 0.1, AIMS[repositories][0], burnt=4000), tmp_path)
    assert hour.points <= 1000 * 0.3 + AIMS[repositories][1] / 2, hour.points
    # With a thousand left, that is; with next to nothing none is looked at until there are points again.
    assert max(hour.ages) <= 1000
