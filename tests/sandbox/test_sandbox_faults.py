"""Rate limits as GitHub keeps them, and faults to order, through the transport."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
from sandbox.asker import ROCKET, TOKEN, Asker, Clock

from soda_tui.sandbox.faults import Fault
from soda_tui.sandbox.limits import Limiter, Limits
from soda_tui.sandbox.people import People
from soda_tui.sandbox.transport import SandboxTransport
from soda_tui.sandbox.world import World

pytestmark = pytest.mark.anyio
LABEL = 'mutation($r:ID!){createLabel(input:{repositoryId:$r,name:"new",color:"ffffff"}){label{id}}}'
RATE = "{rateLimit{cost limit remaining used resetAt nodeCount}}"


class Client:
    """Posts documents through the transport; `slept` are the pauses of slow answers."""

    def __init__(self, world: World) -> None:
        self.slept: list[float] = []
        self.transport = SandboxTransport(world, self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def post(self, query: str, patience: float = 15.0, **variables: Any) -> httpx.Response:
        async with httpx.AsyncClient(transport=self.transport, timeout=patience) as client:
            headers = {"Authorization": f"Bearer {TOKEN}"}
            body = {"query": query, "variables": variables}
            return await client.post("https://api.github.com/graphql", json=body, headers=headers)


@pytest.fixture
def client(world: World) -> Client:
    return Client(world)


def made(world: World) -> bool:
    return world.repository(ROCKET).label("new") is not None


async def test_points_are_counted_and_come_back_after_an_hour(world: World, client: Client, clock: Clock) -> None:
    first = (await client.post(RATE)).json()["data"]["rateLimit"]
    assert first == {
        "cost": 1,
        "limit": 5000,
        "remaining": 4999,
        "used": 1,
        "resetAt": "2026-03-01T13:00:00Z",
        "nodeCount": 0,
    }
    world.limiter.exhaust("you", clock(), remaining=1)
    answer = await client.post(RATE)
    assert answer.headers["x-ratelimit-remaining"] == "0"
    refused = await client.post(RATE)
    assert refused.status_code == 200
    assert refused.json() == {
        "errors": [
            {
                "type": "RATE_LIMIT",
                "code": "graphql_rate_limit",
                "message": f"API rate limit already exceeded for user ID {world.user('you').database_id}.",
            }
        ]
    }
    assert refused.headers["x-ratelimit-reset"] == str(int(clock().timestamp()) + 3600)
    clock.advance(hours=1)
    assert (await client.post(RATE)).json()["data"]["rateLimit"]["used"] == 1


async def test_all_tokens_of_a_user_draw_from_one_bucket(world: World) -> None:
    world.add_token("second", "you")
    world.add_token("other", "ada")
    for token, used in ((TOKEN, 1), ("second", 2), ("other", 1)):
        assert Asker(world, token).data(RATE)["rateLimit"]["used"] == used


@pytest.mark.parametrize("fault,kind", [(Fault.RATE_LIMITED, "RATE_LIMITED"), (Fault.RATE_LIMIT, "RATE_LIMIT")])
async def test_both_spellings_of_the_rate_limit(world: World, client: Client, fault: Fault, kind: str) -> None:
    world.faults.order(fault)
    refused = await client.post(RATE)
    assert (refused.status_code, refused.json()["errors"][0]["type"]) == (200, kind)
    assert refused.headers["x-ratelimit-remaining"] == "0"
    assert "data" in (await client.post(RATE)).json()


@pytest.mark.parametrize("fault,retry", [(Fault.SECONDARY, None), (Fault.SECONDARY_RETRY, "30")])
async def test_the_secondary_limit_with_and_without_retry_after(
    world: World, client: Client, fault: Fault, retry: str | None
) -> None:
    world.faults.order(fault)
    refused = await client.post(RATE)
    assert refused.status_code == 403 and "secondary rate limit" in refused.json()["message"]
    assert refused.headers.get("retry-after") == retry


async def test_secondary_limits_are_kept(clock: Clock) -> None:
    limiter = Limiter(Limits(per_minute=11, contents_per_minute=2, contents_per_hour=3))
    bucket = limiter.bucket("you", clock())
    assert [limiter.secondary(bucket, clock(), 5, 0) for _ in range(3)] == [False, False, True]
    clock.advance(minutes=1)
    assert [limiter.secondary(bucket, clock(), 1, 1) for _ in range(3)] == [False, False, True]
    clock.advance(minutes=1)
    assert [limiter.secondary(bucket, clock(), 1, 1) for _ in range(2)] == [False, True]
    assert limiter.secondary(bucket, clock(), 1, 0) is False


@pytest.mark.parametrize(
    "fault,applied", [(Fault.DROP_BEFORE, False), (Fault.DROP_AFTER, True), (Fault.TRUNCATED, True)]
)
async def test_dropped_connections_before_and_after_the_change(
    world: World, client: Client, fault: Fault, applied: bool
) -> None:
    world.faults.order(fault, matching="createLabel")
    assert (await client.post(RATE)).status_code == 200
    with pytest.raises(httpx.RemoteProtocolError):
        await client.post(LABEL, r=world.repository(ROCKET).id)
    assert made(world) is applied


@pytest.mark.parametrize(
    "fault,status,applied",
    [(Fault.BAD_GATEWAY, 502, False), (Fault.BAD_GATEWAY_AFTER, 502, True), (Fault.NOT_JSON, 200, True)],
)
async def test_answers_that_are_no_answers(
    world: World, client: Client, fault: Fault, status: int, applied: bool
) -> None:
    world.faults.order(fault)
    answer = await client.post(LABEL, r=world.repository(ROCKET).id)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html")
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    assert made(world) is applied


async def test_a_slow_answer_comes_late_or_not_at_all_but_the_change_is_made(world: World, client: Client) -> None:
    world.faults.order(Fault.SLOW, seconds=12)
    assert (await client.post(RATE)).status_code == 200
    world.faults.order(Fault.SLOW, seconds=30)
    with pytest.raises(httpx.ReadTimeout):
        await client.post(LABEL, r=world.repository(ROCKET).id)
    assert client.slept == [12, 15] and made(world)


async def test_resource_limits_end_a_query_in_the_middle(world: World, client: Client) -> None:
    world.faults.order("resource_limits")
    text = (
        '{a:repository(owner:"acme",name:"rocket"){name} b:repository(owner:"acme",name:"rocket"){name} viewer{login}}'
    )
    told = (await client.post(text)).json()
    assert told["data"] == {"a": {"name": "rocket"}, "b": None, "viewer": {"login": "you"}}
    assert (told["errors"][0]["type"], told["errors"][0]["path"]) == ("RESOURCE_LIMITS_EXCEEDED", ["b"])


async def test_orders_wait_for_their_request_and_run_out(world: World, client: Client) -> None:
    world.faults.order(Fault.BAD_GATEWAY, times=2, skip=1, matching="rateLimit")
    assert (await client.post("{viewer{login}}")).status_code == 200
    assert [(await client.post(RATE)).status_code for _ in range(4)] == [200, 502, 502, 200]
    world.faults.order(Fault.BAD_GATEWAY, times=9)
    world.faults.clear()
    assert (await client.post(RATE)).status_code == 200


async def test_many_requests_at_once_are_answered_one_after_the_other(
    world: World, client: Client, people: People
) -> None:
    identity = world.repository(ROCKET).issues[1].id
    text = "mutation($s:ID!,$b:String!){addComment(input:{subjectId:$s,body:$b}){commentEdge{node{body}}}}"
    answers = await asyncio.gather(*(client.post(text, s=identity, b=str(n)) for n in range(20)))
    bodies = {answer.json()["data"]["addComment"]["commentEdge"]["node"]["body"] for answer in answers}
    assert bodies == {str(n) for n in range(20)} == {c.body for c in world.repository(ROCKET).issues[1].comments}
    assert client.transport.requests == 20


async def test_the_rate_limit_can_be_read_for_nothing(world: World) -> None:
    async with httpx.AsyncClient(transport=SandboxTransport(world)) as client:
        answer = await client.get("https://api.github.com/rate_limit", headers={"Authorization": f"token {TOKEN}"})
    assert answer.json()["resources"]["graphql"]["remaining"] == 5000
