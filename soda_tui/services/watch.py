"""Local changes: tells which repositories' clones and worktrees moved, from the files that git changes when they do.

The system's notices only say when to look; what changed is found by comparing. So nothing is lost while folders come
and go, and noise (objects, logs, lock files) is not passed on.

Edits, which git does not know of yet, are told from the folders that hold tracked files, and only while somebody looks.
Comparing the files themselves instead takes 2.3 us for each (measured): 24 checkouts of a thousand files, each within
five seconds, would take more than a hundredth of a core. Notices cost nothing while nothing happens.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncGenerator, Collection, Iterable, Mapping, Sequence
from contextlib import aclosing
from itertools import cycle
from pathlib import Path

from msgspec import Struct

# Git renames new versions over these. A reftable keeps all refs behind one list.
_NAMES = ("HEAD", "index", "packed-refs", "tables.list")
_DEBOUNCE_MS = 50
_STEP_MS = 50
_LOOK_AGAIN = 5.0
_LARGEST_POINTER = 4096
_MOST_FOLDERS = 256
# An agent that writes without a pause has its repository looked at so often.
_EDITS_DEBOUNCE_MS = 2000
_EDITS_STEP_MS = 100
# Kernels before 5.11 allow 8,192 watches to all programs of a user together.
_MOST_EDITED = 3000
_IN_TURN = 2.0
_log = logging.getLogger(__name__)


class _Folder(Struct, frozen=True):
    """A watched folder: whose it is, and what its files looked like."""

    owners: frozenset[str]
    stamp: tuple[tuple[int, int] | None, ...]


class FileWatch:
    """The port `Watch`; what the system does not tell is found by looking every `look_again` seconds."""

    def __init__(self, look_again: float = _LOOK_AGAIN, in_turn: float = _IN_TURN, most: int = _MOST_EDITED) -> None:
        self._look_again = look_again
        self._in_turn = in_turn
        self._most = most

    async def changes(self, folders: Mapping[str, Sequence[str]]) -> AsyncGenerator[set[str]]:
        """The keys of repositories whose HEAD, branches or index changed, some 50 ms after they did.

        `folders` holds each key's clone and worktrees; those that do not exist yet are noticed when they do.
        """
        before = await asyncio.to_thread(_scan, folders)
        while True:
            async with aclosing(self._hints(list(before))) as hints:
                async for _ in hints:
                    now = await asyncio.to_thread(_scan, folders)
                    last, before = before, now
                    if touched := _touched(last, now):
                        yield touched
                    if now.keys() != last.keys():
                        break

    async def edits(self, folders: Mapping[str, Collection[str]]) -> AsyncGenerator[set[str]]:
        """The keys in whose folders a file changed, at most some two seconds after it did.

        A key whose folders are too many, or all keys where the system does not tell, is told every few seconds in turn,
        without knowing whether anything changed there.
        """
        owners: dict[str, set[str]] = {}
        unwatched: list[str] = []
        for key in sorted(folders, key=lambda key: len(folders[key])):
            if folders[key] and len(owners) + len(folders[key]) <= self._most:
                for folder in folders[key]:
                    owners.setdefault(folder, set()).add(key)
            else:
                unwatched.append(key)
        if owners:
            try:
                async with aclosing(self._notices(owners, unwatched)) as notices:
                    async for keys in notices:
                        yield keys
            except Exception:
                _log.warning("the system does not tell of edits: looking at one place after another", exc_info=True)
        for key in cycle(folders):
            await asyncio.sleep(self._in_turn)
            yield {key}

    async def _notices(
        self, owners: Mapping[str, Collection[str]], unwatched: Collection[str]
    ) -> AsyncGenerator[set[str]]:
        from watchfiles import awatch

        loop = asyncio.get_running_loop()
        turns, due = cycle(unwatched), loop.time() + self._in_turn
        there = await asyncio.to_thread(lambda: [folder for folder in owners if Path(folder).is_dir()])
        found = awatch(
            *there,
            watch_filter=lambda _, path: not path.endswith("/.git"),
            debounce=_EDITS_DEBOUNCE_MS,
            step=_EDITS_STEP_MS,
            rust_timeout=round(self._in_turn * 1000) if unwatched else round(self._look_again * 1000),
            yield_on_timeout=bool(unwatched),
            recursive=False,
            ignore_permission_denied=True,
        )
        async with aclosing(found):
            async for changes in found:
                places = {place for _, path in changes for place in (path, path.rpartition("/")[0])}
                touched = {key for place in places for key in owners.get(place, ())}
                if unwatched and loop.time() >= due:
                    touched.add(next(turns))
                    due = loop.time() + self._in_turn
                if touched:
                    yield touched

    async def _hints(self, paths: Sequence[str]) -> AsyncGenerator[None]:
        """A moment to look: after a notice, and every few seconds."""
        from watchfiles import awatch

        try:
            found = awatch(
                *paths,
                watch_filter=lambda _, path: _is_relevant(Path(path)),
                debounce=_DEBOUNCE_MS,
                step=_STEP_MS,
                rust_timeout=round(self._look_again * 1000),
                yield_on_timeout=True,
                recursive=False,
                ignore_permission_denied=True,
            )
            async with aclosing(found):
                async for _ in found:
                    yield
        except Exception:
            _log.warning("the system does not tell of local changes: looking every few seconds", exc_info=True)
        while True:
            await asyncio.sleep(self._look_again)
            yield


def _is_relevant(path: Path) -> bool:
    return path.name in _NAMES or ("refs" in path.parts and path.suffix != ".lock")


def _touched(before: Mapping[str, _Folder], now: Mapping[str, _Folder]) -> set[str]:
    return {key for path, folder in now.items() if before.get(path) != folder for key in folder.owners}


def _scan(places: Mapping[str, Sequence[str]]) -> dict[str, _Folder]:
    """The folders to watch as they are now."""
    scanned: dict[str, _Folder] = {}
    for key, folders in places.items():
        found = {each for folder in folders for each in _git_folders(Path(folder))}
        for path in sorted(found)[:_MOST_FOLDERS]:
            owners = scanned[path].owners if path in scanned else frozenset()
            scanned[path] = _Folder(owners | {key}, tuple(_stamps(Path(path))))
    return scanned


def _stamps(folder: Path) -> Iterable[tuple[int, int] | None]:
    """What changes with each relevant file: of refs, which may be thousands, the folder itself has to do."""
    for path in [folder] if "refs" in folder.parts else [folder / name for name in _NAMES]:
        try:
            seen = path.stat()
        except OSError:
            yield None
        else:
            yield seen.st_ino, seen.st_mtime_ns


def _git_folders(folder: Path) -> set[str]:
    """The folders that hold HEAD, index and refs of a checkout and its worktrees; none where it is missing.

    Only names under `refs/heads` and `refs/remotes` are followed: our own and other tools' refs lie elsewhere.
    """
    own = _pointer(folder / ".git") or folder / ".git"
    shared = _pointer(own / "commondir") or own
    found = {own, shared, shared / "reftable", *(shared / "worktrees").glob("*")}
    for refs in (shared / "refs" / "heads", shared / "refs" / "remotes"):
        found |= {Path(root) for root, _, _ in os.walk(refs)}
    return {os.path.realpath(each) for each in found if each.is_dir()}


def _pointer(file: Path) -> Path | None:
    """Where a `.git` file or a `commondir` points, which may be said from its own folder; None where it is no file."""
    try:
        with file.open("rb") as content:
            text = content.read(_LARGEST_POINTER).decode(errors="surrogateescape")
    except OSError:
        return None
    return file.parent / text.removeprefix("gitdir:").strip()
