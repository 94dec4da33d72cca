"""Filling a worktree, and what a filling leaves behind that was ended half-way.

A marker in the worktree's git directory says from which commit to which one it goes, and is locked for as long as any
of its processes lives. What is half done is put back to where HEAD still stands, and only where every file there is
one of these two commits' own, or the beginning of one: then nothing can be lost.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from soda_tui.cockpit.ports.place import Place
from soda_tui.domain import sentences
from soda_tui.domain.facts import WorktreeFacts
from soda_tui.domain.failure import Failure
from soda_tui.domain.shellwords import shell_word
from soda_tui.services import files
from soda_tui.services.git.gitdir import git_dir
from soda_tui.services.git.indexlock import INDEX_LOCK
from soda_tui.services.git.inhabitants import gits
from soda_tui.services.git.marker import MARKER, Marker, read_marker
from soda_tui.services.git.modules import left_behind
from soda_tui.services.git.obstacles import obstacles
from soda_tui.services.git.problems import named, problem, refused, text, words
from soda_tui.services.git.process import OUTPUT, Deadlines, Finished, Runner
from soda_tui.services.git.scratch import scratch
from soda_tui.services.git.state import NOT_WORK
from soda_tui.services.git.wire import Wire

_INDEX = "soda-tui-index"
_PARTS = 64


class HalfDone(Struct, frozen=True):
    """A filling that was ended half-way and can be put back; `leftovers` are the files that have to go for that."""

    head: str
    leftovers: frozenset[str]


class _Compared(Struct, frozen=True):
    """A worktree against a commit: the commit's files, those missing and those that differ, and files not its own."""

    own: frozenset[str]
    missing: frozenset[str]
    changed: frozenset[str]
    others: frozenset[str]

    def same(self) -> frozenset[str]:
        """The files that are there just as the commit has them."""
        return self.own - self.missing - self.changed


class Checkouts:
    """Fills worktrees, and puts back what was ended half-way."""

    def __init__(self, runner: Runner, wire: Wire, deadlines: Deadlines) -> None:
        self._runner = runner
        self._wire = wire
        self._deadlines = deadlines

    async def fill(self, place: Place, worktree: WorktreeFacts, after: str, *arguments: str) -> None:
        """Run what brings the worktree to a commit, with the marker there until it has succeeded."""
        found = _directory(place)
        await self._wire.complete(place, after, files=True)
        if worktree.oid is None:
            await self.run(place, *arguments)
            return
        content = "\n".join((worktree.branch or "", worktree.oid, after)).encode()
        await asyncio.to_thread(files.write, found / MARKER, content)
        await self.run(place, *arguments, holding=found / MARKER)
        await asyncio.to_thread(self.forget, place)

    def forget(self, place: Place) -> None:
        """Take away the marker of a filling that has come to its end."""
        with suppress(FileNotFoundError):
            (_directory(place) / MARKER).unlink()

    async def half_done(self, place: Place, worktree: WorktreeFacts) -> HalfDone | None:
        """What an earlier filling left half done; None where there is nothing of that kind.

        Raises a Failure where a process of it still lives, where another git is at work, or where something is there
        that git did not put there.
        """
        found = _directory(place)
        marker = await asyncio.to_thread(read_marker, found / MARKER)
        if marker is None:
            return None
        if await asyncio.to_thread(_alive, found / MARKER):
            raise refused(sentences.CHECKOUT_ALIVE(path=place.worktree))
        locked = (found / INDEX_LOCK).exists()
        moved = (marker.branch, marker.before) != (worktree.branch or "", worktree.oid)
        if moved or worktree.busy or not (worktree.changes or locked):
            return None
        if locked and await asyncio.to_thread(_somebodys, found, place.worktree):
            raise refused(sentences.GIT_LOCKED(path=place.worktree, words=found / INDEX_LOCK))
        leftovers, foreign = await self._sort(place, marker)
        staged = (marker.before, marker.after) if (found / "index").exists() else ()
        if staged and not any([await self._index_is(place, commit) for commit in staged]):
            foreign = ["what is staged", *foreign]
        if foreign:
            raise refused(_half_done(place, foreign, found / INDEX_LOCK if locked else None))
        return HalfDone(marker.before, frozenset(leftovers))

    async def put_back(self, place: Place, half: HalfDone) -> None:
        """Bring the worktree to its HEAD; no file that is there is written over, whatever appears meanwhile."""
        found = _directory(place)
        index = found / _INDEX
        await self._wire.complete(place, half.head, files=True)
        variables = {"GIT_INDEX_FILE": str(index)}
        await asyncio.to_thread(_remove, [found / INDEX_LOCK, index, Path(f"{index}.lock")])
        await asyncio.to_thread(_remove, [Path(place.worktree, name) for name in half.leftovers])
        nothing = await self._local(place, "hash-object", "-t", "tree", os.devnull)
        await self._local(place, "read-tree", half.head, variables=variables)
        # With only the files that are there in the index, all others count as new, and git makes way for none of them.
        await self._local(place, "add", "--update", "--", ".", variables=variables)
        fill = ("read-tree", "-m", "-u", nothing, half.head)
        await self.run(place, *fill, holding=found / MARKER, variables=variables)
        await asyncio.to_thread(index.replace, found / "index")
        await asyncio.to_thread(self.forget, place)

    async def run(
        self,
        place: Place,
        *arguments: str,
        inside: str | None = None,
        holding: Path | None = None,
        variables: dict[str, str] | None = None,
    ) -> None:
        """Run what fills a worktree, with the clone's filters: all that it needs is here."""
        directory = inside or place.worktree
        finished = await self._runner.run(
            directory,
            *arguments,
            deadline=self._deadlines.checkout,
            variables={**await self._wire.variables(place), **(variables or {})},
            network=True,
            holding=holding,
        )
        if finished.code is None:
            raise Failure(problem(finished, directory))
        if finished.code != 0:
            raise refused(sentences.WORKTREE_REFUSED(path=place.worktree, words=words(finished.err)))

    async def _sort(self, place: Place, marker: Marker) -> tuple[list[str], list[str]]:
        """The files that are a filling's leftovers, and those that are not known to be."""
        before = await self._compare(place, marker.before)
        after = before if marker.after == marker.before else await self._compare(place, marker.after)
        same = after.same()
        doubtful = before.changed | before.others | (after.own - before.own - after.missing)
        leftovers = [name for name in doubtful if name in same]
        foreign: list[str] = []
        for number, name in enumerate(sorted(doubtful - same)):
            commits = [oid for oid, side in ((marker.after, after), (marker.before, before)) if name in side.own]
            part = number < _PARTS and any([await self._is_part(place, oid, name) for oid in commits])
            (leftovers if part else foreign).append(name)
        foreign += await asyncio.to_thread(obstacles, Path(place.worktree), before.missing, leftovers)
        left = await left_behind(self._runner, place.worktree, foreign, self._deadlines.local)
        return leftovers, [name for name in foreign if name not in left and name.split("/")[0] != NOT_WORK]

    async def _compare(self, place: Place, commit: str) -> _Compared:
        """Compare through an index that is not the worktree's."""
        with scratch(place) as folder:
            variables = {"GIT_INDEX_FILE": str(folder / "index")}
            await self._local(place, "read-tree", commit, variables=variables)
            # Its exit status tells of differences, which are asked for next.
            await self._read(place, "update-index", "-q", "--refresh", variables=variables)
            listed = await self._read(place, "diff-files", "-z", "--name-status", "--no-renames", variables=variables)
            others = await self._read(place, "ls-files", "-z", "--others", "--exclude-standard", variables=variables)
            own = await self._read(place, "ls-files", "-z", variables=variables)
        changes = _names(listed, place)
        rows = list(zip(changes[::2], changes[1::2], strict=False))
        return _Compared(
            frozenset(_names(own, place)),
            frozenset(name for state, name in rows if state == "D"),
            frozenset(name for state, name in rows if state != "D"),
            frozenset(_names(others, place)),
        )

    async def _is_part(self, place: Place, commit: str, name: str) -> bool:
        """Whether a file is the beginning of what a commit's file would be on disk."""
        there = await asyncio.to_thread(_content, Path(place.worktree, name))
        if not there:
            return there is not None
        finished = await self._runner.run(
            place.worktree,
            *("cat-file", "--filters", f"{commit}:{name}"),
            deadline=self._deadlines.local,
            variables=await self._wire.variables(place),
            network=True,
        )
        return finished.code == 0 and finished.out.startswith(there)

    async def _index_is(self, place: Place, commit: str) -> bool:
        finished = await self._read(place, "diff-index", "--cached", "--quiet", commit, "--")
        if finished.code not in {0, 1}:
            raise Failure(problem(finished, place.worktree))
        return finished.code == 0

    async def _read(self, place: Place, *arguments: str, variables: dict[str, str] | None = None) -> Finished:
        deadline = self._deadlines.local
        return await self._runner.run(place.worktree, *arguments, deadline=deadline, variables=variables)

    async def _local(self, place: Place, *arguments: str, variables: dict[str, str] | None = None) -> str:
        return text(await self._read(place, *arguments, variables=variables), place.worktree)


