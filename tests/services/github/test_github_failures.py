"""Everything that GitHub and the network say instead of an answer, and that a token is in none of our words."""

from __future__ import annotations

import logging
import traceback
from datetime import timedelta
from email.utils import format_datetime

import httpx
import pytest
from services.github.scene import TOKEN, Clock, Scene, read_one, read_result, target

from soda_tui.cockpit.ports.github import GitHub
from soda_tui.domain.changes import AddLabels
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.sandbox.estate import Size, build
from soda_tui.sandbox.faults import Fault
from soda_tui.sandbox.transport import SandboxTransport
from soda_tui.services.github.auth import Tokens
from soda_tui.services.github.client import GitHubService, connect

pytestmark = pytest.mark.anyio
SSO = "https://github.com/orgs/x/sso?a=1"
LOGINS = "Maximum number of login attempts exceeded. Please try again later."


async def problem(service: GitHubService) -> Problem:
    """What keeps the one repository from being read."""
    result = await read_result(service)
    assert isinstance(result, Problem), result
    assert TOKEN not in repr(result)
    return result


async def test_an_answer_that_was_broken_off_is_not_taken_for_whole(scene: Scene) -> None:
    scene.repository()
    scene.world.faults.order(Fault.RESOURCE_LIMITS, times=4)
    service = scene.client()
    assert (await problem(service)).code is ErrorCode.SERVER
    assert service.requests == 3
    await read_one(service)


async def test_the_last_point_is_used_and_then_we_stop(scene: Scene) -> None:
    scene.repository()
    service = scene.client()
    await read_one(service)
    scene.world.limiter.exhaust("me", scene.clock(), remaining=1)
    await read_one(service)
    sent = service.requests
    assert (await problem(service)).code is ErrorCode.RATE_LIMIT
    with pytest.raises(Failure) as refused:
        await service.change(target().name, [AddLabels("I_1", ())])
    assert refused.value.problem.code is ErrorCode.RATE_LIMIT
    assert service.requests == sent


async def test_a_secondary_limit_without_a_time_is_waited_out_longer_each_time(scene: Scene) -> None:
    scene.repository()
    scene.world.faults.order(Fault.SECONDARY, times=3)
    service = scene.client()
    for seconds in (60, 120, 240):
        assert (await problem(service)).retry_at == scene.clock() + timedelta(seconds=seconds)
        scene.clock.advance(seconds)
    await read_one(service)


@pytest.mark.parametrize("skew", [timedelta(hours=-3), timedelta(0), timedelta(hours=3)])
async def test_a_limit_is_waited_out_whatever_our_clock_says(scene: Scene, skew: timedelta) -> None:
    theirs = scene.clock() + skew
    said = {
        "date": format_datetime(theirs, usegmt=True),
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": str(int(theirs.timestamp()) + 1800),
    }
    service = canned(
        lambda _: httpx.Response(403, headers=said, json={"message": "API rate limit exceeded"}), scene.clock
    )
    assert (await problem(service)).retry_at == scene.clock() + timedelta(seconds=1801)
    await service.close()


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("90", 90),
        ("0", 60),
        ("-5", 60),
        ("1.5", 60),
        ("soon", 60),
        ("999999999", 3605),
        ("99999999999999", 60),
        ("Sun, 01 Mar 2026 12:05:00 GMT", 300),
        ("Sun, 01 Mar 2026 11:05:00 GMT", 60),
        ("Sun, 01 Mar 9999 12:05:00 GMT", 3605),
    ],
)
async def test_a_time_to_wait_is_taken_as_it_is_meant(scene: Scene, said: str, seconds: int) -> None:
    message = {"message": "You have exceeded a secondary rate limit."}
    service = canned(lambda _: httpx.Response(403, headers={"retry-after": said}, json=message), scene.clock)
    assert (await problem(service)).retry_at == scene.clock() + timedelta(seconds=seconds)
    await service.close()


async def test_a_host_that_says_when_it_is_well_again_is_left_alone_until_then(scene: Scene) -> None:
    service = canned(lambda _: httpx.Response(503, headers={"retry-after": "120"}), scene.clock)
    with pytest.raises(Failure, match="not known whether"):
        await service.change(target().name, [AddLabels("I_1", ())])
    assert (await problem(service)).retry_at == scene.clock() + timedelta(seconds=120)
    assert service.requests == 1
    await service.close()


