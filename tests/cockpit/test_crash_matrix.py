"""The crash matrix: each action, killed or cut off at each step, ends as an undisturbed one when it is done again.

One case of each step runs by default, `pytest -m "wide or not wide" tests/cockpit/test_crash_matrix.py` runs every one.
The table of cases with their results is written to `.pytest_cache/crash-matrix.md`.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from keeping import essence, fingerprint, places
from stations import KEY, OpenPair, Station, git, worktree_of

from soda_tui.domain.actions import Verb
from soda_tui.domain.facts import RunState
from soda_tui.domain.model import ErrorCode
from soda_tui.domain.outcome import Options, Outcome
from soda_tui.sandbox.faults import Fault
from soda_tui.sandbox.server import SandboxServer

pytestmark = pytest.mark.anyio
CRASHER = Path(__file__).resolve().parents[1] / "crasher.py"
STEPS = {
    Verb.POP: ("ClaimIssue", "MarkIssue", "PrepareWorktree"),
    Verb.BOTTLE: ("PushWork", "OpenReview", "MoveLabels", "FreeAgent"),
    Verb.RESET: ("RescueWork", "UnmarkIssue", "ReleaseClaim"),
    Verb.TAKEOVER: ("ClaimIssue", "PrepareWorktree"),
    Verb.TIDY: ("TakeOffLabels", "ForgetFinished"),
    Verb.LAUNCH: ("StartAgent",),
    Verb.STOP: ("StopAgent",),
}
KILLS = ("before", "started", "answered", "after")
CUTS = {"cut before": Fault.DROP_BEFORE, "cut after": Fault.DROP_AFTER}
TRIES = 4


@dataclass(frozen=True)
class Case:
    """One way to be disturbed."""

    verb: Verb
    step: str
    point: str

    def __str__(self) -> str:
        return f"{self.verb}-{self.step}-{self.point.replace(' ', '-')}"


def cases() -> Iterator[object]:
    """All; by default of each step one, which differs from step to step, the others in the wide setting."""
    points = (*KILLS, *CUTS)
    for place, (verb, step) in enumerate((verb, step) for verb, steps in STEPS.items() for step in steps):
        for point in points:
            case = Case(verb, step, point)
            usual = point == points[place % len(points)]
            yield pytest.param(case, id=str(case), marks=() if usual else pytest.mark.wide)


@pytest.fixture(scope="module")
def table(request: pytest.FixtureRequest) -> Iterator[dict[Case, str]]:
    """What came of each case, written down at the end."""
    results: dict[Case, str] = {}
    yield results
    lines = ["| action | step | disturbed | then |", "|---|---|---|---|"]
    lines += [f"| {case.verb} | {case.step} | {case.point} | {result} |" for case, result in results.items()]
    folder = request.config.rootpath / ".pytest_cache"
    folder.mkdir(exist_ok=True)
    (folder / "crash-matrix.md").write_text("\n".join(lines) + "\n")


async def act(station: Station, verb: Verb) -> Outcome:
    return await station.opened.engine.act(KEY, verb, Options(yes=True))


async def done(station: Station, verb: Verb) -> Outcome:
    outcome = await act(station, verb)
    assert outcome.ok, outcome
    return outcome


async def prepared(station: Station, other: Station, verb: Verb) -> None:
    """Everything up to the action, with something of each kind that could get lost."""
    holder = other if verb is Verb.TAKEOVER else station
    clone = Path(station.opened.resolve(KEY).path)
    (clone / "README.md").write_text("stashed\n")
    git(clone, "stash", "--quiet")
    if verb is Verb.POP:
        return
    worktree = worktree_of(await done(holder, Verb.POP))
    (worktree / "work.txt").write_text("work\n")
    git(worktree, "add", "work.txt")
    git(worktree, "commit", "--quiet", "--message", "Add work")
    exclude = Path(git(worktree, "rev-parse", "--path-format=absolute", "--git-path", "info/exclude"))
    exclude.parent.mkdir(exist_ok=True)
    exclude.write_text("*.ignored\n")
    (worktree / "build.ignored").write_text("ignored\n")
    if verb is Verb.RESET:
        (worktree / "thought.txt").write_text("untracked\n")
        (worktree / "work.txt").write_text("changed\n")
    if verb is Verb.STOP:
        await done(station, Verb.LAUNCH)
    if verb is Verb.TIDY:
        await done(station, Verb.BOTTLE)
        station.demo.people.merge("acme/rocket", max(station.demo.world.repository("acme/rocket").pull_requests))


async def disturb(case: Case, station: Station, folder: Path) -> str:
    """Do the action in a process that dies or is cut off; what became of it."""
    demo = station.demo
    with SandboxServer(demo.world) as server:
        enrolment = station.opened.resolve(KEY)
        given = {
            "folder": str(folder),
            "url": server.url,
            "token": demo.token,
            "places": [[enrolment.name.host, enrolment.name.owner, enrolment.name.name, enrolment.path]],
            "agent": list(enrolment.agent.command),
            "verb": case.verb,
            "step": case.step,
            "point": "ready" if case.point in CUTS else case.point,
        }
        process = subprocess.Popen(
            [sys.executable, str(CRASHER), json.dumps(given)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdin is not None and process.stdout is not None
        if case.point in CUTS:
            assert process.stdout.readline() == "ready\n"
            demo.world.faults.order(CUTS[case.point], matching="mutation")
            process.stdin.write("\n")
        said, _ = process.communicate(timeout=60)
        demo.world.faults.clear()
    return "killed" if process.returncode == -9 else said.strip()


async def settled(station: Station) -> None:
    """Wait until a run whose supervisor never came to be is no longer taken for one that is about to start."""
    async with asyncio.timeout(30):
        while (run := (await station.opened.world.runs.current([KEY])).get(KEY)) and run.state is RunState.STARTING:
            await asyncio.sleep(0.1)


@pytest.fixture(scope="module")
def undisturbed() -> dict[Verb, Mapping[str, Any]]:
    """How each action ends when nothing disturbs it."""
    return {}


async def ends(pair: OpenPair, verb: Verb) -> Mapping[str, Any]:
    """How an action ends when nothing disturbs it."""
    async with pair("calm", ("--hang",)) as (here, other):
        await prepared(here, other, verb)
        await done(here, verb)
        found = essence(await here.view(), here.demo)
        await act(here, Verb.STOP)
    return found


@pytest.mark.parametrize("case", cases())
async def test_what_was_broken_off_ends_well_and_loses_nothing(
    case: Case, pair: OpenPair, tmp_path: Path, undisturbed: dict[Verb, Mapping[str, Any]], table: dict[Case, str]
) -> None:
    if case.verb not in undisturbed:
        undisturbed[case.verb] = await ends(pair, case.verb)
    async with pair("crash", ("--hang",)) as (here, other):
        await prepared(here, other, case.verb)
        before = fingerprint(places(here, other))
        came = await disturb(case, here, tmp_path / "crash")
    async with pair("crash", ("--hang",)) as (again, other):
        await settled(again)
        for _ in range(TRIES):
            outcome = await act(again, case.verb)
            code = outcome.problem.code if outcome.problem else None
            if code in {None, ErrorCode.NOTHING_TO_DO} or (code is ErrorCode.REFUSED and not outcome.steps):
                break
        found = essence(await again.view(), again.demo)
        table[case] = f"{came[:60]}; then {outcome.message[:60]}"
        assert found == undisturbed[case.verb]
        assert before - fingerprint(places(again, other)) == frozenset()
        await act(again, Verb.STOP)
