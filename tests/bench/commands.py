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
from machines import Machine

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
