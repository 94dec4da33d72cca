"""A cockpit that is opened behind the screen."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tui.frozen import FrozenCockpit
from tui.shown import TRIO, snapshot

from soda_tui.cockpit.late import LateCockpit
from soda_tui.domain.actions import Verb
from soda_tui.domain.configuration.preferences import Layout, Preferences
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.services.paths import Paths
from soda_tui.services.store import FileStore

pytestmark = pytest.mark.anyio


async def turns(count: int = 20) -> None:
    """Let everything that can go on do so."""
    for _ in range(count):
        await asyncio.sleep(0)


async def test_it_shows_what_was_kept_and_what_is_asked_of_it_waits(tmp_path: Path) -> None:
    behind, may_open = FrozenCockpit(snapshot()), asyncio.Event()

    async def opening() -> FrozenCockpit:
        await may_open.wait()
        return behind

    late = LateCockpit(TRIO, FileStore(Paths.below(tmp_path)), opening)
    running = asyncio.create_task(late.run())
    acting = asyncio.create_task(late.act("github.com/acme/rocket", Verb.POP))
    changing = asyncio.create_task(late.changed(TRIO))
    late.attend(["github.com/acme/rocket"])
    late.abandon()
    await turns()
    assert late.snapshot is TRIO and not acting.done() and not changing.done() and behind.acts == []

    may_open.set()
    assert (await acting).ok and [verb for _, verb, _ in behind.acts] == [Verb.POP]
    assert await changing is behind.snapshot is late.snapshot
    late.attend(["github.com/acme/rocket"])
    assert behind.attended == {"github.com/acme/rocket"}
    running.cancel()


async def test_how_the_screen_is_left_is_remembered_before_it_is_open(tmp_path: Path) -> None:
    async def never() -> FrozenCockpit:
        raise AssertionError("nobody ran it")

    late = LateCockpit(TRIO, FileStore(Paths.below(tmp_path)), never)
    late.remember(Preferences(layout=Layout.LIST))
    assert late.preferences == FileStore(Paths.below(tmp_path)).preferences() == Preferences(layout=Layout.LIST)


async def test_that_it_cannot_be_opened_ends_its_run(tmp_path: Path) -> None:
    async def broken() -> FrozenCockpit:
        raise Failure(Problem(ErrorCode.CONFIGURATION, "It cannot be opened."))

    late = LateCockpit(TRIO, FileStore(Paths.below(tmp_path)), broken)
    with pytest.raises(Failure, match="cannot be opened"):
        await late.run()
    assert late.snapshot is TRIO
