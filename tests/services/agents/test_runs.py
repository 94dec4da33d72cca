"""Runs with real processes: starting, watching, adopting, refusing."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from services.agents.running import KEY, ended, linux, refused, supervisor_of

from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.runs.endings import How
from soda_tui.domain.runs.facts import RunState
from soda_tui.domain.status import how_ended
from soda_tui.services.agents import launching, processes
from soda_tui.services.agents.giving_up import order_end
from soda_tui.services.agents.records import End, Process, Reason, State, read_spec, read_state, write_end, write_state

pytestmark = pytest.mark.anyio


Until = Callable[[Callable[[], object]], None]


async def test_a_run_from_start_to_end(lab: Any, until: Until) -> None:
    service = lab.service()
    before = datetime.now(UTC).replace(microsecond=0)
    launch = lab.script("echo one; echo two >&2; while [ ! -e go ]; do sleep 0.02; done; printf three; exit 3")
    run = await service.start(launch)
    assert (run.issue, run.branch, run.attempt, run.state) == (12, "agent001/12-fix", 1, RunState.RUNNING)
    until(lambda: Path(run.log).read_bytes() == b"one\ntwo\n")
    now = (await service.current((KEY, "github.com/other/one")))[KEY]
    assert now.pid == run.pid and now.exit is None and now.ended_at is None
    assert now.started_at is not None and before <= now.started_at <= datetime.now(UTC)
    assert now.last_output_at is not None and now.last_output_at >= before
    assert await service.tail(run, 4) == b"two\n"
    (lab.work / "go").touch()
    assert [chunk async for chunk in service.follow(run, 4)][-1].endswith(b"three")
    over = await ended(service)
    assert (over.state, over.exit, over.stopped, over.problem, over.pid) == (RunState.ENDED, 3, False, None, None)
    assert over.ended_at is not None and over.ended_at >= now.started_at
    assert await service.read(over, 8, 100) == b"three"
    assert await service.stop(KEY) is None


async def test_its_files_are_private(lab: Any) -> None:
    run = await lab.service().start(lab.script("echo hello"))
    await ended(lab.service())
    folder = Path(run.log).parent
    assert stat.S_IMODE(folder.stat().st_mode) == stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


async def test_the_end_by_a_signal(lab: Any) -> None:
    await lab.service().start(lab.script("kill -SEGV $$"))
    run = await ended(lab.service())
    assert (run.state, run.exit, run.stopped) == (RunState.ENDED, -signal.SIGSEGV, False)


async def test_one_run_per_repository(lab: Any) -> None:
    service = lab.service()
    run = await service.start(lab.script("exec sleep 60"))
    failure = await refused(lab.service(), lab.script("exec sleep 60"))
    assert failure.problem.code is ErrorCode.REFUSED and f"process {run.pid}" in str(failure)
    # A cockpit that keeps its records elsewhere knows nothing of that run: the lock alone refuses.
    other = lab.service("other")
    failure = await refused(other, lab.script("exec sleep 60"))
    assert failure.problem.code is ErrorCode.REFUSED and f"supervisor {supervisor_of(run)}" in str(failure)
    assert await other.current((KEY,)) == {} and await other.runs(KEY) == ()
    assert await service.stop(KEY) is not None
    assert (await other.start(lab.script("true"))).problem is None


async def test_stop_and_start_follow_each_other_at_once(lab: Any) -> None:
    service = lab.service()
    for _ in range(4):
        await service.start(lab.script("exec sleep 60"))
        stopped = await service.stop(KEY)
        assert stopped is not None and stopped.stopped and stopped.exit == -signal.SIGTERM
    history = await service.runs(KEY)
    assert len(history) == 4 and [run.id for run in history] == sorted((run.id for run in history), reverse=True)


@pytest.mark.parametrize("how", [How.ASKED, How.LIMIT])
async def test_a_run_says_what_it_was_ended_for_where_no_person_stopped_it(lab: Any, how: How) -> None:
    service = lab.service()
    await service.start(lab.script("exec sleep 60"))
    ended = await service.stop(KEY, how)
    assert ended is not None and not ended.stopped and how_ended(ended) is how
    await service.start(lab.script("exec sleep 60"))
    run = next(iter(await service.runs(KEY)))
    order_end(Path(run.log).parent)
    ended = await service.stop(KEY, how)
    assert ended is None or ended.stopped, "a person was first"


async def test_the_run_survives_its_starter_and_is_adopted(lab: Any, until: Until) -> None:
    starter = f"""
