"""The contents of a worktree's files, byte for byte against what git has of them."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from msgspec import Struct

from soda_tui.cockpit.ports.place import Place
from soda_tui.services.git.environment import DURABLY
from soda_tui.services.git.inspection import Inspections, pieces
from soda_tui.services.git.refs import SUBMODULE
from soda_tui.services.git.scratch import scratch

_CHUNK = 1024 * 1024
WITH_VERBATIM = 3  # parents of a rescue, the last of which has these files alone


class Change(Struct, frozen=True):
    """A file as two trees have it: its mode and object in each, None where it is not there."""

    before: tuple[str, str] | None
    after: tuple[str, str] | None

    @property
    def submodule(self) -> bool:
        """Whether it is another repository's commit, and so no content of this one."""
        return any(side is not None and side[0] == SUBMODULE for side in (self.before, self.after))

    @property
    def blob(self) -> str | None:
        """The object that holds the file's bytes after it; None where there are none."""
        return None if self.after is None or self.submodule else self.after[1]


# The files in which a tree differs from another, by name.
Changed = Mapping[str, Change]


def covers(held: Changed, now: Changed) -> bool:
    """Whether of two trees over one base the first holds all contents of the second that the base has not."""
    return all(name in held and change.after in {None, held[name].after} for name, change in now.items())


def keeps(taken: Changed, staged: Changed) -> bool:
    """Whether of two trees over one base the first has every file of the second as it is there; deletions are none."""
    wanted = {name: change.after for name, change in staged.items() if change.after is not None}
    return all(name in taken and taken[name].after == after for name, after in wanted.items())


class Contents:
    """Reads files back from git as they would be on disk, with the user's filters, and compares them."""

    def __init__(self, inspections: Inspections) -> None:
        self._inspections = inspections

    async def changed(self, place: Place, base: str, tree: str) -> Changed:
        """The files in which a tree differs from its base."""
        listed = await self._inspections.ask(place, "diff-tree", "-r", "-z", "--no-renames", base, tree)
        fields = listed.split("\0")
        rows = ((row[1:].split(" "), name) for row, name in zip(fields[::2], fields[1::2], strict=False))
        return {
            name: Change(
                (row[0], row[2]) if row[4] != "A" else None,
                (row[1], row[3]) if row[4] != "D" else None,
            )
            for row, name in rows
        }

    async def compare(self, place: Place, index: Path, changed: Changed, verbatim: Collection[str] = ()) -> list[str]:
        """The changed files that are on disk otherwise than the index has them.

        They are compared with what git would put on disk, the `verbatim` ones with the objects themselves.
        """
        there = {name: change.after for name, change in changed.items() if change.after and not change.submodule}
        root, modes = Path(place.worktree), await self._modes_count(place)
        different: list[str] = []
        for part in pieces([name for name in there if name not in verbatim]):
            async with self._extracted(place, index, part) as folder:
                different += await asyncio.to_thread(_different, root, folder, part, modes)
        own = await self.own(place, [name for name in there if name in verbatim])
        for name in filter(there.__contains__, verbatim):
            (mode, oid), wanted = own.get(name, ("", "")), there[name]
            if oid != wanted[1] or (modes and mode != wanted[0]):
                different.append(name)
        return different

    async def own(self, place: Place, names: Sequence[str], *, write: bool = False) -> dict[str, tuple[str, str]]:
        """The modes of regular files and the objects of their own bytes, whatever git would convert."""
        found: dict[str, tuple[str, str]] = {}
        how = (*DURABLY, "hash-object", "-w") if write else ("hash-object",)
        for part in pieces(names):
            modes = await asyncio.to_thread(_regular, Path(place.worktree), part)
            if modes:
                listed = await self._inspections.ask(place, *how, "--no-filters", "--", *modes)
                found |= {name: (modes[name], oid) for name, oid in zip(modes, listed.split("\n"), strict=True)}
        return found

    async def verbatim(self, place: Place, rescue: str, parents: Sequence[str]) -> frozenset[str]:
        """The files that a rescue holds just as they were, because git would put others on disk."""
        if len(parents) < WITH_VERBATIM:
            return frozenset()
        listed = await self._inspections.ask(place, "ls-tree", "-r", "-z", "--name-only", f"{rescue}^3")
        return frozenset(filter(None, listed.split("\0")))

    @asynccontextmanager
    async def _extracted(self, place: Place, index: Path, names: Sequence[str]) -> AsyncIterator[Path]:
        """A folder with some files of an index as git would put them on disk."""
        with scratch(place) as folder:
            await self._inspections.ask(place, "checkout-index", "-q", f"--prefix={folder}/", "--", *names, index=index)
            yield folder

    async def _modes_count(self, place: Place) -> bool:
        """Whether files on this disk have a bit that says that they can be executed."""
        asked = await self._inspections.run(place, "config", "--type=bool", "--get", "core.fileMode")
        return asked.text != "false"


def _same(path: Path, copy: Path, modes: bool) -> bool:
    """Whether two files are alike: kind, bytes, and whether they can be executed."""
    try:
        one, other = path.lstat(), copy.lstat()
        if stat.S_IFMT(one.st_mode) != stat.S_IFMT(other.st_mode):
            return False
        if stat.S_ISLNK(one.st_mode):
            return path.readlink() == copy.readlink()
        if one.st_size != other.st_size or (modes and (one.st_mode ^ other.st_mode) & stat.S_IXUSR):
            return False
        with path.open("rb") as first, copy.open("rb") as second:
            while chunk := first.read(_CHUNK):
                if chunk != second.read(_CHUNK):
                    return False
            return not second.read(1)
    except (FileNotFoundError, NotADirectoryError):
        return False


def _different(root: Path, folder: Path, names: list[str], modes: bool) -> list[str]:
    return [name for name in names if not _same(root / name, folder / name, modes)]


def _regular(root: Path, names: Sequence[str]) -> dict[str, str]:
    """The modes of regular files as git writes them."""
    found: dict[str, str] = {}
    for name in names:
        with suppress(FileNotFoundError, NotADirectoryError):
            mode = (root / name).lstat().st_mode
            if stat.S_ISREG(mode):
                found[name] = "100755" if mode & stat.S_IXUSR else "100644"
    return found