def _directory(place: Place) -> Path:
    found = git_dir(place.worktree)
    if found is None:
        raise refused(sentences.WORKTREE_REFUSED(path=place.worktree, words="its .git is gone"))
    return found


def _alive(marker: Path) -> bool:
    """Whether a process of the filling still lives, and with it the lock that it inherited."""
    with marker.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _somebodys(found: Path, worktree: str) -> bool:
    """Whether the lock of the index is none of the filling's: older than its marker, or of a git that lives."""
    with suppress(FileNotFoundError):
        return (found / INDEX_LOCK).stat().st_mtime_ns < (found / MARKER).stat().st_mtime_ns or bool(gits(worktree))
    return False


def _content(path: Path) -> bytes | None:
    """A file's bytes; None for what is no regular file, or longer than git's output is kept."""
    status = path.lstat()
    return path.read_bytes() if stat.S_ISREG(status.st_mode) and status.st_size <= OUTPUT else None


def _names(finished: Finished, place: Place) -> list[str]:
    """Names as the system has them, whatever their bytes; a list that was not kept whole ends the comparison."""
    text(finished, place.worktree)
    if len(finished.out) >= OUTPUT:
        raise refused(_half_done(place, ["more files than can be compared"], None))
    return [name for name in os.fsdecode(finished.out).split("\0") if name]


def _half_done(place: Place, foreign: list[str], lock: Path | None) -> str:
    first = f"rm {shell_word(str(lock))} && " if lock else ""
    mend = f"{first}git -C {shell_word(place.worktree)} stash push --include-untracked"
    return sentences.CHECKOUT_HALF_DONE(path=place.worktree, files=named(foreign), command=mend)


def _remove(paths: Iterable[Path]) -> None:
    """Remove files, and the empty folders of submodules."""
    for path in paths:
        with suppress(FileNotFoundError):
            if path.is_dir() and not path.is_symlink():
                path.rmdir()
            else:
                path.unlink()
