"""Measures of the commands that a person or a script waits for."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.places import PROGRAM, environment
from bench.results import Result, against, alternately
from machines import ROCKET, Machine

from soda_tui.sandbox.demo import build_demo
from soda_tui.sandbox.server import SandboxServer


def _run(command: Sequence[str], surroundings: Mapping[str, str]) -> Callable[[], float]:
    def measure() -> float:
        began = time.perf_counter()
        subprocess.run(command, env=surroundings, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
        return time.perf_counter() - began

    return measure


def help_and_version(rounds: int) -> Iterator[Result]:
    """`--help` and `--version` against a bare Python."""
    with tempfile.TemporaryDirectory() as folder:
        surroundings = environment(Path(folder))
        described, version, bare = alternately(
            rounds,
            _run([*PROGRAM, "--help"], surroundings),
            _run([*PROGRAM, "--version"], surroundings),
            _run([sys.executable, "-c", "pass"], surroundings),
        )
        yield against("--help, against python -c pass", described, bare, 4.0)
        yield against("--version, against python -c pass", version, bare, 4.0)


def refresh(rounds: int) -> Iterator[Result]:
    """`--refresh --json` of three repositories, against one POST with httpx to the same server."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        root = Path(folder).resolve()
        demo = build_demo(root / "github", lambda: datetime.now(UTC))
        with SandboxServer(demo.world) as server:
            machine = Machine(root / "me", server.url, demo)
            machine.configure()
            for name, _ in demo.places:
                machine.run("enroll", name.full, "--path", str(machine.clone(name.full)))
            surroundings = environment(machine.home, server.url) | {"GH_TOKEN": machine.environment["GH_TOKEN"]}
            small = [sys.executable, str(Path(__file__).with_name("one_post.py")), server.url]
            ours, theirs = alternately(
                rounds,
                _run([*PROGRAM, "--config", str(machine.config), "--refresh", "--json"], surroundings),
                _run(small, surroundings),
            )
            yield against("--refresh --json, against one POST with httpx", ours, theirs, 3.0)


def recover(rounds: int) -> Iterator[Result]:
    """`recover` of 120 branches with two commits each, half of them on the remote as well: the command as it is run."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        root = Path(folder).resolve()
        demo = build_demo(root / "github", lambda: datetime.now(UTC))
        with SandboxServer(demo.world) as server:
            machine = Machine(root / "me", server.url, demo)
            machine.configure()
            clone = machine.clone(ROCKET)
            machine.run("enroll", ROCKET, "--path", str(clone))
            _branches(clone, 120, demo.world.repository(ROCKET).remote.path)
            surroundings = environment(machine.home, server.url) | {"GH_TOKEN": machine.environment["GH_TOKEN"]}
            measure = _run([*PROGRAM, "--config", str(machine.config), "recover", ROCKET], surroundings)
            first = measure()
            assert len(machine.json("recover", ROCKET)["leftovers"]) == 120
            note = f"the first, which fetches, {first:.2f} s, n={rounds}"
            yield Result("recover of 120 branches", max(first, *(measure() for _ in range(rounds))), "s", 5.0, note)


def _branches(clone: Path, count: int, remote: Path) -> None:
    """So many branches of agents on the clone's base, every other one on the remote too."""
    base = subprocess.run(
        ["git", "-C", str(clone), "rev-parse", "origin/HEAD"], check=True, capture_output=True, text=True
    ).stdout.strip()
    feed = []
    for number in range(1000, 1000 + count):
        for time_ in (1, 2):
            feed.append(f"commit refs/heads/agent001/{number}-work\ncommitter A <a@b.c> 170000000{time_} +0000\n")
            start = f"from {base}\n" if time_ == 1 else ""
            feed.append(f"data 3\none\n{start}M 100644 inline file-{number}\ndata 2\n{time_}\n\n")
    subprocess.run(["git", "-C", str(clone), "fast-import", "--quiet"], input="".join(feed).encode(), check=True)
    names = [f"agent001/{number}-work" for number in range(1000, 1000 + count, 2)]
    subprocess.run(["git", "-C", str(clone), "push", "--quiet", str(remote), *names], check=True)
