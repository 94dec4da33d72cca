"""The race: many cockpits on machines of their own pop at the same moment, and exactly one holds the repository.

`SODA_TUI_TEST_ROUNDS=200 pytest tests/whole/test_race.py` is the long setting.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from machines import ROCKET, Machine
from stations import git

from soda_tui.sandbox.demo import Demo
from soda_tui.sandbox.limits import Limits

ROUNDS = int(os.environ.get("SODA_TUI_TEST_ROUNDS", "4"))
RACERS = 8
AGENTS = ("agent001", "agent002", "agent003")
RACER = Path(__file__).resolve().parents[1] / "racer.py"


@dataclass
class Racer:
    """A cockpit in a process of its own."""

    machine: Machine
    process: subprocess.Popen[str]

    def say(self, word: str) -> None:
        """Tell it what to do."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()

    def answer(self) -> Any:
        """What came of it."""
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def do(self, word: str) -> Any:
        """Tell it, and wait for what came of it."""
        self.say(word)
        return self.answer()

    def branches(self) -> set[str]:
        """The branches that its clone's worktrees stand on."""
        listed = git(self.machine.clone(ROCKET), "worktree", "list", "--porcelain").splitlines()
        return {line.removeprefix("branch refs/heads/") for line in listed if line.startswith("branch ")}


@contextmanager
def racing(machine: Machine, agent: str) -> Iterator[Racer]:
    """A racer for as long as its standard input is open."""
    command = [sys.executable, str(RACER), str(machine.config), f"defaults.agent_id={agent}"]
    with subprocess.Popen(
        command, env=machine.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Racer(machine, process)


@pytest.fixture
def racers(tmp_path: Path, url: str, demo: Demo) -> Iterator[list[Racer]]:
    """All racers, started and enrolled; they share one account, which so many rounds must not leave without points."""
    demo.world.limiter.limits = Limits(10**9, 10**9, 10**9, 10**9)
    machines = [Machine(tmp_path / f"home{number}", url, demo) for number in range(RACERS)]

    def enroll(machine: Machine) -> None:
        machine.configure()
        machine.run("enroll", ROCKET, "--path", str(machine.clone(ROCKET)))

    with ThreadPoolExecutor(2) as workers, ExitStack() as stack:
        list(workers.map(enroll, machines))
        agents = [AGENTS[number % len(AGENTS)] for number in range(RACERS)]
        yield [stack.enter_context(racing(*each)) for each in zip(machines, agents, strict=True)]


def test_exactly_one_holds_the_repository_in_each_round(racers: list[Racer], demo: Demo) -> None:
    repository = demo.world.repository(ROCKET)
    for _ in range(ROUNDS):
        for racer in racers:
            racer.say("look")
        assert all(racer.answer()["repositories"][0]["agent"]["status"] == "idle" for racer in racers)
        remote_before, here_before = set(repository.remote.refs()), [racer.branches() for racer in racers]
        for racer in racers:
            racer.say("pop")
        outcomes = [racer.answer() for racer in racers]

        won = [racer for racer, outcome in zip(racers, outcomes, strict=True) if outcome["problem"] is None]
        assert len(won) == 1, outcomes
        winner = outcomes[racers.index(won[0])]
        name = won[0].do("look")["repositories"][0]["agent"]["claim"]["cockpit"]
        for racer, outcome, before in zip(racers, outcomes, here_before, strict=True):
            if racer is not won[0]:
                assert outcome["problem"]["code"] == "taken" and name in outcome["message"], outcome
                assert racer.branches() == before
        new = set(repository.remote.refs()) - remote_before - {"refs/heads/soda/ledger"}
        assert new <= {f"refs/heads/{winner['branch']}"}
        labelled = [
            (issue.number, label.name)
            for issue in repository.issues.values()
            for label in issue.labels
            if label.name in AGENTS and issue.number == winner["issue"]
        ]
        assert labelled == [(winner["issue"], winner["branch"].partition("/")[0])]
        assert won[0].do("reset")["problem"] is None
