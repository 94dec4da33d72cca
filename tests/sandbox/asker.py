"""Somebody who asks the embedded GitHub over its API, and a clock that is moved by hand."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from soda_tui.sandbox.api import answer
from soda_tui.sandbox.web import Reply, Request
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
