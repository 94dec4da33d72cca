"""What stops all agents of this machine, and nothing else: it must work where a configuration is broken."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from soda_tui.wiring.calling import Invocation, clock

if TYPE_CHECKING:
    from soda_tui.cockpit.ports.stops import Stops


@asynccontextmanager
async def stops(call: Invocation) -> AsyncIterator[Stops]:
    """The stops of this machine; those of a demo are its own."""
    if call.demo:
        from soda_tui.wiring.demo import demo

        async with demo(call) as ready:
            yield ready.world.stops
        return
    from soda_tui.services.agents.stops import StopFiles

    yield StopFiles(call.paths.state / "runs", call.paths.state / "STOP", clock)
