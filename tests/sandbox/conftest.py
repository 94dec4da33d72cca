"""A world with one repository, and somebody who asks it over the API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from soda_tui.sandbox.api import Reply, Request, answer
from soda_tui.sandbox.people import People
from soda_tui.sandbox.server import SandboxServer
from soda_tui.sandbox.world import World

TOKEN = "gho_ours"
ROCKET = "acme/rocket"


@dataclass
class Clock:
    """The time, moved by hand."""

    now: datetime = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **parts: float) -> None:
        self.now += timedelta(**parts)


@dataclass
class Asker:
    """Sends documents with a token."""

    world: World
    token: str = TOKEN
    replies: list[Reply] = field(default_factory=list)

    def __call__(self, query: str, **variables: Any) -> dict[str, Any]:
        """The whole answer to a document, decoded."""
        reply = self.send(query, **variables)
        assert reply.status == 200, reply
        return dict(json.loads(reply.body))

    def send(self, query: str, **variables: Any) -> Reply:
        """The reply to a document as it goes over the wire."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        headers = {"authorization": f"bearer {self.token}"} if self.token else {}
        self.replies.append(answer(self.world, Request("POST", "/graphql", headers, body)))
        return self.replies[-1]

    def data(self, query: str, **variables: Any) -> Any:
        """The data of an answer without errors."""
        told = self(query, **variables)
        assert "errors" not in told, told["errors"]
        return told["data"]

    def error(self, query: str, **variables: Any) -> dict[str, Any]:
        """The only error of an answer."""
        errors = self(query, **variables)["errors"]
        assert len(errors) == 1, errors
        return dict(errors[0])


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
