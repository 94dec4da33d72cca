"""What an agent says: into the log with secrets hidden, in bounded memory, whatever the disk does."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from soda_tui.domain.runs.facts import RunFacts, RunState
from soda_tui.services.agents.logfile import LogFile
from soda_tui.services.agents.reading import Following
from soda_tui.services.agents.records import read_end, read_state
from soda_tui.services.agents.runs import RunService

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

Until = Callable[[Callable[[], object]], None]

KEY = "github.com/owner/name"

MB = 1_000_000


def python(lab: Any, text: str, **environment: str) -> Any:
    """A launch of a Python program, which has `say(bytes)` and waits for the file `go` with `wait()`."""
    head = """
import os, sys, time
def say(data):
    view = memoryview(data)
    while view:
        view = view[os.write(1, view):]
def wait():
    while not os.path.exists("go"):
        time.sleep(0.01)
"""
    return lab.launch(sys.executable, "-S", "-c", head + text, **environment)


async def over(service: RunService) -> RunFacts:
    """The facts of the run once it is over."""
    run = (await service.current((KEY,)))[KEY]
    async for _ in service.follow(run):
        pass
    run = (await service.current((KEY,)))[KEY]
    assert not run.alive
    return run


def supervisor_of(run: RunFacts) -> int:
    """The number of a run's supervisor."""
    return (read_state(Path(run.log).parent) or pytest.fail()).supervisor.pid


def resident(pid: int) -> int:
    """The most memory that a process ever had, in KiB."""
    return int(Path(f"/proc/{pid}/status").read_text().split("VmHWM:")[1].split()[0])


