"""The crash matrix: each action, killed or cut off at each step, ends as an undisturbed one when it is done again.

Some cases run by default, `pytest -m "wide or not wide" tests/cockpit/test_crash_matrix.py` runs every one.
The table of cases with their results is written to `.pytest_cache/crash-matrix.md`.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cockpit.preparing import act, aged, clone_of, prepared, unused
from cockpit.ways import BASIC, WAYS, Way
from keeping import essence, fingerprint, places
from planting import LATER
from stations import KEY, OpenPair, Station, git

from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import Status
from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.naming import LEDGER_BRANCH
from soda_tui.domain.outcome import Options
from soda_tui.domain.runs.facts import RunState
from soda_tui.sandbox.faults import Fault
from soda_tui.sandbox.server import SandboxServer
from soda_tui.services.git.refs import TRACKED

pytestmark = pytest.mark.anyio

CRASHER = Path(__file__).resolve().parents[1] / "crasher.py"

KILLS = ("before", "started", "answered", "after")

CUTS = {"cut before": Fault.DROP_BEFORE, "cut after": Fault.DROP_AFTER}

POINTS = (*KILLS, *CUTS)

# Only these send a request that can be cut off; git in the sandbox needs no connection.
OF_GITHUB = frozenset(
    {
        *("MarkIssue", "UnmarkIssue", "OpenReview", "MoveLabels", "TakeOffLabels", "LandPullRequest", "CloseIssue"),
        *("OpenBundle", "TellBundled", "CloseContained"),
    }
)

TRIES = 4

USUAL = frozenset(
    {
        ("undo in the checkout", "PutBack", "before"),
        ("hand over", "PushKept", "answered"),
        ("remove", "RescueWork", "after"),
        ("commit all", "CommitAll", "answered"),
        ("bottle what is behind", "UpdateBranch", "answered"),
        ("take up feedback", "ClaimIssue", "answered"),
    }
)


@dataclass(frozen=True)
class Case:
    """One way to be disturbed."""

    name: str
    step: str
    point: str

    def __str__(self) -> str:
        return "-".join((self.name, self.step, self.point)).replace(" ", "-")

    @property
    def way(self) -> Way:
        """What is disturbed."""
        return WAYS[self.name]


def cases() -> Iterator[object]:
    """All; by default one of each step of the basic actions, which differs from step to step, and some others."""
    for place, (name, step) in enumerate((name, step) for name, way in WAYS.items() for step in way.steps):
        for point in POINTS if name in BASIC or step in OF_GITHUB else KILLS:
            usual = (
                point == POINTS[place % len(POINTS)] if name in BASIC else place % 2 and (name, step, point) in USUAL
            )
            case = Case(name, step, point)
            yield pytest.param(case, id=str(case), marks=() if usual else pytest.mark.wide)


@pytest.fixture(scope="module")
def table(request: pytest.FixtureRequest) -> Iterator[dict[Case, str]]:
    """What came of each case, written down at the end."""
    results: dict[Case, str] = {}
    yield results
    lines = ["| action | step | disturbed | then |", "|---|---|---|---|"]
    lines += [f"| {case.name} | {case.step} | {case.point} | {result} |" for case, result in results.items()]
    folder = request.config.rootpath / ".pytest_cache"
    folder.mkdir(exist_ok=True)
    (folder / "crash-matrix.md").write_text("\n".join(lines) + "\n")


async def whole(station: Station) -> Mapping[str, Any]:
    """What must be the same after an action however it was disturbed."""
    async with asyncio.timeout(30):
        while (view := await station.view()).agent.status is Status.STARTING:
            await asyncio.sleep(0.1)
    found, clone = essence(view, station.demo), clone_of(station)
    worktrees = [path for path in places(station) if path != clone]
    leftovers = (await station.opened.engine.leftovers(KEY)).leftovers
    local = git(clone, "for-each-ref", "--format=%(refname)", "refs/heads", "refs/tags").splitlines()
    there = [line.partition("\t")[2] for line in git(clone, "ls-remote", "--refs", "origin").splitlines()]
    brought = [path / name for path in worktrees for name in (".env", "deps/one", "../times") if (path / name).exists()]
    requests = station.demo.world.repository("acme/rocket").pull_requests
    own = [*station.state.glob("*damaged*"), *(station.state / "runs").glob("*/.*")]
    return {
        **found,
        "leftovers": sorted((one.kind, untimed(Path(one.name).name), one.choices) for one in leftovers),
        "kept": dict.fromkeys(station.opened.store.kept(KEY)),
        "refs": sorted(map(untimed, (*local, *there))),
        "checkout": git(clone, "branch", "--show-current"),
        "worktrees": [path.name for path in worktrees],
        "brought": [(path.name, path.read_text()) for path in brought],
        "own": [path.name for path in own],
        "pull requests": [(entry.number, untimed(entry.branch)) for entry in view.pull_requests],
        "comments": {number: len(one.comments) for number, one in requests.items()},
    }


def untimed(name: str) -> str:
    return re.sub(r"\d{8}T\d{6}Z|\d{8}_\d{4}(?=__)", "TIME", name)


async def disturb(case: Case, options: Options, station: Station, folder: Path) -> str:
    """Do the action in a process that dies or is cut off; what became of it."""
    demo = station.demo
    with SandboxServer(demo.world) as server:
        enrolment = station.opened.resolve(KEY)
        given = {
            "folder": str(folder),
            "url": server.url,
            "token": demo.token,
            "enrolment": msgspec.to_builtins(enrolment),
            "verb": case.way.verb,
            "options": msgspec.to_builtins(options),
            "step": case.step,
            "point": "ready" if case.point in CUTS else case.point,
            "late": LATER.total_seconds() if case.way.verb is Verb.REPAIR else 0,
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
    assert process.returncode in {0, -9}
    return "killed" if process.returncode else said.strip()


async def settled(station: Station) -> None:
    """Wait until a run whose supervisor never came to be is no longer taken for one that is about to start."""
    async with asyncio.timeout(30):
        while (run := (await station.opened.world.runs.current([KEY])).get(KEY)) and run.state is RunState.STARTING:
            await asyncio.sleep(0.1)


@pytest.fixture(scope="module")
def undisturbed() -> dict[str, Mapping[str, Any]]:
    """How each action ends when nothing disturbs it."""
    return {}


async def ends(pair: OpenPair, name: str) -> Mapping[str, Any]:
    """How an action ends when nothing disturbs it."""
    way = WAYS[name]
    async with pair("calm", ("--hang",), **dict(way.settings)) as (here, other):
        outcome = await act(here, way.verb, await prepared(here, other, name))
        assert outcome.ok and {step.name for step in outcome.steps} >= {*way.steps}, outcome
        found = await whole(here)
        await act(here, Verb.STOP)
    return found


@pytest.mark.parametrize("case", cases())
async def test_what_was_broken_off_ends_well_and_loses_nothing(
    case: Case, pair: OpenPair, tmp_path: Path, undisturbed: dict[str, Mapping[str, Any]], table: dict[Case, str]
) -> None:
    way = case.way
    if case.name not in undisturbed:
        undisturbed[case.name] = await ends(pair, case.name)
    async with pair("crash", ("--hang",), **dict(way.settings)) as (here, other):
        options = await prepared(here, other, case.name)
        before = fingerprint(places(here, other))
        # The commits of a lost ledger hold nothing but what the new one says again.
        lost = case.name == "repair a lost ledger"
        forgotten = frozenset(git(clone_of(here), "rev-list", f"{TRACKED}{LEDGER_BRANCH}").split()) if lost else set()
        came = await disturb(case, options, here, tmp_path / "crash")
    async with pair("crash", ("--hang",), **dict(way.settings)) as (again, other):
        await settled(again)
        if case.name == "clean up":
            # A worktree that was cleared just now stays for as long as any that was used.
            aged(*unused(again))
        # To undo again would undo what was undone.
        verb = Verb.CONTINUE if way.verb is Verb.UNDO else way.verb
        for _ in range(TRIES):
            outcome = await act(again, verb, options)
            code = outcome.problem.code if outcome.problem else None
            if code in {None, ErrorCode.NOTHING_TO_DO} or (code is ErrorCode.REFUSED and not outcome.steps):
                break
        if (await again.view()).unfinished is not None:
            outcome = await act(again, Verb.CONTINUE)
        found = await whole(again)
        table[case] = f"{came[:60]}; then {outcome.message[:60]}"
        assert found == undisturbed[case.name]
        assert before - fingerprint(places(again, other)) <= forgotten
        await act(again, Verb.STOP)