async def test_when_the_budget_is_whole_again_is_known_from_before_where_a_limit_does_not_say(scene: Scene) -> None:
    class Silent(SandboxTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            response = await super().handle_async_request(request)
            for name in [name for name in response.headers if name.startswith("x-ratelimit")]:
                del response.headers[name]
            return response

    async def nothing(_: float) -> None: ...

    scene.repository()
    service = connected(Silent(scene.world, nothing), scene.clock)
    await read_one(service)
    scene.clock.advance(1200)
    scene.world.faults.order(Fault.RATE_LIMITED)
    assert (await problem(service)).retry_at == scene.clock() + timedelta(seconds=2401)
    await service.close()


@pytest.mark.parametrize(("reset", "seconds"), [(-3600, 60), (0, 60), (10, 11), (86400, 3605), (None, 60)])
async def test_a_budget_that_should_be_there_again_is_not_asked_for_at_once(
    scene: Scene, reset: int | None, seconds: int
) -> None:
    at = int(scene.clock().timestamp())
    said = {"x-ratelimit-reset": str(at + reset)} if reset is not None else {}
    row = {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded."}]}
    service = canned(lambda _: httpx.Response(200, headers=said, json=row), scene.clock)
    assert (await problem(service)).retry_at == scene.clock() + timedelta(seconds=seconds)
    await service.close()


@pytest.mark.parametrize(
    "row",
    [
        {"type": "UNPROCESSABLE", "message": "was submitted too quickly"},
        {"message": "You have exceeded a secondary rate limit."},
        {"type": "RATE_LIMITED", "message": "API rate limit exceeded."},
    ],
)
@pytest.mark.parametrize("begun", [False, True])
async def test_a_limit_in_the_middle_of_a_change_is_waited_out(scene: Scene, row: dict[str, str], begun: bool) -> None:
    answers = [{"data": {"f0": {} if begun else None, "f1": None}, "errors": [{**row, "path": ["f1"]}]}]
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json=answers[0])

    service = canned(answer, scene.clock)
    said = []
    for _ in range(2):
        with pytest.raises(Failure) as refused:
            await service.change(target().name, [AddLabels("I_1", ()), AddLabels("I_2", ())])
        assert refused.value.problem.code in {ErrorCode.RATE_LIMIT, ErrorCode.SECONDARY_LIMIT}
        said.append("not known whether" in refused.value.problem.message)
    assert (len(sent), said) == (1, [begun, False])
    await service.close()


async def test_a_change_that_github_broke_off_may_have_been_made(scene: Scene) -> None:
    row = {"message": "Something went wrong while executing your query.", "path": ["f0"]}
    body = {"data": {"f0": None}, "errors": [row]}
    service = canned(lambda _: httpx.Response(200, json=body), scene.clock)
    [changed] = await service.change(target().name, [AddLabels("I_1", ())])
    assert changed.problem is not None and "not known whether" in changed.problem.message
    await service.close()


async def test_a_repository_that_is_gone_may_be_called_as_it_likes(scene: Scene) -> None:
    scene.repository("octo/soda")
    service = scene.client()
    reading = await service.read([target("octo/timeout"), target("octo/soda")])
    gone, there = reading.repositories.values()
    assert isinstance(gone, Problem) and gone.code is ErrorCode.NOT_FOUND
    assert not isinstance(there, Problem)
    assert service.requests == 1


async def test_where_the_api_has_gone_is_said_and_nothing_is_sent_there(scene: Scene) -> None:
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.host)
        return httpx.Response(301, headers={"location": "https://api.new.example/graphql"})

    service = canned(answer, scene.clock)
    moved = await problem(service)
    assert moved.code is ErrorCode.CONFIGURATION and "https://api.new.example/graphql" in moved.message
    assert seen == ["api.github.com"]
    await service.close()


async def test_no_token_and_a_refused_one_say_what_to_do(scene: Scene) -> None:
    missing = await problem(scene.client(token=""))
    assert missing.code is ErrorCode.AUTHENTICATION
    assert "gh auth login --hostname github.com" in missing.message
    service = scene.client(token="ghp_wrong")
    refused = await problem(service)
    assert refused.code is ErrorCode.AUTHENTICATION
    assert service.requests == 1


