"""The embedded GitHub's web side: a request in, a reply out, without any port."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

from graphql import DocumentNode, GraphQLError, execute_sync, parse, validate

from soda_tui.sandbox import strikes
from soda_tui.sandbox.context import Context
from soda_tui.sandbox.errors import Refused
from soda_tui.sandbox.faults import Fault, Order
from soda_tui.sandbox.limits import Bucket
from soda_tui.sandbox.merging import proceed
from soda_tui.sandbox.pricing import price
from soda_tui.sandbox.resolvers import resolve_field, resolve_type
from soda_tui.sandbox.rest import rest
from soda_tui.sandbox.schema import schema
from soda_tui.sandbox.web import Reply, Request, as_json, authenticate, problem, slow_down, unauthorized
from soda_tui.sandbox.world import Token, World

SIGN_ON = "https://github.com/orgs/octo/sso?authorization_request=A1B2"
_CONTENTS = ("createIssue", "addComment", "createPullRequest", "addPullRequestReview")


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
    date = format_datetime(world.now() + world.ahead, usegmt=True)
    return replace(reply, body=body, headers={**reply.headers, "date": date, "x-github-request-id": identity})


def _routed(world: World, request: Request) -> Reply:
    path = request.path.rstrip("/")
    if request.method == "POST" and path.endswith("/graphql"):
        return _graphql(world, request)
    return rest(world, request)


def _graphql(world: World, request: Request) -> Reply:
    asked = _take_apart(request.body)
    if asked is None:
        return problem(400, "Problems parsing JSON", "graphql")
    order = world.faults.take(f"{asked.text}\n{json.dumps(asked.variables)}")
    if order is not None and (instead := strikes.before(order, request.headers, world.now())) is not None:
        return instead
    token = authenticate(world, request.headers)
    if token is None:
        return unauthorized(request.headers, world.now())
    bucket = world.limiter.bucket(token.user.login, world.now())
    if (limited := _limited(world, token, bucket, asked, order)) is not None:
        return limited
    body = _executed(world, token, bucket, asked)
    reply = as_json(200, body, {**_headers(bucket), **_told_of(token), **_sign_on(body)})
    return strikes.after(reply, order) if order is not None else reply


def _take_apart(body: bytes) -> _Asked | None:
    try:
        found = json.loads(body)
    except ValueError:
        return None
    if not isinstance(found, dict) or not isinstance(found.get("query"), str):
        return None
    return _Asked(found["query"], found.get("variables") or {}, found.get("operationName"))


def _limited(world: World, token: Token, bucket: Bucket, asked: _Asked, order: Order | None) -> Reply | None:
    """The refusal, where a rate limit is reached or ordered."""
    now = world.now()
    fault = order.fault if order is not None else None
    spent = {**_headers(bucket), "x-ratelimit-remaining": "0", "x-ratelimit-used": str(bucket.limit)}
    user = token.user.database_id
    if fault is Fault.RATE_LIMITED:
        words = f"API rate limit exceeded for user ID {user}."
        return as_json(200, {"errors": [{"type": "RATE_LIMITED", "message": words}]}, spent)
    if fault is Fault.RATE_LIMIT or bucket.remaining <= 0:
        words = f"API rate limit already exceeded for user ID {user}."
        return as_json(200, {"errors": [{"type": "RATE_LIMIT", "code": "graphql_rate_limit", "message": words}]}, spent)
    mutation = asked.text.lstrip().startswith("mutation")
    contents = sum(asked.text.count(f"{name}(") for name in _CONTENTS) if mutation else 0
    over = world.limiter.secondary(bucket, now, 5 if mutation else 1, contents)
    if over or fault in {Fault.SECONDARY, Fault.SECONDARY_RETRY, Fault.SECONDARY_MESSAGE}:
        seconds = order.seconds if order is not None else 60
        retry = {"retry-after": f"{seconds:.0f}"} if over or fault is Fault.SECONDARY_RETRY else {}
        status = 200 if fault is Fault.SECONDARY_MESSAGE else 403
        return slow_down(status, {**_headers(bucket), **retry})
    return None


@lru_cache(maxsize=64)
def _checked(text: str, lacks: frozenset[str]) -> tuple[DocumentNode | None, tuple[GraphQLError, ...]]:
    try:
        document = parse(text)
    except GraphQLError as error:
        return None, (error,)
    # GitHub takes one name for fields of two types on two kinds of things, and `gh` asks so for their `state`.
    found = validate(schema(lacks), document)
    return document, tuple(error for error in found if "return conflicting types" not in error.message)


def _executed(world: World, token: Token, bucket: Bucket, asked: _Asked) -> dict[str, Any]:
    """The body of the answer."""
    known = schema(world.lacks)
    document, errors = _checked(asked.text, world.lacks)
    if document is None or errors:
        return {"errors": [_told(error) for error in errors]}
    try:
        cost = price(document, asked.variables, known, asked.operation)
    except ValueError:
        return {"errors": [{"message": "An operation name is required"}]}
    if cost.violations:
        rows = [{"type": v.kind, "path": list(v.path), "message": v.message} for v in cost.violations]
        return {"data": None, "errors": rows}
    bucket.used = min(bucket.limit, bucket.used + cost.points)
    world.settle()
    proceed(world)
    result = execute_sync(
        known,
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


def _sign_on(body: Mapping[str, Any]) -> dict[str, str]:
    """Where the token is authorised, where single sign-on kept something back."""
    kept = any(row.get("extensions", {}).get("saml_failure") for row in body.get("errors", ()))
    return {"x-github-sso": f"required; url={SIGN_ON}"} if kept else {}
