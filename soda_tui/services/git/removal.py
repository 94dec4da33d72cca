"""Removing worktrees: only where nothing is at stake, nobody is inside, and what goes for good was named."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from soda_tui.cockpit.ports.place import Place
from soda_tui.domain import sentences
from soda_tui.domain.stakes import Ignored
from soda_tui.services.git.directories import Directories, remembered
from soda_tui.services.git.environment import DURABLY
from soda_tui.services.git.gitdir import git_dir
from soda_tui.services.git.inhabitants import inhabitants
from soda_tui.services.git.inspection import WHOLE, Inspections, shown
from soda_tui.services.git.problems import named, refused, text, words
from soda_tui.services.git.process import OUTPUT, Deadlines, Finished, Runner
from soda_tui.services.git.refs import PARKED, TRACKED, is_oid
from soda_tui.services.git.state import NOT_WORK
from soda_tui.services.git.worktrees import same_place, worktrees

_MOST = 50_000
# Refs that each worktree has for itself.
_OWN = ("refs/worktree", "refs/bisect", "refs/rewritten")
_HELD = ("--branches", "--tags", "--remotes", f"--glob={TRACKED}*", f"--glob={PARKED}*")


class Removals:
    """Removes worktrees, and what git remembers of those that are gone."""

    def __init__(self, runner: Runner, inspections: Inspections, deadlines: Deadlines) -> None:
        self._runner = runner
        self._inspections = inspections
        self._deadlines = deadlines
        self._directories = Directories(runner, deadlines)

    async def ignored(self, place: Place) -> Ignored:
        """What git ignores in a worktree, and so would go with it; refuses where the worktree must stay."""
        path = place.worktree
        async with self._inspections.open(place, ("--", f":(top){NOT_WORK}")) as found:
            if files := [*found.stakes.files, *found.stakes.submodules]:
                raise _stays(path, sentences.ANCESTOR_INSIDE(files=named(files)))
        if there := await asyncio.to_thread(inhabitants, path):
            raise _stays(path, sentences.SOMEBODY_INSIDE(processes=named(there)))
        listed = await self._inspections.ask(
            place, "ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z"
        )
        names = [name for name in listed.split("\0") if name]
        if theirs := [name for name in names if name.split("/")[0] == NOT_WORK]:
            raise _stays(path, sentences.ANCESTOR_INSIDE(files=named(theirs)))
        try:
            inner = await asyncio.to_thread(_repositories, Path(path))
            mark = await asyncio.to_thread(_mark, Path(path), names)
        except OSError as error:
            raise refused(sentences.NOT_INSPECTED(path=path, words=error.strerror or error)) from error
        if inner:
            raise _stays(path, sentences.REPOSITORIES_INSIDE(files=named(inner)))
        return Ignored(tuple(map(shown, names)), mark)

    async def remove(self, place: Place, ignored: Ignored) -> None:
        """Remove a worktree in which nothing is at stake; with it go just these ignored files, as they were.

        Git itself refuses where a file is there that no commit holds, and where somebody has locked the worktree.
        """
        path = place.worktree
        if await asyncio.to_thread(same_place, path, place.path):
            raise _stays(path, sentences.IT_IS_THE_CLONE())
        async with self._inspections.open(place, WHOLE) as found:
            stakes = found.stakes
            if stakes.at_risk or stakes.lone:
                files = named([*stakes.files, *stakes.submodules]) or (found.head or "")[:12]
                raise _stays(path, sentences.STILL_AT_STAKE(files=files))
            if stakes.busy:
                raise refused(sentences.WORKTREE_BUSY(path=path, doing=stakes.busy))
            if stakes.locks:
                raise refused(sentences.GIT_LOCKED(path=path, words=named(stakes.locks)))
            await self._park(place, await asyncio.to_thread(git_dir, path))
            if await self.ignored(place) != ignored:
                raise _stays(path, sentences.IGNORED_CHANGED())
            # Whatever the person has git leave out of its status, here it counts.
            counting = ("-c", "status.showUntrackedFiles=all")
            done = await self._run(
                place, *counting, "worktree", "remove", "--", path, deadline=self._deadlines.checkout
            )
        await self._see_removed(place, done)

    async def forget(self, place: Place) -> None:
        """Let git forget a worktree whose directory is gone, and which held nothing of its own."""
        path = place.worktree
        if await asyncio.to_thread(os.path.lexists, path) or not await self._directories.is_held(place, path):
            raise _stays(path, sentences.NOT_HELD_ELSEWHERE())
        await self._park(place, await asyncio.to_thread(remembered, place.path, path))
        await self._see_removed(place, await self._run(place, "worktree", "remove", "--", path))

    async def _park(self, place: Place, own: Path | None) -> None:
        """Keep under their own ids what only the worktree's own refs and the log of its HEAD hold."""
        if own is None:
            raise refused(sentences.WORKTREE_GONE(path=place.worktree))
        there = f"--git-dir={own}"
        logged, refs = await asyncio.gather(
            self._ask(place, there, "reflog", "show", "--no-show-signature", "--format=%H", "HEAD", "--"),
            self._ask(place, there, "for-each-ref", "--format=%(objectname) %(objecttype)", *_OWN),
        )
        objects = dict(row.split(" ") for row in refs.splitlines())
        commits = {*logged.split(), *objects, *await asyncio.to_thread(_heads, own)}
        listed = await self._ask(
            place,
            *("rev-list", "--parents", "--ignore-missing", f"--max-count={_MOST}", "--stdin", "--not", *_HELD),
            feed="".join(f"{oid}\n" for oid in sorted(commits)).encode(),
        )
        rows = [row.split(" ") for row in listed.splitlines()]
        if len(rows) == _MOST or max(map(len, (logged, listed))) >= OUTPUT:
            raise refused(sentences.NOT_INSPECTED(path=place.worktree, words=sentences.TOO_MANY_COMMITS()))
        below = {parent for row in rows for parent in row[1:]}
        tips = [row[0] for row in rows if row[0] not in below]
        tips += [oid for oid, kind in objects.items() if kind != "commit"]
        update = "".join(f"update {PARKED}{oid} {oid}\n" for oid in tips).encode()
        if update:
            await self._ask(place, *DURABLY, "update-ref", "-m", "soda-tui", "--stdin", feed=update)

    async def _see_removed(self, place: Place, done: Finished) -> None:
        paths = [entry["worktree"] for entry in await worktrees(self._runner, place.path, self._deadlines.local)]
        if await asyncio.to_thread(_is_there, place.worktree, paths):
            raise _stays(place.worktree, words(done.err))

    async def _ask(self, place: Place, *arguments: str, feed: bytes = b"") -> str:
        return text(await self._run(place, *arguments, feed=feed), place.path)

    async def _run(self, place: Place, *arguments: str, deadline: float | None = None, feed: bytes = b"") -> Finished:
        return await self._runner.run(place.path, *arguments, deadline=deadline or self._deadlines.local, feed=feed)


