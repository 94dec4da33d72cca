"""Looking at a worktree through an index of its own: nothing is locked, nothing is written, nothing is missed."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from msgspec import Struct, structs

from soda_tui.cockpit.ports.place import Place
from soda_tui.domain import sentences
from soda_tui.domain.failure import Failure
from soda_tui.domain.stakes import Stakes
from soda_tui.domain.text import shorten
from soda_tui.services.git.gitdir import busy, git_dir, same_clone
from soda_tui.services.git.indexlock import INDEX_LOCK, free_stale
from soda_tui.services.git.modules import left_behind
from soda_tui.services.git.problems import problem, refused, text
from soda_tui.services.git.process import OUTPUT, Deadlines, Finished, Runner
from soda_tui.services.git.refs import SUBMODULE, TRACKED, is_oid
from soda_tui.services.git.scratch import scratch
from soda_tui.services.git.state import NOT_WORK
from soda_tui.services.git.worktrees import same_place, worktrees

# Paths on one command line: the system bounds it at some hundred kilobytes.
_PATHS = 200
_BYTES = 64 * 1024
_NAME = 200
_LOCKS = (INDEX_LOCK, "HEAD.lock")
# Pathspecs: all with the ancestor's folder, and without it.
WHOLE = ("--", ".")
ALL = (*WHOLE, f":(top,exclude){NOT_WORK}")
_NO_SKIPPED = 2  # the index version that cannot mark files as skipped


class Inspected(Struct, frozen=True):
    """A worktree as it was found, its names as the system has them.

    `index` is a copy of its index that sees every file on disk, `original` one as it was, `staged` the tree of what is
    staged; None where that has conflicts. `head` is None before the first commit. `left` are submodules of other
    branches that a switch left behind, with nothing in them at stake.
    """

    place: Place
    folder: Path
    index: Path
    original: Path
    head: str | None
    staged: str | None
    files: tuple[str, ...]
    stakes: Stakes
    left: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """Pathspecs of all that can be work."""
        return (*ALL, *(f":(top,exclude,literal){name}" for name in self.left))


class _Found(Struct, frozen=True):
    head: str | None
    changes: tuple[str, ...]
    untracked: tuple[str, ...]
    submodules: tuple[str, ...]
    conflict: bool


class Inspections:
    """Inspects worktrees; whatever cannot be read is a Failure, never an empty answer."""

    def __init__(self, runner: Runner, deadlines: Deadlines) -> None:
        self._runner = runner
        self._deadlines = deadlines

    @asynccontextmanager
    async def open(self, place: Place, paths: Sequence[str] = ALL) -> AsyncIterator[Inspected]:
        """Inspect what pathspecs name of a worktree; the copied index is there until the end."""
        found = await asyncio.to_thread(git_dir, place.worktree)
        if found is None or not await asyncio.to_thread(same_clone, place.path, place.worktree):
            raise refused(sentences.WORKTREE_GONE(path=place.worktree))
        with scratch(place) as folder:
            index, original = folder / "index", folder / "original"
            try:
                await asyncio.to_thread(_copy, found / "index", original)
                await asyncio.to_thread(_copy, original, index)
            except OSError as error:
                raise refused(sentences.NOT_INSPECTED(path=place.worktree, words=error.strerror or error)) from error
            yield await self._inspect(place, folder, found, paths)

    async def run(self, place: Place, *arguments: str, index: Path | None = None, rows: bytes = b"") -> Finished:
        """Run git in the worktree, on an index that is not the worktree's own where one is given."""
        return await self._runner.run(
            place.worktree,
            *arguments,
            deadline=self._deadlines.checkout,
            variables={"GIT_INDEX_FILE": str(index)} if index else None,
            rows=rows,
        )

    async def ask(self, place: Place, *arguments: str, index: Path | None = None, rows: bytes = b"") -> str:
        """What git answers in the worktree; raises a Failure where it fails, or where the answer was not kept whole.

        Of an answer in rows that end with NUL only those count that begin with `rows`.
        """
        finished = await self.run(place, *arguments, index=index, rows=rows)
        text(finished, place.worktree)
        if len(finished.out) >= OUTPUT:
            raise refused(sentences.NOT_INSPECTED(path=place.worktree, words=sentences.TOO_MANY_FILES()))
        return os.fsdecode(finished.out).removesuffix("\n")

    async def _inspect(self, place: Place, folder: Path, found: Path, paths: Sequence[str]) -> Inspected:
        index = folder / "index"
        staged = await self.run(place, "write-tree", index=index)
        await self._see_all(place, index)
        status = await self.ask(
            place,
            *("--no-optional-locks", "-c", "core.sparseCheckout=false", "status", "--porcelain=v2", "--branch", "-z"),
            *("--no-renames", "--untracked-files=all", "--ignore-submodules=none", *paths),
            index=index,
        )
        seen = _parse(status)
        if staged.code != 0 and not seen.conflict:
            raise Failure(problem(staged, place.worktree))
        left = await left_behind(self._runner, place.worktree, seen.submodules, self._deadlines.checkout)
        seen = structs.replace(seen, submodules=tuple(name for name in seen.submodules if name not in left))
        stakes = await self._stakes(place, seen, found)
        files = seen.changes + seen.untracked
        tree = staged.text if staged.code == 0 else None
        return Inspected(place, folder, index, folder / "original", seen.head, tree, files, stakes, left)

    async def _see_all(self, place: Place, index: Path) -> None:
        """Let the copied index see changes in files that git was told to take for unchanged, or not to look at."""
        # Its exit status tells of differences, which are asked for next.
        await self.run(place, "update-index", "-q", "--really-refresh", index=index)
        if await asyncio.to_thread(_version, index) <= _NO_SKIPPED:
            return
        listed = await self.ask(place, "ls-files", "-t", "-z", index=index, rows=b"S ")
        skipped = [row[2:] for row in listed.split("\0") if row]
        gone = set(await asyncio.to_thread(missing, place.worktree, skipped))
        for names in pieces([name for name in skipped if name not in gone]):
            await self.ask(place, "update-index", "--no-skip-worktree", "--", *names, index=index)

    async def _stakes(self, place: Place, seen: _Found, found: Path) -> Stakes:
        head = seen.head
        holders = ("refs/heads", "refs/tags", "refs/remotes", TRACKED)
        ignored, stashes, unpushed, holding, listed, lfs = await asyncio.gather(
            self.ask(place, "ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z"),
            self.ask(place, "stash", "list", "--format=%H"),
            self.ask(place, "rev-list", "--count", head or "--all", "--not", "--remotes", f"--glob={TRACKED}*"),
            self.ask(place, "for-each-ref", "--count=1", "--contains", head, *holders) if head else _nothing(),
            worktrees(self._runner, place.worktree, self._deadlines.local),
            self.run(place, "ls-files", "-z", "--", ":(top,attr:filter=lfs)"),
        )
        others = [entry["worktree"] for entry in listed]
        doing = await asyncio.to_thread(busy, place.worktree)
        return Stakes(
            _shown(seen.changes),
            _shown(seen.untracked),
            ignored.count("\0"),
            len(stashes.split()),
            int(unpushed) if head else 0,
            _shown(path for path in others if not same_place(path, place.worktree)),
            await asyncio.to_thread(_locks, found),
            _shown(seen.submodules),
            bool(lfs.out),
            doing or (sentences.A_CONFLICT() if seen.conflict else None),
            lone=bool(head) and not holding,
        )


