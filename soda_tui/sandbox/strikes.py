"""How an ordered fault strikes: before anything is done, or the reply to what has been done."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import reduce
from operator import getitem
from typing import Any

from soda_tui.sandbox.faults import Fault, Order
from soda_tui.sandbox.web import Reply, as_json, unauthorized

_HTML = {"content-type": "text/html"}
_UNICORN = b"<!DOCTYPE html>\n<title>Unicorn!</title>\n"


def before(order: Order, headers: Mapping[str, str], now: datetime) -> Reply | None:
    """The reply of what stands in front of GitHub; None where the fault strikes later."""
    match order.fault:
        case Fault.BAD_GATEWAY:
            return _nginx(502, "Bad Gateway")
        case Fault.GATEWAY_TIMEOUT:
            return _nginx(504, "Gateway Time-out")
        case Fault.DROP_BEFORE:
            return Reply(0, b"", dropped=True)
        case Fault.UNAUTHORIZED:
            return unauthorized(headers, now)
        case Fault.VALIDATION_TIMEOUT:
            return as_json(200, {"data": None, "errors": [{"message": "Timeout on validation of query"}]})
    return None


def after(reply: Reply, order: Order) -> Reply:
    """The reply as the fault leaves it; the change has been made."""
    match order.fault:
        case Fault.SLOW:
            return replace(reply, delay=order.seconds)
        case Fault.DROP_AFTER:
            return replace(reply, dropped=True)
        case Fault.BAD_GATEWAY_AFTER:
            return _nginx(502, "Bad Gateway")
        case Fault.TRUNCATED:
            return replace(reply, truncated=True)
        case Fault.CUT:
            return replace(reply, body=reply.body[: len(reply.body) // 2])
        case Fault.NOT_JSON:
            return replace(reply, body=_UNICORN, headers=_HTML)
        case Fault.NOT_GZIP:
            return replace(reply, headers={**reply.headers, "content-encoding": "gzip"})
        case Fault.RESOURCE_LIMITS:
            return replace(reply, body=_terminated(reply.body))
        case Fault.RESOURCE_LIMITS_WITHIN:
            return replace(reply, body=_terminated(reply.body, within=True))
    return reply


def _nginx(status: int, words: str) -> Reply:
    title = f"{status} {words}"
    page = (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
        "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
    return Reply(status, page.encode(), _HTML)


def _terminated(body: bytes, *, within: bool = False) -> bytes:
    """The answer of a query that GitHub ended before its last field was read, or `within` the last thing there."""
    told = json.loads(body)
    data = told.get("data") or {}
    path: list[str | int] = [name for name in data if name not in {"viewer", "rateLimit"}][-1:]
    paths = [[*path, *inner] for inner in _lists(data[path[0]])] if within and path else [path]
    for *outer, last in filter(None, paths):
        reduce(getitem, outer, data)[last] = None
    rows = [
        {"type": "RESOURCE_LIMITS_EXCEEDED", "path": one, "message": "Resource limits for this query exceeded."}
        for one in paths
    ]
    told["errors"] = [*told.get("errors", []), *rows]
    return json.dumps(told).encode()


def _lists(thing: Any) -> Iterator[tuple[str | int, ...]]:
    """Where in a thing, or the last of several, its lists are."""
    if isinstance(thing, list) and thing:
        yield from ((len(thing) - 1, *path) for path in _lists(thing[-1]))
    elif isinstance(thing, dict):
        yield from ((name,) for name, value in thing.items() if isinstance(value, dict))
