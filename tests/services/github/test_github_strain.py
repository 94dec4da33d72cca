"""A host that struggles: it is asked for less, then left alone, and what is known stays."""

from __future__ import annotations

import asyncio
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from services.github.scene import TOKEN, Clock, Scene, read_one, read_result, target
from simulated import SimulatedLoop, simulate

from soda_tui.domain.batching import Batching
from soda_tui.domain.configuration.accounts import AccountSettings, HostSettings
from soda_tui.domain.facts import Reading
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.sandbox.faults import Fault
from soda_tui.sandbox.transport import SandboxTransport
from soda_tui.sandbox.world import Token, World
from soda_tui.services.github.auth import Tokens
from soda_tui.services.github.client import GitHubService, connect

pytestmark = pytest.mark.anyio


async def failing(service: GitHubService) -> Problem:
    """Why the one repository cannot be read."""
    result = await read_result(service)
    assert isinstance(result, Problem), result
    return result


async def codes(service: GitHubService, names: list[str]) -> set[ErrorCode | None]:
    """What came of reading them."""
    reading = await service.read([target(name) for name in names])
    return {each.code if isinstance(each, Problem) else None for each in reading.repositories.values()}


def several(scene: Scene, count: int) -> list[str]:
    """The names of so many repositories."""
    names = [f"octo/soda{number}" for number in range(count)]
    for name in names:
        scene.repository(name)
    return names


@pytest.mark.parametrize("fault", [Fault.BAD_GATEWAY, Fault.SLOW, Fault.NOT_JSON, Fault.RESOURCE_LIMITS])
@pytest.mark.parametrize("known", [False, True])
async def test_what_was_too_much_is_asked_again_in_halves(scene: Scene, fault: Fault, known: bool) -> None:
    names = several(scene, 6)
    for name in names:
        scene.issue(scene.world.repository(name), "A", "route:ready")
    scene.clock.advance(60)
    service = scene.client()
    if known:
        await codes(service, names)
    before = service.requests
    scene.world.faults.order(fault)
    assert await codes(service, names) == {None}
    sent = service.requests - before
    # The whole, and its halves; the first time also what is asked by node id, in no more documents than that needs.
    assert sent in ({3} if known else {3, 4, 5}), sent
    before = service.requests
    await codes(service, names)
    assert service.requests - before == 1


async def test_after_a_failure_the_next_reading_sends_smaller_documents_until_ten_were_whole(scene: Scene) -> None:
    names = several(scene, 14)
    service = scene.client()
    await codes(service, names)
    scene.world.faults.order(Fault.BAD_GATEWAY)
    await codes(service, names)
    sizes = []
    for _ in range(6):
        before = service.requests
        assert await codes(service, names) == {None}
        sizes.append(service.requests - before)
    assert sizes == [2, 2, 2, 2, 1, 1]


async def test_only_what_was_broken_off_is_asked_again(scene: Scene) -> None:
    names = several(scene, 6)
    service = scene.client()
    scene.world.faults.order(Fault.RESOURCE_LIMITS)
    assert await codes(service, names) == {None}
    assert service.requests == 2


async def test_one_repository_that_is_always_too_much_harms_no_other(scene: Scene) -> None:
    names = several(scene, 6)
    service = scene.client()
    await codes(service, names)
    node = scene.world.repository(names[2]).id
    scene.world.faults.order(Fault.RESOURCE_LIMITS, times=100, matching=node)
    reading = await service.read([target(name) for name in names])
    assert target(names[2]).name.key in bad(reading)
    assert len(bad(reading)) <= 2
    for _ in range(2):
        reading = await service.read([target(name) for name in names])
    assert bad(reading) == {target(names[2]).name.key}


def test_one_repository_that_github_cannot_answer_in_time_keeps_no_other_from_being_read(tmp_path: Path) -> None:
    names = [f"octo/soda{number}" for number in range(24)]

    async def readings(loop: SimulatedLoop) -> list[tuple[float, set[str], int]]:
        world, service = simulated_world(tmp_path, names, loop)
        found = []
        for number in range(9):
            if number == 1:
                slow = world.repository(names[7]).id
                world.faults.order(Fault.SLOW, times=10_000, matching=slow, seconds=60)
            if number == 7:
                world.faults.clear()
            began, sent = loop.time(), service.requests
            # Once somebody looks at another one meanwhile, which tells nothing of this one.
            read = names if number != 3 else names[:2]
            reading = await service.read([target(name) for name in read])
            found.append((loop.time() - began, bad(reading), service.requests - sent))
            await asyncio.sleep(30)
        await service.close()
        return found

    whole, first, second, apart, *later, freed, after = simulate(readings)
    slow = target(names[7]).name.key
    assert [one[1] for one in (whole, apart, freed, after)] == [set()] * 4
    assert slow in first[1] and len(first[1]) <= 6
    assert all(found == {slow} and seconds < 20 for seconds, found, _ in (second, *later))
    # The others in halves until ten more were whole, and the one by itself, once.
    assert [requests for _, _, requests in later] == [3, 3, 3], later
    assert after[2] <= 2


