"""Whom a limit, a broken host and a refused token hold: all accounts of a login, all of a host, one account."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest
from services.github.scene import TOKEN, Scene, target

from soda_tui.domain.changes import AddComment, OpenPullRequest
from soda_tui.domain.configuration.accounts import AccountSettings, HostSettings
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.sandbox.faults import Fault
from soda_tui.sandbox.transport import SandboxTransport
from soda_tui.services.github.auth import Tokens
from soda_tui.services.github.client import GitHubService, connect
from soda_tui.services.github.errors import RequestFailed
from soda_tui.services.github.pauses import HostPauses, Pauses
from soda_tui.services.limits import FileLimits

pytestmark = pytest.mark.anyio
MINE, THEIRS, HERS = "octo/soda", "acme/soda", "ada/soda"
LIMITED, REFUSED = ErrorCode.SECONDARY_LIMIT, ErrorCode.AUTHENTICATION
BOT = "github.com/bot"


class Counted(SandboxTransport):
    """The sandbox, and how many requests were under way at most at once."""

    under_way = most = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            return await super().handle_async_request(request)
        finally:
            self.under_way -= 1


@asynccontextmanager
async def front(scene: Scene, wire: SandboxTransport | None = None) -> AsyncIterator[GitHubService]:
    """One of a machine's, whose accounts are two tokens of `me` and one of `ada`; a fourth, of a bot, only acts."""
    for token, login in (("ghp_work", "me"), ("ghp_ada", "ada")):
        scene.world.add_token(token, login)
    for name in (MINE, THEIRS, HERS):
        if name not in {one.full_name for one in scene.world.repositories}:
            made = scene.repository(name)
            made.permissions |= dict.fromkeys(("ada", "bot"), made.permissions["me"])
    accounts = {
        "work": AccountSettings(("echo", "ghp_work"), ("acme",)),
        "ada": AccountSettings(("echo", "ghp_ada"), ("ada",)),
        "bot": AccountSettings((str(scene.root / "bot"),)),
    }
    hosts = {"github.com": HostSettings(accounts=accounts)}
    made_client = connect(
        hosts,
        Tokens({"PATH": os.defpath, "GH_TOKEN": TOKEN}, hosts),
        None,
        wire or SandboxTransport(scene.world, nothing),
        scene.clock,
        environment={},
        sleep=nothing,
        act_as={target(MINE).name.key: "bot"},
        limits=FileLimits(scene.root / "limits.json", scene.root / "limits.lock"),
    )
    try:
        yield made_client
    finally:
        await made_client.close()


async def nothing(_: float) -> None:
    """No time passes."""


async def codes(service: GitHubService, *names: str) -> list[ErrorCode | None]:
    """What came of reading each."""
    reading = await service.read([target(name) for name in names])
    found = [reading.repositories[target(name).name.key] for name in names]
    return [one.code if isinstance(one, Problem) else None for one in found]


async def test_a_limit_holds_all_accounts_of_a_login_and_no_other(scene: Scene) -> None:
    async with front(scene) as service:
        assert await codes(service, MINE, THEIRS, HERS) == [None] * 3
        scene.world.faults.order(Fault.SECONDARY_RETRY, seconds=300)
        assert await codes(service, THEIRS) == [LIMITED]
        sent = scene.world.requests
        assert await codes(service, MINE) == [LIMITED]
        assert scene.world.requests == sent
        assert await codes(service, HERS) == [None]
        scene.clock.advance(300)
        assert await codes(service, MINE, THEIRS) == [None] * 2


async def test_an_app_waits_only_where_the_limit_was_told(scene: Scene) -> None:
    async with front(scene) as service:
        for token, name in ((TOKEN, MINE), ("ghp_work", THEIRS)):
            scene.world.add_token(token, "app[bot]")
            scene.world.repository(name).permissions["app[bot]"] = scene.world.repository(name).permissions["me"]
        assert await codes(service, MINE, THEIRS) == [None] * 2
        scene.world.faults.order(Fault.SECONDARY_RETRY, seconds=300)
        assert await codes(service, THEIRS) == [LIMITED]
        assert await codes(service, MINE, THEIRS) == [None, LIMITED]


