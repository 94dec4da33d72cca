"""Measures of a simulated hour: requests, points, and how fresh what is shown is kept, for few and many repositories.

Costs are real: the real client and the real loop that polls ask the embedded GitHub, whose people change issues and
checks. Clones, agents and acts are left out, but for one pop and one bottle, which are measured apart.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bench.results import Result
from hours import Scenario, quantiles, simulated_hour
from stations import KEY, git, no_waiting, worktree_of

from soda_tui import wiring
from soda_tui.domain.actions import Verb
from soda_tui.domain.outcome import Options
from soda_tui.domain.settings import Enrolment, Settings
from soda_tui.sandbox.demo import build_demo
from soda_tui.sandbox.transport import SandboxTransport
from soda_tui.services.paths import Paths

# Repositories, the interval, the points that were aimed at, and the seconds within which all should be fresh.
_AIMS = ((3, 15.0, 300, None), (24, 30.0, None, None), (100, 30.0, 450, 60.0), (500, 30.0, 1200, 120.0))
_BURNT = 4000
_SHARE = 1500


def hour(_: int) -> Iterator[Result]:
    """An hour with 2 and with 10 % of the repositories changing in each sweep, and one that others make scarce."""
    acts = asyncio.run(_acts())
    yield Result("points for one pop and one bottle", acts, "pt")
    for changing, burnt in ((0.02, 0), (0.1, 0), (0.1, _BURNT)):
        for count, interval, points, age in _AIMS:
            with tempfile.TemporaryDirectory() as folder:
                found = simulated_hour(Scenario(count, changing, interval, burnt), Path(folder))
            what = f"{count} at {interval:g} s, {changing:.0%} changing"
            spent = found.points + (acts if count == 3 else 0)
            if burnt:
                yield Result(f"{what}, others use {burnt:,}", spent, "pt", _SHARE, _note(found.delays))
                continue
            more = ", one pop and bottle" if count == 3 else ""
            yield Result(f"{what}{more}: points", spent, "pt", points, f"{found.requests} requests")
            yield Result(f"{what}: oldest", max(found.ages), "s", age, _note(found.ages))
            yield Result(f"{what}: latest seen", max(found.delays), "s", age, _note(found.delays))
            yield Result(f"{what}: end of checks", max(found.checks), "s", age, _note(found.checks))
            yield Result(f"{what}: a new blocker", max(found.waiting), "s", None, _note(found.waiting))


def _note(values: list[float]) -> str:
    half, most, _ = quantiles(values)
    return f"p50 {half:.0f} s, p95 {most:.0f} s, n={len(values):,}"


async def _acts() -> int:
    """What a cockpit pays for a pop and a bottle, with what it reads before and after."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        demo = build_demo(folder / "github", lambda: datetime.now(UTC))
        settings = Settings(tuple(Enrolment(place, str(path)) for place, path in demo.places))
        call = wiring.Invocation({"GH_TOKEN": demo.token})
        transport = SandboxTransport(demo.world, no_waiting)
        async with wiring.opened(Paths.below(folder / "me"), settings, call, transport, sleep=no_waiting) as opened:
            await opened.engine.refresh()
            bucket = demo.world.limiter.bucket("you", demo.world.now())
            before = bucket.used
            popped = await opened.engine.act(KEY, Verb.POP, Options(yes=True))
            await opened.engine.refresh([KEY])
            worktree = worktree_of(popped)
            (worktree / "work.txt").write_text("done\n")
            git(worktree, "add", "work.txt")
            git(worktree, "commit", "--quiet", "--message", "Do it")
            bottled = await opened.engine.act(KEY, Verb.BOTTLE, Options(yes=True))
            assert bottled.ok, bottled
            await opened.engine.refresh([KEY])
            return bucket.used - before