def test_what_was_read_before_the_time_is_up_is_kept(tmp_path: Path) -> None:
    names = [f"octo/soda{number}" for number in range(24)]

    async def reading(loop: SimulatedLoop) -> tuple[float, set[str]]:
        world, service = simulated_world(tmp_path, names, loop)
        await service.read([target(name) for name in names])
        [connection] = service._connections.values()
        connection.batching = Batching(2)
        world.faults.order(Fault.SLOW, times=100, seconds=14)
        began = loop.time()
        found = bad(await service.read([target(name) for name in names]))
        await service.close()
        return loop.time() - began, found

    seconds, late = simulate(reading)
    # Two at once, each 14 seconds long: eight of the twelve within the minute.
    assert (seconds, len(late)) == (60, 8)


def simulated_world(folder: Path, names: list[str], loop: SimulatedLoop) -> tuple[World, GitHubService]:
    """A world with these repositories and a client of it, both in simulated time."""
    world = World(folder / "world", lambda: Clock().now + timedelta(seconds=loop.time()))
    world.add_token(TOKEN, "me")
    for name in names:
        Scene(folder, Clock(), world).repository(name)
    tokens = Tokens({"GH_TOKEN": TOKEN, "PATH": "/nonexistent"}, {})
    return world, connect({}, tokens, None, SandboxTransport(world), world.now, environment={})


def bad(reading: Reading) -> set[str]:
    """The repositories that were not read."""
    return {key for key, each in reading.repositories.items() if isinstance(each, Problem)}


async def test_a_host_that_fails_again_and_again_is_left_alone_and_tried_once_then(scene: Scene) -> None:
    scene.repository()
    service = scene.client()
    await read_one(service)
    scene.world.faults.order(Fault.BAD_GATEWAY, times=7)
    assert (await failing(service)).retry_at is None
    await failing(service)
    assert service.requests == 1 + 6
    resting = await failing(service)
    assert service.requests == 1 + 6
    assert resting.retry_at == scene.clock() + timedelta(seconds=30)
    assert "failed 6 times in a row" in resting.message and "HTTP 502" in resting.message, "why stays to be seen"
    assert f"{resting.retry_at:%H:%M:%S} UTC" in resting.message
    scene.clock.advance(30)
    assert (await failing(service)).retry_at == scene.clock() + timedelta(seconds=60)
    assert service.requests == 1 + 7
    scene.clock.advance(60)
    await read_one(service)
    assert service.requests == 1 + 8


async def test_a_person_has_a_host_tried_at_once_but_no_limit_broken(scene: Scene) -> None:
    scene.repository()
    service = scene.client()
    await read_one(service)
    scene.world.faults.order(Fault.BAD_GATEWAY, times=6)
    for _ in range(3):
        await failing(service)
    service.retry("github.com")
    await read_one(service)
    scene.world.faults.order(Fault.SECONDARY)
    assert (await failing(service)).code is ErrorCode.SECONDARY_LIMIT
    sent = service.requests
    service.retry("github.com")
    assert (await failing(service)).code is ErrorCode.SECONDARY_LIMIT
    assert service.requests == sent


async def test_while_it_is_tried_one_request_goes_alone(scene: Scene) -> None:
    names = several(scene, 30)
    service = scene.client()
    await codes(service, names)
    scene.world.faults.order(Fault.DROP_BEFORE, times=6)
    await codes(service, names)
    scene.world.faults.order(Fault.DROP_BEFORE, times=5)
    scene.clock.advance(60)
    before = service.requests
    assert None not in await codes(service, names)
    assert service.requests == before + 1
    scene.world.faults.clear()
    scene.clock.advance(300)
    assert await codes(service, names) == {None}


async def test_a_refused_token_is_not_sent_again_until_there_is_another_or_a_person_wishes(scene: Scene) -> None:
    scene.repository()
    environment = {"GH_TOKEN": "ghp_late", "PATH": "/nonexistent"}
    service = scene.client_with(environment)
    for _ in range(3):
        assert (await failing(service)).code is ErrorCode.AUTHENTICATION
    assert service.requests == 1
    scene.world.add_token("ghp_late", "me")
    assert (await failing(service)).code is ErrorCode.AUTHENTICATION
    service.retry("github.com")
    await read_one(service)
    scene.world.tokens.pop("ghp_late")
    await failing(service)
    scene.world.add_token("ghp_newer", "me")
    environment["GH_TOKEN"] = "ghp_newer"
    scene.clock.advance(30)
    await read_one(service)