def _stays(path: str, why: str) -> Exception:
    return refused(sentences.NOT_REMOVED(path=path, words=why))


def _is_there(path: str, listed: Sequence[str]) -> bool:
    return os.path.lexists(path) or any(same_place(path, each) for each in listed)


def _heads(own: Path) -> set[str]:
    """What the worktree's ORIG_HEAD, FETCH_HEAD and their like speak of."""
    lines = [line for path in own.glob("*_HEAD") for line in path.read_text("utf-8", "replace").splitlines()]
    return {first for line in lines if is_oid(first := line.split("\t")[0].strip())}


def _repositories(root: Path) -> list[str]:
    """Repositories of their own inside a worktree, also in what it ignores: nobody has looked at their work."""
    found = []
    for folder, folders, files in os.walk(root, onerror=_raise):
        if Path(folder) != root and ".git" in (*folders, *files):
            found.append(shown(os.path.relpath(folder, root)))
            folders.clear()
    return found


def _mark(root: Path, names: Iterable[str]) -> str:
    """A short name of just these files, and all in these folders, as they are now."""
    total = sha256()
    for path in _files(root, names):
        with suppress(FileNotFoundError):
            status = path.lstat()
            total.update(os.fsencode(path.relative_to(root)))
            total.update(f"\0{status.st_mode} {status.st_size} {status.st_mtime_ns}\0".encode())
    return total.hexdigest()[:16]


def _files(root: Path, names: Iterable[str]) -> Iterator[Path]:
    """Files, and those in folders; git lists a folder with a slash at its end."""
    for name in sorted(names):
        if not name.endswith("/"):
            yield root / name
            continue
        for folder, folders, files in os.walk(root / name, onerror=_raise):
            folders.sort()
            links = (each for each in folders if Path(folder, each).is_symlink())
            yield from (Path(folder, each) for each in (*sorted(files), *links))


def _raise(error: OSError) -> None:
    raise error
