"""Taking in all uncommitted work: what that is, what of it should not be taken in unseen, and the commit."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Sequence
from pathlib import Path

from soda_tui.cockpit.ports.place import Place
from soda_tui.domain import sentences
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.shellwords import shell_word
from soda_tui.domain.stakes import LARGEST, Intake, Rescue
from soda_tui.services.git.blobs import Blobs
from soda_tui.services.git.contents import Changed, Contents, keeps
from soda_tui.services.git.doubts import doubt_of
from soda_tui.services.git.indexlock import Install, locked_index
from soda_tui.services.git.inspection import Inspected, Inspections, missing, pieces, shown
from soda_tui.services.git.problems import named, problem, refused, words
from soda_tui.services.git.process import Deadlines, Runner
from soda_tui.services.git.unseen import Unseen


class Intakes:
    """Lists and commits what is uncommitted in a worktree."""

    def __init__(self, runner: Runner, inspections: Inspections, deadlines: Deadlines) -> None:
        self._runner = runner
        self._inspections = inspections
        self._contents = Contents(inspections)
        self._blobs = Blobs(runner, deadlines)
        self._unseen = Unseen(runner, deadlines)
        self._deadlines = deadlines

    async def list(self, place: Place) -> tuple[Intake, ...]:
        """The files that a commit of everything would take in; what no commit can hold refuses."""
        async with self._inspections.open(place) as found:
            return await _listed(found)

    async def commit(self, place: Place, files: Sequence[Intake], message: str, kept: Rescue | None) -> str:
        """Commit just these files as the user, with the user's hooks; the commit's object id.

        The worktree's index stays as it is until that is done. Refuses where something is staged that neither the
        files nor the rescue `kept` hold; and afterwards, where a hook has put in what should not go unseen: from before
        the commit until that is looked through the branch is marked, and is looked through before it is pushed.
        """
        try:
            with locked_index(place.worktree) as install:
                branch = await self._inspections.ask(place, "symbolic-ref", "HEAD")
                before, after = await self._commit(place, branch, files, message, kept, install)
        except OSError as error:
            said = error.strerror or error
            raise refused(sentences.COMMIT_REFUSED(path=place.worktree, words=said)) from error
        doubtful = await self._doubtful(place, await self._contents.changed(place, before, after), files)
        if doubtful:
            values = {"path": place.worktree, "word": shell_word(place.worktree), "oid": after[:12]}
            raise refused(sentences.COMMIT_HOLDS_MORE(files=named(doubtful), **values))
        if after != before:
            await self._unseen.unmark(place, branch, before)
        return after

    async def _commit(
        self, place: Place, branch: str, files: Sequence[Intake], message: str, kept: Rescue | None, install: Install
    ) -> tuple[str, str]:
        """Commit through an index of its own, and install that; HEAD before and after."""
        ask = self._inspections.ask
        async with self._inspections.open(place) as found:
            if _judged(await _listed(found)) != _judged(files):
                raise refused(sentences.COMMIT_MOVED(path=place.worktree))
            before = await ask(place, "rev-parse", "--verify", "HEAD")
            index = found.original
            gone = await asyncio.to_thread(missing, place.worktree, [one.path for one in files])
            for part in pieces(gone):
                # To `git add` a deletion that is staged already would be no file at all.
                await ask(place, "update-index", "--force-remove", "--", *part, index=index)
            there = {one.path for one in files}.difference(gone)
            for part in pieces(sorted(there)):
                # Paths with a colon or a star are no patterns.
                await ask(place, "--literal-pathspecs", "add", "--all", "--", *part, index=index)
            taken = await self._contents.changed(place, before, await ask(place, "write-tree", index=index))
            if others := taken.keys() - {one.path for one in files}:
                raise refused(sentences.COMMIT_UNNAMED(path=place.worktree, files=named(sorted(others))))
            if not await self._holds_staged(found, before, taken, kept):
                raise refused(sentences.COMMIT_MOVED(path=place.worktree))
            # Where a kill came between the commit and its index, there is nothing else left to be done.
            after = await self._made(place, branch, before, index, message) if taken else before
            await asyncio.to_thread(install, index)
            return before, after

    async def _made(self, place: Place, branch: str, before: str, index: Path, message: str) -> str:
        await self._unseen.mark(place, branch, before)
        made = await self._runner.run(
            place.worktree,
            *("commit", "--quiet", "-m", message),
            deadline=self._deadlines.hooks,
            variables={"GIT_INDEX_FILE": str(index)},
            hooks=True,
        )
        if made.code is None:
            raise Failure(Problem(ErrorCode.HOOK_REFUSED, problem(made, place.worktree).message))
        after = await self._inspections.ask(place, "rev-parse", "--verify", "HEAD")
        if after == before:
            await self._unseen.unmark(place, branch, before)
        if made.code != 0 or after == before:
            said = words(made.err or made.text)
            raise Failure(Problem(ErrorCode.HOOK_REFUSED, sentences.COMMIT_REFUSED(path=place.worktree, words=said)))
        return after

    async def _holds_staged(self, found: Inspected, before: str, taken: Changed, kept: Rescue | None) -> bool:
        """Whether all that is staged is in what is taken in, or in the rescue."""
        if found.staged is None:
            return True
        if keeps(taken, await self._contents.changed(found.place, before, found.staged)):
            return True
        staged = kept and await self._inspections.ask(found.place, "rev-parse", "--verify", f"{kept.oid}^2^{{tree}}")
        return staged == found.staged

    async def _doubtful(self, place: Place, taken: Changed, files: Sequence[Intake]) -> Sequence[str]:
        """What of a commit is none of the files, or is to be doubted for another reason than a file was."""
        known = {one.path: one.doubt for one in files}
        names: dict[str, list[str]] = {}
        for name, change in taken.items():
            if change.blob is not None and name in known:
                names.setdefault(change.blob, []).append(name)
        found = [shown(name) for name in taken if name not in known]
        async for blob in self._blobs.read(place, names, LARGEST):
            for name in names[blob.oid]:
                doubt = await asyncio.to_thread(doubt_of, name, blob.size, blob.content)
                if doubt not in {None, known[name]}:
                    found.append(f"{shown(name)} ({doubt})")
        return found


async def _listed(found: Inspected) -> tuple[Intake, ...]:
    path = found.place.worktree
    if found.stakes.submodules:
        raise refused(sentences.NOT_KEEPABLE(path=path, files=named(found.stakes.submodules)))
    try:
        return await asyncio.to_thread(_look, Path(path), found.files)
    except OSError as error:
        raise refused(sentences.NOT_INSPECTED(path=path, words=error.strerror or error)) from error


def _judged(files: Sequence[Intake]) -> set[tuple[str, str | None]]:
    return {(one.path, one.doubt) for one in files}


def _look(root: Path, names: Sequence[str]) -> tuple[Intake, ...]:
    return tuple(_intake(root, name) for name in names)


def _intake(root: Path, name: str) -> Intake:
    try:
        status = (root / name).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return Intake(name, shown(name), None)
    content = (root / name).read_bytes() if stat.S_ISREG(status.st_mode) and status.st_size <= LARGEST else b""
    return Intake(name, shown(name), status.st_size, doubt_of(name, status.st_size, content))
