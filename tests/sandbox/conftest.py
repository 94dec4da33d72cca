"""A world with one repository, and somebody who asks it over the API."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sandbox.asker import ROCKET, TOKEN, Asker, Clock

from soda_tui.sandbox.people import People
from soda_tui.sandbox.server import SandboxServer
from soda_tui.sandbox.world import World


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(tmp_path: Path, clock: Clock) -> World:
    """`you` may write to acme/rocket, whose issue 1 is ready."""
    world = World(tmp_path / "github", clock)
    world.add_token(TOKEN, "you")
    world.create_repository(ROCKET, permissions={"you": "WRITE", "ada": "WRITE", "grace": "WRITE"})
    people = People(world)
    for name in ("route:ready", "route:review", "agent001"):
        people.create_label(ROCKET, name)
    people.open_issue(ROCKET, "Crash when the tank is empty", "It divides by zero.", ["route:ready"])
    return world


@pytest.fixture
def people(world: World) -> People:
    return People(world)


@pytest.fixture
def ask(world: World) -> Asker:
    return Asker(world)


@pytest.fixture
def server(world: World) -> Iterator[SandboxServer]:
    with SandboxServer(world, control=True) as server:
        yield server
