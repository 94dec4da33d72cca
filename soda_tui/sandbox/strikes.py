"""How an ordered fault strikes: before anything is done, or the reply to what has been done."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

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
        case Fault.RESOURCE_LIMITS:
            return replace(reply, body=_terminated(reply.body))
    return reply


def _nginx(status: int, words: str) -> Reply:
    title = f"{status} {words}"
    page = (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
        "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
    return Reply(status, page.encode(), _HTML)


def _terminated(body: bytes) -> bytes:
    """The answer of a query that GitHub ended before its last field was read."""
    told = json.loads(body)
    fields = [name for name in told.get("data") or {} if name not in {"viewer", "rateLimit"}]
    path = fields[-1:]
    for name in path:
        told["data"][name] = None
    row = {
        "type": "RESOURCE_LIMITS_EXCEEDED",
        "path": path,
        "message": "Resource limits for this query exceeded.",
    }
    told["errors"] = [*told.get("errors", []), row]
    return json.dumps(told).encode()
