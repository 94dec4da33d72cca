"""Runs of which nobody knows whether their agent runs: never taken for ended, with none beside them, stoppable."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from soda_tui.domain.failure import ErrorCode, Failure
from soda_tui.domain.runs.facts import RunFacts, RunState
from soda_tui.services.agents import launching, origin, processes, runs
from soda_tui.services.agents.records import Origin, read_spec, read_state, write_spec, write_state
from soda_tui.services.agents.runs import RunService

pytestmark = pytest.mark.anyio
Until = Callable[[Callable[[], object]], None]
KEY = "github.com/owner/name"
ELSEWHERE = {
    "machine": replace(origin.here(), host="another"),
    "container": replace(origin.here(), namespace="pid:[1]"),
}


async def now(service: RunService) -> RunFacts:
    """The newest run as it is seen."""
    return (await service.current((KEY,)))[KEY]


def newer(file: Path) -> None:
    """Make a record one of a newer version."""
    file.write_text(json.dumps(json.loads(file.read_text()) | {"v": 2}))


DAMAGE: dict[str, Callable[[Path], object]] = {
    "state of a newer version": lambda folder: newer(folder / "state.json"),
    "damaged state": lambda folder: (folder / "state.json").write_text("{"),
    "odd state": lambda folder: (folder / "state.json").write_text('{"v": 1, "supervisor": 7}'),
    "spec of a newer version": lambda folder: newer(folder / "spec.json"),
    "no spec": lambda folder: (folder / "spec.json").unlink(),
}


@pytest.mark.parametrize("damage", DAMAGE)
async def test_an_agent_whose_record_cannot_be_read_is_left_alone_until_it_is_stopped(
    lab: Any, damage: str, until: Until
) -> None:
    service = lab.service()
    run = await service.start(lab.script("exec sleep 60"))
    folder = Path(run.log).parent
    DAMAGE[damage](folder)
    seen = await now(service)
    assert seen.state is RunState.UNKNOWN and not seen.alive and str(folder) in (seen.problem or "")
    with pytest.raises(Failure) as caught:
        await service.start(lab.script("true"))
    assert caught.value.problem.code is ErrorCode.REFUSED and str(folder) in str(caught.value)
    assert lab.processes() and not (folder / "end.json").exists()
    stopped = await service.stop(KEY)
    assert stopped is not None and (stopped.state, stopped.stopped) == (RunState.ENDED, True)
    until(lambda: not lab.processes())
    assert (await service.start(lab.script("true"))).id > run.id


async def test_one_without_its_supervisor_is_stopped_too(
    lab: Any, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its processes bear the run's name, so that no record is needed to find them."""
    if sys.platform != "linux":
        pytest.skip("looks into /proc")
    monkeypatch.setattr(runs, "_STOP_SECONDS", 0.2)
    service = lab.service()
    run = await service.start(lab.script("sleep 60 & exec sleep 60"))
    folder = Path(run.log).parent
    supervisor = (read_state(folder) or pytest.fail()).supervisor
    os.kill(supervisor.pid, 9)
    until(lambda: not processes.is_alive(supervisor))
    (folder / "state.json").write_text("{")
    assert (await now(service)).state is RunState.UNKNOWN and len(lab.processes()) == 2
    stopped = await service.stop(KEY)
    assert stopped is not None and stopped.stopped
    until(lambda: not lab.processes())


async def test_an_end_counts_whatever_the_rest_is(lab: Any) -> None:
    service = lab.service()
    run = await service.start(lab.script("exit 3"))
    async for _ in service.follow(run):
        pass
    (Path(run.log).parent / "state.json").write_text("{")
    assert ((await now(service)).state, (await now(service)).exit) == (RunState.ENDED, 3)


def moved(folder: Path, place: Origin | None) -> None:
    """Make a run one of another place, or one of a version that noted none."""
    write_spec(folder, replace(read_spec(folder), origin=place))


