"""Local changes: tells which repositories' clones and worktrees moved, from the files that git changes when they do.

The system's notices only say when to look; what changed is found by comparing. So nothing is lost while folders come
and go, and noise (objects, logs, lock files) is not passed on.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

# Git renames new versions over these. A reftable keeps all refs behind one list.
_NAMES = ("HEAD", "index", "packed-refs", "tables.list")
_DEBOUNCE_MS = 50
_STEP_MS = 10
_LOOK_AGAIN = 5.0
_LARGEST_POINTER = 4096
_MOST_FOLDERS = 256
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Folder:
    """A watched folder: whose it is, and what its files looked like."""

    owners: frozenset[str]
    stamp: tuple[tuple[int, int] | None, ...]


class FileWatch:
    """The port `Watch`; what the system does not tell is found by looking every `look_again` seconds."""

    def __init__(self, look_again: float = _LOOK_AGAIN) -> None:
        self._look_again = look_again

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
