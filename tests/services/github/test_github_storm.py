"""Polls with every fault injected at random; the long run is `python tests/bench storm`."""

from __future__ import annotations

from pathlib import Path

import pytest
from simulated import SimulatedLoop, simulate
from storm import Storm


def weathered(folder: Path, repositories: int, polls: int, seed: int) -> Storm:
    """A storm that is over, of which nothing is left that must not be."""

    async def main(loop: SimulatedLoop) -> Storm:
        async with Storm(folder, loop, repositories, seed) as storm:
            await storm.rage(polls)
            await storm.calm()
            assert storm.after() == ([], [], [])
        return storm

    return simulate(main)


def test_after_a_storm_all_panes_are_fresh_and_in_it_nothing_was_sent_that_must_not_be(tmp_path: Path) -> None:
    storm = weathered(tmp_path, 26, 24, 15)
    assert len(storm.told) >= 2 and len(storm.weather.seen) >= 5, (storm.told, storm.weather.seen)
    assert storm.most_reads == 2


@pytest.mark.wide
def test_a_seed_is_the_same_storm_each_time(tmp_path: Path) -> None:
    first, second = (weathered(tmp_path / name, 8, 60, 7) for name in ("first", "second"))
    assert (first.done, first.told, first.requests) == (second.done, second.told, second.requests)
    assert len(first.done) > 2 and first.random.random() == second.random.random()


@pytest.mark.wide
@pytest.mark.parametrize("seed", range(2))
def test_after_other_storms(tmp_path: Path, seed: int) -> None:
    weathered(tmp_path, 8 + 22 * seed, 200, seed)
