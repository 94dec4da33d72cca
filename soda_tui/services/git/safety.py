"""The one way to everything that could lose work: what is at stake becomes a commit first, and is read back.

A rescue is a commit on a local branch whose first parent is HEAD; where something else was staged than what is on
disk, a second parent holds that. Nothing is pushed, no hook runs, and the worktree and its index are only read.
Clearing takes away just those files whose bytes the rescue holds at that very moment.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from soda_tui.cockpit.ports import Place
from soda_tui.domain import sentences
from soda_tui.domain.failure import Failure
from soda_tui.domain.naming import RESCUE_BRANCHES
from soda_tui.domain.recovery import ARCHIVE
from soda_tui.domain.stakes import Rescue, Stakes
from soda_tui.services.git.checkout import Checkouts
from soda_tui.services.git.clearing import Clearing
from soda_tui.services.git.contents import Contents, covers
from soda_tui.services.git.environment import IDENTITY
from soda_tui.services.git.gitdir import left_branch
from soda_tui.services.git.inspection import ALL, Inspected, Inspections, pieces
from soda_tui.services.git.problems import named, problem, refused, text, words
from soda_tui.services.git.process import Deadlines, Runner
from soda_tui.services.git.refs import HEADS, PARKED, TRACKED, branch_ref
from soda_tui.services.git.state import States

# On disk before git answers; the second setting is for gits before 2.36. And no answer may depend on the user's own.
_DURABLY = (
    *("-c", "core.fsync=all", "-c", "core.fsyncMethod=batch", "-c", "core.fsyncObjectFiles=true"),
    *("-c", "core.safecrlf=false", "-c", "core.sparseCheckout=false", "-c", "add.ignoreErrors=false"),
)
_FILTER = "external filter"
_NAMES = 100


@dataclass(frozen=True, slots=True)
class _Kept:
    """The tree that a rescue holds, and the tree of what was staged where that is another one."""

    tree: str
    staged: str | None


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
            # A filling that was ended half-way left only files of commits there.
            return found.stakes if half_done is None else found.stakes.without_files()

    async def rescue(self, place: Place, issue: int, at: datetime) -> Rescue | None:
        """Put everything that stands in no commit on a branch of its own; None where there is nothing."""
        async with self._inspections.open(place) as found:
            stakes = found.stakes
            if stakes.submodules:
                raise refused(sentences.NOT_KEEPABLE(path=place.worktree, files=named(stakes.submodules)))
            if not stakes.at_risk and not stakes.lone:
                return None
            kept = await self._take_in(found)
            known = await self._known(found, issue, kept)
            branch, oid = known or await self._commit(found, issue, at, kept)
            return Rescue(branch, oid, len(found.files), place.worktree, stakes.lone)

    async def clear(self, place: Place, rescue: Rescue) -> None:
        """Bring the worktree back to its HEAD, once the rescue is seen to hold what that takes away."""
        await self._clearing.clear(place, rescue)

    async def drop_branch(self, place: Place, branch: str, oid: str) -> bool:
        """Delete a local branch at exactly this commit; whether it is gone now.

        It stays where anything else may be the only one to hold its commits, and where a directory stands on it. The
        commit stays in the clone under its own id, whatever becomes of those that hold it now.
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
        worktrees = await self._clone(place, "worktree", "list", "--porcelain")
        paths = [line.partition(" ")[2] for line in worktrees.splitlines() if line.startswith("worktree ")]
        left = [await asyncio.to_thread(left_branch, path) for path in paths]
        if branch in left or f"branch {ref}" in worktrees.splitlines():
            return False
        await self._clone(place, *_DURABLY, "update-ref", "-m", "soda-tui", PARKED + oid, oid)
        await self._clone(place, "update-ref", "-m", "soda-tui", "-d", ref, oid)
        return True

    async def _take_in(self, found: Inspected) -> _Kept:
        """Put the files into the object database, and read them back."""
        place, index = found.place, found.index
        added = await self._inspections.run(place, *_DURABLY, "add", "--all", *ALL, index=index)
        if added.code != 0 or _FILTER in added.err:
            if added.code is None or _FILTER not in added.err:
                raise Failure(problem(added, place.worktree))
            raise refused(sentences.FILTER_FAILED(path=place.worktree, words=words(added.err)))
        missed = await self._inspections.ask(
            place, "ls-files", "--others", "--modified", "--exclude-standard", "-z", *ALL, index=index
        )
        base = await self._base(found)
        changed = await self._contents.changed(place, base, await self._tree(found))
        different = await self._contents.compare(place, index, changed)
        if different:
            await self._take_raw(found, different)
            changed = await self._contents.changed(place, base, await self._tree(found))
            different = await self._contents.compare(place, index, changed)
        lost = [*filter(None, missed.split("\0")), *different]
        lost += [name for name, entry in changed.items() if entry.submodule]
        if lost:
            raise refused(sentences.RESCUE_DIFFERS(path=place.worktree, files=named(lost)))
        tree = await self._tree(found)
        return _Kept(tree, found.staged if found.staged not in {None, tree, base} else None)

    async def _take_raw(self, found: Inspected, names: list[str]) -> None:
        """Take in as they are what git would change for good, such as mixed line ends; the user's own filters count."""
        place = found.place
        asked = await self._inspections.ask(place, "check-attr", "-z", "filter", "--", *names[:_NAMES])
        fields = asked.split("\0")
        plain = [name for name, value in zip(fields[::3], fields[2::3], strict=False) if value == "unspecified"]
        for part in pieces(plain):
            written = await self._inspections.ask(place, *_DURABLY, "hash-object", "-w", "--no-filters", "--", *part)
            modes = await asyncio.to_thread(_modes, place.worktree, part)
            entries = zip(modes, written.split("\n"), part, strict=True)
            info = [each for entry in entries for each in ("--cacheinfo", ",".join(entry))]
            await self._inspections.ask(place, "update-index", *info, index=found.index)

    async def _known(self, found: Inspected, issue: int, kept: _Kept) -> tuple[str, str] | None:
        """An earlier rescue that holds all this already, as when clearing after it was broken off."""
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
            staged = {
                tree,
                base,
                *([await self._clone(place, "rev-parse", f"{oid}^2^{{tree}}")] if parents[1:] else ()),
            }
            if kept.staged is not None and kept.staged not in staged:
                continue
            held = await self._contents.changed(place, base, tree)
            now = await self._contents.changed(place, base, kept.tree)
            if covers(held, now):
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
        if kept.staged is not None:
            what = f"{subject}: what was staged"
            parents += ["-p", await self._durable(place, who, "commit-tree", "-p", head, "-m", what, kept.staged)]
        oid = await self._durable(place, who, "commit-tree", *parents, "-m", subject, kept.tree)
        first = f"{RESCUE_BRANCHES}/{issue}-{time:%Y%m%dT%H%M%SZ}"
        branch = ""
        for number in range(1, _NAMES):
            branch = first if number == 1 else f"{first}-{number}"
            if not await self._clone(place, "for-each-ref", "--format=%(refname)", HEADS + branch):
                break
        update = ("update-ref", "-m", "soda-tui", HEADS + branch, oid, "")
        made = await self._runner.run(place.path, *_DURABLY, *update, deadline=self._deadlines.local)
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
        return await self._inspections.ask(found.place, *_DURABLY, "write-tree", index=found.index)

    async def _durable(self, place: Place, variables: dict[str, str], *arguments: str) -> str:
        finished = await self._runner.run(
            place.path, *_DURABLY, *arguments, deadline=self._deadlines.local, variables=variables
        )
        return text(finished, place.path)

    async def _clone(self, place: Place, *arguments: str) -> str:
        return text(await self._runner.run(place.path, *arguments, deadline=self._deadlines.local), place.path)


def _modes(directory: str, names: list[str]) -> list[str]:
    """The modes of regular files as git writes them."""
    return ["100755" if Path(directory, name).lstat().st_mode & 0o100 else "100644" for name in names]
