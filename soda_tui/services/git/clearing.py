"""Clearing a worktree: it comes back to its HEAD, and only what a rescue holds at that moment goes."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from soda_tui.cockpit.ports.place import Place
from soda_tui.domain import sentences
from soda_tui.domain.stakes import Rescue
from soda_tui.services.git.contents import Changed, Contents, covers
from soda_tui.services.git.indexlock import INDEX_LOCK, Install, locked_index
from soda_tui.services.git.inspection import Inspected, Inspections, missing, pieces
from soda_tui.services.git.obstacles import obstacles
from soda_tui.services.git.problems import named, refused
from soda_tui.services.git.refs import HEADS

_Stamp = tuple[int, int, int, int]


class Clearing:
    """Clears worktrees after a rescue."""

    def __init__(self, inspections: Inspections, contents: Contents) -> None:
        self._inspections = inspections
        self._contents = contents

    async def clear(self, place: Place, rescue: Rescue) -> None:
        """Bring the worktree back to its HEAD; ignored files stay.

        Refuses before anything is touched where the rescue does not hold all that is there, or another git is at work;
        a file that changes meanwhile is left as it is, and named in the Failure.
        """
        try:
            with locked_index(place.worktree) as install:
                left = await self._clear(place, rescue, install)
        except OSError as error:
            values = {"path": place.worktree, "words": error.strerror or error, "branch": rescue.branch}
            raise refused(sentences.CLEAR_STOPPED(**values)) from error
        async with self._inspections.open(place) as after:
            remaining = list(dict.fromkeys([*left, *after.files, *after.stakes.submodules]))
        if remaining:
            files = named(remaining)
            raise refused(sentences.CLEAR_MOVING(path=place.worktree, files=files, branch=rescue.branch))

    async def _clear(self, place: Place, rescue: Rescue, install: Install) -> list[str]:
        """Clear under the index's lock; the names of the files that were left as they are."""
        async with self._inspections.open(place) as found:
            names = await self._differing(found)
            held = await self._held(found, rescue, names)
            going = {name: held[name] for name in names if held[name].after is not None}
            left = await self._take_away(found, rescue, going)
            await self._bring_back(found, [name for name in names if held[name].before is not None])
            index = found.folder / "cleared"
            # The files of HEAD with their new times.
            await self._reset(found, found.original, index)
            await asyncio.to_thread(install, index)
        return left

    async def _differing(self, found: Inspected) -> list[str]:
        """The files that are on disk otherwise than HEAD has them, whatever is staged."""
        place, index = found.place, found.folder / "differing"
        await self._reset(found, found.index, index)
        listed = await self._inspections.ask(
            place, "ls-files", "--modified", "--others", "--exclude-standard", "-z", *found.paths, index=index
        )
        return list(dict.fromkeys(filter(None, listed.split("\0"))))

    async def _held(self, found: Inspected, rescue: Rescue, names: list[str]) -> Changed:
        """What the rescue holds beyond HEAD; refuses where that is not all, or where something stands in the way."""
        place, stakes = found.place, found.stakes
        if stakes.busy:
            raise refused(sentences.WORKTREE_BUSY(path=place.worktree, doing=stakes.busy))
        # That of the index is our own.
        if locks := [lock for lock in stakes.locks if Path(lock).name != INDEX_LOCK]:
            raise refused(sentences.GIT_LOCKED(path=place.worktree, words=named(locks)))
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

    async def _take_away(self, found: Inspected, rescue: Rescue, going: Changed) -> list[str]:
        """Remove the files that are just as the rescue has them; the names of the others."""
        place, index, root = found.place, found.folder / "rescue", Path(found.place.worktree)
        await self._inspections.ask(place, "read-tree", rescue.oid, index=index)
        parents = (await self._inspections.ask(place, "rev-parse", f"{rescue.oid}^@")).split("\n")
        verbatim = await self._contents.verbatim(place, rescue.oid, parents)
        left: list[str] = []
        for part in pieces(list(going)):
            before = await asyncio.to_thread(_stamps, root, part)
            files = {name: going[name] for name in part}
            own = verbatim.intersection(part)
            different = await self._contents.compare(place, index, files, own)
            left += await asyncio.to_thread(_remove_held, root, before, frozenset(different))
        return left

    async def _bring_back(self, found: Inspected, names: list[str]) -> None:
        """Write the files of HEAD that are not there; git writes over none."""
        if found.head is None:
            return
        place, index = found.place, found.folder / "head"
        await self._inspections.ask(place, "read-tree", found.head, index=index)
        for part in pieces(await asyncio.to_thread(missing, place.worktree, names)):
            await self._inspections.ask(place, "checkout-index", "-q", "--", *part, index=index)

    async def _reset(self, found: Inspected, source: Path, index: Path) -> None:
        """Copy an index, and bring the copy to HEAD."""
        with suppress(FileNotFoundError):
            await asyncio.to_thread(shutil.copyfile, source, index)
        head = ("--reset", found.head) if found.head else ("--empty",)
        await self._inspections.ask(found.place, "read-tree", *head, index=index)
        # Its exit status tells of differences, which are asked for afterwards.
        await self._inspections.run(found.place, "update-index", "-q", "--refresh", index=index)


def _remove_held(root: Path, before: Mapping[str, _Stamp], different: Collection[str]) -> list[str]:
    """Remove the files that are alike, and the folders that this empties; the names of those left.

    Those are left as well that are no longer as they were before they were compared.
    """
    left: list[str] = []
    for name, stamp in before.items():
        path = root / name
        now = _stamp(path)
        if now is not None and (name in different or now != stamp):
            left.append(name)
        elif now is not None:
            path.unlink(missing_ok=True)
            _remove_empty(root, path.parent)
    return left


def _stamps(root: Path, names: Iterable[str]) -> dict[str, _Stamp]:
    return {name: stamp for name in names if (stamp := _stamp(root / name))}


def _stamp(path: Path) -> _Stamp | None:
    """What changes with a file; None where there is none."""
    try:
        status = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _remove_empty(root: Path, folder: Path) -> None:
    with suppress(OSError):
        while folder != root:
            folder.rmdir()
            folder = folder.parent
