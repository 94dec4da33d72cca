"""Clones on this machine, found below a folder: bounded, through no link, and nothing in them is run."""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

from soda_tui.domain.enrolling import Clone, Scan
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.naming import RepositoryName
from soda_tui.domain.sentences import SCAN_CUT, SCAN_NO_FOLDER
from soda_tui.services.enrolment import identify
from soda_tui.services.files import expand, reason
from soda_tui.services.git.service import GitService

_DEEPEST = 5
_MOST_FOLDERS = 20_000
_MOST_CLONES = 300
_SECONDS = 10.0
_AT_ONCE = 8
# What package managers and builds fill, and systems keep for themselves: whole clones may lie there, of others' work.
_PASSED_OVER = frozenset(
    {
        *("node_modules", "bower_components", "vendor", "third_party", "site-packages", "venv", "env", "__pycache__"),
        *("target", "build", "dist", "out", "Pods", "DerivedData", "Library", "Applications", "AppData", "snap"),
        *("Trash", "lost+found", "proc", "sys", "dev"),
    }
)


class LocalClones:
    """Finds clones; `clock` tells the seconds that bound a search."""

    def __init__(self, git: GitService, clock: Callable[[], float] = monotonic) -> None:
        self._git = git
        self._clock = clock

    async def scan(self, folder: str) -> Scan:
        """The clones below a folder, by path; raises a Failure where that cannot be read."""
        top = await asyncio.to_thread(_top, folder)
        paths, looked, whole = await asyncio.to_thread(self._walk, top)
        at_once = asyncio.Semaphore(_AT_ONCE)

        async def one(path: str) -> Clone:
            async with at_once:
                return await self._identified(path)

        clones = await asyncio.gather(*map(one, paths))
        return Scan(top, tuple(clones), "" if whole else SCAN_CUT(path=top, count=looked))

    async def names(self, folder: str) -> frozenset[str]:
        """What stands in a folder; nothing where there is none."""
        try:
            return frozenset(await asyncio.to_thread(os.listdir, expand(folder)))
        except OSError:
            return frozenset()

    async def clone(self, name: RepositoryName, path: str) -> str | None:
        """Clone a repository to a path where nothing is."""
        return await self._git.clone(name, path)

    async def _identified(self, path: str) -> Clone:
        try:
            return Clone(path, identify(await self._git.remote_url(path), path))
        except Failure as failure:
            if failure.problem.code is ErrorCode.NO_GIT:
                raise
            return Clone(path, None, failure.problem.message)

    def _walk(self, top: str) -> tuple[list[str], int, bool]:
        """Paths of clones, how many folders were looked at, and whether these were all."""
        until, looked = self._clock() + _SECONDS, 0
        found: list[str] = []
        waiting = deque([(top, 0)])
        while waiting:
            if looked >= _MOST_FOLDERS or len(found) >= _MOST_CLONES or self._clock() > until:
                return sorted(found), looked, False
            path, depth = waiting.popleft()
            looked += 1
            mark = Path(path, ".git")
            if mark.is_dir() and not mark.is_symlink():
                found.append(path)
            # A home may be a repository itself.
            if depth < _DEEPEST and (path == top or not os.path.lexists(mark)):
                waiting += ((below, depth + 1) for below in _folders(path))
        return sorted(found), looked, True


def _folders(path: str) -> Iterator[str]:
    try:
        with os.scandir(path) as entries:
            names = [each.name for each in entries if each.is_dir(follow_symlinks=False)]
    except OSError:
        return
    yield from (str(Path(path, name)) for name in sorted(names) if name[0] != "." and name not in _PASSED_OVER)


def _top(folder: str) -> str:
    """The folder as it is written into the configuration: whole, and with no link left in it that is above it."""
    path = expand(folder)
    try:
        top = path.resolve(strict=True)
        os.scandir(top).close()
    except (OSError, RuntimeError) as error:
        words = reason(error) if isinstance(error, OSError) else "a circle of links"
        raise Failure(Problem(ErrorCode.USAGE, SCAN_NO_FOLDER(path=path, reason=words))) from error
    return str(top)
