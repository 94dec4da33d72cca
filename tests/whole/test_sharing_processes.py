"""Programs of one machine share what they read of GitHub, and where the one that reads is killed another does."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

import pytest
from machines import ROCKET, Machine

_PATIENCE = 30.0
_INTERVAL = 1.0


class Watcher:
    """A `--watch` that runs, and what it has said."""

    def __init__(self, output: IO[bytes]) -> None:
        self._output = output
        self._rest = b""

    def until(self, said: Callable[[list[str]], bool]) -> None:
        """Read on until the titles in a queue are such."""
        end = time.monotonic() + _PATIENCE
        while True:
            while b"\n" not in self._rest:
                assert select.select([self._output], [], [], max(0.0, end - time.monotonic()))[0], "it said nothing"
                read = os.read(self._output.fileno(), 1 << 20)
                assert read, "it has ended"
                self._rest += read
            line, _, self._rest = self._rest.partition(b"\n")
            if said([entry["title"] for entry in json.loads(line)["repositories"][0]["queue"]]):
                return


@contextmanager
def watching(machine: Machine) -> Iterator[tuple[subprocess.Popen[bytes], Watcher]]:
    """A program that keeps everything fresh, each second."""
    command = [sys.executable, "-m", "soda_tui", "--config", str(machine.config), "--set", "cockpit.interval=10"]
    environment = {**machine.environment, "SODA_TUI_TEST_PACE": str(_INTERVAL / 10)}
    with subprocess.Popen([*command, "--watch"], env=environment, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            yield process, Watcher(process.stdout)
        finally:
            process.kill()


@pytest.mark.wide
def test_two_programs_cost_what_one_does_and_the_other_goes_on_where_one_is_killed(machine: Machine) -> None:
    world = machine.demo.world
    machine.repository()
    with watching(machine) as (reader, first):
        first.until(bool)
        with watching(machine) as (_, second):
            second.until(bool)
            before, began = world.requests, time.monotonic()
            while time.monotonic() < began + 6 * _INTERVAL:
                machine.json("status", "--max-age", "60")
            polls = (time.monotonic() - began) / _INTERVAL
            assert polls / 2 <= world.requests - before <= polls + 2, "as many reads as one of them has polls"
            reader.kill()
            reader.wait()
            machine.demo.people.open_issue(ROCKET, "After the kill", labels=("route:ready",))
            second.until(lambda titles: "After the kill" in titles)
