"""What a worktree holds beyond a commit, uncommitted changes included."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import suppress
from pathlib import Path

from soda_tui.cockpit.ports.place import Place
from soda_tui.domain.text import clean, shorten
from soda_tui.domain.work import Difference, FileChange
from soda_tui.services.git.gitdir import git_dir
from soda_tui.services.git.problems import text
from soda_tui.services.git.process import OUTPUT, Deadlines, Finished, Runner
from soda_tui.services.git.refs import revision
from soda_tui.services.git.scratch import scratch

_FILES = 500
_LINES = 20_000
_LINE = 2000
_NAME = 200
# The user's own diff programs and filters would run what a repository's attributes name.
_PLAIN = ("--no-ext-diff", "--no-textconv", "--no-color", "--no-renames", "--submodule=short")


class Differences:
    """Reads differences without taking a lock."""

    def __init__(self, runner: Runner, deadlines: Deadlines) -> None:
        self._runner = runner
        self._deadlines = deadlines

    async def since(self, place: Place, base: str) -> Difference:
        """The worktree against the commit that its work began at; raises a Failure where git cannot say."""
        with scratch(place) as folder:
            index = folder / "index"
            await asyncio.to_thread(_copy_index, place.worktree, index)
            counted, untracked, patch = await asyncio.gather(
                self._read(place, index, "diff", *_PLAIN, "--numstat", "-z", revision(base), "--"),
                self._read(place, index, "ls-files", "--others", "--exclude-standard", "-z", "--"),
                self._read(place, index, "diff", *_PLAIN, "--patch", revision(base), "--"),
            )
        # Some megabytes of text: long enough to make a screen wait.
        return await asyncio.to_thread(_difference, place.worktree, counted, untracked, patch)

    async def _read(self, place: Place, index: Path, *arguments: str) -> Finished:
        variables = {"GIT_INDEX_FILE": str(index)}
        return await self._runner.run(place.worktree, *arguments, deadline=self._deadlines.local, variables=variables)


def _copy_index(directory: str, copy: Path) -> None:
    """Copy the index, for `git diff` locks it and writes it anew, with `--no-optional-locks` as well (git 2.39)."""
    found = git_dir(directory)
    # A worktree that is not there is git's to tell, and one without an index is an empty one.
    with suppress(OSError):
        shutil.copyfile((found or Path(directory)) / "index", copy)


def _difference(directory: str, counted: Finished, untracked: Finished, patch: Finished) -> Difference:
    files = [*_counted(text(counted, directory)), *_untracked(text(untracked, directory))]
    lines = clean(text(patch, directory)).split("\n") if patch.out else []
    shown = tuple(line if len(line) <= _LINE else line[:_LINE] + "…" for line in lines[:_LINES])
    whole = all(len(finished.out) < OUTPUT for finished in (counted, untracked, patch))
    return Difference(tuple(files[:_FILES]), shown, len(lines) > _LINES or len(files) > _FILES or not whole)


def _counted(listing: str) -> list[FileChange]:
    rows = (entry.split("\t", 2) for entry in listing.split("\0") if entry.count("\t") >= 2)
    return [FileChange(shorten(path, _NAME), _number(added), _number(removed)) for added, removed, path in rows]


def _untracked(listing: str) -> list[FileChange]:
    return [FileChange(shorten(path, _NAME), None, None, True) for path in listing.split("\0") if path]


def _number(text: str) -> int | None:
    return int(text) if text.isdigit() else None
