"""Twelve agents at work, and the cockpits killed: every agent works on, is seen again, and ends when STOP says so."""

from __future__ import annotations

import sys
import time

import pytest
from fleet import alive, enrol, marks, stop_file, working
from machines import Machine
from whole.test_terminal import terminal

COUNT = 12
PATIENCE = 30.0


@pytest.mark.wide
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_twelve_agents_outlive_every_cockpit_and_obey_stop(machine: Machine) -> None:
    enrol(machine, COUNT)
    with working(machine) as cockpit:
        agents = alive(machine)
        assert len(agents) == 2 * COUNT
        cockpit.kill()
        cockpit.wait()
        with terminal(
            machine.home,
            "--config",
            str(machine.config),
            rows=70,
            columns=240,
            environment=machine.environment,
        ) as screen:
            screen.wait_for_all(*marks(COUNT))
            screen.process.kill()
            screen.process.wait()
        assert alive(machine) == agents
        stop_file(machine).touch()
        end = time.monotonic() + PATIENCE
        while alive(machine):
            assert time.monotonic() < end
    runs = [machine.repository(f"acme/r{number:02}")["agent"] for number in (1, COUNT)]
    assert {(run["status"], run["run"]["pid"]) for run in runs} == {("ended", None)}
