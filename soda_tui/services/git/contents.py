"""The contents of a worktree's files, byte for byte against what git has of them."""

from __future__ import annotations

import asyncio
import stat
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from soda_tui.cockpit.ports import Place
from soda_tui.services.git.inspection import SUBMODULE, Inspections, pieces

_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Change:
    """A file as two trees have it: its mode and object in each, None where it is not there."""

    before: tuple[str, str] | None
    after: tuple[str, str] | None

    @property
    def submodule(self) -> bool:
        """Whether it is another repository's commit, and so no content of this one."""
        return any(side is not None and side[0] == SUBMODULE for side in (self.before, self.after))


# The files in which a tree differs from another, by name.
Changed = Mapping[str, Change]


def covers(held: Changed, now: Changed) -> bool:
    """Whether of two trees over one base the first holds all contents of the second that the base has not."""
    return all(name in held and change.after in {None, held[name].after} for name, change in now.items())


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

    async def compare(self, place: Place, index: Path, changed: Changed) -> list[str]:
        """The changed files that are on disk otherwise than the index has them."""
        there = [name for name, change in changed.items() if change.after is not None and not change.submodule]
        root, modes = Path(place.worktree), await self.modes_count(place)
        different: list[str] = []
        for part in pieces(there):
            async with self.extracted(place, index, part) as folder:
                different += await asyncio.to_thread(_different, root, folder, part, modes)
        return different

    @asynccontextmanager
    async def extracted(self, place: Place, index: Path, names: Sequence[str]) -> AsyncIterator[Path]:
        """A folder with some files of an index as git would put them on disk."""
        with tempfile.TemporaryDirectory(prefix="soda-tui-") as name:
            await self._inspections.ask(place, "checkout-index", "-q", f"--prefix={name}/", "--", *names, index=index)
            yield Path(name)

    async def modes_count(self, place: Place) -> bool:
        """Whether files on this disk have a bit that says that they can be executed."""
        asked = await self._inspections.run(place, "config", "--type=bool", "--get", "core.fileMode")
        return asked.text != "false"


def same(path: Path, copy: Path, modes: bool) -> bool:
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
    return [name for name in names if not same(root / name, folder / name, modes)]