import asyncio, os, signal
from pathlib import Path
from soda_tui.cockpit.ports.runs import Launch
from soda_tui.domain.configuration.profiles import Profile
from soda_tui.services.agents.launching import Limits
from soda_tui.services.agents.runs import RunService
root = Path({str(lab.root)!r})
service = RunService(root / "runs", locks=root / "locks", stop_file=root / "STOP", limits=Limits(grace=0.3))
command = ("sh", "-c", "while [ ! -e go ]; do sleep 0.02; done; echo gone on")
launch = Launch({KEY!r}, "R_1", 12, "agent001/12-fix", 1, {str(lab.work)!r}, Profile(command=command), "",
                {{"SODA_TEST_MARK": {lab.mark!r}}})
asyncio.run(service.start(launch))
os.kill(os.getpid(), signal.SIGKILL)
"""
    package = str(Path(launching.__file__).parents[3])
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", starter, env={**os.environ, "PYTHONPATH": package}
    )
    assert await process.wait() == -signal.SIGKILL
    service = lab.service()
    run = (await service.current((KEY,)))[KEY]
    assert run.state is RunState.RUNNING
    os.kill(supervisor_of(run), signal.SIGHUP)
    (lab.work / "go").touch()
    assert b"".join([chunk async for chunk in service.follow(run)]) == b"gone on\n"
    assert (await ended(service)).exit == 0


async def test_a_damaged_record_is_unknown(lab: Any) -> None:
    service = lab.service()
    run = await service.start(lab.script("true"))
    await ended(service)
    folder = Path(run.log).parent
    for text in ("{", '{"v": 2}', '{"v": 1, "reason": "bored"}', "[]"):
        (folder / "end.json").write_text(text)
        now = (await service.current((KEY,)))[KEY]
        assert (now.state, now.issue) == (RunState.UNKNOWN, 12) and str(folder) in (now.problem or "")
    (folder / "spec.json").unlink()
    assert (await service.current((KEY,)))[KEY].state is RunState.UNKNOWN


async def test_numbers_of_processes_are_not_trusted(lab: Any) -> None:
    """After the machine has reused the numbers, the run is over and the new processes are left alone."""
    service = lab.service()
    run = await service.start(lab.script("true"))
    await ended(service)
    folder = Path(run.log).parent
    (folder / "end.json").unlink()
    stranger = await asyncio.create_subprocess_exec("sleep", "60", start_new_session=True)
    try:
        boot = (read_state(folder) or pytest.fail()).boot
        write_state(folder, State(Process(os.getpid(), "1"), boot, Process(stranger.pid, "1"), datetime.now(UTC)))
        now = (await service.current((KEY,)))[KEY]
        assert now.state is RunState.KILLED and now.pid is None
        assert processes.is_alive((processes.look(stranger.pid) or pytest.fail()).process)
    finally:
        stranger.kill()
        await stranger.wait()


async def test_a_restart_of_the_machine_ends_every_run(lab: Any) -> None:
    service = lab.service()
    run = await service.start(lab.script("true"))
    await ended(service)
    folder = Path(run.log).parent
    (folder / "end.json").unlink()
    state = read_state(folder) or pytest.fail()
    write_state(folder, replace(state, boot="another"))
    now = (await service.current((KEY,)))[KEY]
    assert now.state is RunState.KILLED and "restarted" in (now.problem or "")


async def test_a_starter_that_died_early_blocks_only_for_a_moment(lab: Any) -> None:
    home = lab.root / "runs"
    limits = launching.Limits()
    early = datetime(2024, 5, 1, tzinfo=UTC)
    launching.create(home, lab.script("true"), lab.root / "lock", lab.stop_file, limits, early)
    service = lab.service()
    assert (await service.current((KEY,)))[KEY].state is RunState.KILLED
    launching.create(home, lab.script("true"), lab.root / "lock", lab.stop_file, limits, datetime.now(UTC))
    assert (await service.current((KEY,)))[KEY].state is RunState.STARTING


SLOW = """
import os, signal, sys
from pathlib import Path
from soda_tui.services.agents import account, supervisor
write = account.write_state
def halt(*arguments):
    account.write_state = write
    os.kill(os.getpid(), signal.SIGSTOP)
    write(*arguments)
