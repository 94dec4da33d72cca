"""Agents that do not want to end, or leave others behind: of whatever they do nothing is left, and that is noted."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from soda_tui.domain.failure import Failure
from soda_tui.domain.runs.facts import RunFacts, RunState
from soda_tui.services.agents import processes, runs
from soda_tui.services.agents.records import read_spec, read_state, write_spec

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")]

Until = Callable[[Callable[[], object]], None]
KEY = "github.com/owner/name"

# Each says "ready" once it is as bad as it gets. Nothing lives longer than a minute.
BEGIN = """
import os, shutil, signal, sys, time
def ready():
    print("ready", flush=True)
def stay(*_):
    time.sleep(60)
    os._exit(0)
def nameless():
    mark = os.environ["SODA_TEST_MARK"]
    os.execve(sys.executable, [sys.executable, "-S", "-c", "import time; time.sleep(60)", mark], {})
def child(do, session=False):
    if os.fork() == 0:
        if session:
            os.setsid()
        do()
        os._exit(0)
"""
HANGS = "ready(); stay()"
FORKS = """
for _ in range(20):
    child(stay)
ready(); stay()
"""
IGNORES = """
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child(stay); child(stay, session=True)
ready(); stay()
"""
# Neither its parent, nor its session, nor its environment tells where a daemon comes from.
DAEMONS = """
for _ in range(3):
    child(lambda: child(nameless, session=True), session=True)
ready(); stay()
"""
NAMELESS = """
child(nameless); child(nameless, session=True); child(lambda: child(nameless))
os.wait()
ready(); stay()
"""
DELETES = """
shutil.rmtree(os.getcwd())
child(stay)
ready(); stay()
"""
BOMB = """
signal.signal(signal.SIGTERM, signal.SIG_IGN)
for _ in range(6):
    if os.fork() == 0 and os.fork() == 0:
        os.setsid()
ready(); stay()
"""
# Another one at every moment, each in a session of its own, whose parent has ended.
RUNS_AWAY = """
signal.signal(signal.SIGTERM, signal.SIG_IGN)
until = time.monotonic() + 60
def run():
    while time.monotonic() < until:
        if os.fork():
            os._exit(0)
        os.setsid()