@pytest.mark.parametrize("place", ELSEWHERE)
async def test_what_runs_elsewhere_is_not_ended_from_here(lab: Any, place: str, until: Until) -> None:
    """Neither a process that is not to be seen says anything about it, nor another machine's start."""
    service = lab.service()
    run = await service.start(lab.script("exec sleep 60"))
    folder = Path(run.log).parent
    state = read_state(folder) or pytest.fail()
    moved(folder, ELSEWHERE[place])
    boot = "another" if place == "machine" else state.boot
    write_state(folder, replace(state, boot=boot, supervisor=replace(state.supervisor, started="1")))
    seen = await now(service)
    assert seen.state is RunState.UNKNOWN and "another machine or in a container" in (seen.problem or "")
    assert not (folder / "end.json").exists() and lab.processes()
    with pytest.raises(Failure, match="nothing is begun beside it"):
        await lab.service().start(lab.script("true"))
    # The request lies where its supervisor looks, wherever that is.
    stopped = await service.stop(KEY)
    assert stopped is not None and (stopped.state, stopped.stopped) == (RunState.ENDED, True)
    until(lambda: not lab.processes())


@pytest.mark.parametrize("place", ELSEWHERE)
async def test_one_that_does_not_answer_is_not_said_to_have_ended(
    lab: Any, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "_STOP_SECONDS", 0.1)
    service = lab.service()
    run = await service.start(lab.script("true"))
    async for _ in service.follow(run):
        pass
    folder = Path(run.log).parent
    (folder / "end.json").unlink()
    moved(folder, ELSEWHERE[place])
    with pytest.raises(Failure) as caught:
        await service.stop(KEY)
    assert caught.value.problem.code is ErrorCode.AGENT and "move that folder away" in str(caught.value)
    assert (folder / "stop").exists() and not (folder / "end.json").exists()


async def test_a_restart_of_the_machine_ends_the_runs_in_its_containers_too(lab: Any) -> None:
    service = lab.service()
    run = await service.start(lab.script("true"))
    async for _ in service.follow(run):
        pass
    folder = Path(run.log).parent
    (folder / "end.json").unlink()
    moved(folder, ELSEWHERE["container"])
    write_state(folder, replace(read_state(folder) or pytest.fail(), boot="another"))
    seen = await now(service)
    assert seen.state is RunState.KILLED and "restarted" in (seen.problem or "")
    assert (await service.start(lab.script("true"))).id > run.id


@pytest.mark.parametrize("record", ["spec.json", "state.json", "end.json", "output.log", "heard.json"])
async def test_a_pipe_in_the_place_of_a_record_is_not_waited_for(lab: Any, record: str) -> None:
    service = lab.service()
    run = await service.start(lab.script("true"))
    async for _ in service.follow(run):
        pass
    file = Path(run.log).with_name(record)
    file.unlink(missing_ok=True)
    os.mkfifo(file)
    seen = await now(service)
    assert seen.state is (RunState.UNKNOWN if record == "end.json" else RunState.ENDED)
    assert await service.tail(run) == b"" and await service.listen({KEY: seen}, thoroughly=True)
    assert len(await service.runs(KEY)) == 1


async def test_one_that_was_not_begun_yet_elsewhere_is_not_given_up(lab: Any) -> None:
    folder = launching.create(
        lab.root / "runs",
        lab.script("true"),
        lab.root,
        lab.stop_file,
        launching.Limits(),
        datetime(2024, 5, 1, tzinfo=UTC),
    )
    moved(folder, ELSEWHERE["machine"])
    assert (await now(lab.service())).state is RunState.UNKNOWN and not (folder / "end.json").exists()


async def test_a_run_of_a_version_that_did_not_say_where_counts_as_one_of_here(lab: Any) -> None:
    service = lab.service()
    run = await service.start(lab.script("exec sleep 60"))
    moved(Path(run.log).parent, None)
    assert (await now(service)).state is RunState.RUNNING
    assert await service.stop(KEY) is not None


async def test_from_within_a_container_a_run_of_the_machine_is_unknown(lab: Any) -> None:
    """A real PID namespace, in which none of the run's processes is to be seen."""
    into = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc"]
    if not shutil.which("unshare") or subprocess.run([*into, "true"], check=False, capture_output=True).returncode:
        pytest.skip("no PID namespace can be made here")
    service = lab.service()
    run = await service.start(lab.script("exec sleep 60"))
    folder = Path(run.log).parent
    look = (
        "import sys; sys.path.append(sys.argv[1]); from pathlib import Path;"
        "from soda_tui.services.agents.classify import classify; print(classify(Path(sys.argv[2])).state)"
    )
    command = [*into, sys.executable, "-c", look, launching._PACKAGES, str(folder)]
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    assert told.stdout.strip() == "unknown"
    assert not (folder / "end.json").exists() and (await now(service)).state is RunState.RUNNING
    assert await service.stop(KEY) is not None