@pytest.mark.parametrize(
    ("response", "code"),
    [
        (httpx.Response(403, json={"message": "Resource not accessible by integration"}), ErrorCode.FORBIDDEN),
        (httpx.Response(403, headers={"x-github-sso": f"required; url={SSO}"}), ErrorCode.SAML),
        (httpx.Response(403, headers={"x-ratelimit-remaining": "0"}), ErrorCode.RATE_LIMIT),
        (httpx.Response(429), ErrorCode.SECONDARY_LIMIT),
        (httpx.Response(200, json={"errors": [{"type": "RATE_LIMIT", "message": "no"}]}), ErrorCode.RATE_LIMIT),
        (httpx.Response(200, json={"errors": [{"type": "rate_limited", "message": "no"}]}), ErrorCode.RATE_LIMIT),
        (httpx.Response(200, json={"errors": [{"extensions": {"code": "RATE_LIMITED"}}]}), ErrorCode.RATE_LIMIT),
        (httpx.Response(403, json={"message": LOGINS}), ErrorCode.SECONDARY_LIMIT),
        (httpx.Response(503, headers={"retry-after": "0"}), ErrorCode.SERVER),
        (httpx.Response(404, json={"message": "Not Found"}), ErrorCode.CONFIGURATION),
        (httpx.Response(301, headers={"location": "https://evil.example/graphql"}), ErrorCode.CONFIGURATION),
        (httpx.Response(400, json={"message": "Problems parsing JSON"}), ErrorCode.BAD_ANSWER),
        (httpx.Response(200, json=[]), ErrorCode.BAD_ANSWER),
        (httpx.Response(200, json={}), ErrorCode.BAD_ANSWER),
        (httpx.Response(200, json={"data": {"f0": {"id": 7}}}), ErrorCode.BAD_ANSWER),
        (httpx.Response(200, json={"data": {"f0": None}}), ErrorCode.NOT_FOUND),
        (httpx.Response(200, json={"errors": [{"message": f"No {TOKEN}"}]}), ErrorCode.BAD_ANSWER),
        (httpx.Response(200, json={"data": {}, "errors": [{"message": "Something went wrong"}]}), ErrorCode.SERVER),
        (httpx.Response(200, json={"data": None, "errors": [{"message": "Timeout on validation"}]}), ErrorCode.SERVER),
        (httpx.Response(200, content=b'{"data":{"f0":null}}' + b" " * 34_000_000), ErrorCode.BAD_ANSWER),
    ],
)  # fmt: skip
async def test_other_answers(scene: Scene, response: httpx.Response, code: ErrorCode) -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(response.status_code, headers=response.headers, content=response.content)

    service = canned(answer, scene.clock)
    found = await problem(service)
    await service.close()
    assert found.code is code, found
    assert {request.url.host for request in seen} == {"api.github.com"}
    if code is ErrorCode.SAML:
        assert SSO in found.message


async def test_nothing_that_is_logged_or_raised_holds_the_token(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(f"cannot connect with {request.headers['authorization']}")

    caplog.set_level(logging.DEBUG)
    service = canned(answer, scene.clock)
    assert (await problem(service)).code is ErrorCode.NETWORK
    with pytest.raises(Failure) as failure:
        await service.detail(target().name, 1)
    await service.close()
    scene.repository()
    await read_one(scene.client())
    assert TOKEN not in caplog.text
    assert TOKEN not in "".join(traceback.format_exception(failure.value))


async def test_another_token_is_asked_for_when_the_first_is_refused(scene: Scene) -> None:
    scene.repository()
    scene.world.add_token("ghp_new", "me")
    environment = {"GH_TOKEN": "ghp_old"}
    service = scene.client_with(environment)
    assert (await problem(service)).code is ErrorCode.AUTHENTICATION
    environment["GH_TOKEN"] = "ghp_new"
    scene.clock.advance(30)
    await read_one(service)


async def test_a_new_token_serves_all_that_was_under_way_with_the_old_one(scene: Scene) -> None:
    targets = [target(name) for name in build(scene.world, Size(30, 1, 0, 0), "me")]
    environment = {"GH_TOKEN": TOKEN}
    service = scene.client_with(environment)
    await service.read(targets)
    scene.world.tokens["ghp_new"] = scene.world.tokens.pop(TOKEN)
    environment["GH_TOKEN"] = "ghp_new"
    found = (await service.read(targets)).repositories.values()
    assert not [one for one in found if isinstance(one, Problem)]


def canned(answer: object, clock: Clock) -> GitHubService:
    """A client whose network gives this answer."""
    return connected(httpx.MockTransport(answer), clock)  # type: ignore[arg-type]  # a function of a request, either kind


def connected(wire: httpx.AsyncBaseTransport, clock: Clock) -> GitHubService:
    """A client with this network."""

    async def sleep(_: float) -> None: ...

    environment = {"GH_TOKEN": TOKEN}
    service = connect(
        {},
        Tokens(environment, {}),
        None,
        wire,
        clock,
        environment=environment,
        sleep=sleep,
    )
    is_the_port: GitHub = service
    assert is_the_port
    return service
