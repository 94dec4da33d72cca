"""Runs in a test: their supervisors, and their ends."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from soda_tui.domain.failure import Failure
from soda_tui.domain.runs.facts import RunFacts
from soda_tui.services.agents.records import read_state
from soda_tui.services.agents.runs import RunService

KEY = "github.com/owner/name"
linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def supervisor_of(run: RunFacts) -> int:
    """The number of a run's supervisor."""
    state = read_state(Path(run.log).parent)
    assert state is not None
    return state.supervisor.pid


async def ended(service: RunService) -> RunFacts:
    """The facts of the run once it is over."""
    run = (await service.current((KEY,)))[KEY]
    assert b"".join([chunk async for chunk in service.follow(run)]) is not None
    run = (await service.current((KEY,)))[KEY]
    assert not run.alive
    return run


async def refused(service: RunService, launch: Any) -> Failure:
    """The failure of a start."""
    with pytest.raises(Failure) as caught:
        await service.start(launch)
    return caught.value
