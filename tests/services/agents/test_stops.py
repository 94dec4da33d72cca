"""Stopping everything: three agents within three seconds, whatever happens to the file, and runs of one repository."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from soda_tui.cockpit.ports.place import Place
from soda_tui.cockpit.ports.runs import Launch
from soda_tui.domain.failure import Failure
from soda_tui.domain.naming import RepositoryName
from soda_tui.domain.runs.facts import RunState
from soda_tui.domain.stops import Stop, halt_words
from soda_tui.services.agents import launching
from soda_tui.services.agents.records import read_processes
from soda_tui.services.agents.stops import StopFiles

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
Until = Callable[[Callable[[], object]], None]


def stops(lab: Any) -> StopFiles:
    return StopFiles(lab.root / "runs", lab.stop_file, lambda: NOW)


def other(lab: Any, number: int, script: str = "exec sleep 60") -> Launch:
    """A launch in another repository, in a worktree of its own."""
    work = lab.root / f"work{number}"
    work.mkdir()
    launch: Launch = lab.script(script)
    key = f"github.com/owner/r{number}"
    return structs.replace(launch, key=key, repository_id=f"R_{number}", directory=str(work))


async def test_three_agents_are_stopped_within_three_seconds(lab: Any, until: Until) -> None:
    service, launches = lab.service(), [other(lab, number) for number in range(3)]
    for launch in launches:
        await service.start(launch)
    began = time.monotonic()
    halt = await stops(lab).halt("with soda-tui estop")
    assert time.monotonic() - began < 3
    assert {(one.repository, one.directory) for one in halt.agents} == {(one.key, one.directory) for one in launches}
    assert halt.left == () and len(halt_words(halt)) == 4 and "3 agents stopped" in halt_words(halt)[-1]
    until(lambda: not lab.processes())
    runs = await service.current([one.key for one in launches])
    assert all(run.halted and not run.stopped and "soda-tui resume" in (run.problem or "") for run in runs.values())
    with pytest.raises(Failure, match="soda-tui resume"):
        await service.start(launches[0])


async def test_a_stop_says_since_when_and_by_whom_and_is_lifted_alone(lab: Any) -> None:
    found = stops(lab)
    assert await found.machine() is None and await found.lift() is None
    written = (await found.halt("with the key !")).stop
    assert written == await found.machine() and written.since == NOW and written.by is not None
    assert written.by.endswith(", with the key !") and "soda-tui resume" in lab.stop_file.read_text()
    assert (await found.halt("with soda-tui estop")).stop == written, "the first one stands"
    assert lab.stop_file.stat().st_mode & 0o777 == 0o600 and sorted(lab.root.iterdir()) == [lab.stop_file]
    assert await found.lift() == written and not lab.stop_file.exists()


@pytest.mark.parametrize("content", [b"", b"\xff\x00 since: no\nby:\x1b[31m\n", b"since: yesterday\n" * 900])
async def test_a_file_that_a_person_put_there_counts_the_same(lab: Any, content: bytes) -> None:
    lab.stop_file.write_bytes(content)
    os.utime(lab.stop_file, (NOW.timestamp(), NOW.timestamp()))
    assert await stops(lab).machine() == Stop(str(lab.stop_file), NOW)
    with pytest.raises(Failure, match="STOP forbids"):
        await lab.service().start(lab.script("true"))


async def test_an_agent_whose_supervisor_was_killed_is_stopped_as_well(lab: Any, until: Until) -> None:
    run = await lab.service().start(lab.script("trap '' TERM; echo ready; while :; do sleep 1; done"))
    until(lambda: Path(run.log).read_bytes() == b"ready\n")
    supervisor, _ = read_processes(Path(run.log).parent)
    assert supervisor is not None
    os.kill(supervisor.pid, signal.SIGKILL)
    halt = await stops(lab).halt("with soda-tui estop")
    assert [one.issue for one in halt.agents] == [12] and halt.left == ()
    until(lambda: not lab.processes())


async def test_where_the_stop_cannot_be_written_the_agents_are_ended_all_the_same(lab: Any, until: Until) -> None:
    run = await lab.service().start(lab.script("exec sleep 60"))
    blocked = StopFiles(lab.root / "runs", Path(run.log) / "STOP", lambda: NOW)
    with pytest.raises(Failure, match="1 agent stopped all the same"):
        await blocked.halt("with soda-tui estop")
    until(lambda: not lab.processes())


@pytest.mark.parametrize("where", ["worktree", "clone"])
async def test_a_repositorys_own_file_stops_its_run_and_no_other(lab: Any, until: Until, where: str) -> None:
    service, clone = lab.service(), lab.root / "clone"
    mine = structs.replace(other(lab, 1), place=Place(RepositoryName("github.com", "owner", "r1"), str(clone), ""))
    folder = Path(mine.directory) if where == "worktree" else clone
    # What is needed to look at the claim is not there: that look comes to nothing, and ends nothing.
    mine = structs.replace(mine, cockpit=None if where == "worktree" else "c0ffee")
    if where == "worktree":
        run, theirs = await service.start(mine), await service.start(other(lab, 2))
        stop = folder / ".agent-workspace" / "STOP"
        stop.parent.mkdir(parents=True)
        stop.touch()
        ended = None
        while ended is None or ended.alive:
            ended = (await service.current((mine.key,)))[mine.key]
        assert ended.halted and str(stop) in (ended.problem or "") and "remove that file" in (ended.problem or "")
        assert run.alive and (await service.current(("github.com/owner/r2",)))["github.com/owner/r2"].alive
        assert theirs.alive
    else:
        stop = folder / ".agent-workspace" / "STOP"
        stop.parent.mkdir(parents=True)
        stop.touch()
    with pytest.raises(Failure, match="agent-workspace/STOP forbids"):
        await service.start(mine)
    machine, own = await stops(lab).standing({mine.key: (str(folder),), "other": (str(lab.root),)})
    assert machine is None and own == {mine.key: str(stop)}
    assert await stops(lab).lift() is None and stop.exists(), "it is a person's"


async def test_a_stop_between_the_order_and_the_start_starts_nothing(lab: Any, until: Until) -> None:
    service = lab.service()
    folder = launching.create(
        lab.root / "runs", lab.script("touch began"), lab.root / "lock", lab.stop_file, launching.Limits(), NOW
    )
    own = lab.work / ".agent-workspace" / "STOP"
    own.parent.mkdir()
    own.touch()
    launching.spawn(folder, dict(os.environ), dict(os.environ))
    until((folder / "end.json").exists)
    run = (await service.current((lab.script("true").key,)))[lab.script("true").key]
    assert (run.state, run.halted) == (RunState.ENDED, True) and not (lab.work / "began").exists()