async def test_where_a_token_is_refused_its_command_is_asked_once_a_turn_and_less_often_later(scene: Scene) -> None:
    names = several(scene, 60)
    asked, command = scene.root / "asked", scene.root / "command"
    command.write_text(f"#!/bin/sh\necho . >> {asked}\necho ghp_wrong\n")
    command.chmod(0o700)
    hosts = {"github.com": HostSettings(token_command=(str(command),))}
    service = scene.connected(Tokens({"PATH": os.defpath}, hosts))
    turns = []
    for _ in range(25):
        before = len(asked.read_text().split()) if asked.exists() else 1
        for _ in range(2):
            assert await codes(service, names[:2]) == {ErrorCode.AUTHENTICATION}
        turns.append(len(asked.read_text().split()) - before)
        scene.clock.advance(30)
    assert [turn for turn, count in enumerate(turns) if count] == [0, 1, 3, 7, 14, 21]
    assert max(turns) == 1
    service.retry("github.com")
    assert await codes(service, names) == {ErrorCode.AUTHENTICATION}
    assert len(asked.read_text().split()) == 1 + 6 + 1


async def test_a_newer_token_is_taken_up_while_the_old_one_still_serves(scene: Scene) -> None:
    """By whoever asks for it, and by itself while a warning is in force; without another one the old one serves."""
    scene.repository()
    printed, command = scene.root / "printed", scene.root / "command"
    command.write_text(f"#!/bin/sh\necho . >> {scene.root}/asked\ncat {printed}\n")
    command.chmod(0o700)
    user = scene.world.add_token(TOKEN, "me").user

    def printing(days: float) -> datetime:
        until = scene.clock() + timedelta(days=days)
        secret = f"github_pat_until_{until:%m%d%H%M}"
        scene.world.tokens[secret] = Token(user, expires=until)
        printed.write_text(secret)
        return until

    async def expires() -> tuple[datetime | None, str | None]:
        [account] = (await service.read([target()])).accounts
        return account.token_expires_at, account.token_source

    soon, source = printing(1), "its token_command"
    service = scene.connected(Tokens({"PATH": os.defpath}, {"github.com": HostSettings(token_command=(str(command),))}))
    assert await expires() == (soon, source)
    later = printing(2)
    assert await expires() == (soon, source)
    service.retry("github.com")
    assert await expires() == (later, source)
    printed.unlink()
    service.retry("github.com")
    assert await expires() == (later, source)
    renewed = printing(30)
    scene.clock.advance(2 * 3600)
    assert await expires() == (later, source)
    scene.clock.advance(3600)
    assert await expires() == (renewed, source)
    asked = (scene.root / "asked").read_text()
    scene.clock.advance(20 * 86400)
    assert await expires() == (renewed, source)
    assert (scene.root / "asked").read_text() == asked


async def test_a_host_that_fails_is_left_alone_whichever_account_asks(scene: Scene) -> None:
    hosts = {"github.com": HostSettings(accounts={"work": AccountSettings(("echo", TOKEN), ("acme",))})}
    for name in ("octo/soda", "acme/soda"):
        scene.repository(name)
    service = scene.connected(Tokens({"PATH": os.defpath, "GH_TOKEN": TOKEN}, hosts), hosts)
    assert await codes(service, ["octo/soda", "acme/soda"]) == {None}
    scene.world.faults.order(Fault.BAD_GATEWAY, times=99)
    for _ in range(2):
        await codes(service, ["octo/soda"])
    sent = service.requests
    reading = await service.read([target("acme/soda")])
    [resting] = reading.repositories.values()
    assert isinstance(resting, Problem) and "left alone until" in resting.message
    assert service.requests == sent


async def test_a_secondary_limit_lets_one_request_through_at_once(scene: Scene) -> None:
    names = several(scene, 30)
    service = scene.client()
    await codes(service, names)
    scene.world.faults.order(Fault.SECONDARY_RETRY, seconds=5)
    await codes(service, names)
    scene.clock.advance(6)
    await codes(service, names)
    [connection] = service._connections.values()
    assert connection.batching.in_flight == 1


async def test_when_the_token_expires_is_known(scene: Scene) -> None:
    scene.repository()
    until = scene.clock() + timedelta(days=3)
    user = scene.world.add_token("github_pat_short", "me").user
    scene.world.tokens["github_pat_short"] = Token(user, expires=until)
    service = scene.client("github_pat_short")
    [account] = (await service.read([target()])).accounts
    assert account.token_expires_at == until
