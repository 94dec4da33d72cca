"""The embedded GitHub's web side: a request in, a reply out, without any port."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

from graphql import DocumentNode, GraphQLError, execute_sync, parse, validate

from soda_tui.sandbox.context import Context
from soda_tui.sandbox.errors import Refused
from soda_tui.sandbox.faults import Fault, Order
from soda_tui.sandbox.limits import Bucket
from soda_tui.sandbox.merging import proceed
from soda_tui.sandbox.model import CheckRun
from soda_tui.sandbox.pricing import price
from soda_tui.sandbox.resolvers import resolve_field, resolve_type
from soda_tui.sandbox.schema import schema
from soda_tui.sandbox.world import Token, World

_DOCS = "https://docs.github.com"
_JOB = re.compile(r"/repos/[^/]+/[^/]+/actions/jobs/(?P<job>[0-9]{1,18})/logs$")
_LOGS = "/_logs/"
_BAD_GATEWAY = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1>"
    b"</center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)
_SECONDARY = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. "
    "If you reach out to GitHub Support for help, please include the request ID {id}."
)
_CONTENTS = ("createIssue", "addComment", "createPullRequest", "addPullRequestReview")


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


@dataclass(frozen=True, slots=True)
class _Asked:
    """A GraphQL request, taken apart."""

    text: str
    variables: Mapping[str, Any]
    operation: str | None


def answer(world: World, request: Request) -> Reply:
    """GitHub's answer to one request; never raises for what a client sent."""
    with world.lock:
        number = world.next_id()
        world.requests += 1
        reply = _routed(world, request)
    identity = f"{number:04X}:3A2F1:{number * 7919:X}"
    body = reply.body.replace(b"{id}", identity.encode()) if reply.status == 403 else reply.body
    return replace(reply, body=body, headers={**reply.headers, "x-github-request-id": identity})


def _routed(world: World, request: Request) -> Reply:
    path = request.path.rstrip("/")
    if request.method == "POST" and path.endswith("/graphql"):
        return _graphql(world, request)
    if request.method == "GET" and path.endswith("/rate_limit"):
        return _rate_limit(world, request)
    if request.method == "GET" and (job := _JOB.search(path)) is not None:
        return _log_place(world, request, job)
    if request.method == "GET" and path.startswith(_LOGS):
        return _log(world, request, path.removeprefix(_LOGS))
    if request.method == "GET" and path in {"", "/api/v3", "/meta"}:
        return _json(200, {"current_user_url": f"https://api.{world.host}/user"})
    return _json(404, {"message": "Not Found", "documentation_url": f"{_DOCS}/rest", "status": "404"})


def _log_place(world: World, request: Request, job: re.Match[str]) -> Reply:
    """Where a job's log lies: elsewhere, as on GitHub."""
    token = authenticate(world, request.headers)
    if token is None:
        return _unauthorized(request.headers)
    if _job(world, int(job["job"])) is None:
        return _json(404, {"message": "Not Found", "documentation_url": f"{_DOCS}/rest", "status": "404"})
    host = request.headers.get("host", "")
    scheme = "http" if host.startswith("127.0.0.1") else "https"
    return Reply(302, b"", {"location": f"{scheme}://{host}{_LOGS}{job['job']}"})


def _log(world: World, request: Request, number: str) -> Reply:
    """A job's log from where it lies, which refuses who comes with a token."""
    found = _job(world, int(number)) if number.isdecimal() else None
    if found is None or "authorization" in request.headers:
        return Reply(400, b"<Error><Code>InvalidAuthenticationInfo</Code></Error>", {"content-type": "application/xml"})
    return Reply(200, found.log.encode(), {"content-type": "text/plain"})


def _job(world: World, number: int) -> CheckRun | None:
    checks = (one for place in world.repositories for each in place.checks.values() for one in each)
    return next((one for one in checks if isinstance(one, CheckRun) and one.database_id == number and one.log), None)


