"""Local changes: tells which repositories' clones and worktrees moved, from the files that git changes when they do."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path

# Git renames over these; objects, logs and lock files say nothing more. A reftable keeps all refs behind one list.
_NAMES = frozenset({"HEAD", "index", "packed-refs", "tables.list"})
_DEBOUNCE_MS = 50
_STEP_MS = 10
_LARGEST_POINTER = 4096
_MOST_FOLDERS = 256
Watched = dict[str, frozenset[str]]
_log = logging.getLogger(__name__)


class FileWatch:
    """The port `Watch`, by the system's notices; new folders are looked for every `look_again` seconds."""

    def __init__(self, look_again: float = 5.0) -> None:
        self._look_again = look_again

    async def changes(self, folders: Mapping[str, Sequence[str]]) -> AsyncGenerator[set[str]]:
        """The keys of repositories whose HEAD, refs or index changed, some 50 ms after they did.

        `folders` holds each key's clone and worktrees; what is missing is looked for again every few seconds. Ends
        where the system cannot watch (a matter for the log: the regular poll still finds every change).
        """
        while True:
            watched = await asyncio.to_thread(_watched, folders)
            if not watched:
                await asyncio.sleep(self._look_again)
                continue
            try:
                async with aclosing(self._moves(watched)) as moves:
                    async for paths in moves:
                        now = await asyncio.to_thread(_watched, folders)
                        # Folders come and go with worktrees and branches: what happened in new ones is not known.
                        touched = _owners(watched, (str(path.parent) for path in paths))
                        touched |= _owners(now, now.keys() - watched)
                        if touched:
                            yield touched
                        if now != watched:
                            break
            except FileNotFoundError:
                continue
            except Exception:
                _log.warning("local changes cannot be watched", exc_info=True)
                return

    async def _moves(self, watched: Watched) -> AsyncGenerator[set[Path]]:
        """What changed in the folders, and every few seconds nothing."""
        from watchfiles import awatch

        found = awatch(
            *watched,
            watch_filter=lambda _, path: _is_relevant(Path(path), watched),
            debounce=_DEBOUNCE_MS,
            step=_STEP_MS,
            rust_timeout=round(self._look_again * 1000),
            yield_on_timeout=True,
            recursive=False,
            ignore_permission_denied=True,
        )
        async with aclosing(found):
            async for changes in found:
                yield {Path(path) for _, path in changes}


def _owners(watched: Watched, folders: Iterable[str]) -> set[str]:
    return set().union(*(watched[folder] for folder in folders))


def _is_relevant(path: Path, watched: Watched) -> bool:
    if str(path.parent) not in watched or path.name.endswith(".lock"):
        return False
    return path.name in _NAMES or "refs" in path.parts


def _watched(places: Mapping[str, Sequence[str]]) -> Watched:
    """The folders to watch, and which repositories each belongs to."""
    watched: Watched = {}
    for key, folders in places.items():
        found = {each for folder in folders for each in _git_folders(Path(folder))}
        for each in sorted(found)[:_MOST_FOLDERS]:
            watched[each] = watched.get(each, frozenset()) | {key}
    return watched


def _git_folders(folder: Path) -> set[str]:
    """The folders that hold HEAD, index and refs of a checkout; none where it is missing or no checkout.

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
