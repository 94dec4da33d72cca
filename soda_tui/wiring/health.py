"""The doctor: looks at everything with the settings of a call, and without anything being opened or written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from soda_tui.domain.configuration.settings import Settings
from soda_tui.domain.failure import Failure
from soda_tui.wiring.calling import Invocation, clock, settings_of, store_of
from soda_tui.wiring.enrolling import chosen, usual_host

if TYPE_CHECKING:
    import httpx

    from soda_tui.domain.failure import Problem
    from soda_tui.domain.health.finding import Examination
    from soda_tui.services.paths import Paths


async def examine(call: Invocation, repositories: Sequence[str], *, quick: bool, probe: bool) -> Examination:
    """What is wrong with these repositories, or with all; raises Failure where one is not enrolled."""
    if call.demo:
        from soda_tui.wiring.demo import demo_world

        with demo_world(call) as (paths, settings, environment, transport):
            call = Invocation(environment)
            return await examined(paths, settings, call, repositories, quick=quick, probe=probe, transport=transport)
    try:
        settings, problem = settings_of(call, call.paths), None
    except Failure as failure:
        settings, problem = Settings(), failure.problem
    return await examined(call.paths, settings, call, repositories, quick=quick, probe=probe, problem=problem)


async def examined(
    paths: Paths,
    settings: Settings,
    call: Invocation,
    repositories: Sequence[str] = (),
    *,
    quick: bool = False,
    probe: bool = False,
    problem: Problem | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Examination:
    """The same on these paths and settings; `problem` is why the configuration says nothing."""
    from soda_tui.cockpit.examining import examine as look
    from soda_tui.services.health.looks import LocalLooks

    wanted = settings.repositories
    if repositories and problem is None:
        store = store_of(paths)
        wanted = tuple(dict.fromkeys(chosen(text, settings, store) for text in repositories))
    looks = LocalLooks(paths, settings, call.environ, problem, transport)
    try:
        return await look(
            looks, wanted, settings.repositories, clock(), host=usual_host(call), quick=quick, probe=probe
        )
    finally:
        await looks.close()
