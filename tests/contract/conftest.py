"""The places in which the contract holds."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from contract.places import (
    ENVIRONMENT,
    LIVE_REPOSITORY,
    LivePlace,
    Place,
    SandboxPlace,
    live_asker,
    sandbox_asker,
)

from soda_tui.domain.naming import parse_name
from soda_tui.sandbox.transport import SandboxTransport
from soda_tui.sandbox.world import World
from soda_tui.services.github.auth import Tokens
from soda_tui.services.github.client import connect

_LIVE = pytest.param(
    "live", marks=[pytest.mark.live, pytest.mark.skipif(not LIVE_REPOSITORY, reason="SODA_LIVE_REPO is not set")]
)


@pytest.fixture(params=["sandbox", _LIVE])
async def place(request: pytest.FixtureRequest, tmp_path: Path, anyio_backend: str) -> AsyncIterator[Place]:
    """A repository to try things in."""
    made = _live() if request.param == "live" else _sandbox(tmp_path)
    yield made
    await made.close()


@pytest.fixture
def answer(
    request: pytest.FixtureRequest, record_property: Callable[[str, object], None], capfd: pytest.CaptureFixture[str]
) -> Callable[[object], None]:
    """Record and show what GitHub answered to an open question."""

    def note(found: object) -> None:
        record_property("answer", found)
        if not LIVE_REPOSITORY:
            return
        with capfd.disabled():
            sys.stdout.write(f"\n{request.node.name}: {found}\n")

    return note


def _sandbox(root: Path) -> Place:
    world = World(root / "world", lambda: datetime.now(UTC))
    world.add_token("ghp_contract", "me")
    repository = world.create_repository("octo/scratch", permissions={"me": "ADMIN"})
    environment = {"GH_TOKEN": "ghp_contract"}
    service = connect({}, Tokens(environment, {}), None, SandboxTransport(world), environment=environment)
    name = parse_name("octo/scratch")
    assert name is not None
    return SandboxPlace(name, service, sandbox_asker(world, "ghp_contract"), world, repository)


def _live() -> Place:
    name = parse_name(LIVE_REPOSITORY)
    assert name is not None, "SODA_LIVE_REPO must be OWNER/NAME"
    service = connect({}, Tokens(ENVIRONMENT, {}), None, environment=ENVIRONMENT)
    return LivePlace(name, service, live_asker(name))
