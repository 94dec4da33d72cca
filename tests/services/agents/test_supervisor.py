"""The supervisor: it ends what it has to end, whatever the agent does, and it is small."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from soda_tui.domain.failure import Failure
from soda_tui.domain.runs.facts import RunFacts, RunState
from soda_tui.services.agents import launching, processes, runs
from soda_tui.services.agents.records import End, Reason, read_end, read_state, write_end
from soda_tui.services.agents.runs import RunService

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")]

Until = Callable[[Callable[[], object]], None]
KEY = "github.com/owner/name"

# Ignores TERM, and so do a child in the agent's group and a daemon in a session of its own.
STUBBORN = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
def stay():
    while True:
        time.sleep(60)
if os.fork() == 0:
    stay()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        stay()
    os._exit(0)
os.wait()
print("ready", flush=True)
stay()
"""


def stubborn(lab: Any) -> Any:
    """A launch of the agent that does not want to end."""
    return lab.launch(sys.executable, "-S", "-c", STUBBORN)


def supervisor_of(run: RunFacts) -> int:
    """The number of a run's supervisor."""
    state = read_state(Path(run.log).parent)
    assert state is not None
    return state.supervisor.pid


async def over(service: RunService, run: RunFacts) -> RunFacts:
    """The facts of the run once it is over."""
    async for _ in service.follow(run):
        pass
    return (await service.current((KEY,)))[KEY]


async def test_stop_ends_the_whole_tree(lab: Any, until: Until) -> None:
    service = lab.service()
    run = await service.start(stubborn(lab))
    until(lambda: Path(run.log).read_bytes() == b"ready\n")
    # The supervisor's own environment is open to root alone.
    assert len(lab.processes()) == (4 if os.geteuid() == 0 else 3)
    stopped = await service.stop(KEY)
    assert stopped is not None
    assert (stopped.state, stopped.stopped, stopped.exit) == (RunState.ENDED, True, -signal.SIGKILL)
    assert stopped.problem is None
    until(lambda: not lab.processes())


async def test_stop_lets_the_agent_end_in_its_own_way(lab: Any) -> None:
    service = lab.service()
    run = await service.start(lab.script("trap 'echo bye; exit 7' TERM; echo ready; while :; do sleep 0.02; done"))
    while not await service.tail(run):
        pass
    stopped = await service.stop(KEY)
    assert stopped is not None and stopped.exit == 7 and (await service.tail(run)).endswith(b"bye\n")


async def test_what_the_agent_leaves_behind_is_ended_too(lab: Any, until: Until) -> None:
    service = lab.service()
    await service.start(lab.script("setsid sleep 60 & sleep 60 & echo done; exit 0"))
    run = await over(service, (await service.current((KEY,)))[KEY])
    assert (run.state, run.exit, run.stopped) == (RunState.ENDED, 0, False)
    until(lambda: not lab.processes())


async def test_a_killed_supervisor_is_noticed_and_its_agent_ended(lab: Any, until: Until) -> None:
    service = lab.service()
    run = await service.start(stubborn(lab))
    until(lambda: Path(run.log).read_bytes() == b"ready\n")
    supervisor = processes.look(supervisor_of(run)) or pytest.fail()
    os.kill(supervisor.pid, signal.SIGKILL)
    until(lambda: not processes.is_alive(supervisor.process))
    assert len(lab.processes()) == 3
    now = (await service.current((KEY,)))[KEY]
    assert now.state is RunState.KILLED and now.exit is None and "supervisor" in (now.problem or "")
    assert not lab.processes()
    assert (await lab.service().current((KEY,)))[KEY] == now
    assert (await service.start(lab.script("true"))).id > run.id


async def test_a_supervisor_that_hangs_is_replaced(lab: Any, until: Until, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "_STOP_SECONDS", 0.2)
    service = lab.service()
    run = await service.start(stubborn(lab))
    until(lambda: Path(run.log).read_bytes() == b"ready\n")
    os.kill(supervisor_of(run), signal.SIGSTOP)
    stopped = await service.stop(KEY)
    assert stopped is not None
    assert (stopped.state, stopped.stopped, stopped.exit) == (RunState.ENDED, True, None)
    until(lambda: not lab.processes())


@pytest.mark.parametrize("order", ["request", "signal", "file"])
async def test_every_way_to_stop(lab: Any, order: str, until: Until) -> None:
    service = lab.service()
    run = await service.start(lab.script("exec sleep 60"))
    began = time.monotonic()
    if order == "request":
        (Path(run.log).parent / "stop").touch()
    elif order == "signal":
        os.kill(supervisor_of(run), signal.SIGTERM)
    else:
        lab.stop_file.touch()
    end = await over(service, run)
    by_file = order == "file"
    assert (end.state, end.exit) == (RunState.ENDED, -signal.SIGTERM)
    assert (end.stopped, end.halted) == (not by_file, by_file)
    told = f"The agent on 12 was stopped by the file {lab.stop_file}; " if by_file else ""
    assert told in (end.problem or "") and told in Path(run.log).read_text()
    assert time.monotonic() - began < 3
    until(lambda: not lab.processes())


async def test_the_stop_file_forbids_a_start(lab: Any) -> None:
    lab.stop_file.touch()
    with pytest.raises(Failure, match="STOP forbids"):
        await lab.service().start(lab.script("true"))
    assert await lab.service().current((KEY,)) == {}