def pieces(names: Sequence[str]) -> Iterator[list[str]]:
    """Names in portions that fit on a command line."""
    part: list[str] = []
    size = 0
    for name in names:
        if part and (len(part) == _PATHS or size + len(name) > _BYTES):
            yield part
            part, size = [], 0
        part.append(name)
        size += len(os.fsencode(name))
    if part:
        yield part


def missing(directory: str, names: Sequence[str]) -> list[str]:
    """The names that nothing in a directory has."""
    return [name for name in names if not os.path.lexists(Path(directory, name))]


async def _nothing() -> str:
    return ""


def _copy(index: Path, copy: Path) -> None:
    """Copy an index; a worktree without one has an empty one."""
    with suppress(FileNotFoundError):
        shutil.copyfile(index, copy)


def _version(index: Path) -> int:
    """The version of an index; 0 for none."""
    try:
        with index.open("rb") as file:
            return int.from_bytes(file.read(8)[4:], "big")
    except FileNotFoundError:
        return 0


def _locks(found: Path) -> tuple[str, ...]:
    """The lock files that somebody works under, or that a kill of another program left behind."""
    free_stale(found)
    return tuple(str(found / name) for name in _LOCKS if os.path.lexists(found / name))


def shown(name: str) -> str:
    """A name as people may see it, whatever its bytes."""
    return shorten(os.fsencode(name).decode("utf-8", "replace"), _NAME)


def _shown(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(shown, names))


def _parse(status: str) -> _Found:
    """The answer of `git status --porcelain=v2 --branch -z --no-renames`."""
    head: str | None = None
    changes: list[str] = []
    untracked: list[str] = []
    submodules: list[str] = []
    conflict = False
    for record in status.split("\0"):
        kind = record[:1]
        if record.startswith("# branch.oid "):
            oid = record.removeprefix("# branch.oid ")
            head = oid if is_oid(oid) else None
        elif kind == "?":
            # Only a repository, whose files git will not take, is told as a folder.
            (submodules if record.endswith("/") else untracked).append(record[2:])
        elif kind in {"1", "u"}:
            fields = record.split(" ", 8 if kind == "1" else 10)
            conflict = conflict or kind == "u"
            (submodules if fields[2][0] == "S" or SUBMODULE in fields[3:7] else changes).append(fields[-1])
    return _Found(head, tuple(changes), tuple(untracked), tuple(submodules), conflict)
