"""The control endpoint: faults and people's acts over http, for tests of other processes.

`POST /_control/faults` with `{"fault": …, "times": 1, "matching": "", "skip": 0, "seconds": 30}`, `DELETE` cancels all;
`POST /_control/people/ACT` with the act's arguments by name, or a list of them; `POST /_control/budget` with
`{"login": …, "remaining": 0}`; `POST /_control/tokens` with `{"token": …, "login": …}`, and where it is so with
`"forbidden": ["PullRequest.reviews"]` and `"expires": "2026-03-01T12:00:00+00:00"`.
"""

from __future__ import annotations

import inspect
import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from soda_tui.sandbox.errors import Refused
from soda_tui.sandbox.people import People
from soda_tui.sandbox.web import Reply
from soda_tui.sandbox.world import World

_ACTS = {name for name, _ in inspect.getmembers(People, inspect.isfunction) if not name.startswith("_")}


def control(world: World, method: str, path: str, body: bytes) -> Reply:
    """Do what was asked and tell what came of it; 400 with the reason where it cannot be done."""
    try:
        result = _done(world, method, path.removeprefix("/_control/").split("/"), json.loads(body or b"{}"))
    except (Refused, LookupError, TypeError, ValueError) as error:
        return _told(400, {"error": f"{type(error).__name__}: {error}"})
    return _told(200, {"result": result})


def _done(world: World, method: str, path: list[str], given: Any) -> Any:
    match method, path:
        case "POST", ["faults"]:
            return world.faults.order(**given)
        case "DELETE", ["faults"]:
            return world.faults.clear()
        case "POST", ["budget"]:
            with world.lock:
                return world.limiter.exhaust(given["login"], world.now(), given.get("remaining", 0))
        case "POST", ["tokens"]:
            with world.lock:
                token = world.add_token(given["token"], given["login"], given.get("forbidden", ()))
                ends = datetime.fromisoformat(given["expires"]) if "expires" in given else None
                world.tokens[given["token"]] = replace(token, expires=ends)
            return None
        case "POST", ["people", act] if act in _ACTS:
            arguments, named = (given, {}) if isinstance(given, list) else ((), given)
            return getattr(People(world), act)(*arguments, **named)
    raise LookupError(f"{method} {'/'.join(path)}")


def _told(status: int, told: Any) -> Reply:
    return Reply(status, json.dumps(told).encode(), {"content-type": "application/json"})