child(run)
ready(); stay()
"""


def is_ready(log: Path) -> bool:
    """Whether the agent is as bad as it gets."""
    return b"ready" in log.read_bytes()


def launch(lab: Any, text: str) -> Any:
    """A launch of such an agent."""
    return lab.launch(sys.executable, "-S", "-c", BEGIN + text)


@pytest.mark.parametrize(
    "text,exit",
    [
        pytest.param(HANGS, -signal.SIGTERM, id="hangs", marks=pytest.mark.wide),
        pytest.param(FORKS, -signal.SIGTERM, id="forks", marks=pytest.mark.wide),
        pytest.param(IGNORES, -signal.SIGKILL, id="ignores", marks=pytest.mark.wide),
        pytest.param(DAEMONS, -signal.SIGTERM, id="daemons"),
        pytest.param(DELETES, -signal.SIGTERM, id="deletes"),
        pytest.param(BOMB, -signal.SIGKILL, id="bomb"),
        pytest.param(RUNS_AWAY, -signal.SIGKILL, id="runs away"),
    ],
)
async def test_stopped(lab: Any, until: Until, text: str, exit: int) -> None:
    service = lab.service()
    run = await service.start(launch(lab, text))
    until(lambda: b"ready" in Path(run.log).read_bytes())
    stopped = await service.stop(KEY)
    assert stopped is not None and stopped.problem is None
    assert (stopped.state, stopped.stopped, stopped.exit) == (RunState.ENDED, True, exit)
    until(lambda: not lab.processes())


@pytest.mark.parametrize("text", [pytest.param(DAEMONS, id="daemons"), pytest.param(BOMB, id="bomb")])
async def test_what_is_left_when_the_agent_ends_by_itself(lab: Any, until: Until, text: str) -> None:
    service = lab.service()
    run = await service.start(launch(lab, text.replace("ready(); stay()", "ready(); os._exit(3)")))
    async for _ in service.follow(run):
        pass
    over = (await service.current((KEY,)))[KEY]
    assert (over.state, over.stopped, over.exit, over.problem) == (RunState.ENDED, False, 3, None)
    until(lambda: not lab.processes())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(IGNORES, id="ignores", marks=pytest.mark.wide),
        pytest.param(NAMELESS, id="nameless"),
        pytest.param(BOMB, id="bomb", marks=pytest.mark.wide),
    ],
)
async def test_a_cockpit_ends_what_a_killed_supervisor_leaves(lab: Any, until: Until, text: str) -> None:
    service = lab.service()
    run = await service.start(launch(lab, text))
    until(lambda: b"ready" in Path(run.log).read_bytes())
    (lab.work / "work.txt").write_text("kept")
    supervisor = (read_state(Path(run.log).parent) or pytest.fail()).supervisor
    os.kill(supervisor.pid, signal.SIGKILL)
    until(lambda: not processes.is_alive(supervisor))
    assert lab.processes()
    cockpit = lab.service()
    over = (await cockpit.current((KEY,)))[KEY]
    async with asyncio.timeout(30):
        while over.state is RunState.UNKNOWN:  # on a busy machine a look ends before all have
            over = (await cockpit.current((KEY,)))[KEY]
    assert (over.state, over.exit) == (RunState.KILLED, None) and "was killed" in (over.problem or "")
    until(lambda: not lab.processes())
    assert (lab.work / "work.txt").read_text() == "kept"


# With nothing that tells where it comes from but the folder in which it works.
ESCAPES = """
child(lambda: child(nameless, session=True), session=True)
os.wait()
ready(); stay()
"""


async def test_nothing_is_begun_beside_what_escaped_a_killed_supervisor(lab: Any, until: Until) -> None:
    """A daemon may be a person's own: it is named, and ended where they say so."""
    service = lab.service()
    before = subprocess.Popen(["sleep", "60"], cwd=lab.work, start_new_session=True)
    try:
        run = await service.start(launch(lab, ESCAPES))
        until(lambda: b"ready" in Path(run.log).read_bytes())
        supervisor = (read_state(Path(run.log).parent) or pytest.fail()).supervisor
        os.kill(supervisor.pid, signal.SIGKILL)
        until(lambda: not processes.is_alive(supervisor))
        seen = (await lab.service().current((KEY,)))[KEY]
        (daemon,) = lab.processes()
        assert seen.state is RunState.UNKNOWN and f"({daemon})" in (seen.problem or "")
        assert str(lab.work) in (seen.problem or "") and f"({before.pid})" not in (seen.problem or "")
        with pytest.raises(Failure, match="Nothing is begun beside that"):
            await service.start(lab.script("true"))
        stopped = await service.stop(KEY)
        assert stopped is not None and stopped.state is RunState.KILLED and not stopped.stoppable
        until(lambda: not lab.processes())
        assert before.poll() is None and (await service.start(lab.script("true"))).id > run.id
    finally:
        before.kill()
        before.wait()


async def test_nobody_waits_for_the_most_stubborn_of_all(
    lab: Any, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "_GIVE_UP_SECONDS", 0.1)
    service, keys = lab.service(), [f"github.com/owner/{number}" for number in range(3)]
    for key in keys:
        run = await service.start(replace(launch(lab, IGNORES), key=key, repository_id=key))
        until(partial(is_ready, Path(run.log)))
        folder = Path(run.log).parent
        write_spec(folder, dataclasses.replace(read_spec(folder), grace=1.5))
        os.kill((read_state(folder) or pytest.fail()).supervisor.pid, signal.SIGKILL)
    seen: dict[str, RunFacts] = {}

    async def are(state: RunState) -> bool:
        seen.update(await service.current(keys))
        return {run.state for run in seen.values()} == {state}

    began = time.monotonic()
    while not await are(RunState.UNKNOWN):
        assert time.monotonic() - began < 1
    assert all("is being ended" in (run.problem or "") for run in seen.values())
    while not await are(RunState.KILLED):
        assert time.monotonic() - began < 10
    until(lambda: not lab.processes())
