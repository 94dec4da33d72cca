"""Fronts of one machine: what one reads of GitHub all see, and together they cost what one of them does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from stations import KEY, Station, no_waiting

from soda_tui import wiring
from soda_tui.cockpit.targets import targets_of
from soda_tui.domain.actions import Verb
from soda_tui.domain.configuration.settings import Enrolment, Settings
from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.model import Repository
from soda_tui.domain.sharing import Trust
from soda_tui.sandbox.demo import Demo
from soda_tui.sandbox.faults import Fault
from soda_tui.sandbox.transport import SandboxTransport
from soda_tui.services.paths import Paths

pytestmark = pytest.mark.anyio
PATIENCE = 20
INTERVAL = 0.4


@pytest.fixture(autouse=True)
def listening_closely(monkeypatch: pytest.MonkeyPatch) -> None:
    """Others are heard at once: what is tested is that they are, not in which second."""
    monkeypatch.setattr("soda_tui.cockpit.watching._OVERHEAR_TICK", 0.05)


@asynccontextmanager
async def front(demo: Demo, folder: Path, interval: float = INTERVAL) -> AsyncIterator[Station]:
    """A front of the machine whose files are in that folder."""
    settings = Settings(tuple(Enrolment(name, str(path)) for name, path in demo.places), interval=interval)
    call = wiring.Invocation({"GH_TOKEN": demo.token})
    transport = SandboxTransport(demo.world, no_waiting)
    paths = Paths.below(folder)
    async with wiring.opened(paths, settings, call, transport, sleep=no_waiting) as opened:
        yield Station(opened, demo, paths.state)


@asynccontextmanager
async def running(station: Station, *, loops: bool = False) -> AsyncIterator[asyncio.Task[None]]:
    """The front at work, until it is left or cancelled, which is as good as killed: the kernel frees its lock."""
    task = asyncio.create_task(station.opened.engine.run(loops=loops))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(station: Station, said: Callable[[Repository], bool], patience: float = PATIENCE) -> Repository:
    """Wait until a running front shows something."""
    async with asyncio.timeout(patience):
        while True:
            seen = station.opened.engine.snapshot
            view = next(part for part in seen.repositories if part.key == KEY)
            if said(view):
                return view
            await station.opened.engine.changed(seen)


def spent(demo: Demo) -> int:
    """The points that GitHub has counted."""
    world = demo.world
    return sum(world.limiter.bucket(token.user.login, world.now()).used for token in world.tokens.values())


def asked(station: Station) -> int:
    return station.opened.world.github.requests  # type: ignore[attr-defined, no-any-return]


async def test_a_limit_that_one_front_was_told_is_heeded_by_all(demo: Demo, tmp_path: Path) -> None:
    async with front(demo, tmp_path / "me") as one, front(demo, tmp_path / "me") as other:
        await one.opened.engine.refresh()
        await other.opened.engine.refresh()
        demo.world.faults.order(Fault.SECONDARY_RETRY, seconds=300)
        await one.opened.engine.refresh()
        sent = demo.world.requests
        seen = next(part for part in (await other.opened.engine.refresh()).repositories if part.key == KEY)
        assert seen.error is not None and seen.error.retry_at is not None
        assert not (await other.opened.engine.act(KEY, Verb.POP)).ok
        async with front(demo, tmp_path / "me") as script:
            await script.opened.engine.refresh()
        assert demo.world.requests == sent


async def test_a_screen_a_loop_and_a_script_cost_what_one_of_them_does(demo: Demo, tmp_path: Path) -> None:
    async with front(demo, tmp_path / "me") as screen, front(demo, tmp_path / "me") as auto:
        await screen.opened.engine.refresh()
        before = spent(demo)
        await screen.opened.engine.refresh()
        once, began, before = spent(demo) - before, time.monotonic(), spent(demo)
        async with running(screen), running(auto, loops=True):
            while time.monotonic() - began < 4 * INTERVAL:
                async with front(demo, tmp_path / "me") as script:
                    snapshot = await script.opened.snapshot([KEY], 60)
                    assert snapshot.repositories[0].fetched_at is not None
                    assert asked(script) == 0
                await asyncio.sleep(INTERVAL / 2)
            polls = (time.monotonic() - began) / INTERVAL + 1
            assert once >= 1
            assert spent(demo) - before <= once * (polls + 1), (once, polls)
            views = [one.opened.engine.snapshot.repositories for one in (screen, auto)]
            assert [part.queue for part in views[0]] == [part.queue for part in views[1]]


async def test_what_one_reads_all_see_and_when_it_dies_another_polls(demo: Demo, tmp_path: Path) -> None:
    async with front(demo, tmp_path / "me", 60) as first, front(demo, tmp_path / "me", 60) as second:
        async with running(first) as holder:
            await first.opened.engine.refresh()
            async with running(second):
                await until(second, lambda view: not view.stale)
                assert asked(second) == 0
                number = demo.people.open_issue("acme/rocket", "Seen by all", labels=("route:ready",))
                await first.opened.engine.refresh([KEY])
                await until(second, lambda view: any(entry.number == number for entry in view.queue), 2.5)
                assert asked(second) == 0
                holder.cancel()
                await asyncio.gather(holder, return_exceptions=True)
        async with front(demo, tmp_path / "me") as third, running(third):
            await until(third, lambda _: asked(third) > 0, 2.5)


async def test_a_reader_that_stalls_is_not_waited_for(demo: Demo, tmp_path: Path) -> None:
    async with front(demo, tmp_path / "me") as stalled, front(demo, tmp_path / "me") as awake:
        # It holds the lock and has told all, and does nothing any more, as a process that was halted.
        readings, engine = stalled.opened.world.readings, stalled.opened.engine
        targets = targets_of(stalled.opened.settings.repositories)
        assert await readings.own("github.com", targets, INTERVAL, lambda: INTERVAL)
        await engine.refresh()
        async with running(awake):
            number = demo.people.open_issue("acme/rocket", "Nobody tells of it", labels=("route:ready",))
            view = await until(awake, lambda view: any(entry.number == number for entry in view.queue))
            assert asked(awake) > 0 and not view.stale
            assert not await awake.opened.world.readings.own("github.com", targets, INTERVAL, lambda: INTERVAL)
        readings.leave("github.com")


async def test_a_limit_is_told_to_all_and_nothing_is_sent_before_it_ends(demo: Demo, tmp_path: Path) -> None:
    async with front(demo, tmp_path / "me", 60) as first, front(demo, tmp_path / "me", 60) as second:
        for token in demo.world.tokens.values():
            demo.world.limiter.exhaust(token.user.login, demo.world.now())
        async with running(first):
            await first.opened.engine.refresh()
            async with running(second):
                view = await until(second, lambda view: view.error is not None)
                assert view.error is not None and view.error.code is ErrorCode.RATE_LIMIT
                assert asked(second) == 0


async def test_what_another_account_may_see_is_not_shown(demo: Demo, tmp_path: Path) -> None:
    demo.world.add_token("gho_another", "grace")
    other = replace(demo, token="gho_another")
    async with front(demo, tmp_path / "me", 60) as mine, front(other, tmp_path / "me", 60) as hers, running(mine):
        await until(mine, lambda view: not view.stale)
        async with running(hers):
            await until(hers, lambda view: not view.stale)
            assert asked(hers) > 0


async def test_a_damaged_reading_is_put_aside_and_said(demo: Demo, tmp_path: Path) -> None:
    async with front(demo, tmp_path / "me", 60) as first, front(demo, tmp_path / "me", 60) as second:
        await first.opened.engine.refresh()
        for file in (tmp_path / "me" / "cache" / "readings").glob("*/*.facts"):
            file.write_bytes(file.read_bytes()[:-9])
        await second.opened.engine.refresh(trust=Trust(60))
        assert asked(second) > 0
        assert "put aside" in (await second.opened.engine.done_by_itself()).message
        async with front(demo, tmp_path / "me", 60) as third:
            await third.opened.engine.refresh(trust=Trust(60))
            assert asked(third) == 0
