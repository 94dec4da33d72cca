"""What fronts read of GitHub for one another: never older for newer, and nothing that cannot be trusted."""

from __future__ import annotations

import gc
import tracemalloc
from pathlib import Path

import pytest
from given import ENROLMENT, issue, remote

from soda_tui.cockpit.targets import target_of
from soda_tui.domain.facts import RemoteFacts
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.sharing import MICROSECONDS, Trust, while_polled
from soda_tui.services.readings import FileReadings

pytestmark = pytest.mark.anyio

HOST, KEY = "github.com", ENROLMENT.key
TARGETS = [target_of(ENROLMENT, None)]
NOW = 1_800_000_000 * MICROSECONDS
LIMITED = Problem(ErrorCode.RATE_LIMIT, "The hour's points are used up.")
UNREACHED = Problem(ErrorCode.NETWORK, "Nobody answers.")


class Front:
    """A front at a time of day that the test sets."""

    def __init__(self, folder: Path, token: str | None = "gho_secret") -> None:
        self.now = NOW
        self.readings = FileReadings(folder / "readings", folder / "locks", lambda _: token, lambda: self.now)

    async def tell(self, moment: int, found: RemoteFacts | Problem) -> None:
        await self.readings.tell(HOST, TARGETS, moment, {KEY: found}, None)

    async def told(self) -> tuple[list[str], str | None] | None:
        """The titles and the problem that others would take in."""
        found = (await self.readings.told(HOST, TARGETS)).repositories.get(KEY)
        if found is None:
            return None
        titles = [one.title for one in found.facts.issues] if found.facts else []
        return titles, found.problem.code if found.problem else None


def titled(title: str) -> RemoteFacts:
    return remote(issue(1, "route:ready", title=title))


async def test_the_newest_is_told_whoever_comes_last(tmp_path: Path) -> None:
    one, other = Front(tmp_path), Front(tmp_path)
    assert await one.told() is None
    await one.tell(NOW - 10, titled("new"))
    await other.tell(NOW - 20, titled("old"))
    assert await other.told() == await one.told() == (["new"], None)
    await other.tell(NOW - 5, LIMITED)
    assert await one.told() == (["new"], ErrorCode.RATE_LIMIT)
    await other.tell(NOW - 4, UNREACHED)
    assert await one.told() == (["new"], ErrorCode.RATE_LIMIT), "what one front does not reach another may"
    await one.tell(NOW - 1, titled("newer"))
    assert await other.told() == (["newer"], None)


async def test_what_did_not_change_is_the_same_object(tmp_path: Path) -> None:
    one, other = Front(tmp_path), Front(tmp_path)
    await one.tell(NOW - 9, titled("same"))
    first = (await other.readings.told(HOST, TARGETS)).repositories[KEY]
    assert not other.readings.changed(HOST)
    await one.tell(NOW - 3, titled("same"))
    assert other.readings.changed(HOST)
    second = (await other.readings.told(HOST, TARGETS)).repositories[KEY]
    assert second.facts is first.facts and second.at > first.at


async def test_a_clock_that_was_set_back_lets_nothing_from_the_future_stand(tmp_path: Path) -> None:
    one = Front(tmp_path)
    await one.tell(NOW - 9, titled("before"))
    one.now = NOW - 3600 * MICROSECONDS
    assert await one.told() is None
    await one.tell(one.now - 1, titled("after"))
    assert await one.told() == (["after"], None)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"repositories":{"x":1}}'])
async def test_a_damaged_index_is_put_aside_and_written_anew(tmp_path: Path, content: bytes) -> None:
    one, other = Front(tmp_path), Front(tmp_path)
    await one.tell(NOW - 9, titled("before"))
    (index,) = (tmp_path / "readings").glob("*/index.json")
    index.write_bytes(content)
    assert await other.told() is None
    assert other.readings.put_aside is not None and "index.damaged" in other.readings.put_aside
    await one.tell(NOW - 1, titled("after"))
    assert await other.told() == (["after"], None)


async def test_one_polls_and_the_next_takes_over(tmp_path: Path) -> None:
    one, other, third = Front(tmp_path), Front(tmp_path), Front(tmp_path, "gho_another")
    assert await one.readings.own(HOST, TARGETS, 30.0, lambda: 30.0)
    assert not await other.readings.own(HOST, TARGETS, 30.0, lambda: 30.0)
    assert await third.readings.own(HOST, TARGETS, 30.0, lambda: 30.0), "another account is polled by itself"
    await one.tell(NOW - 9, titled("polled"))
    shared = (await other.readings.told(HOST, TARGETS)).repositories[KEY]
    assert shared.every == 30.0
    other.now = NOW + 61 * MICROSECONDS
    assert (await other.readings.told(HOST, TARGETS)).repositories[KEY].every is None, "it has stalled"
    one.readings.leave(HOST)
    assert await other.readings.own(HOST, TARGETS, 30.0, lambda: 30.0)


async def test_what_a_token_read_that_is_gone_is_not_kept_in_memory(tmp_path: Path) -> None:
    """A service waits for days with tokens of an hour each."""
    token = ["gho_hour_0"]
    readings = FileReadings(tmp_path / "readings", tmp_path / "locks", lambda _: token[0], lambda: NOW)

    async def turn() -> int:
        tracemalloc.start()
        await readings.tell(HOST, TARGETS, NOW - 1, {KEY: remote(*(issue(n) for n in range(1, 500)))}, None)
        assert await readings.told(HOST, TARGETS)
        gc.collect()
        held, _ = tracemalloc.get_traced_memory()
        return held

    try:
        first = await turn()
        for hour in range(1, 6):
            token[0] = f"gho_hour_{hour}"
            last = await turn()
        assert last < 2 * first, (first, last)
    finally:
        tracemalloc.stop()


async def test_without_a_token_each_reads_for_itself_and_no_token_is_on_disk(tmp_path: Path) -> None:
    one, none = Front(tmp_path), Front(tmp_path, None)
    assert await none.readings.own(HOST, TARGETS, 30.0, lambda: 30.0)
    await none.tell(NOW - 9, titled("nobody's"))
    assert await one.told() is None
    await one.tell(NOW - 9, titled("mine"))
    assert await none.told() is None
    assert not [path for path in tmp_path.rglob("*") if "gho_" in str(path) or _holds(path, b"gho_")]


def _holds(path: Path, word: bytes) -> bool:
    return path.is_file() and word in path.read_bytes()


async def test_how_old_it_may_be(tmp_path: Path) -> None:
    one, other = Front(tmp_path), Front(tmp_path)
    await one.tell(NOW - 40 * MICROSECONDS, titled("by a script"))
    scripted = (await other.readings.told(HOST, TARGETS)).repositories[KEY]
    await one.readings.own(HOST, TARGETS, 30.0, lambda: 30.0)
    await one.tell(NOW - 40 * MICROSECONDS, titled("by who polls"))
    polled = (await other.readings.told(HOST, TARGETS)).repositories[KEY]
    assert Trust(60).suffices(scripted, NOW) and not Trust(30).suffices(scripted, NOW)
    assert while_polled(30.0).suffices(polled, NOW) and not while_polled(30.0).suffices(scripted, NOW)
    assert not while_polled(10.0).suffices(polled, NOW), "who polls does so too seldom"
    assert not while_polled(30.0).suffices(polled, NOW + 21 * MICROSECONDS)
