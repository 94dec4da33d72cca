"""The set-up of a worktree in a run: before the agent, once, again when a lock file changes, and never for ever."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from soda_tui.cockpit.ports.runs import Launch
from soda_tui.domain.configuration.profiles import Profile
from soda_tui.domain.configuration.settings import WorkspaceSettings
from soda_tui.domain.failure import Failure
from soda_tui.domain.runs.facts import RunFacts, RunState
from soda_tui.services.agents.launching import Limits
from soda_tui.services.agents.processes import is_alive
from soda_tui.services.agents.records import read_state
from soda_tui.services.agents.runs import RunService
from soda_tui.services.setup import SetUp, begin, done, is_due

pytestmark = pytest.mark.anyio

KEY = "github.com/owner/name"
SECRETS = ("GH_TOKEN", "GITHUB_TOKEN")


@pytest.fixture
def worktree(tmp_path: Path) -> Path:
    """A clone with a lock file."""
    folder = tmp_path / "clone"
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    (folder / "uv.lock").write_text("one\n")
    return folder


@pytest.fixture
def service(tmp_path: Path) -> Iterator[RunService]:
    """Runs that are stopped at the end, whatever the test did."""
    stop = tmp_path / "STOP"
    limits = Limits(run=60.0, grace=0.3)
    yield RunService(tmp_path / "runs", locks=tmp_path / "locks", stop_file=stop, limits=limits)
    stop.touch()


def launch(worktree: Path, command: str, minutes: float = 1.0, agent: str = "echo agent") -> Launch:
    """A run whose worktree is to be set up by a command."""
    setup = WorkspaceSettings(command, minutes=minutes)
    made = Launch(KEY, "R_1", 12, "agent001/12-fix", 1, str(worktree), Profile(command=("sh", "-c", agent)), "")
    return structs.replace(made, setup=setup)


async def ended(service: RunService) -> tuple[RunFacts, str]:
    """The run once it is over, and its log."""
    run = (await service.current((KEY,)))[KEY]
    log = b"".join([chunk async for chunk in service.follow(run)])
    return (await service.current((KEY,)))[KEY], log.decode()


async def test_it_comes_before_the_agent_once_and_again_when_a_lock_file_changes(
    service: RunService, worktree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in SECRETS:
        monkeypatch.setenv(name, "ghp_secret")
    asked = launch(worktree, 'echo "installing ${GH_TOKEN-nothing}${GITHUB_TOKEN-}" >&2; pwd')
    await service.start(asked)
    run, log = await ended(service)
    lines = log.splitlines()
    assert lines[1:3] == ["installing nothing", str(worktree)] and lines[-1] == "agent"
    assert run.state is RunState.ENDED and run.exit == 0
    await service.start(asked)
    assert (await ended(service))[1] == "agent\n"
    (worktree / "uv.lock").write_text("two\n")
    await service.start(asked)
    assert "installing" in (await ended(service))[1]
    await service.start(structs.replace(asked, setup=WorkspaceSettings("echo otherwise")))
    assert "otherwise" in (await ended(service))[1]
    assert subprocess.run(["git", "status", "--short"], cwd=worktree, capture_output=True, check=True).stdout == (
        b"?? uv.lock\n"
    )


async def test_where_it_fails_no_agent_starts_and_it_is_run_again(service: RunService, worktree: Path) -> None:
    asked = launch(worktree, "echo broken; test -e mended", agent="touch agent-was-here")
    with pytest.raises(Failure) as caught:
        await service.start(asked)
    assert "exit 1" in str(caught.value) and "launch again" in str(caught.value)
    run, log = await ended(service)
    assert "broken" in log and run.problem is not None and "exit 1" in run.problem
    assert not (worktree / "agent-was-here").exists()
    (worktree / "mended").touch()
    await service.start(asked)
    assert (await ended(service))[0].exit == 0 and (worktree / "agent-was-here").exists()


async def test_it_ends_at_its_limit_with_all_that_it_started(service: RunService, worktree: Path) -> None:
    asked = launch(worktree, "mkfifo held; (trap '' TERM; exec 3<>held; echo up; exec sleep 61237) & wait", 0.005)
    with pytest.raises(Failure) as caught:
        await service.start(asked)
    assert "limit of 1 second" in str(caught.value)
    _, log = await ended(service)
    assert "agent" not in log.splitlines()
    found = subprocess.run(["ps", "-ax", "-o", "args="], capture_output=True, text=True, check=True).stdout
    assert "sleep 61237" not in found


async def test_what_it_leaves_running_is_ended_before_the_agent_starts(service: RunService, worktree: Path) -> None:
    await service.start(launch(worktree, "sleep 700 & echo $! > pid", agent="kill -0 $(cat pid) && echo alive"))
    _, log = await ended(service)
    assert "alive" not in log.splitlines()


async def test_a_run_can_be_stopped_while_it_is_set_up(service: RunService, worktree: Path) -> None:
    starting = asyncio.create_task(service.start(launch(worktree, "touch begun; exec sleep 500")))
    async with asyncio.timeout(20):
        while (run := (await service.current((KEY,))).get(KEY)) is None or run.pid is None:
            await asyncio.sleep(0.01)
        assert run.alive and run.started_at is None
        stopped = await service.stop(KEY)
        await starting
    assert stopped is not None and stopped.stopped and not stopped.alive
    assert is_due(str(worktree), SetUp("touch begun; exec sleep 500", ("uv.lock",), 60.0))


async def test_where_the_supervisor_dies_the_set_up_is_ended_too(service: RunService, worktree: Path) -> None:
    starting = asyncio.create_task(service.start(launch(worktree, "exec sleep 500")))
    async with asyncio.timeout(20):
        while (run := (await service.current((KEY,))).get(KEY)) is None or run.pid is None:
            await asyncio.sleep(0.01)
        state = read_state(Path(run.log).parent)
        assert state is not None and state.agent is not None
        os.kill(state.supervisor.pid, signal.SIGKILL)
        while (await service.current((KEY,)))[KEY].alive:
            await asyncio.sleep(0.01)
        await starting
    run = (await service.current((KEY,)))[KEY]
    assert run.state is RunState.KILLED and run.problem is not None
    assert not is_alive(state.agent)


def test_what_was_done_before_counts_no_more_once_another_has_begun(worktree: Path) -> None:
    set_up = SetUp("npm ci", ("uv.lock", "missing.lock"), 60.0)
    assert is_due(str(worktree), set_up)
    done(str(worktree), set_up)
    assert not is_due(str(worktree), set_up)
    begin(str(worktree))
    assert is_due(str(worktree), set_up)
    done(str(worktree), set_up)
    (worktree / "missing.lock").mkdir()
    assert not is_due(str(worktree), set_up)
    assert is_due(str(worktree / "nowhere"), set_up)
