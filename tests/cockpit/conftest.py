"""An engine on the embedded GitHub in this process, with real clones, worktrees and agent processes."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from stations import Calm, OpenStation, Station, no_waiting

from soda_tui import wiring
from soda_tui.domain.settings import AgentSettings, Enrolment, Settings
from soda_tui.sandbox.demo import Demo, build_demo
from soda_tui.sandbox.transport import SandboxTransport
from soda_tui.services.paths import Paths


@pytest.fixture
def demo(tmp_path: Path) -> Demo:
    """The demo's world, on the real clock."""
    return build_demo(tmp_path / "github", lambda: datetime.now(UTC))


@pytest.fixture
def station(tmp_path: Path, demo: Demo) -> OpenStation:
    """Open cockpits; those of one name share their folder, as calls of one installation do."""

    @asynccontextmanager
    async def opening(name: str = "one", agent: tuple[str, ...] = (), **changes: object) -> AsyncIterator[Station]:
        async with open_station(demo, tmp_path / name, agent, **changes) as opened:
            yield opened

    return opening


@pytest.fixture
def calm(tmp_path: Path) -> Calm:
    """Open a cockpit on a GitHub of its own, which is the same but for what the test does to the other."""

    @asynccontextmanager
    async def opening() -> AsyncIterator[tuple[Station, Demo]]:
        undisturbed = build_demo(tmp_path / "calm", lambda: datetime.now(UTC))
        async with open_station(undisturbed, tmp_path / "calm-cockpit", ()) as opened:
            yield opened, undisturbed

    return opening


@asynccontextmanager
async def open_station(demo: Demo, folder: Path, agent: tuple[str, ...], **changes: object) -> AsyncIterator[Station]:
    """A cockpit in a folder of its own."""
    command = (sys.executable, "-m", "soda_tui.sandbox.scripted_agent", "--pace", "0", *agent)
    enrolments = [Enrolment(found, str(path), agent=AgentSettings(command)) for found, path in demo.places]
    chosen = tuple(replace(one, **changes) for one in enrolments)  # type: ignore[arg-type]  # fields of Enrolment
    call = wiring.Invocation({"GH_TOKEN": demo.token})
    transport = SandboxTransport(demo.world, no_waiting)
    async with wiring.opened(Paths.below(folder), Settings(chosen), call, transport, sleep=no_waiting) as opened:
        yield Station(opened, demo)
