"""The crash matrix: each action, killed or cut off at each step, ends as an undisturbed one when it is done again.

Some cases run by default, `pytest -m "wide or not wide" tests/cockpit/test_crash_matrix.py` runs every one.
The table of cases with their results is written to `.pytest_cache/crash-matrix.md`.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from keeping import essence, fingerprint, places
from msgspec import structs
from planting import (
    LATER,
    Scene,
    change_under_review,
    close,
    delete_branch,
    forget_branch,
    label_another,
    later,
    lose_ledger,
    merge_under_work,
    push_from_elsewhere,
    remove_worktree,
    spoil_ledger,
    switch,
    unlabel,
)
from stations import KEY, OpenPair, Station, git, worktree_of

from soda_tui.domain.actions import Verb
from soda_tui.domain.choices import Choice
from soda_tui.domain.codes import DriftKind, Status
from soda_tui.domain.facts import RunState
from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.naming import LEDGER_BRANCH
from soda_tui.domain.outcome import Options, Outcome
from soda_tui.domain.settings import HandoverSettings, RetentionSettings, Workspace, WorkspaceSettings
from soda_tui.domain.strategy import Strategy
from soda_tui.sandbox.faults import Fault
from soda_tui.sandbox.server import SandboxServer
from soda_tui.services.agents.launching import folder_of
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
YES = Options(yes=True)
LEFT, OTHERS = "agent001/4-left-behind", "work-4"


@dataclass(frozen=True)
class Way:
    """An action: its steps to be disturbed at, what is said along, and settings of the repository that it needs."""

    verb: Verb
    steps: tuple[str, ...]
    options: Options = YES
    settings: tuple[tuple[str, object], ...] = ()


def recovering(choice: Choice, wanted: str, *steps: str) -> Way:
    return Way(Verb.RECOVER, steps, Options(yes=True, choice=choice, wanted=wanted), FRESH)


def repairing(kind: DriftKind, *steps: str) -> Way:
    return Way(Verb.REPAIR, steps, Options(yes=True, repair=kind))


CHECKOUT = (("workspace", Workspace.CHECKOUT),)
ELSEWHERE = (*CHECKOUT, ("base", "develop"))
FRESH = (("workspace", Workspace.FRESH),)
CHECKED = (*FRESH, ("handover", HandoverSettings("echo built > out.ignored")))
OLD = (*FRESH, ("retention", RetentionSettings(run_days=1, parked_days=1, damaged_days=1)))
BROUGHT = (("setup", WorkspaceSettings("cat .env deps/one; echo once >> ../times", copy=(".env",), link=("deps",))),)
BASIC = {
    "pop": Way(Verb.POP, ("ClaimIssue", "MarkIssue", "PrepareWorktree")),
    "bottle": Way(Verb.BOTTLE, ("PushWork", "OpenReview", "MoveLabels", "FreeAgent")),
    "reset": Way(Verb.RESET, ("RescueWork", "UnmarkIssue", "ReleaseClaim")),
    "takeover": Way(Verb.TAKEOVER, ("ClaimIssue", "PrepareWorktree")),
    "tidy": Way(Verb.TIDY, ("TakeOffLabels", "ForgetFinished")),
    "launch": Way(Verb.LAUNCH, ("StartAgent",)),
    "stop": Way(Verb.STOP, ("StopAgent",)),
    "land": Way(Verb.LAND, ("LandPullRequest",)),
}
FURTHER = {
    "pop in the checkout": Way(Verb.POP, ("ClaimIssue", "PrepareWorktree"), settings=CHECKOUT),
    "bottle in the checkout": Way(Verb.BOTTLE, ("PutBack", "FreeAgent"), settings=CHECKOUT),
    "undo in the checkout": Way(Verb.UNDO, ("UnmarkIssue", "PutBack", "ReleaseClaim"), settings=CHECKOUT),
    "furnish": Way(Verb.POP, ("PrepareWorktree", "FurnishWorktree"), settings=BROUGHT),
    "set up": Way(Verb.LAUNCH, ("FurnishWorktree", "StartAgent"), settings=BROUGHT),
    "adopt": recovering(Choice.ADOPT, OTHERS, "NameBranch", "ClaimIssue", "MarkIssue", "PrepareWorktree"),
    "hand over": recovering(
        Choice.PULL_REQUEST, OTHERS, "NameBranch", "ClaimIssue", "PushKept", "OpenReview", "MoveLabels", "FreeAgent"
    ),
    "archive": recovering(Choice.ARCHIVE, LEFT, "ArchiveBranch"),
    "drop": recovering(Choice.CLEAN_UP, LEFT, "DropHeld"),
    "keep": recovering(Choice.KEEP, LEFT, "KeepLeftover"),
    "remove": recovering(Choice.CLEAN_UP, "*/4", "RescueWork", "RemoveWorktree"),
    "forget": recovering(Choice.CLEAN_UP, "*/4", "ForgetWorktree"),
    "push": Way(Verb.RECOVER, ("PushRescue",), settings=FRESH),
    "clean up": Way(Verb.CLEANUP, ("RemoveRemains", "RescueWork", "RemoveWorktree"), settings=OLD),
    "bottle what is behind": Way(
        Verb.BOTTLE, ("UpdateBranch", "RunCheck", "PushWork"), settings=(("handover", HandoverSettings("test -e new")),)
    ),
    "commit all": Way(Verb.BOTTLE, ("CommitAll", "PushWork"), Options(yes=True, commit_all=True)),
    "tidy in the checkout": Way(Verb.TIDY, ("TakeOffLabels", "DropBranch", "ForgetFinished"), settings=CHECKOUT),
    "land in the checkout": Way(
        Verb.LAND, ("CloseIssue", "TakeOffLabels", "DropBranch", "ForgetFinished"), settings=ELSEWHERE
    ),
    "take up feedback": Way(Verb.FEEDBACK, ("ClaimIssue", "MarkIssue", "PrepareWorktree")),
    "bundle": Way(
        Verb.BUNDLE,
        ("PlaceBundle", "CheckBundle", "PushBundle", "ClearBundle", "OpenBundle", "TellBundled", "NoteBundle"),
        settings=CHECKED,
    ),
    "land a bundle": Way(
        Verb.LAND,
        ("LandPullRequest", "CloseContained", "TakeOffLabels", "DropBranch", "ForgetFinished"),
        Options(yes=True, strategy=Strategy.SQUASH),
        CHECKED,
    ),
    "take over with work here": Way(Verb.TAKEOVER, ("RescueWork", "ClaimIssue", "MarkIssue", "PrepareWorktree")),
    "reset a hand-over": Way(Verb.RESET, ("UnmarkIssue", "ReleaseClaim")),
    "repair the label": repairing(DriftKind.CLAIM_WITHOUT_LABEL, "MarkIssue"),
    "repair a stray label": repairing(DriftKind.LABEL_WITHOUT_CLAIM, "UnmarkIssue"),
    "repair the remote": repairing(DriftKind.BRANCH_GONE, "RestoreBranch"),
    "repair the clone": repairing(DriftKind.BRANCH_NOT_HERE, "FetchWork", "PrepareWorktree"),
    "repair what is behind": repairing(DriftKind.FOREIGN_COMMITS, "FetchWork", "PrepareWorktree"),
    "repair the branch": repairing(DriftKind.UNEXPECTED_BRANCH, "PrepareWorktree"),
    "repair the worktree": repairing(DriftKind.WORKTREE_GONE, "PrepareWorktree"),
    "repair a closed issue": repairing(DriftKind.ISSUE_CLOSED, "UnmarkIssue", "ReleaseClaim"),
    "repair a merged one": repairing(DriftKind.PULL_REQUEST_MERGED, "TakeOffLabels", "ForgetFinished"),
    "repair what is noted": repairing(DriftKind.PULL_REQUEST_CHANGED, "NoteHeads"),
    "repair a lost ledger": repairing(DriftKind.LEDGER_GONE, "WriteLedger"),
    "repair a spoilt ledger": repairing(DriftKind.LEDGER_UNREADABLE, "WriteLedger"),
}
PLANTS: dict[str, Callable[[Scene], None]] = {
    "repair the label": unlabel,
    "repair a stray label": label_another,
    "repair the remote": delete_branch,
    "repair the clone": forget_branch,
    "repair what is behind": push_from_elsewhere,
    "repair the branch": switch,
    "repair the worktree": remove_worktree,
    "repair a closed issue": close,
    "repair a merged one": merge_under_work,
    "repair what is noted": change_under_review,
    "repair a lost ledger": lose_ledger,
    "repair a spoilt ledger": spoil_ledger,
}
WAYS = {**BASIC, **FURTHER}
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


async def act(station: Station, verb: Verb, options: Options = YES) -> Outcome:
    engine = later(station) if verb is Verb.REPAIR else station.opened.engine
    return await engine.act(KEY, verb, options)


async def done(station: Station, verb: Verb) -> Outcome:
    outcome = await act(station, verb)
    assert outcome.ok, outcome
    return outcome


def clone_of(station: Station) -> Path:
    return Path(station.opened.resolve(KEY).path)


async def prepared(station: Station, other: Station, name: str) -> Options:
    """Everything up to the action, with something of each kind that could get lost; what is said along."""
    way, clone = WAYS[name], clone_of(station)
    (clone / "README.md").write_text("stashed\n")
    git(clone, "stash", "--quiet")
    (clone / ".git" / "info").mkdir(exist_ok=True)
    (clone / ".git" / "info" / "exclude").write_text("*.ignored\n.env\n/deps\n")
    if way.settings == BROUGHT:
        (clone / ".env").write_text("SECRET=1\n")
        (clone / "deps").mkdir()
        (clone / "deps" / "one").write_text("dependency one\n")
    if name in {"adopt", "hand over", "archive", "keep", "drop"}:
        left = way.options.wanted or ""
        tree = git(clone, "rev-parse", "origin/main^{tree}")
        git(clone, "branch", left, git(clone, "commit-tree", "-p", "origin/main", "-m", "Left behind", tree))
        if name == "drop":
            git(clone, "push", "--quiet", "origin", left)
        return way.options
    if way.verb is Verb.POP:
        return way.options
    if way.settings == ELSEWHERE:
        git(clone, "push", "--quiet", "origin", "origin/main:refs/heads/develop")
    if name == "take over with work here":
        stranded = worktree_of(await done(station, Verb.POP))
        await done(station, Verb.RESET)
        (stranded / "thought.txt").write_text("untracked\n")
        git(stranded, "switch", "--quiet", "--create", "aside")
    popped = await done(other if way.verb is Verb.TAKEOVER else station, Verb.POP)
    worktree = worktree_of(popped)
    if way.verb in {Verb.RECOVER, Verb.CLEANUP}:
        return await parted(station, worktree, name)
    (worktree / "work.txt").write_text("work\n")
    git(worktree, "add", "work.txt")
    git(worktree, "commit", "--quiet", "--message", "Add work")
    (worktree / "build.ignored").write_text("ignored\n")
    if name == "take over with work here":
        station.demo.people.unlabel("acme/rocket", popped.issue or 0, "agent001")
    if name == "bottle what is behind":
        station.demo.people.push("acme/rocket", "main", {"new": "new"}, by="ada")
    if name == "commit all":
        (worktree / "thought.txt").write_text("untracked\n")
        (worktree / "work.txt").write_text("staged\n")
        git(worktree, "add", "work.txt")
        (worktree / "work.txt").write_text("changed\n")
    if name == "reset a hand-over":
        station.demo.world.faults.order(Fault.DROP_BEFORE, matching="createPullRequest", times=9)
        assert (await act(station, Verb.BOTTLE)).problem is not None
        station.demo.world.faults.clear()
    elif way.verb is Verb.RESET:
        (worktree / "thought.txt").write_text("untracked\n")
        (worktree / "work.txt").write_text("changed\n")
    if way.verb is Verb.STOP:
        await done(station, Verb.LAUNCH)
    if name in {"bundle", "land a bundle"}:
        return await bundling(station, name)
    if way.verb in {Verb.LAND, Verb.FEEDBACK}:
        await done(station, Verb.BOTTLE)
        number = max(station.demo.world.repository("acme/rocket").pull_requests)
        state = "SUCCESS" if way.verb is Verb.LAND else "FAILURE"
        station.demo.people.set_checks("acme/rocket", number, build=state)
    if way.verb is Verb.TIDY:
        await done(station, Verb.BOTTLE)
        station.demo.people.merge("acme/rocket", max(station.demo.world.repository("acme/rocket").pull_requests))
    if way.verb is Verb.REPAIR:
        if name == "repair what is noted":
            await done(station, Verb.BOTTLE)
        PLANTS[name](Scene(station.demo, popped.issue or 0, popped.branch or "", worktree))
    return way.options


async def bundling(station: Station, name: str) -> Options:
    """Two works that wait for review, or are one pull request that is ready to be landed."""
    first = structs.replace(YES, unchecked=True)
    await act(station, Verb.BOTTLE, first)
    worktree = worktree_of(await done(station, Verb.POP))
    (worktree / "more.txt").write_text("more work\n")
    git(worktree, "add", "more.txt")
    git(worktree, "commit", "--quiet", "--message", "Add more work")
    await act(station, Verb.BOTTLE, first)
    if name == "bundle":
        return WAYS[name].options
    await done(station, Verb.BUNDLE)
    station.demo.people.close_pull_request("acme/rocket", 11)
    number = max(station.demo.world.repository("acme/rocket").pull_requests)
    station.demo.people.set_checks("acme/rocket", number, build="SUCCESS")
    return WAYS[name].options


async def parted(station: Station, worktree: Path, name: str) -> Options:
    """A worktree that nobody claims any more, with something in it, or a rescue of that, or nothing but its entry."""
    way = WAYS[name]
    (worktree / "thought.txt").write_text("untracked\n")
    if name in {"push", "forget"}:
        await done(station, Verb.RESET)
    else:
        (worktree / "thought.txt").rename(worktree.parent / "thought.txt")
        await done(station, Verb.RESET)
        (worktree.parent / "thought.txt").rename(worktree / "thought.txt")
    if name == "push":
        return structs.replace(
            way.options, push=git(worktree, "branch", "--list", "soda-rescue/*", "--format=%(refname:short)")
        )
    if name == "forget":
        shutil.rmtree(worktree)
    if name == "clean up":
        runs = folder_of(station.state / "runs", KEY)
        draft = runs / ".20260101T000000000000-ab"
        draft.mkdir(parents=True)
        (draft / "output.log").write_text("begun\n")
        (station.state / "journal.damaged-1.db").write_text("damaged\n")
        aged(draft, station.state / "journal.damaged-1.db", *unused(station))
    return way.options


def unused(station: Station) -> list[Path]:
    """The folders that tell when a worktree was used last."""
    found = [path for path in places(station) if path != clone_of(station)]
    return [*found, *(Path(git(path, "rev-parse", "--absolute-git-dir")) for path in found)]


def aged(*folders: Path) -> None:
    for folder in folders:
        for path in (folder, *folder.rglob("*")):
            os.utime(path, (0, 0), follow_symlinks=False)


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
