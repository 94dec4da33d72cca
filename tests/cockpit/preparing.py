"""Everything up to an action of the crash matrix, with something of each kind that could get lost."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from cockpit.ways import BROUGHT, ELSEWHERE, PLANTS, WAYS, YES
from keeping import places
from msgspec import structs
from planting import Scene, later
from stations import KEY, Station, git, worktree_of

from soda_tui.domain.actions import Verb
from soda_tui.domain.outcome import Options, Outcome
from soda_tui.sandbox.faults import Fault
from soda_tui.services.agents.launching import folder_of


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