async def test_a_limit_that_a_change_or_a_log_is_told_reaches_every_process_at_once(scene: Scene) -> None:
    async with front(scene) as one, front(scene) as other:
        [repository] = (await one.read([target(MINE)])).repositories.values()
        assert not isinstance(repository, Problem)
        assert await codes(other, THEIRS) == [None]
        scene.world.faults.order(Fault.SECONDARY_RETRY, matching="mutation", seconds=300)
        with pytest.raises(Failure):
            await one.change(target(MINE).name, [AddComment("I_1", "Hello")])
        sent = scene.world.requests
        # Another token of the same login, and a process that has yet to learn whose its token is.
        assert await codes(other, THEIRS) == [LIMITED]
        async with front(scene) as later:
            assert await codes(later, MINE) == [LIMITED]
        assert scene.world.requests == sent
        scene.clock.advance(300)
        scene.world.faults.order(Fault.SECONDARY_RETRY, matching="rest GET", seconds=60)
        await one._connections["github.com"].end_of("repos/octo/soda/actions/jobs/1/logs")
        sent = scene.world.requests
        assert await codes(other, MINE, THEIRS) == [LIMITED] * 2
        assert scene.world.requests == sent
        assert await codes(other, HERS) == [None]


async def test_a_limit_that_seems_to_last_for_days_comes_of_a_clock_that_was_set(scene: Scene) -> None:
    async with front(scene) as one, front(scene) as other:
        scene.world.faults.order(Fault.SECONDARY_RETRY, seconds=300)
        assert await codes(one, MINE) == [LIMITED]
        scene.clock.advance(-timedelta(days=2).total_seconds())
        assert await codes(other, MINE) == [None]
        assert await codes(one, MINE) == [None]
    assert "ghp_" not in (scene.root / "limits.json").read_text()
    (scene.root / "limits.json").write_text('{"x')
    async with front(scene) as later:
        assert await codes(later, MINE) == [None]


async def test_a_broken_host_is_tried_by_one_request_whichever_account_asks(scene: Scene) -> None:
    wire = Counted(scene.world, nothing)
    async with front(scene, wire) as service:
        assert await codes(service, MINE, THEIRS, HERS) == [None] * 3
        scene.world.faults.order(Fault.DROP_BEFORE, times=99)
        for _ in range(2):
            await codes(service, MINE)
        scene.clock.advance(30)
        sent, wire.most = scene.world.requests, 0
        assert None not in await codes(service, MINE, THEIRS, HERS)
        assert (scene.world.requests - sent, wire.most) == (1, 1)
        scene.world.faults.clear()
        scene.clock.advance(60)
        found = await asyncio.gather(*(codes(service, name) for name in (MINE, THEIRS, HERS)))
        assert found == [[None]] * 3


async def test_a_refused_account_is_left_alone_and_the_others_go_on(scene: Scene) -> None:
    async with front(scene) as service:
        assert await codes(service, MINE, THEIRS) == [None] * 2
        del scene.world.tokens["ghp_work"]
        assert await codes(service, MINE, THEIRS) == [None, REFUSED]
        sent = scene.world.requests
        for _ in range(3):
            assert await codes(service, MINE, THEIRS) == [None, REFUSED]
            scene.clock.advance(30)
        assert scene.world.requests == sent + 3


async def test_who_acts_has_another_token_looked_for_as_soon_as_a_person_acts(scene: Scene) -> None:
    def bot(token: str) -> None:
        command = scene.root / "bot"
        command.write_text(f"#!/bin/sh\necho . >> {scene.root / 'asked'}\necho {token}\n")
        command.chmod(0o700)

    async def opens() -> ErrorCode | None:
        opening = OpenPullRequest(repository.id, "main", "agent001/1-a", "A", "Fixes #1", False)
        try:
            [changed] = await service.change(target(MINE).name, [opening])
        except Failure as failure:
            return failure.problem.code
        return changed.problem.code if changed.problem else None

    bot("ghs_old")
    async with front(scene) as service:
        repository = scene.world.repository(MINE)
        scene.branch(repository, "agent001/1-a")
        assert await codes(service, MINE) == [None]
        assert await opens() is REFUSED
        assert await opens() is REFUSED
        assert len((scene.root / "asked").read_text().split()) == 2
        scene.world.add_token("ghs_new", "bot")
        bot("ghs_new")
        service.retry("github.com")
        assert await opens() is None


async def test_an_answer_to_what_was_under_way_does_not_make_the_next_wait_shorter(scene: Scene) -> None:
    pauses = Pauses("github.com", scene.clock, HostPauses(scene.clock))
    for seconds in (60, 120, 240):
        assert pauses.pause == timedelta(seconds=seconds)
        limit = Problem(LIMITED, "Slow down.", retry_at=scene.clock() + pauses.pause)
        pauses.failed(RequestFailed(limit), TOKEN)
        pauses.answered()
        scene.clock.advance(seconds)
        pauses.heed(TOKEN)
    pauses.answered()
    assert pauses.pause == timedelta(seconds=60)
