"""Polls with every fault injected at random; the long run is `python tests/bench storm`."""

from __future__ import annotations

from pathlib import Path

import pytest
from storm import Storm

pytestmark = pytest.mark.anyio


async def weather(root: Path, repositories: int, polls: int, seed: int) -> Storm:
    """A storm that is over."""
    storm = Storm(root, repositories, issues=3, seed=seed)
    await storm.begin()
    await storm.rage(polls)
    await storm.calm()
    await storm.service.close()
    return storm


def found(storm: Storm) -> tuple[list[str], ...]:
    """What must not be."""
    return storm.wire.wrong, storm.lost, storm.stale(), storm.differing()


async def test_after_a_storm_all_panes_are_fresh_and_in_it_nothing_was_sent_that_must_not_be(tmp_path: Path) -> None:
    storm = await weather(tmp_path, 4, 100, 20260301)
    assert found(storm) == ([], [], [], [])
    assert len(storm.told) >= 5, storm.told
    assert storm.wire.most == 2


@pytest.mark.wide
@pytest.mark.parametrize("seed", range(6))
async def test_after_other_storms(tmp_path: Path, seed: int) -> None:
    assert found(await weather(tmp_path, 5 * seed + 1, 200, seed)) == ([], [], [], [])
