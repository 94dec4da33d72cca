"""The remote that a clone's configuration names, asked of git once for each content of that."""

from __future__ import annotations

import asyncio
from pathlib import Path

from soda_tui.services.git.gitdir import common_dir, git_dir
from soda_tui.services.git.process import Deadlines, Finished, Runner

_LARGEST = 1 << 20
_Stamp = tuple[tuple[int, int, int] | None, ...]


class Origins:
    """Remembers git's answers: a third of the processes that looking at quiet clones would take.

    An answer stands while the clone's own files, which come before the user's, are the very same and include no others.
    """

    def __init__(self, runner: Runner, deadlines: Deadlines) -> None:
        self._runner = runner
        self._deadlines = deadlines
        self._known: dict[str, tuple[_Stamp, Finished]] = {}

    async def of(self, path: str) -> Finished:
        """What `git config` says of `remote.origin.url`."""
        stamp = await asyncio.to_thread(_stamp, path)
        known = self._known.get(path)
        if stamp is not None and known is not None and known[0] == stamp:
            return known[1]
        answer = await self._runner.run(path, "config", "--get", "remote.origin.url", deadline=self._deadlines.local)
        if stamp is not None and answer.code == 0 and await asyncio.to_thread(_is_own, path, answer.text):
            self._known[path] = stamp, answer
        return answer


def _files(path: str) -> tuple[Path, ...]:
    found = git_dir(path)
    return (common_dir(found) / "config", found / "config.worktree") if found is not None else ()


def _stamp(path: str) -> _Stamp | None:
    """What changes with the files; None where there are none."""
    stamps = tuple(map(_looks, _files(path)))
    return stamps if any(stamps) else None


def _looks(file: Path) -> tuple[int, int, int] | None:
    try:
        seen = file.stat()
    except OSError:
        return None
    return seen.st_ino, seen.st_mtime_ns, seen.st_size


def _is_own(path: str, url: str) -> bool:
    """Whether the clone's own file says so, and nothing that it includes can say otherwise."""
    file = next(iter(_files(path)), None)
    try:
        content = file.read_bytes() if file is not None and file.stat().st_size <= _LARGEST else b""
    except OSError:
        return False
    return url.strip().encode("utf-8", "surrogateescape") in content and b"include" not in content.lower()
