"""What goes over the wire: requests, replies, and for whom a token stands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from soda_tui.sandbox.world import Token, World

DOCS = "https://docs.github.com"
_SECONDARY = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. "
    "If you reach out to GitHub Support for help, please include the request ID {id}."
)


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked; header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered, after `delay` seconds; `dropped` is no answer at all, `truncated` one that breaks off."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    dropped: bool = False
    truncated: bool = False


def as_json(status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Reply:
    """A reply in JSON."""
    kind = {"content-type": "application/json; charset=utf-8"}
    return Reply(status, json.dumps(body).encode(), {**kind, **(headers or {})})


def problem(status: int, message: str, page: str = "rest", **more: Any) -> Reply:
    """A refusal as GitHub words it, with the page of its documentation."""
    return as_json(status, {"message": message, **more, "documentation_url": f"{DOCS}/{page}", "status": str(status)})


def slow_down(status: int, headers: Mapping[str, str]) -> Reply:
    """The refusal of a secondary limit."""
    page = f"{DOCS}/free-pro-team@latest/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits"
    return as_json(status, {"documentation_url": page, "message": _SECONDARY}, headers)


def authenticate(world: World, headers: Mapping[str, str]) -> Token | None:
    """Whom the `Authorization` header stands for; None where it is missing or wrong."""
    scheme, _, secret = headers.get("authorization", "").partition(" ")
    return world.tokens.get(secret.strip()) if scheme.lower() in {"bearer", "token"} else None


def unauthorized(headers: Mapping[str, str], now: datetime) -> Reply:
    """The refusal of a request without a token, or with a wrong one."""
    words = "Bad credentials" if headers.get("authorization") else "This endpoint requires you to be authenticated."
    # As recorded from GitHub: it tells of nobody's budget, which is not one that is used up.
    spent = {
        "x-ratelimit-limit": "0",
        "x-ratelimit-remaining": "0",
        "x-ratelimit-used": "0",
        "x-ratelimit-reset": str(int(now.timestamp()) + 3600),
        "x-ratelimit-resource": "graphql",
    }
    reply = problem(401, words, "graphql")
    return replace(reply, headers={**reply.headers, **spent})