def _graphql(world: World, request: Request) -> Reply:
    asked = _take_apart(request.body)
    if asked is None:
        return _json(
            400, {"message": "Problems parsing JSON", "documentation_url": f"{_DOCS}/graphql", "status": "400"}
        )
    order = world.faults.take(asked.text)
    if order is not None and order.fault is Fault.BAD_GATEWAY:
        return Reply(502, _BAD_GATEWAY, {"content-type": "text/html"})
    if order is not None and order.fault is Fault.DROP_BEFORE:
        return Reply(0, b"", dropped=True)
    token = authenticate(world, request.headers)
    if token is None:
        return _unauthorized(request.headers)
    bucket = world.limiter.bucket(token.user.login, world.now())
    if (limited := _limited(world, token, bucket, asked, order)) is not None:
        return limited
    body = _executed(world, token, bucket, asked)
    reply = _json(200, body, {**_headers(bucket), **_told_of(token), **_date(world)})
    return _struck(reply, order) if order is not None else reply


def _take_apart(body: bytes) -> _Asked | None:
    try:
        found = json.loads(body)
    except ValueError:
        return None
    if not isinstance(found, dict) or not isinstance(found.get("query"), str):
        return None
    return _Asked(found["query"], found.get("variables") or {}, found.get("operationName"))


def authenticate(world: World, headers: Mapping[str, str]) -> Token | None:
    """Whom the `Authorization` header stands for; None where it is missing or wrong."""
    scheme, _, secret = headers.get("authorization", "").partition(" ")
    return world.tokens.get(secret.strip()) if scheme.lower() in {"bearer", "token"} else None


def _unauthorized(headers: Mapping[str, str]) -> Reply:
    words = "Bad credentials" if headers.get("authorization") else "This endpoint requires you to be authenticated."
    return _json(401, {"message": words, "documentation_url": f"{_DOCS}/graphql", "status": "401"})


def _limited(world: World, token: Token, bucket: Bucket, asked: _Asked, order: Order | None) -> Reply | None:
    """The refusal, where a rate limit is reached or ordered."""
    now = world.now()
    fault = order.fault if order is not None else None
    spent = {**_headers(bucket), "x-ratelimit-remaining": "0", "x-ratelimit-used": str(bucket.limit)}
    user = token.user.database_id
    if fault is Fault.RATE_LIMITED:
        words = f"API rate limit exceeded for user ID {user}."
        return _json(200, {"errors": [{"type": "RATE_LIMITED", "message": words}]}, spent)
    if fault is Fault.RATE_LIMIT or bucket.remaining <= 0:
        words = f"API rate limit already exceeded for user ID {user}."
        return _json(200, {"errors": [{"type": "RATE_LIMIT", "code": "graphql_rate_limit", "message": words}]}, spent)
    mutation = asked.text.lstrip().startswith("mutation")
    contents = sum(asked.text.count(f"{name}(") for name in _CONTENTS) if mutation else 0
    over = world.limiter.secondary(bucket, now, 5 if mutation else 1, contents)
    if over or fault in {Fault.SECONDARY, Fault.SECONDARY_RETRY}:
        seconds = order.seconds if order is not None else 60
        retry = {"retry-after": f"{seconds:.0f}"} if over or fault is Fault.SECONDARY_RETRY else {}
        page = f"{_DOCS}/free-pro-team@latest/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits"
        return _json(403, {"documentation_url": page, "message": _SECONDARY}, {**_headers(bucket), **retry})
    return None


@lru_cache(maxsize=256)
def _checked(text: str) -> tuple[DocumentNode | None, tuple[GraphQLError, ...]]:
    try:
        document = parse(text)
    except GraphQLError as error:
        return None, (error,)
    return document, tuple(validate(schema(), document))


