"""Measures of a flood: agents that write as fast as they may, under their supervisors, while keys are pressed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles

from bench.results import Result
from bench.terminal import COLUMNS, ROWS, Terminal, running
from fleet import alive, enrol, stop_file, working
from machines import Machine

from soda_tui.sandbox.demo import build_demo
from soda_tui.sandbox.server import SandboxServer

_AGENTS = 12
_SECONDS = 10.0
_PACED = 50_000
_BETWEEN = 0.04
_TERMINAL = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "COLORTERM": "truecolor"}
_LINE = (
    b"\x1b[32m2026-05-04 12:00:00\x1b[0m INFO"
    b"  building target %06d of the project, with some more words \x1b[1mok\x1b[0m\n"
)
# Waits for a file that says so, writes for so many seconds, and says at the end how many bytes that were.
_WRITER = """
import os, sys, time
go, seconds, rate = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
line = bytes.fromhex(sys.argv[4])
block = b"".join(line % number for number in range(1000))
while not os.path.exists(go):
    time.sleep(0.02)
began, blocks = time.monotonic(), 0
while (now := time.monotonic() - began) < seconds:
    if rate and blocks * 1000 > now * rate:
        time.sleep(0.005)
        continue
    rest = block
    while rest:
        rest = rest[os.write(1, rest):]
    blocks += 1
os.write(1, b"end %d\\n" % (blocks * len(block)))
os.makedirs(os.path.dirname(go) + "/ended", exist_ok=True)
open(os.path.dirname(go) + f"/ended/{os.getpid()}", "w").close()
time.sleep(600)
"""


def flood(_: int) -> Iterator[Result]:
    """Twelve agents of 50,000 lines a second each, then without a bound, for ten seconds; tmux beside it."""
    yield from _flooded("50,000 lines/s each", _PACED, 100.0, None)
    yield from _flooded("as fast as they can", 0, 250.0, 500.0)


def _flooded(what: str, rate: int, most: float, longest: float | None) -> Iterator[Result]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        home = Path(folder).resolve()
        writer = _writer(home, rate)
        with _fleet(home, writer) as machine:
            command = [sys.executable, "-m", "soda_tui", "--config", str(machine.config)]
            with running(command, {**machine.environment, **_TERMINAL, "COLUMNS": str(COLUMNS)}) as screen:
                screen.until(*(f"acme/r{number:02}".encode() for number in range(1, _AGENTS + 1)))
                screen.drain(5.0)
                (home / "go").touch()
                yield from _keys(screen, f"12 agents, {what}", b"\t", "┏", most, longest)
                yield Result(f"memory of the cockpit, 12 agents, {what}", screen.memory(), "MB", 90.0)
            while len(list((home / "ended").glob("*"))) < _AGENTS:
                time.sleep(0.1)
            yield from _logs(machine, what)
        if shutil.which("tmux"):
            (home / "go").unlink()
            yield from _tmux(home, writer, what)


def _keys(
    screen: Terminal, what: str, key: bytes, mark: str, most: float | None, longest: float | None
) -> Iterator[Result]:
    took, end = [], screen.now() + _SECONDS
    while screen.now() < end:
        pressed = screen.press(key)
        took.append((screen.until(mark.encode()) - pressed) * 1000)
        screen.drain(_BETWEEN)
    note = f"n={len(took)}, median {median(took):.1f}"
    yield Result(f"key to paint, p99, {what}", quantiles(took, n=100)[98], "ms", most, note)
    yield Result(f"key to paint, longest, {what}", max(took), "ms", longest)


def _logs(machine: Machine, what: str) -> Iterator[Result]:
    """How many logs lack anything, once all has been written."""
    logs = list(stop_file(machine).parent.glob("runs/*/*/output.log"))
    incomplete = [log for log in logs if not _is_complete(log)]
    total = sum(log.stat().st_size for log in logs)
    note = f"of {len(logs)}, together {total / 1e9:.2f} GB, {total / _SECONDS / len(_LINE) / 1e3:.0f} k lines/s"
    yield Result(f"logs that lack something, {what}", len(incomplete) + _AGENTS - len(logs), "", 0.0, note)


def _is_complete(log: Path) -> bool:
    with log.open("rb") as file:
        file.seek(-64, 2)
        end = file.read().rpartition(b"\nend ")[2]
    return end.strip().isdigit() and log.stat().st_size == int(end) + len(b"end " + end)


def _writer(home: Path, rate: int) -> list[str]:
    program = home / "writer.py"
    program.write_text(_WRITER)
    return [sys.executable, str(program), str(home / "go"), str(_SECONDS), str(rate), _LINE.hex()]


@contextmanager
def _fleet(home: Path, writer: Sequence[str]) -> Iterator[Machine]:
    """A machine where such an agent runs in each of the repositories, each under its supervisor."""
    demo = build_demo(home / "github", lambda: datetime.now(UTC))
    with SandboxServer(demo.world) as server:
        machine = Machine(home / "me", server.url, demo)
        enrol(machine, _AGENTS, writer)
        with machine.config.open("a") as config:
            config.write("[limits]\nlog_megabytes = 65536\n")
        with working(machine) as cockpit:
            cockpit.kill()
            cockpit.wait()
            assert len(alive(machine)) == 2 * _AGENTS
            yield machine


def _tmux(home: Path, writer: Sequence[str], what: str) -> Iterator[Result]:
    """The same writers in panes of tmux, and a pane beside them that a key is typed in."""
    shown = " ".join(map(json.dumps, writer))
    lines = [
        f"new-session -x {COLUMNS} -y {ROWS} 'cat'",
        *(f"split-window '{shown}' ; select-layout tiled" for _ in range(_AGENTS)),
        "select-pane -t 0",
    ]
    (home / "tmux.conf").write_text("\n".join(lines) + "\n")
    socket = ["tmux", "-u", "-S", str(home / "tmux"), "-f", str(home / "tmux.conf")]
    surroundings = {"PATH": os.environ["PATH"], "HOME": str(home), **_TERMINAL}
    try:
        with running([*socket, "attach"], surroundings) as screen:
            screen.drain(3.0)
            (home / "go").touch()
            yield from _keys(screen, f"tmux, {what}", b"Z", "Z", None, None)
    finally:
        subprocess.run([*socket, "kill-server"], check=False)
