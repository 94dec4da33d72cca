"""What bounds a run, what an agent is not handed, and when what failed is tried again."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from given import ME
from stations import KEY, OpenStation

from soda_tui import wiring
from soda_tui.cockpit.engine import Engine
from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import NeedCode
from soda_tui.domain.configuration.settings import LimitSettings
from soda_tui.domain.model import Repository
from soda_tui.services.agents.launching import agent_environment
from soda_tui.services.agents.records import read_spec
from soda_tui.services.agents.runs import RunService
from soda_tui.services.github.auth import TOKEN_VARIABLES, Tokens

pytestmark = pytest.mark.anyio
INTERVAL = 2.0


async def test_a_run_has_the_limits_of_its_repository(station: OpenStation) -> None:
    limits = LimitSettings(run_minutes=30.0, log_megabytes=8)
    async with station(limits=limits) as one:
        await one.opened.engine.act(KEY, Verb.POP)
        assert (await one.opened.engine.act(KEY, Verb.LAUNCH)).ok
        run = (await one.view()).agent.run
        assert run is not None
        spec = read_spec(Path(run.log).parent)
        assert (spec.limit, spec.log_limit) == (1800.0, 8 << 20)
        await one.opened.engine.act(KEY, Verb.STOP)


@pytest.mark.parametrize("name", sorted(TOKEN_VARIABLES))
def test_no_variable_that_gives_the_cockpit_a_token_reaches_an_agent(name: str) -> None:
    found = {
        host: Tokens({name: "gho_x", "GH_PATH": "/none"}, {}).token(host) for host in ("github.com", "git.example")
    }
    assert "gho_x" in found.values()
    assert name not in agent_environment({name: "gho_x", "PATH": "/bin"}, {}, "r1")


async def test_who_is_not_admitted_is_told_when_it_is_tried_again(station: OpenStation) -> None:
    async with station() as one:
        await one.view()
        one.demo.world.tokens.clear()
        assert (await one.view()).error is not None
        assert (await one.view()).error.retry_at is None  # type: ignore[union-attr]  # said just above
        engine = Engine(one.opened.settings.repositories, one.opened.world, ME, wiring.clock, interval=INTERVAL)
        polling = asyncio.create_task(engine.run())
        try:
            async with asyncio.timeout(30):
                seen = await polled(engine)
        finally:
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)
        assert NeedCode.NOT_ADMITTED in {need.code for need in seen.needs}
        assert seen.error is not None and seen.error.retry_at is not None
        assert timedelta() < seen.error.retry_at - wiring.clock() <= timedelta(seconds=INTERVAL + 1)


async def polled(engine: Engine) -> Repository:
    """The repository, once a poll has said when the next one is."""
    snapshot = engine.snapshot
    while True:
        view = next(part for part in snapshot.repositories if part.key == KEY)
        if view.error is not None and view.error.retry_at is not None:
            return view
        snapshot = await engine.changed(snapshot)


async def test_a_demo_lets_actions_end_before_it_stops_agents(monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[bool] = []
    stop = RunService.stop

    async def watched(self: RunService, key: str) -> None:
        left.append(launching.done())
        await stop(self, key)

    monkeypatch.setattr(RunService, "stop", watched)
    async with wiring.cockpit(wiring.Invocation({}, demo=True)) as ready:
        key = ready.keys[0]
        await ready.engine.refresh()
        await ready.engine.act(key, Verb.POP)
        launching = asyncio.create_task(ready.engine.act(key, Verb.LAUNCH))
        await asyncio.sleep(0)
    assert left and all(left)
