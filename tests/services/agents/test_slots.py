"""Slots: as many agents run on a machine as may, whoever launched them."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from soda_tui.domain.failure import ErrorCode, Failure
from soda_tui.domain.runs.facts import Room
from soda_tui.services.agents import slots
from soda_tui.services.agents.records import Slots, read_state

pytestmark = pytest.mark.anyio
Until = Callable[[Callable[[], object]], None]


def launch(lab: Any, number: int, text: str = "exec sleep 60") -> Any:
    """A launch in a repository of its own."""
    return structs.replace(lab.script(text), key=f"github.com/owner/r{number}", repository_id=f"R_{number}")


async def test_one_more_than_may_run_is_refused_and_told_who_does(lab: Any, until: Until) -> None:
    service = lab.service(most=2)
    assert await service.room() == Room(2, ())
    for number in (1, 2):
        await service.start(launch(lab, number))
    assert (await service.room()).full
    # A cockpit that keeps its records elsewhere counts the same agents: their supervisors are the judges.
    for asked in (service, lab.service("other", most=2)):
        with pytest.raises(Failure, match=r"allows \(2\): github.com/owner/r1, github.com/owner/r2") as caught:
            await asked.start(launch(lab, 3))
        assert caught.value.problem.code is ErrorCode.REFUSED
        assert await asked.current(("github.com/owner/r3",)) == {}
    await service.stop("github.com/owner/r1")
    assert await service.room() == Room(2, ("github.com/owner/r2",))
    await service.start(launch(lab, 3))


async def test_a_killed_supervisor_holds_no_slot(lab: Any, until: Until) -> None:
    service = lab.service(most=1)
    run = await service.start(launch(lab, 1))
    os.kill((read_state(Path(run.log).parent) or pytest.fail()).supervisor.pid, signal.SIGKILL)
    until(lambda: not slots.holders(service._slots.folder))
    await service.start(launch(lab, 2))


def test_where_fewer_may_be_taken_than_are_none_is(tmp_path: Path) -> None:
    folder = str(tmp_path)
    held = [slots.take(Slots(folder, 3), who) for who in "abc"]
    first, second, _ = (descriptor or pytest.fail() for descriptor in held)
    assert slots.holders(folder) == ("a", "b", "c")
    os.close(first)
    assert slots.take(Slots(folder, 2), "d") is None
    os.close(second)
    assert slots.take(Slots(folder, 2), "d") is not None
    assert slots.holders(folder) == ("d", "c")
