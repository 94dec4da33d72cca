"""Unattended, end to end: from the queue to merged, while agents fail, people meddle and the cockpit is killed.

`SODA_TUI_TEST_SEEDS=3 pytest -s -m wide tests/whole/test_unattended.py` plays three repositories of ten issues with
each of so many seeds, once with all landed that is ready and once with what a person labels; else it is a small play.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from machines import Machine
from unattended.person import Person
from unattended.scenery import Stage, build_world, draw, set_up
from unattended.witness import Came, ended, never, over, processes, table

from soda_tui.sandbox.server import SandboxServer

DYING = Path(__file__).resolve().parents[1] / "unattended" / "dying.py"
PACE = "0.04"
SEEDS = int(os.environ.get("SODA_TUI_TEST_SEEDS", "0"))
PLAYS = [(seed, land) for seed in range(1, SEEDS + 1) for land in ("ready", "labelled")]
LONGEST = 600.0
TURN = 0.2
# A cockpit that has not come to its point after so many seconds dies anywhere.
_LIVES = 15.0
_ENDS = 20.0

pytestmark = [pytest.mark.wide, pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")]


class Cockpit:
    """`soda-tui auto`, begun again whenever it has died, at its next point."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._deaths = list(stage.play.deaths)
        self._process: subprocess.Popen[bytes] | None = None
        self._began = 0.0
        self.kills: list[tuple[str, str, int]] = []

    def keep_going(self) -> None:
        """Begin it, or begin it again; that it ends in any other way than it was made to is a fault."""
        if self._process is not None and self._process.poll() is None:
            if self._deaths and time.monotonic() - self._began > _LIVES:
                self._process.kill()
                self._process.wait()
                self._deaths[0] = ("anywhere", "", 1)
            return
        if self._process is not None:
            assert self._process.returncode == -9, (self._process.returncode, self.said()[-3000:])
            self.kills.append(self._deaths.pop(0))
        self._process = self._begin()

    def end(self) -> None:
        """End it as a person does."""
        assert self._process is not None
        self._process.terminate()
        assert self._process.wait(60) == 0, self.said()[-3000:]

    def kill(self) -> None:
        """End it in any case."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def said(self) -> str:
        """All that it has said."""
        return (self._stage.folder / "said").read_text()

    def _begin(self) -> subprocess.Popen[bytes]:
        self._began = time.monotonic()
        machine = self._stage.machine
        run = [str(DYING), *map(str, self._deaths[0])] if self._deaths else ["-m", "soda_tui"]
        words = ["--config", str(machine.config), "auto", "--stay", *self._stage.play.scripts]
        path = os.pathsep.join([str(DYING.parents[1]), str(DYING.parents[2])])
        environment = {**machine.environment, "SODA_TUI_TEST_PACE": PACE, "PYTHONPATH": path}
        with (self._stage.folder / "said").open("ab") as said:
            return subprocess.Popen(
                [sys.executable, *run, *words], env=environment, cwd=machine.home, stdout=said, stderr=said
            )


@contextmanager
def cockpit_of(stage: Stage) -> Iterator[Cockpit]:
    """The cockpit, of which nothing runs on, and no agent."""
    made = Cockpit(stage)
    try:
        yield made
    finally:
        made.kill()
        stop = stage.machine.home / ".local/state/soda-tui/STOP"
        stop.parent.mkdir(parents=True, exist_ok=True)
        stop.touch()
        end = time.monotonic() + _ENDS
        while any(processes(stage.machine.home)) and time.monotonic() < end:
            time.sleep(TURN)


@pytest.fixture(scope="module")
def played() -> Iterator[list[Came]]:
    """What came of the plays, shown when all are over."""
    came: list[Came] = []
    yield came
    sys.stderr.write(f"\n{table(came)}\n")


@pytest.mark.parametrize(
    ("seed", "land", "repositories", "issues", "deaths"),
    [
        *((seed, land, 3, 10, 8) for seed, land in PLAYS),
        *([] if PLAYS else [(1, "ready", 1, 4, 1)]),
    ],
)
def test_every_issue_is_merged_or_handed_over(
    tmp_path: Path, played: list[Came], seed: int, land: str, repositories: int, issues: int, deaths: int
) -> None:
    demo = build_world(tmp_path / "github")
    began = time.monotonic()
    with SandboxServer(demo.world) as server:
        stage = set_up(Machine(tmp_path / "me", server.url, demo), draw(seed, land, repositories, issues, deaths))
        person = Person(stage)
        with cockpit_of(stage) as cockpit:
            while not over(stage):
                assert time.monotonic() - began < LONGEST, cockpit.said()[-5000:]
                cockpit.keep_going()
                person.turn()
                never(stage)
                time.sleep(TURN)
            cockpit.end()
            came = ended(stage, person, time.monotonic() - began, len(cockpit.kills))
    played.append(came)
    sys.stderr.write(f"\n{came.name}: died at {cockpit.kills}\n")
    assert came.alone >= 0.9 * came.failures
    assert came.merged >= 0.95 * came.bottled
