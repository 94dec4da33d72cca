"""Clearing a worktree: it comes back to its HEAD, and only what a rescue holds at that moment goes."""

from __future__ import annotations

import asyncio
import os
import shutil
from contextlib import suppress
from pathlib import Path

from soda_tui.cockpit.ports import Place
from soda_tui.domain import sentences
from soda_tui.domain.stakes import Rescue
from soda_tui.services.git.contents import Changed, Contents, covers, same
from soda_tui.services.git.gitdir import git_dir
from soda_tui.services.git.inspection import ALL, CLEARED, Inspected, Inspections, missing, pieces
from soda_tui.services.git.obstacles import obstacles
from soda_tui.services.git.problems import named, refused
from soda_tui.services.git.refs import HEADS


class Clearing:
    """Clears worktrees after a rescue."""

    def __init__(self, inspections: Inspections, contents: Contents) -> None:
        self._inspections = inspections
        self._contents = contents

    async def clear(self, place: Place, rescue: Rescue) -> None:
        """Bring the worktree back to its HEAD; ignored files stay.

        Refuses before anything is touched where the rescue does not hold all that is there; a file that changes
        meanwhile is left as it is, and named in the Failure.
        """
        async with self._inspections.open(place) as found:
            names = await self._differing(found)
            held = await self._held(found, rescue, names)
            left = await self._take_away(found, rescue, [name for name in names if held[name].after is not None])
            await self._bring_back(found, [name for name in names if held[name].before is not None])
            await asyncio.to_thread(_remember, place.worktree, await self._index(found))
        async with self._inspections.open(place) as after:
            remaining = list(dict.fromkeys([*left, *after.files, *after.stakes.submodules]))
        if remaining:
            files = named(remaining)
            raise refused(sentences.CLEAR_MOVING(path=place.worktree, files=files, branch=rescue.branch))

    async def _differing(self, found: Inspected) -> list[str]:
        """The files that are on disk otherwise than HEAD has them, whatever is staged."""
        place, index = found.place, found.folder / "differing"
        await self._reset(found, found.index, index)
        listed = await self._inspections.ask(
            place, "ls-files", "--modified", "--others", "--exclude-standard", "-z", *ALL, index=index
        )
        return list(dict.fromkeys(filter(None, listed.split("\0"))))

    async def _held(self, found: Inspected, rescue: Rescue, names: list[str]) -> Changed:
        """What the rescue holds beyond HEAD; refuses where that is not all, or where something stands in the way."""
        place, stakes = found.place, found.stakes
        if stakes.busy:
            raise refused(sentences.WORKTREE_BUSY(path=place.worktree, doing=stakes.busy))
        if stakes.locks:
            raise refused(sentences.GIT_LOCKED(path=place.worktree, words=named(stakes.locks)))
        if stakes.submodules:
            raise refused(sentences.NOT_KEEPABLE(path=place.worktree, files=named(stakes.submodules)))
        ask = self._inspections.ask
        there = await ask(place, "for-each-ref", "--format=%(objectname) %(parent)", HEADS + rescue.branch)
        oid, *parents = there.split(" ")
        if oid != rescue.oid or (found.head is not None and parents[:1] != [found.head]):
            raise refused(sentences.RESCUE_GONE(branch=rescue.branch, path=place.worktree))
        base = await ask(place, "rev-parse", f"{oid}^1^{{tree}}")
        held = await self._contents.changed(place, base, f"{oid}^{{tree}}")
        staged = [await ask(place, "rev-parse", f"{oid}^2^{{tree}}")] if parents[1:] else []
        if found.staged not in staged and not covers(
            held, await self._contents.changed(place, base, found.staged or "")
        ):
            raise refused(sentences.RESCUE_GONE(branch=rescue.branch, path=place.worktree))
        if any(name not in held for name in names):
            raise refused(sentences.RESCUE_GONE(branch=rescue.branch, path=place.worktree))
        back = [name for name, change in held.items() if change.before is not None]
        going = [name for name, change in held.items() if change.after is not None]
        blocked = await asyncio.to_thread(obstacles, Path(place.worktree), back, going)
        if blocked:
            raise refused(sentences.CLEAR_OBSTACLES(path=place.worktree, files=named(blocked), branch=rescue.branch))
        return held

    async def _take_away(self, found: Inspected, rescue: Rescue, names: list[str]) -> list[str]:
        """Remove the files that are just as the rescue has them; the names of the others."""
        place, index = found.place, found.folder / "rescue"
        await self._inspections.ask(place, "read-tree", rescue.oid, index=index)
        modes = await self._contents.modes_count(place)
        left: list[str] = []
        for part in pieces(names):
            async with self._contents.extracted(place, index, part) as folder:
                left += await asyncio.to_thread(_remove_held, Path(place.worktree), folder, part, modes)
        return left

    async def _bring_back(self, found: Inspected, names: list[str]) -> None:
        """Write the files of HEAD that are not there; git writes over none."""
        if found.head is None:
            return
        place, index = found.place, found.folder / "head"
        await self._inspections.ask(place, "read-tree", found.head, index=index)
        for part in pieces(await asyncio.to_thread(missing, place.worktree, names)):
            await self._inspections.ask(place, "checkout-index", "-q", "--", *part, index=index)

    async def _index(self, found: Inspected) -> tuple[Path, Path]:
        """A copy of the worktree's index as it was found, and what it should be: HEAD's files with their new times."""
        index = found.folder / "cleared"
        await self._reset(found, found.original, index)
        return found.original, index

    async def _reset(self, found: Inspected, source: Path, index: Path) -> None:
        """Copy an index, and bring the copy to HEAD."""
        with suppress(FileNotFoundError):
            await asyncio.to_thread(shutil.copyfile, source, index)
        head = ("--reset", found.head) if found.head else ("--empty",)
        await self._inspections.ask(found.place, "read-tree", *head, index=index)
        # Its exit status tells of differences, which are asked for afterwards.
        await self._inspections.run(found.place, "update-index", "-q", "--refresh", index=index)


def _remove_held(root: Path, folder: Path, names: list[str], modes: bool) -> list[str]:
    """Remove the files that are alike in both places, and the folders that this empties; the names of those left."""
    left: list[str] = []
    for name in names:
        path = root / name
        try:
            before = path.lstat()
            if same(path, folder / name, modes) and _stamp(path.lstat()) == _stamp(before):
                path.unlink()
                _remove_empty(root, path.parent)
            else:
                left.append(name)
        except FileNotFoundError:
            continue
    return left


def _stamp(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _remove_empty(root: Path, folder: Path) -> None:
    with suppress(OSError):
        while folder != root:
            folder.rmdir()
            folder = folder.parent


def _remember(worktree: str, indexes: tuple[Path, Path]) -> None:
    """Give the worktree its new index as git does, behind its lock; refuse where another git changed it meanwhile."""
    found = git_dir(worktree)
    if found is None:
        raise refused(sentences.WORKTREE_GONE(path=worktree))
    original, index = indexes
    ours, lock = found / CLEARED, found / "index.lock"
    # A kill may have left it as a second name of the index that is there now.
    ours.unlink(missing_ok=True)
    shutil.copyfile(index, ours)
    try:
        os.link(ours, lock)
    except FileExistsError:
        ours.unlink()
        raise refused(sentences.GIT_LOCKED(path=worktree, words=lock)) from None
    if _content(found / "index") != _content(original):
        lock.unlink()
        ours.unlink()
        raise refused(sentences.GIT_LOCKED(path=worktree, words=found / "index"))
    lock.replace(found / "index")
    ours.unlink()


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
