"""The one way to everything that could lose work: what is at stake becomes a commit first, and is read back.

A rescue is a commit on a local branch whose first parent is HEAD; where something else was staged than what is on
disk, a second parent holds that; files that git would put on disk otherwise than they were have a third one, with their
own bytes alone. Nothing is pushed, no hook runs, and the worktree and its index are only read.
Clearing takes away just those files whose bytes the rescue holds at that very moment.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from soda_tui.cockpit.ports.place import Place
from soda_tui.domain import sentences
from soda_tui.domain.failure import Failure
from soda_tui.domain.kept_work import ARCHIVE
from soda_tui.domain.naming import RESCUE_BRANCHES
from soda_tui.domain.stakes import Rescue, Stakes
from soda_tui.services.git.checkout import Checkouts
from soda_tui.services.git.clearing import Clearing
from soda_tui.services.git.contents import Changed, Contents, covers, keeps
from soda_tui.services.git.environment import DURABLY, IDENTITY
from soda_tui.services.git.gitdir import is_unfilled, left_branch
from soda_tui.services.git.inspection import Inspected, Inspections, pieces
from soda_tui.services.git.parked import thin
from soda_tui.services.git.problems import named, problem, refused, text, words
from soda_tui.services.git.process import Deadlines, Runner
from soda_tui.services.git.refs import HEADS, PARKED, TRACKED, branch_ref
from soda_tui.services.git.state import States
from soda_tui.services.git.worktrees import worktrees

# No answer may depend on the user's own.
_WHOLLY = ("-c", "core.safecrlf=false", "-c", "core.sparseCheckout=false", "-c", "add.ignoreErrors=false")
_FILTER = "external filter"
_NAMES = 100


class _Kept(Struct, frozen=True):
    """The tree that a rescue holds, and the tree of what was staged where that is another one.

    `verbatim` are the modes and objects of files that git would put on disk otherwise than they were.
    """

    tree: str
    staged: str | None
    verbatim: Mapping[str, tuple[str, str]]


class Safety:
    """Looks at what could get lost, keeps it, and only then takes it away."""

    def __init__(
        self, runner: Runner, states: States, checkouts: Checkouts, inspections: Inspections, deadlines: Deadlines
    ) -> None:
        self._runner = runner
        self._states = states
        self._checkouts = checkouts
        self._deadlines = deadlines
        self._inspections = inspections
        self._contents = Contents(self._inspections)
        self._clearing = Clearing(self._inspections, self._contents)

    async def stakes(self, place: Place) -> Stakes:
        """What would get lost with the worktree; raises a Failure where that cannot be said."""
        worktree = await self._states.worktree(place, None)
        half_done = await self._checkouts.half_done(place, worktree) if worktree else None
        async with self._inspections.open(place) as found:
            unfilled = not found.stakes.locks and await asyncio.to_thread(is_unfilled, Path(place.worktree))
            # A filling that was ended half-way left only files of commits there, and one that never began left none.
            return found.stakes.without_files() if half_done is not None or unfilled else found.stakes

    async def rescue(self, place: Place, issue: int, at: datetime) -> Rescue | None:
        """Put everything that stands in no commit on a branch of its own; None where there is nothing."""
        async with self._inspections.open(place) as found:
            stakes = found.stakes
            if stakes.submodules:
                raise refused(sentences.NOT_KEEPABLE(path=place.worktree, files=named(stakes.submodules)))
            if not stakes.at_risk and not stakes.lone:
                return None
            return await self._keep(found, issue, at, await self._take_in(found))

    async def rescue_staged(self, place: Place, issue: int, at: datetime) -> Rescue | None:
        """The same where something is staged otherwise than it is on disk, and so in no other place; else None."""
        async with self._inspections.open(place) as found:
            base = await self._base(found)
            if found.stakes.submodules or found.staged in {None, base}:
                return None
            kept = await self._take_in(found)
            if kept.staged is None:
                return None
            changed = self._contents.changed
            if keeps(await changed(place, base, kept.tree), await changed(place, base, kept.staged)):
                return None
            return await self._keep(found, issue, at, kept, apart=True)

    async def clear(self, place: Place, rescue: Rescue) -> None:
        """Bring the worktree back to its HEAD, once the rescue is seen to hold what that takes away."""
        await self._clearing.clear(place, rescue)

    async def drop_branch(self, place: Place, branch: str, oid: str) -> bool:
        """Delete a local branch at exactly this commit; whether it is gone now.

        It stays where anything else may be the only one to hold its commits, and where a directory stands on it. The
        commit stays in the clone under its own id, or below another that does, whatever becomes of those that hold it
        now.
        """
        ref = branch_ref(branch)
        if ref is None:
            raise refused(sentences.BRANCH_NAME_REFUSED(branch=branch))
        listed = await self._clone(place, "for-each-ref", "--format=%(objectname)", ref)
        if listed != oid:
            return not listed
        holders = ("refs/remotes", TRACKED, HEADS + RESCUE_BRANCHES, "refs/tags/soda", f"refs/tags/{ARCHIVE}")
        holding = await self._clone(
            place, "for-each-ref", "--count=2", "--format=%(refname)", "--contains", oid, *holders
        )
        if not set(holding.split()) - {ref}:
            return False
        for entry in await worktrees(self._runner, place.path, self._deadlines.local):
            if entry.get("branch") == ref or await asyncio.to_thread(left_branch, entry["worktree"]) == branch:
                return False
        await self._clone(place, *DURABLY, "update-ref", "-m", "soda-tui", PARKED + oid, oid)
        await self._clone(place, "update-ref", "-m", "soda-tui", "-d", ref, oid)
        await thin(self._runner, place, self._deadlines)
        return True

    async def _take_in(self, found: Inspected) -> _Kept:
        """Put the files into the object database, and read them back."""
        place, index = found.place, found.index
        added = await self._inspections.run(place, *DURABLY, *_WHOLLY, "add", "--all", *found.paths, index=index)
        if added.code != 0 or _FILTER in added.err:
            if added.code is None or _FILTER not in added.err:
                raise Failure(problem(added, place.worktree))
            raise refused(sentences.FILTER_FAILED(path=place.worktree, words=words(added.err)))
        missed = await self._inspections.ask(
            place, "ls-files", "--others", "--modified", "--exclude-standard", "-z", *found.paths, index=index
        )
        base = await self._base(found)
        changed = await self._contents.changed(place, base, await self._tree(found))
        different = await self._contents.compare(place, index, changed)
        verbatim: list[str] = []
        if different:
            raw = await self._take_raw(found, changed, different)
            changed = await self._contents.changed(place, base, await self._tree(found))
            again = {name: changed[name] for name in different if name in changed}
            different = await self._contents.compare(place, index, again)
            verbatim = [name for name in different if name in raw]
            different = await self._contents.compare(place, index, {name: again[name] for name in different}, verbatim)
        lost = [*filter(None, missed.split("\0")), *different]
        lost += [name for name, entry in changed.items() if entry.submodule]
        if lost:
            raise refused(sentences.RESCUE_DIFFERS(path=place.worktree, files=named(lost)))
        tree = await self._tree(found)
        own = {name: entry for name in verbatim if (entry := changed[name].after)}
        return _Kept(tree, found.staged if found.staged not in {None, tree, base} else None, own)

    async def _take_raw(self, found: Inspected, changed: Changed, names: list[str]) -> frozenset[str]:
        """Take in as they are what git would change, such as line ends; the user's own filters count."""
        plain: list[str] = []
        for part in pieces(names):
            asked = (await self._inspections.ask(found.place, "check-attr", "-z", "filter", "--", *part)).split("\0")
            plain += [name for name, value in zip(asked[::3], asked[2::3], strict=False) if value == "unspecified"]
        taken: dict[str, tuple[str, str]] = {}
        for name, (_, oid) in (await self._contents.own(found.place, plain, write=True)).items():
            if entry := changed[name].after:
                # Whether it can be executed is what git said of it, which knows whether that counts here.
                taken[name] = (entry[0], oid)
        await self._put(found, found.index, taken)
        return frozenset(taken)

    async def _put(self, found: Inspected, index: Path, entries: Mapping[str, tuple[str, str]]) -> None:
        """Put files into an index, which may lack them, by their modes and objects."""
        for part in pieces(list(entries)):
            info = [each for name in part for each in ("--cacheinfo", ",".join((*entries[name], name)))]
            await self._inspections.ask(found.place, "update-index", "--add", *info, index=index)

    async def _keep(self, found: Inspected, issue: int, at: datetime, kept: _Kept, *, apart: bool = False) -> Rescue:
        known = await self._known(found, issue, kept, apart=apart)
        branch, oid = known or await self._commit(found, issue, at, kept)
        place, lone = found.place, found.stakes.lone
        return Rescue(branch, oid, len(found.files), place.path, lone, bool(kept.verbatim), place.worktree)

    async def _known(self, found: Inspected, issue: int, kept: _Kept, *, apart: bool) -> tuple[str, str] | None:
        """An earlier rescue that holds all this already, as when clearing after it was broken off.

        `apart` wants what is staged in the commit of its own.
        """
        place = found.place
        base = await self._base(found)
        listed = await self._clone(
            place,
            *("for-each-ref", "--sort=-refname", f"--count={_NAMES}"),
            *("--format=%(refname:lstrip=2) %(objectname) %(tree) %(parent)", f"{HEADS}{RESCUE_BRANCHES}/{issue}-*"),
        )
        for row in listed.splitlines():
            branch, oid, tree, *parents = row.split(" ")
            if parents[:1] != [found.head]:
                continue
            staged = {await self._clone(place, "rev-parse", f"{oid}^2^{{tree}}")} if parents[1:] else set()
            staged |= set() if apart else {tree, base}
            if kept.staged is not None and kept.staged not in staged:
                continue
            held = await self._contents.changed(place, base, tree)
            now = await self._contents.changed(place, base, kept.tree)
            verbatim = await self._contents.verbatim(place, oid, parents)
            if covers(held, now) and all((name in verbatim) == (name in kept.verbatim) for name in now):
                return branch, oid
        return None

    async def _commit(self, found: Inspected, issue: int, at: datetime, kept: _Kept) -> tuple[str, str]:
        """Make the commit and its branch, both on disk, and read the branch back."""
        place, head = found.place, found.head
        time = at.astimezone(UTC)
        dates = {f"GIT_{role}_DATE": f"{int(time.timestamp())} +0000" for role in ("AUTHOR", "COMMITTER")}
        who = {**IDENTITY, **dates}
        subject = f"Rescue of the work on issue {issue}"
        if head is None:
            nothing = await self._durable(place, who, "hash-object", "-w", "-t", "tree", os.devnull)
            head = await self._durable(place, who, "commit-tree", "-m", "Before the first commit", nothing)
        parents = ["-p", head]
        if kept.staged is not None or kept.verbatim:
            what = (f"{subject}: what was staged", kept.staged or f"{head}^{{tree}}")
            parents += ["-p", await self._durable(place, who, "commit-tree", "-p", head, "-m", *what)]
        if kept.verbatim:
            index = found.folder / "verbatim"
            await self._put(found, index, kept.verbatim)
            tree = await self._inspections.ask(place, *DURABLY, "write-tree", index=index)
            what = (f"{subject}: files that git would put on disk otherwise", tree)
            parents += ["-p", await self._durable(place, who, "commit-tree", "-p", head, "-m", *what)]
        oid = await self._durable(place, who, "commit-tree", *parents, "-m", subject, kept.tree)
        first = f"{RESCUE_BRANCHES}/{issue}-{time:%Y%m%dT%H%M%SZ}"
        branch = ""
        for number in range(1, _NAMES):
            branch = first if number == 1 else f"{first}-{number}"
            if not await self._clone(place, "for-each-ref", "--format=%(refname)", HEADS + branch):
                break
        update = ("update-ref", "-m", "soda-tui", HEADS + branch, oid, "")
        made = await self._runner.run(place.path, *DURABLY, *update, deadline=self._deadlines.local)
        there = await self._clone(place, "for-each-ref", "--format=%(objectname)", HEADS + branch)
        if made.code != 0 or there != oid:
            said = words(made.err)
            raise refused(sentences.RESCUE_NAME_TAKEN(branch=branch, path=place.worktree, words=said))
        return branch, oid

    async def _base(self, found: Inspected) -> str:
        """The tree of HEAD; the empty one before the first commit."""
        if found.head is None:
            return await self._inspections.ask(found.place, "hash-object", "-w", "-t", "tree", os.devnull)
        return await self._inspections.ask(found.place, "rev-parse", "--verify", f"{found.head}^{{tree}}")

    async def _tree(self, found: Inspected) -> str:
        return await self._inspections.ask(found.place, *DURABLY, "write-tree", index=found.index)

    async def _durable(self, place: Place, variables: dict[str, str], *arguments: str) -> str:
        finished = await self._runner.run(
            place.path, *DURABLY, *arguments, deadline=self._deadlines.local, variables=variables
        )
        return text(finished, place.path)

    async def _clone(self, place: Place, *arguments: str) -> str:
        return text(await self._runner.run(place.path, *arguments, deadline=self._deadlines.local), place.path)