def _executed(world: World, token: Token, bucket: Bucket, asked: _Asked) -> dict[str, Any]:
    """The body of the answer."""
    document, errors = _checked(asked.text)
    if document is None or errors:
        return {"errors": [_told(error) for error in errors]}
    try:
        cost = price(document, asked.variables, schema(), asked.operation)
    except ValueError:
        return {"errors": [{"message": "An operation name is required"}]}
    if cost.violations:
        rows = [{"type": v.kind, "path": list(v.path), "message": v.message} for v in cost.violations]
        return {"data": None, "errors": rows}
    bucket.used = min(bucket.limit, bucket.used + cost.points)
    world.settle()
    proceed(world)
    result = execute_sync(
        schema(),
        document,
        variable_values=dict(asked.variables),
        operation_name=asked.operation,
        context_value=Context(world, token, cost, bucket),
        field_resolver=resolve_field,
        type_resolver=resolve_type,
    )
    if result.data is None and result.errors and not any(error.path for error in result.errors):
        return {"errors": [_told(error) for error in result.errors]}
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        body["errors"] = [_told(error) for error in result.errors]
    return body


def _told(error: GraphQLError) -> dict[str, Any]:
    """An error in GitHub's shape, its type beside the message."""
    row: dict[str, Any] = dict(error.formatted)
    cause = error.original_error
    if isinstance(cause, Refused):
        row = {"type": cause.kind, **row}
        if cause.extensions:
            row["extensions"] = cause.extensions
    return row


def _struck(reply: Reply, order: Order) -> Reply:
    """The reply as the ordered fault leaves it; the change has been made."""
    match order.fault:
        case Fault.SLOW:
            return replace(reply, delay=order.seconds)
        case Fault.DROP_AFTER:
            return replace(reply, dropped=True)
        case Fault.BAD_GATEWAY_AFTER:
            return Reply(502, _BAD_GATEWAY, {"content-type": "text/html"})
        case Fault.TRUNCATED:
            return replace(reply, truncated=True)
        case Fault.NOT_JSON:
            return replace(
                reply, body=b"<!DOCTYPE html>\n<title>Unicorn!</title>\n", headers={"content-type": "text/html"}
            )
        case Fault.RESOURCE_LIMITS:
            return replace(reply, body=_terminated(reply.body))
    return reply


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


def _rate_limit(world: World, request: Request) -> Reply:
    token = authenticate(world, request.headers)
    if token is None:
        return _unauthorized(request.headers)
    bucket = world.limiter.bucket(token.user.login, world.now())
    graphql = {
        "limit": bucket.limit,
        "used": bucket.used,
        "remaining": bucket.remaining,
        "reset": int(bucket.reset_at.timestamp()),
        "resource": "graphql",
    }
    core = {**graphql, "limit": 5000, "used": 0, "remaining": 5000, "resource": "core"}
    return _json(200, {"resources": {"core": core, "graphql": graphql}, "rate": core})


def _headers(bucket: Bucket) -> dict[str, str]:
    return {
        "x-ratelimit-limit": str(bucket.limit),
        "x-ratelimit-remaining": str(bucket.remaining),
        "x-ratelimit-used": str(bucket.used),
        "x-ratelimit-reset": str(int(bucket.reset_at.timestamp())),
        "x-ratelimit-resource": "graphql",
    }


def _told_of(token: Token) -> dict[str, str]:
    """What the headers say of a token."""
    scopes = {"x-oauth-scopes": token.scopes} if token.scopes is not None else {}
    if token.expires is None:
        return scopes
    return {**scopes, "github-authentication-token-expiration": f"{token.expires:%Y-%m-%d %H:%M:%S} UTC"}


def _date(world: World) -> dict[str, str]:
    return {"date": format_datetime(world.now() + world.ahead, usegmt=True)} if world.ahead else {}


def _json(status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Reply:
    kind = {"content-type": "application/json; charset=utf-8"}
    return Reply(status, json.dumps(body).encode(), {**kind, **(headers or {})})