@pytest.mark.anyio
async def test_no_known_secret_reaches_the_disk(lab: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the cockpit's tokens, which an agent may find elsewhere, nor one that it was given itself."""
    monkeypatch.setenv("GH_TOKEN", "ghp_of-the-cockpit\n")
    service = lab.service(seen={"gho_from-gh"})
    code = """
say(b"me " + os.environ["MY_API_KEY"].encode()[:9]); time.sleep(0.05)
say(os.environ["MY_API_KEY"].encode()[9:] + b" ghp_of-" + b"the-cockpit gho_from-gh\\nnothing else gh")
"""
    await service.start(python(lab, code, MY_API_KEY="sk-1234567890"))
    log = await service.tail(await over(service))
    assert log == b"me [secret MY_API_KEY] [secret GH_TOKEN] [secret token]\nnothing else gh"
    assert b"ghp_of-the-cockpit" not in lab.texts() and b"sk-1234567890" not in lab.texts()


@linux
@pytest.mark.anyio
async def test_a_flood_and_a_line_of_50_mb_need_no_memory(lab: Any, until: Until) -> None:
    service = lab.service()
    code = """
line = b"x" * 79 + b"\\n"
for _ in range(640): say(line * 1000)
say(b"y" * 50_000_000 + b"\\nlast\\xe2\\x82"); wait()
"""
    run = await service.start(python(lab, code, OTHER_KEY="xxxxxxxxxxxxxxxxxxxy"))
    until(lambda: Path(run.log).stat().st_size == 640 * 80_000 + 50 * MB + 7)
    used = resident(supervisor_of(run))
    sys.stdout.write(f"supervisor of a flood: {used / 1024:.1f} MB at most\n")
    assert used < 30 * 1024
    (lab.work / "go").touch()
    assert await service.tail(await over(service), 7) == b"\nlast\xe2\x82"


@pytest.mark.anyio
async def test_what_is_cut_of_a_log_is_said_and_nothing_else_is_missing(lab: Any) -> None:
    service = lab.service(log=2 * MB)
    await service.start(python(lab, "for n in range(1, 1_000_001): sys.stdout.write(f'{n}\\n')\n"))
    run = await over(service)
    log = Path(run.log).read_bytes()
    mark, _, rest = log.partition(b"\n")
    assert mark.startswith(b"[soda-tui: the oldest ") and b" MB of this log were cut]" in mark
    numbers = [int(line) for line in rest.split()]
    assert numbers == list(range(numbers[0], 1_000_001)) and MB < len(log) < 3 * MB
    # The agent's bytes that are gone, and the lines that told of earlier cuts.
    gone = 6_888_896 - len(rest)
    assert abs(float(mark.split()[3]) * MB - gone) < 60_000


@linux
@pytest.mark.anyio
async def test_without_room_it_costs_words_and_no_run(lab: Any, until: Until) -> None:
    service = lab.service()
    code = "say(b'first\\n'); wait(); say(b'z' * 3_000_000); os.remove('go'); wait(); say(b'last\\n'); sys.exit(3)"
    run = await service.start(python(lab, code))
    log, go, supervisor = Path(run.log), lab.work / "go", supervisor_of(run)
    until(lambda: log.read_bytes() == b"first\n")
    _, most = resource.prlimit(supervisor, resource.RLIMIT_FSIZE)
    resource.prlimit(supervisor, resource.RLIMIT_FSIZE, (20_000, most))
    go.touch()
    until(lambda: not go.exists())
    resource.prlimit(supervisor, resource.RLIMIT_FSIZE, (most, most))
    go.touch()
    end = await over(service)
    told = log.read_bytes()
    assert (end.state, end.exit) == (RunState.ENDED, 3) and "File too large" in (end.problem or "")
    lost = (read_end(log.parent) or pytest.fail()).lost
    assert 2 * MB < lost < 3 * MB and told.count(b"z") == 3 * MB - lost
    note = f"\n[soda-tui: lost here: {lost} bytes, which could not be written (File too large)]\n"
    assert note.encode() in told and told.endswith(b"last\n")


@linux
@pytest.mark.anyio
async def test_where_no_file_may_grow_the_oldest_part_goes(lab: Any, until: Until) -> None:
    service = lab.service()
    run = await service.start(python(lab, "wait()\nfor n in range(900_000): sys.stdout.write(f'{n}\\n')\n"))
    resource.prlimit(supervisor_of(run), resource.RLIMIT_FSIZE, (2 * MB, 2 * MB))
    (lab.work / "go").touch()
    end = await over(service)
    log = Path(end.log).read_bytes()
    assert end.exit == 0 and end.problem is None
    numbers = [int(line) for line in log.split(b"\n")[1:-1]]
    assert log.startswith(b"[soda-tui: the oldest ") and numbers == list(range(numbers[0], 900_000))


@pytest.fixture
def small_disk(lab: Any) -> Iterator[Path]:
    """A disk of one MB for the records of runs, where this machine lets us have one."""
    folder = lab.root / "runs"
    folder.mkdir(mode=0o700)
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "none", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("no file system may be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@linux
@pytest.mark.anyio
async def test_the_end_is_recorded_although_the_disk_is_full(lab: Any, small_disk: Path) -> None:
    service = lab.service()
    await service.start(python(lab, "say(b'z' * 3_000_000); sys.exit(3)"))
    run = await over(service)
    assert (run.state, run.exit) == (RunState.ENDED, 3) and "No space left" in (run.problem or "")
    end = read_end(Path(run.log).parent)
    assert end is not None and end.lost + Path(run.log).stat().st_size == 3_000_000 and end.lost > MB
    assert not list(small_disk.rglob("reserve"))


@linux
@pytest.mark.anyio
async def test_what_is_left_in_the_pipe_is_read_although_others_hold_it(lab: Any, until: Until) -> None:
    """A daemon that took the agent's output with it, and does not want to end."""
    service = lab.service()
    code = """
import signal
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        signal.signal(signal.SIGTERM, lambda *_: say(b"asked\\n"))
        open("up", "w")
        while True: time.sleep(60)
    os._exit(0)
while not os.path.exists("up"): time.sleep(0.01)
say(b"a" * 60_000 + b"\\nbye\\n")
"""
    await service.start(python(lab, code))
    run = await over(service)
    assert run.exit == 0 and await service.tail(run, 60_011) == b"a" * 60_000 + b"\nbye\nasked\n"
    until(lambda: not lab.processes())


@linux
@pytest.mark.anyio
async def test_an_agent_that_closes_its_output_works_on_and_costs_nothing(lab: Any, until: Until) -> None:
    service = lab.service()
    run = await service.start(python(lab, "say(b'no more'); os.close(1); os.close(2); open('up', 'w'); wait()"))
    until((lab.work / "up").exists)
    stat = Path(f"/proc/{supervisor_of(run)}/stat")

    def busy() -> int:
        return sum(map(int, stat.read_text().rpartition(")")[2].split()[11:13]))

    before, turns = busy(), 0
    # A loop that turns for nothing would use all of the time that passes here.
    deadline = os.times().elapsed + 0.5
    while os.times().elapsed < deadline:
        turns += 1
    assert busy() - before < os.sysconf("SC_CLK_TCK") // 10
    assert (await service.current((KEY,)))[KEY].alive
    (lab.work / "go").touch()
    assert (await over(service)).exit == 0


@pytest.mark.parametrize("way", ["link", "other name", "pipe"])
def test_the_log_leads_nowhere_else(tmp_path: Path, way: str) -> None:
    path, other = tmp_path / "output.log", tmp_path / "other"
    other.write_bytes(b"theirs")
    log = LogFile(path, 100)
    log.write(b"one\n")
    path.unlink()
    if way == "link":
        path.symlink_to(other)
    elif way == "pipe":
        os.mkfifo(path)
    else:
        path.hardlink_to(other)
    log.look()
    (tmp_path / ".output.log.new").symlink_to(other)
    for word in (b"2", b"3", b"4"):
        log.write(word * 40 + b"\n")
    log.close()
    assert other.read_bytes() == b"theirs" and path.read_bytes().endswith(b"cut]\n" + b"4" * 40 + b"\n")


def test_who_follows_a_log_that_is_cut_reads_all_of_it_once(tmp_path: Path) -> None:
    path, said, read = tmp_path / "output.log", b"", b""
    log, following = LogFile(path, 1000), Following(path, 0)
    for number in range(2000):
        log.write(f"{number}\n".encode())
        said += f"{number}\n".encode()
        while number % 60 == 0 and (piece := following.next()):
            read += piece
    late = Following(path, 500)
    begun = late.next()
    log.write(b"end" * 100 + b"\n")
    for each in (following, late):
        while piece := each.next():
            read, begun = (read + piece, begun) if each is following else (read, begun + piece)
        each.close()
    log.close()
    assert read == said + b"end" * 100 + b"\n" and read.endswith(begun) and b"\n1999\n" in begun
    assert path.stat().st_size < 1700