async def test_a_stop_asked_for_early_is_obeyed(lab: Any) -> None:
    service = lab.service()
    folder = launching.create(
        lab.root / "runs",
        lab.script("touch began"),
        lab.root / "lock",
        lab.stop_file,
        launching.Limits(),
        datetime.now(UTC),
    )
    (folder / "stop").touch()
    launching.spawn(folder, dict(os.environ), dict(os.environ))
    run = await over(service, (await service.current((KEY,)))[KEY])
    assert run.stopped and run.exit is None and not (lab.work / "began").exists()


async def test_the_time_limit(lab: Any, until: Until) -> None:
    service = lab.service(limit=0.3)
    run = await over(service, await service.start(stubborn(lab)))
    assert (run.state, run.exit, run.stopped) == (RunState.ENDED, -signal.SIGKILL, False)
    assert "limit of 1 second" in (run.problem or "")
    until(lambda: not lab.processes())


async def test_an_agent_that_deletes_its_directory(lab: Any) -> None:
    service = lab.service()
    run = await over(service, await service.start(lab.script(f"rm -r {lab.work}; echo gone; exit 5")))
    assert run.exit == 5 and await service.tail(run) == b"gone\n"


async def test_a_record_that_cannot_be_written_leaves_no_agent(lab: Any, until: Until) -> None:
    service = lab.service()
    run = await service.start(stubborn(lab))
    home = Path(run.log).parents[1]
    until(lambda: Path(run.log).read_bytes() == b"ready\n")
    hidden = home.rename(home.with_name("hidden"))
    home.write_text("in the way")
    os.kill((read_state(hidden / run.id) or pytest.fail()).supervisor.pid, signal.SIGTERM)
    until(lambda: not lab.processes())
    until(lambda: b"NotADirectoryError" in (hidden / run.id / "supervisor.log").read_bytes())


@pytest.mark.parametrize("way", ["folder", "end"])
async def test_a_record_that_somebody_takes_from_a_living_run_is_put_right(lab: Any, until: Until, way: str) -> None:
    service = lab.service()
    run = await service.start(lab.script("exec sleep 60"))
    folder = Path(run.log).parent
    if way == "folder":
        shutil.rmtree(folder.parent)
    else:
        write_end(folder, End(Reason.REFUSED))
    until(lambda: folder.is_dir() and not (folder / "end.json").exists() and (folder / "state.json").exists())
    again = (await service.current((KEY,)))[KEY]
    assert (again.state, again.pid, again.issue) == (RunState.RUNNING, run.pid, 12)
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder, folder.parent)} == {0o700}
    stopped = await service.stop(KEY)
    assert stopped is not None and (stopped.state, stopped.exit) == (RunState.ENDED, -signal.SIGTERM)
    until(lambda: not lab.processes())


async def test_an_agent_whose_log_is_taken_away_works_on(lab: Any, until: Until) -> None:
    service = lab.service()
    run = await service.start(lab.script("echo begun; while [ ! -e go ]; do sleep 0.02; done; exit 4"))
    until(lambda: Path(run.log).read_bytes() == b"begun\n")
    Path(run.log).unlink()
    # A look at the log follows every signal.
    os.kill(supervisor_of(run), signal.SIGHUP)
    (lab.work / "go").touch()
    end = await over(service, run)
    assert (end.state, end.exit, end.problem) == (RunState.ENDED, 4, None)


async def test_a_run_that_broke_is_no_run_that_could_not_start(lab: Any, until: Until) -> None:
    service = lab.service(log=1)
    run = await service.start(lab.script("exec sleep 60"))
    log = Path(run.log)
    log.unlink()
    log.mkdir()
    until((log.parent / "end.json").exists)
    end = read_end(log.parent)
    assert end is not None and end.reason is Reason.BROKEN and "could not be carried on" in (end.message or "")
    until(lambda: not lab.processes())


def test_it_loads_the_standard_library_only_and_is_small(lab: Any) -> None:
    """Measured here: 13 MB and 30 ms; the bounds of the design are 30 MB and 100 ms."""
    code = launching._BOOTSTRAP.replace("main()", "") + (
        "import sys; print(*sorted({name.partition('.')[0] for name in sys.modules} - sys.stdlib_module_names))"
        "; print(open('/proc/self/status').read().split('VmRSS:')[1].split()[0])"
    )
    command = [sys.executable, "-I", "-S", "-c", code, launching._PACKAGES]
    began = time.perf_counter()
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    took = (time.perf_counter() - began) * 1000
    foreign, resident = result.stdout.splitlines()
    sys.stdout.write(f"supervisor: {int(resident) / 1024:.1f} MB resident, {took:.0f} ms to load\n")
    assert set(foreign.split()) <= {"soda_tui", "__main__"}
    assert int(resident) < 30 * 1024


def test_ps_tells_the_same_as_proc() -> None:
    """Where there is no /proc, `ps` names the same processes, parents and groups."""
    child = subprocess.Popen(["sleep", "60"], start_new_session=True)
    try:
        told, looked = processes.from_ps("-p", str(child.pid)), processes.look(child.pid)
        assert looked is not None
        assert [(entry.pid, entry.parent, entry.group, entry.zombie) for entry in told] == [
            (looked.pid, os.getpid(), child.pid, False)
        ]
        assert told[0].started == processes.from_ps("-p", str(child.pid))[0].started != ""
        child.kill()
        while not (entry := processes.look(child.pid)) or not entry.zombie:
            pass
        assert not processes.is_alive(entry.process)
        assert processes.from_ps("-p", str(child.pid))[0].zombie
    finally:
        child.kill()
        child.wait()
    assert processes.look(child.pid) is None and processes.from_ps("-p", str(child.pid)) == []
