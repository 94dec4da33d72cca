"""A machine with many repositories, in each of which an agent works for as long as it is let, and says where."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from machines import Machine

from soda_tui.domain.labels import LabelNames, definitions
from soda_tui.sandbox.demo import VIEWER
from soda_tui.services.agents.processes import is_alive
from soda_tui.services.agents.records import Process, read_processes

_PATIENCE = 30.0
# What it says comes from its claim alone.
_AGENT = ["sh", "-c", "echo I am at $SODA_REPOSITORY; while :; do sleep 1; done"]
# A cockpit that takes the first issue of every repository and launches its agent, and then waits to be killed.
_COCKPIT = """
import asyncio, os, sys
from soda_tui import wiring
from soda_tui.domain.actions import Verb
from soda_tui.domain.outcome import Options

async def work(engine, key):
    for verb in (Verb.POP, Verb.LAUNCH):
        outcome = await engine.act(key, verb, Options(yes=True))
        assert outcome.ok, outcome

async def main():
    async with wiring.cockpit(wiring.Invocation(os.environ, sys.argv[1])) as opened:
        await asyncio.gather(*(work(opened.engine, key) for key in opened.keys))
        print("ready", flush=True)
        await asyncio.sleep(600)

asyncio.run(main())
"""


def marks(count: int) -> list[str]:
    """What the agents say."""
    return [f"I am at acme/r{number:02}" for number in range(1, count + 1)]


def enrol(machine: Machine, count: int, agent: Sequence[str] = _AGENT) -> None:
    """Make so many repositories with an issue each, and enrol them with such an agent, and no others."""
    machine.agent = [*agent]
    machine.configure()
    world, people = machine.demo.world, machine.demo.people
    blocks = [machine.config.read_text(), f"[cockpit]\nmax_agents = {count}\n"]
    for number in range(1, count + 1):
        name = f"acme/r{number:02}"
        world.create_repository(name, permissions={VIEWER: "WRITE"})
        for label in definitions(LabelNames(), "agent001"):
            people.create_label(name, label.name, label.color, label.description)
        people.open_issue(name, "Something to do", labels=("route:ready",))
        blocks.append(f'[[repository]]\nname = "{name}"\npath = "{machine.clone(name)}"\n')
    machine.config.write_text("\n".join(blocks))


def stop_file(machine: Machine) -> Path:
    """The machine's STOP file."""
    return machine.home / ".local/state/soda-tui/STOP"


def alive(machine: Machine) -> set[Process]:
    """The supervisors and agents that run, as their records name them."""
    folders = (path.parent for path in stop_file(machine).parent.glob("runs/*/*/state.json"))
    named = (one for folder in folders for one in read_processes(folder) if one is not None)
    return {one for one in named if is_alive(one)}


@contextmanager
def working(machine: Machine) -> Iterator[subprocess.Popen[str]]:
    """The cockpit that has launched an agent everywhere; in the end all agents are, whatever became of it."""
    command = [sys.executable, "-c", _COCKPIT, str(machine.config)]
    with subprocess.Popen(command, env=machine.environment, stdout=subprocess.PIPE, text=True) as cockpit:
        try:
            assert cockpit.stdout is not None and cockpit.stdout.readline() == "ready\n"
            yield cockpit
        finally:
            cockpit.kill()
            stop_file(machine).parent.mkdir(parents=True, exist_ok=True)
            stop_file(machine).touch()
            end = time.monotonic() + _PATIENCE
            while alive(machine) and time.monotonic() < end:
                time.sleep(0.05)
            stop_file(machine).unlink()
