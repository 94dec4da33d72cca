"""What all of GitHub's answers are made of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Raw, Struct

T = TypeVar("T")


class Wired(Struct, frozen=True, gc=False, rename="camel"):
    """What all of them have in common."""


class ErrorRow(Wired, frozen=True):
    """One row of `errors`; `path` begins with the alias of the field that it belongs to, if it belongs to one."""

    message: str = ""
    type: str | None = None
    code: str | None = None
    path: tuple[str | int, ...] | None = None
    extensions: dict[str, Any] | None = None


class Envelope(Wired, frozen=True):
    """A whole answer; `message` is all that the limits and refusals in front of GraphQL send."""

    data: Mapping[str, Raw] | None = None
    errors: tuple[ErrorRow, ...] | None = None
    message: str | None = None


class Budget(Wired, frozen=True):
    """`rateLimit`: points."""

    cost: int
    limit: int
    remaining: int
    reset_at: datetime


class Viewer(Wired, frozen=True):
    """Whose token it is."""

    id: str
    login: str


class TypeOf(Wired, frozen=True):
    """The fields that a type of the host's schema has."""

    fields: tuple[Named, ...]


class PageInfo(Wired, frozen=True):
    """Whether a list goes on, and where."""

    has_next_page: bool
    end_cursor: str | None = None


class Page(Struct, Generic[T], frozen=True, rename="camel"):
    """One page of a list; single nodes may be null."""

    page_info: PageInfo
    nodes: tuple[T | None, ...] | None = None


class Named(Wired, frozen=True):
    """A label or a branch by its name."""

    name: str


class Login(Wired, frozen=True):
    """Somebody by login; the node id stands only where a change is answered."""

    login: str
    id: str | None = None


class Nodes(Struct, Generic[T], frozen=True):
    """A list that is asked for whole."""

    nodes: tuple[T | None, ...] | None = None


class Count(Wired, frozen=True):
    """How many there are."""

    total_count: int


def read(raw: Raw | None, kind: type[T]) -> T | None:
    """The value in its shape; None where there is none, or it has another shape."""
    try:
        return None if raw is None else msgspec.json.decode(raw, type=kind | None)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
