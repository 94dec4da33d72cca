"""The REST side: what the cockpit and `gh` do over REST alone. Everything else is not found."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from soda_tui.sandbox import acts
from soda_tui.sandbox.context import Context
from soda_tui.sandbox.errors import Refused
from soda_tui.sandbox.model import Label, Permission, Repository
from soda_tui.sandbox.permits import permit
from soda_tui.sandbox.pricing import Price
from soda_tui.sandbox.pull_requests import CheckRun
from soda_tui.sandbox.remote import ZERO
from soda_tui.sandbox.web import Reply, Request, as_json, authenticate, problem, slow_down, unauthorized
from soda_tui.sandbox.world import World

_LOGS = "/_logs/"
_STATUS = {"NOT_FOUND": 404, "FORBIDDEN": 403}


def rest(world: World, request: Request) -> Reply:
    """The answer to a request that is not GraphQL."""
    path = request.path.rstrip("/")
    if request.method == "GET" and path.startswith(_LOGS):
        return _log(world, request, path.removeprefix(_LOGS))
    if request.method == "GET" and path in {"", "/api/v3", "/meta"}:
        return as_json(200, {"current_user_url": f"https://api.{world.host}/user"})
    for method, pattern, deed in _ROUTES:
        found = pattern.search(path) if method == request.method else None
        if found is not None:
            token = authenticate(world, request.headers)
            if token is None:
                return unauthorized(request.headers, world.now())
            if (order := world.faults.take(f"rest {method} {path}")) is not None:
                return slow_down(429, {"retry-after": f"{order.seconds:.0f}"})
            at = Context(world, token, Price(0, 0, 0), world.limiter.bucket(token.user.login, world.now()))
            return _done(deed, at, request, found)
    return problem(404, "Not Found")


_Deed = Callable[[Context, Request, Mapping[str, str]], Reply]


def _done(deed: _Deed, at: Context, request: Request, found: re.Match[str]) -> Reply:
    try:
        return deed(at, request, {name: unquote(value) for name, value in found.groupdict().items()})
    except Refused as refused:
        return problem(_STATUS.get(refused.kind, 422), str(refused))
    except ValueError:
        return problem(400, "Problems parsing JSON")


def _rate_limit(at: Context, _: Request, __: Mapping[str, str]) -> Reply:
    bucket = at.bucket
    graphql = {
        "limit": bucket.limit,
        "used": bucket.used,
        "remaining": bucket.remaining,
        "reset": int(bucket.reset_at.timestamp()),
        "resource": "graphql",
    }
    core = {**graphql, "limit": 5000, "used": 0, "remaining": 5000, "resource": "core"}
    return as_json(200, {"resources": {"core": core, "graphql": graphql}, "rate": core})


def _log_place(at: Context, request: Request, named: Mapping[str, str]) -> Reply:
    """Where a job's log lies: elsewhere, as on GitHub."""
    if _job(at.world, int(named["job"])) is None:
        return problem(404, "Not Found")
    host = request.headers.get("host", "")
    scheme = "http" if host.startswith("127.0.0.1") else "https"
    return Reply(302, b"", {"location": f"{scheme}://{host}{_LOGS}{named['job']}"})


def _log(world: World, request: Request, number: str) -> Reply:
    """A job's log from where it lies, which refuses who comes with a token."""
    found = _job(world, int(number)) if number.isdecimal() else None
    if found is None or "authorization" in request.headers:
        return Reply(400, b"<Error><Code>InvalidAuthenticationInfo</Code></Error>", {"content-type": "application/xml"})
    return Reply(200, found.log.encode(), {"content-type": "text/plain"})


def _job(world: World, number: int) -> CheckRun | None:
    checks = (one for place in world.repositories for each in place.checks.values() for one in each)
    return next((one for one in checks if isinstance(one, CheckRun) and one.database_id == number and one.log), None)


def _repository(at: Context, named: Mapping[str, str], deed: str) -> Repository:
    """The repository of the path, to which the token may write; raises Refused."""
    found = at.world.repository(f"{named['owner']}/{named['name']}")
    at.world.visible(found, at.token)
    permit(at, found, Permission.WRITE, deed)
    return found


def _create_label(at: Context, request: Request, named: Mapping[str, str]) -> Reply:
    repository = _repository(at, named, "CreateLabel")
    given = _given(request)
    if repository.label(given.get("name", "")) is not None:
        row = {"resource": "Label", "code": "already_exists", "field": "name"}
        return problem(422, "Validation Failed", "rest/issues/labels#create-a-label", errors=[row])
    name, color = given.get("name", ""), given.get("color", "ededed")
    made = acts.create_label(at.world, repository, name, color, given.get("description"))
    return as_json(201, _shown(made))


def _update_label(at: Context, request: Request, named: Mapping[str, str]) -> Reply:
    label = _label(_repository(at, named, "UpdateLabel"), named)
    given = _given(request)
    acts.update_label(at.world, label, given.get("new_name"), given.get("color"), given.get("description"))
    return as_json(200, _shown(label))


def _delete_label(at: Context, _: Request, named: Mapping[str, str]) -> Reply:
    acts.delete_label(at.world, _label(_repository(at, named, "DeleteLabel"), named))
    return Reply(204, b"")


def _given(request: Request) -> dict[str, str]:
    """The body's texts; raises ValueError where there are none."""
    found = json.loads(request.body)
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return {name: value for name, value in found.items() if isinstance(value, str)}


def _label(repository: Repository, named: Mapping[str, str]) -> Label:
    found = repository.label(named["label"])
    if found is None:
        raise Refused("NOT_FOUND", "Not Found")
    return found


def _shown(label: Label) -> dict[str, Any]:
    return {
        "id": label.database_id,
        "node_id": label.id,
        "name": label.name,
        "color": label.color,
        "default": False,
        "description": label.description,
    }


def _delete_ref(at: Context, _: Request, named: Mapping[str, str]) -> Reply:
    remote = _repository(at, named, "DeleteRef").remote
    name = f"refs/{named['ref']}"
    oid = remote.ref(name)
    if oid is None:
        raise Refused("UNPROCESSABLE", "Reference does not exist")
    remote.guard([(name, oid, ZERO)])
    remote.update(name, ZERO, oid)
    return Reply(204, b"")


_REPO = r"/repos/(?P<owner>[^/]+)/(?P<name>[^/]+)"
_ROUTES: tuple[tuple[str, re.Pattern[str], _Deed], ...] = (
    ("GET", re.compile(r"/rate_limit$"), _rate_limit),
    ("GET", re.compile(rf"{_REPO}/actions/jobs/(?P<job>[0-9]{{1,18}})/logs$"), _log_place),
    ("POST", re.compile(rf"{_REPO}/labels$"), _create_label),
    ("PATCH", re.compile(rf"{_REPO}/labels/(?P<label>[^/]+)$"), _update_label),
    ("DELETE", re.compile(rf"{_REPO}/labels/(?P<label>[^/]+)$"), _delete_label),
    ("DELETE", re.compile(rf"{_REPO}/git/refs/(?P<ref>heads/.+)$"), _delete_ref),
)
