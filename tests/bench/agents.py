"""Measures of agents at work: how soon a new cockpit shows them, and how soon STOP ends them."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench.results import Result
from bench.terminal import running
from fleet import alive, enrol, marks, stop_file, working
from machines import Machine

from soda_tui.sandbox.demo import build_demo
from soda_tui.sandbox.server import SandboxServer

_COUNT = 12


def agents(rounds: int) -> Iterator[Result]:
    """The cockpit that launched twelve agents is killed; a new one shows them, and STOP ends them."""
    shown: list[float] = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        root = Path(folder).resolve()
        demo = build_demo(root / "github", lambda: datetime.now(UTC))
        with SandboxServer(demo.world) as server:
            machine = Machine(root / "me", server.url, demo)
            enrol(machine, _COUNT)
            with working(machine) as cockpit:
                cockpit.kill()
                cockpit.wait()
                command = [sys.executable, "-m", "soda_tui", "--config", str(machine.config)]
                environment = {**machine.environment, "TERM": "xterm-256color", "LANG": "C.UTF-8"}
                for _ in range(rounds):
                    with running(command, environment, columns=240, rows=70) as screen:
                        first = screen.until(b"acme/r01")
                        shown.append(screen.until(*(mark.encode() for mark in marks(_COUNT))) - first)
                began = time.monotonic()
                stop_file(machine).touch()
                while alive(machine):
                    time.sleep(0.01)
                ended = time.monotonic() - began
    note = f"median of {len(shown)}, worst {max(shown):.2f} s"
    yield Result(f"{_COUNT} logs after the first paint", median(shown), "s", 1.0, note)
    yield Result(f"{_COUNT} agents gone after STOP", ended, "s", 3.0)