account.write_state = halt
supervisor.Supervisor(Path(sys.argv[1]), dict(os.environ), {}).run()
"""


async def test_a_slow_supervisor_is_not_given_up_just_before_it_starts_its_agent(lab: Any) -> None:
    early = datetime(2024, 5, 1, tzinfo=UTC)
    launch, lock = lab.script("echo ran"), lab.root / "lock"
    folder = launching.create(lab.root / "runs", launch, lock, lab.stop_file, launching.Limits(), early)
    package = str(Path(launching.__file__).parents[3])
    environment = {**os.environ, "PYTHONPATH": package, "SODA_TEST_MARK": lab.mark}
    slow = subprocess.Popen([sys.executable, "-c", SLOW, str(folder)], env=environment)
    _, status = os.waitpid(slow.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    service = lab.service()
    assert (await service.current((KEY,)))[KEY].state is RunState.STARTING
    slow.send_signal(signal.SIGCONT)
    assert slow.wait(20) == 0
    over = (await service.current((KEY,)))[KEY]
    assert (over.state, over.exit, await service.tail(over)) == (RunState.ENDED, 0, b"ran\n")


@linux
async def test_a_supervisor_that_comes_after_it_was_given_up_starts_nothing(lab: Any, until: Until) -> None:
    early = datetime(2024, 5, 1, tzinfo=UTC)
    launch, lock = lab.script("echo ran"), lab.root / "lock"
    folder = launching.create(lab.root / "runs", launch, lock, lab.stop_file, launching.Limits(), early)
    service = lab.service()
    given_up = (await service.current((KEY,)))[KEY]
    launching.spawn(folder, {**os.environ, "SODA_TEST_MARK": lab.mark}, dict(os.environ))
    until(lambda: not lab.processes())
    assert (await ended(service)) == given_up and given_up.state is RunState.KILLED
    assert not (folder / "output.log").exists()


def test_a_new_run_is_newer_even_if_the_clock_is_not(lab: Any) -> None:
    names = []
    for year in (2030, 2024, 2031):
        folder = launching.create(
            lab.root, lab.script("true"), lab.root, lab.root, launching.Limits(), datetime(year, 1, 1, tzinfo=UTC)
        )
        names.append(folder.name)
        assert read_spec(folder).run == folder.name
    assert names == sorted(names) and launching.run_names(folder.parent) == names[::-1]


async def test_looking_is_cheap(lab: Any) -> None:
    """Fifty repositories are looked at every second."""
    service = lab.service()
    run = await service.start(lab.script("exec sleep 60"))
    keys = [f"github.com/owner/{number}" for number in range(50)]
    for key in keys:
        folder = launching.create(
            lab.root / "runs",
            structs.replace(lab.script("true"), key=key),
            lab.root,
            lab.root,
            launching.Limits(),
            datetime.now(UTC),
        )
        write_state(folder, read_state(Path(run.log).parent) or pytest.fail())
        if key.endswith("1"):
            write_end(folder, End(Reason.ENDED, 0, None, datetime.now(UTC)))
    began = time.perf_counter()
    found = await service.current(keys)
    sys.stdout.write(f"current() of 50 repositories: {(time.perf_counter() - began) * 1000:.1f} ms\n")
    assert len(found) == 50 and sum(run.alive for run in found.values()) == 45


async def test_a_log_that_grows_too_long_loses_its_oldest_part_and_says_so(lab: Any) -> None:
    service = lab.service(log=200_000)
    run = await service.start(lab.script("seq 100000; echo last; sleep 1; seq 10; echo end"))
    seen = b"".join([chunk async for chunk in service.follow(run)])
    assert seen.endswith(b"10\nend\n")
    log = Path(run.log).read_bytes()
    assert log.startswith(b"[soda-tui: the oldest ") and len(log) < 250_000
    assert b"\n100000\nlast\n" in log and log.endswith(b"end\n")
