"""Connections: pages of lists with opaque cursors, as GitHub cuts them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from soda_tui.sandbox.errors import Refused


@dataclass(frozen=True, slots=True)
class Edge:
    """A node with its cursor."""

    node: Any
    cursor: str
    permission: str | None = None


@dataclass(frozen=True, slots=True)
class PageInfo:
    """Where a page lies."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@dataclass(frozen=True, slots=True)
class Connection:
    """One page of a list."""

    edges: tuple[Edge, ...]
    page_info: PageInfo
    total_count: int
    items: Sequence[Any]

    @property
    def nodes(self) -> tuple[Any, ...]:
        """The page's nodes."""
        return tuple(edge.node for edge in self.edges)


Key = Callable[[Any], str]


def _encode(place: int, key: str) -> str:
    return base64.b64encode(f"cursor:v2:{place}:{key}".encode()).decode()


def _decode(cursor: str, argument: str) -> tuple[int, str]:
    try:
        text = base64.b64decode(cursor, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        text = ""
    place, colon, key = text.removeprefix("cursor:v2:").partition(":")
    if not text.startswith("cursor:v2:") or not place.isdigit() or not colon:
        raise Refused(
            "INVALID_CURSOR_ARGUMENTS", f"`{cursor}` does not appear to be a valid cursor.", argument=argument
        )
    return int(place), key


def connection(items: Sequence[Any], arguments: Mapping[str, Any], key: Key = lambda item: str(item.id)) -> Connection:
    """The page of `items` that `first`/`after` or `last`/`before` name.

    A cursor names the item after which (or before which) the page goes on. An empty one starts again at the beginning,
    without a word, as on GitHub.
    """
    keys = [key(item) for item in items]
    start, stop = 0, len(items)
    if after := arguments.get("after"):
        start = _place(keys, *_decode(after, "after"), after=True)
    if before := arguments.get("before"):
        stop = _place(keys, *_decode(before, "before"), after=False)
    first, last = arguments.get("first"), arguments.get("last")
    if first is not None:
        stop = min(stop, start + first)
    elif last is not None:
        start = max(start, stop - last)
    else:
        stop = start
    edges = tuple(Edge(items[index], _encode(index, keys[index])) for index in range(start, max(start, stop)))
    info = PageInfo(
        has_next_page=stop < len(items),
        has_previous_page=start > 0,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )
    return Connection(edges, info, len(items), items)


def _place(keys: Sequence[str], place: int, key: str, *, after: bool) -> int:
    # The item that a cursor names can have left the list since; what came after it then stands in its place.
    return keys.index(key) + after if key in keys else min(place, len(keys))
