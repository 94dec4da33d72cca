"""The cockpit's own directories of a clone: those that are there, and those that only git still remembers."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from soda_tui.cockpit.ports.place import Place
from soda_tui.domain.kept_work import KeptDirectory
from soda_tui.services.git.gitdir import common_dir, git_dir, left_branch, same_clone, visited
from soda_tui.services.git.problems import text
from soda_tui.services.git.process import Deadlines, Finished, Runner
from soda_tui.services.git.refs import HEADS, TRACKED
from soda_tui.services.git.worktrees import Worktree, worktrees

_MOST = 200


class Directories:
    """Looks at worktrees from outside, without touching anything in them."""

    def __init__(self, runner: Runner, deadlines: Deadlines) -> None:
        self._runner = runner
        self._deadlines = deadlines

    async def look(self, place: Place, folders: Sequence[str]) -> tuple[tuple[KeptDirectory, ...], dict[str, str]]:
        """The directories that are or lie in the folders, and for each branch the directory that stands on it."""
        entries = await worktrees(self._runner, place.path, self._deadlines.local)
        standing = await asyncio.to_thread(_standing, entries)
        chosen = await asyncio.to_thread(_ours, place.path, entries, folders)
        found = [await self._directory(place, path, entry) for path, entry in list(chosen.items())[:_MOST]]
        return tuple(found), standing

    async def visited(self, place: Place, directories: Iterable[KeptDirectory]) -> frozenset[str]:
        """The names of branches that the directories stood on, as far as git remembers that."""

        def found() -> frozenset[str]:
            places = (git_dir(one.path) or remembered(place.path, one.path) for one in directories if one.known)
            return frozenset[str]().union(*(visited(own) for own in places if own is not None))

        return await asyncio.to_thread(found)

    async def _directory(self, place: Place, path: str, entry: Worktree | None) -> KeptDirectory:
        gone = not await asyncio.to_thread(os.path.lexists, path)
        oid, ref = (entry.get("HEAD"), entry.get("branch")) if entry else (None, None)
        return KeptDirectory(
            path,
            ref.removeprefix(HEADS) if ref else None,
            oid,
            gone,
            entry is not None and (gone or await asyncio.to_thread(same_clone, place.path, path)),
            entry is not None and "locked" in entry,
            await self.is_held(place, path) if gone else False,
            None if gone else await asyncio.to_thread(_used, path),
        )

    async def is_held(self, place: Place, path: str) -> bool:
        """Whether of a worktree whose directory is gone git remembers nothing that is not held elsewhere."""
        own = await asyncio.to_thread(remembered, place.path, path)
        if own is None:
            return False
        there = f"--git-dir={own}"
        tree, head = await asyncio.gather(
            self._run(place, there, "rev-parse", "--verify", "HEAD^{tree}"),
            self._run(place, there, "rev-parse", "--verify", "HEAD^{commit}"),
        )
        if tree.code != 0 or head.code != 0:
            return False
        if (own / "index").exists():
            # What was staged there and never committed is in no other index.
            staged = await self._run(place, there, "write-tree")
            if staged.code != 0 or staged.text != tree.text:
                return False
        holders = (HEADS, "refs/tags", "refs/remotes", TRACKED)
        return bool(await self._ask(place, "for-each-ref", "--count=1", "--contains", head.text, *holders))

    async def _ask(self, place: Place, *arguments: str) -> str:
        return text(await self._run(place, *arguments), place.path)

    async def _run(self, place: Place, *arguments: str) -> Finished:
        return await self._runner.run(place.path, *arguments, deadline=self._deadlines.local)


def _ours(clone: str, entries: Sequence[Worktree], folders: Sequence[str]) -> dict[str, Worktree | None]:
    """The cockpit's own directories as it calls them, whatever links lead there, with what git knows of them."""
    known = {os.path.realpath(entry["worktree"]): entry for entry in entries}
    paths = {told: path for folder in folders for path, told in _inside(folder, known)}
    paths |= {path: os.path.realpath(path) for path in _below(folders)}
    own = os.path.realpath(clone)
    return {told: known.get(path) for told, path in paths.items() if path != own}


def _inside(folder: str, known: Mapping[str, Worktree]) -> Iterator[tuple[str, str]]:
    """The worktrees that git knows at or below a folder, with the names that they have by that folder's name."""
    root = os.path.realpath(folder)
    for path in known:
        if path == root or path.startswith(f"{root}/"):
            yield path, folder + path.removeprefix(root)


def _standing(entries: Sequence[Worktree]) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in entries:
        branch = entry.get("branch", "").removeprefix(HEADS) or left_branch(entry["worktree"])
        if branch:
            found[branch] = entry["worktree"]
    return found


def _below(folders: Sequence[str]) -> list[str]:
    """The directories that are there: a folder that is a worktree, or those in a folder that holds some."""
    found: list[str] = []
    for folder in map(Path, folders):
        if os.path.lexists(folder / ".git"):
            found.append(str(folder))
        elif folder.is_dir() and not folder.is_symlink():
            found += [str(each) for each in sorted(folder.iterdir()) if each.is_dir()]
    return found


def _used(path: str) -> datetime | None:
    """When something was done in a worktree last, by git or in its top folder."""
    own = git_dir(path)
    times: list[float] = []
    for each in (Path(path), *((own / name for name in ("HEAD", "index", "logs/HEAD")) if own else ())):
        with suppress(OSError):
            times.append(each.lstat().st_mtime)
    return datetime.fromtimestamp(int(max(times)), UTC) if times else None


def remembered(clone: str, path: str) -> Path | None:
    """Where git keeps what it remembers of a worktree."""
    own = git_dir(clone)
    for each in sorted((common_dir(own) / "worktrees").glob("*/gitdir")) if own else ():
        try:
            there = Path(each.read_text("utf-8", "surrogateescape").strip()).parent
            if os.path.realpath(there) == os.path.realpath(path):
                return each.parent
        except OSError:
            continue
    return None
