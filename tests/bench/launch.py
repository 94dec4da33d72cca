"""How long it takes until an issue is claimed and its agent works, on a GitHub that takes its time."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench.places import PROGRAM, environment
from bench.results import Result, at_95
from machines import ROCKET, Machine

from soda_tui.sandbox.demo import build_demo
from soda_tui.sandbox.server import SandboxServer

_DELAY = 0.05
_LEAST = 20
_AGENT = ["sh", "-c", "sleep 600"]


def launch(rounds: int) -> Iterator[Result]:
    """Pop, and pop to a running agent, with 50 ms added to each request and to each git command with the remote."""
    rounds = max(rounds, _LEAST)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        root = Path(folder).resolve()
        demo = build_demo(root / "github", lambda: datetime.now(UTC))
        with SandboxServer(demo.world, delay=_DELAY) as server:
            machine = Machine(root / "me", server.url, demo, _AGENT)
            machine.configure()
            machine.run("enroll", ROCKET, "--path", str(machine.clone(ROCKET)))
            surroundings = environment(machine.home, server.url) | {"GH_TOKEN": machine.environment["GH_TOKEN"]}
            program = [sys.executable, str(Path(__file__).with_name("launches.py")), str(machine.config)]
            with subprocess.Popen(
                program, env=surroundings, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            ) as process:
                found = [_once(process) for _ in range(rounds)]
                assert process.stdin is not None
                process.stdin.close()
            for what, name, most in (
                ("claim, the key", "claimed", 2.0),
                ("pop to running agent, the keys", "running", 3.0),
            ):
                yield _row(what, [one[name] for one in found], most)
            commands = [*PROGRAM, "--config", str(machine.config)]
            took = [_command(commands, surroundings) for _ in range(rounds)]
            yield _row("pop --launch, the command, to running agent", took, None)


def _row(what: str, values: list[float], most: float | None) -> Result:
    note = f"p50 {median(values):.2f}, n={len(values)}, 50 ms added to each request and git command"
    return Result(f"{what}, p95", at_95(values), "s", most, note)


def _once(process: subprocess.Popen[str]) -> dict[str, float]:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    read: dict[str, float] = json.loads(process.stdout.readline())
    return read


def _command(program: list[str], surroundings: dict[str, str]) -> float:
    began = time.perf_counter()
    _run([*program, "pop", ROCKET, "--launch"], surroundings)
    took = time.perf_counter() - began
    _run([*program, "stop", ROCKET, "--yes"], surroundings)
    _run([*program, "reset", ROCKET, "--yes"], surroundings)
    return took


def _run(command: list[str], surroundings: dict[str, str]) -> None:
    subprocess.run(command, env=surroundings, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
