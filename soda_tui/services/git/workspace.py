"""The agent's worktree: made once, used again, switched only when nothing in it could get lost."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from msgspec import Struct

from soda_tui.cockpit.ports.place import Place
from soda_tui.domain import sentences
from soda_tui.domain.facts import WorktreeFacts
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.shellwords import shell_word
from soda_tui.services.git import own_checkout
from soda_tui.services.git.checkout import Checkouts, HalfDone
from soda_tui.services.git.gitdir import REBASE, git_dir, is_unfilled, left_branch
from soda_tui.services.git.history import History
from soda_tui.services.git.indexlock import INDEX_LOCK
from soda_tui.services.git.inspection import Inspections
from soda_tui.services.git.obstacles import obstacles
from soda_tui.services.git.problems import named, refused, text
from soda_tui.services.git.process import Deadlines, Finished, Runner
from soda_tui.services.git.refs import HEADS, PARKED, SUBMODULE, branch_ref
from soda_tui.services.git.state import States
from soda_tui.services.git.wire import Wire
from soda_tui.services.git.worktrees import Worktree, same_place, worktrees

_QUIETLY = ("--quiet", "--no-overwrite-ignore")


class _Way(Struct, frozen=True):
    """What was found between a worktree and its branch: nothing in it refuses.

    `target` is the commit that the branch will be at, `forward` says that `local`, its head here, is behind that, and
    `there` that the worktree stands on the branch already.
    """

    ref: str
    target: str
    local: str | None
    forward: bool
    there: bool
    worktree: WorktreeFacts | None
    half_done: HalfDone | None


class Workspaces:
    """Puts worktrees on branches."""

    def __init__(self, runner: Runner, wire: Wire, history: History, states: States, deadlines: Deadlines) -> None:
        self._runner = runner
        self._wire = wire
        self._history = history
        self._states = states
        self._deadlines = deadlines
        self._checkouts = Checkouts(runner, wire, deadlines)
        self._inspections = Inspections(runner, deadlines)

    async def can_prepare(self, place: Place, branch: str, start: str) -> None:
        """Refuse whatever `prepare` would refuse, and touch nothing."""
        with _system(place):
            await self._check(place, branch, start)

    async def prepare(self, place: Place, branch: str, start: str) -> None:
        """Make the worktree stand on the branch; whatever refuses does so before anything is changed."""
        with _system(place):
            if place.own_checkout:
                worktree = await self._states.worktree(place, None)
                await asyncio.to_thread(own_checkout.note, place, worktree.branch if worktree else None)
            await self._prepare(place, branch, start)

    async def forward(self, place: Place, branch: str, oid: str) -> None:
        """Bring the worktree, which stands on the branch, forward to a commit that contains the branch."""
        with _system(place):
            await self._prepare(place, branch, oid)

    async def stand(self, place: Place, oid: str) -> None:
        """Make the worktree stand on the commit and on no branch; what it stood on alone is kept under its own id."""
        with _system(place):
            worktree = await self._look(place)
            half_done = await self._checkouts.half_done(place, worktree) if worktree else None
            if half_done:
                await self._checkouts.put_back(place, half_done)
                worktree = await self._look(place)
            if worktree:
                await asyncio.to_thread(self._checkouts.forget, place)
                if (worktree.branch, worktree.oid, worktree.changes) == (None, oid, ()):
                    return
                if worktree.oid:
                    await self._local(place, "update-ref", "-m", "soda-tui", PARKED + worktree.oid, worktree.oid)
                await self._refuse_work(place, worktree, None, worktree.oid or oid)
                await self._refuse_obstacles(place, worktree, _Way("", oid, None, False, False, worktree, None))
            else:
                worktree = await self._add(place, oid)
            await self._checkouts.fill(place, worktree, oid, "switch", "--detach", *_QUIETLY, oid)

    async def put_back(self, place: Place, branch: str) -> str | None:
        """Switch the user's own checkout from the work branch to the one that it was on before it was prepared."""
        worktree = await self._states.worktree(place, None)
        if worktree is None or worktree.branch != branch:
            return None
        before = await asyncio.to_thread(own_checkout.noted, place)
        if before is None or before == branch:
            raise refused(sentences.CHECKOUT_LEFT_NOTHING())
        head = await self._history.resolve(place, HEADS + before)
        if head is None:
            raise refused(sentences.CHECKOUT_LEFT_GONE(before=before))
        try:
            with _system(place):
                await self._prepare(place, before, head)
        except Failure as failure:
            command = f"git -C {shell_word(place.path)} switch {shell_word(before)}"
            problem = failure.problem
            sentence = sentences.CHECKOUT_STAYS_UNTIL(reason=problem.message, command=command)
            raise Failure(replace(problem, message=sentence)) from failure
        return before

    async def _prepare(self, place: Place, branch: str, start: str) -> None:
        way = await self._check(place, branch, start)
        if way.half_done:
            await self._checkouts.put_back(place, way.half_done)
            way = await self._check(place, branch, start)
        worktree = way.worktree
        if worktree:
            await asyncio.to_thread(self._checkouts.forget, place)
        if way.there and not way.forward:
            return
        if way.local is None or (way.forward and not way.there):
            await self._local(place, "update-ref", "-m", "soda-tui", way.ref, way.target, way.local or "")
        if worktree is None:
            worktree = await self._add(place, way.target)
        forward = ("merge", "--ff-only", "--no-stat", "--no-autostash", "--no-verify-signatures", *_QUIETLY, way.target)
        arguments = forward if way.there else ("switch", "--no-guess", *_QUIETLY, branch)
        await self._checkouts.fill(place, worktree, way.target, *arguments)

    async def _check(self, place: Place, branch: str, start: str) -> _Way:
        """Look at everything on the way to the branch, and refuse what stands in it."""
        ref = branch_ref(branch)
        if ref is None:
            raise refused(sentences.BRANCH_NAME_REFUSED(branch=branch))
        oid = await self._history.resolve(place, start)
        if oid is None:
            raise Failure(Problem(ErrorCode.GIT, sentences.COMMIT_MISSING(commit=start, path=place.path)))
        worktree = await self._look(place)
        await self._refuse_elsewhere(place, branch, worktree)
        local = await self._history.resolve(place, ref)
        if local is None:
            await self._refuse_name(place, branch)
        forward = local is not None and local != oid and await self._history.holds(place, local, oid)
        if local not in {None, oid} and not forward and not await self._history.holds(place, oid, local or ""):
            raise refused(sentences.BRANCH_DIVERGED(branch=branch, path=place.path, local=local, start=oid))
        # In the middle of a rebase the branch is told, and yet HEAD does not stand on it.
        there = worktree is not None and worktree.branch == branch and worktree.busy != REBASE
        half_done = await self._checkouts.half_done(place, worktree) if worktree else None
        way = _Way(ref, oid if local is None or forward else local, local, forward, there, worktree, half_done)
        if worktree and not (there and not forward):
            await self._refuse_work(place, worktree, half_done, way.target)
            await self._refuse_obstacles(place, worktree, way)
        return way

    async def _look(self, place: Place) -> WorktreeFacts | None:
        """The worktree as it is; None where it must be made. Refuses a place that holds something else."""
        worktree = await self._states.worktree(place, None)
        if worktree is None:
            if await asyncio.to_thread(occupied, Path(place.worktree)):
                raise refused(sentences.WORKTREE_OCCUPIED(path=place.worktree))
            await asyncio.to_thread(_writable, Path(place.worktree))
        return worktree

    async def _refuse_elsewhere(self, place: Place, branch: str, worktree: WorktreeFacts | None) -> None:
        """Refuse a branch that another directory of the clone has: git lets no two share one."""
        listed = await worktrees(self._runner, place.path, self._deadlines.local)
        path = await asyncio.to_thread(_elsewhere, listed, branch, place.worktree)
        if path:
            raise refused(sentences.BRANCH_ELSEWHERE(branch=branch, path=path))
        if worktree is None and await asyncio.to_thread(_locked, listed, place.worktree):
            words = {"path": place.worktree, "clone": shell_word(place.path), "word": shell_word(place.worktree)}
            raise refused(sentences.WORKTREE_LOCKED(**words))

    async def _refuse_name(self, place: Place, branch: str) -> None:
        """Refuse a new branch where one has a part of its name, or its name as a part: git keeps names as folders."""
        parts = branch.split("/")
        above = {"/".join(parts[:count]) for count in range(1, len(parts))}
        patterns = [HEADS + name for name in above] + [f"{HEADS}{branch}/"]
        listed = await self._local(place, "for-each-ref", "--format=%(refname:lstrip=2)", *patterns)
        for name in listed.splitlines():
            if name in above or name.startswith(f"{branch}/"):
                raise refused(sentences.BRANCH_IN_THE_WAY(branch=branch, other=name, path=place.path))

    async def _refuse_work(
        self, place: Place, worktree: WorktreeFacts, half_done: HalfDone | None, target: str
    ) -> None:
        """Refuse to move a worktree whose content stands in no commit of a branch, nor will in that of its own."""
        if worktree.busy:
            raise refused(sentences.WORKTREE_BUSY(path=worktree.path, doing=worktree.busy))
        unfilled = await asyncio.to_thread(is_unfilled, Path(place.worktree))
        if half_done or unfilled:
            return
        async with self._inspections.open(place) as found:
            stakes = found.stakes
        if stakes.at_risk:
            files = named([*stakes.files, *stakes.submodules])
            raise refused(sentences.WORKTREE_DIRTY(path=worktree.path, files=files))
        if stakes.lone and worktree.oid and not await self._history.holds(place, worktree.oid, target):
            raise refused(sentences.WORKTREE_DETACHED(path=worktree.path, commit=worktree.oid[:12]))

    async def _refuse_obstacles(self, place: Place, worktree: WorktreeFacts, way: _Way) -> None:
        """Refuse where files that git ignores, and so does not count as work, would be written over."""
        lock = await asyncio.to_thread(_index_lock, Path(place.worktree))
        if lock and not way.half_done:
            raise refused(sentences.GIT_LOCKED(path=place.worktree, words=lock))
        before = worktree.oid or await self._local(place, "hash-object", "-t", "tree", os.devnull)
        await self._wire.complete(place, way.target, files=False)
        listed = await self._runner.run(
            place.path,
            *("diff-tree", "-r", "-z", "--no-renames", "--diff-filter=AD", before, way.target),
            deadline=self._deadlines.checkout,
        )
        text(listed, place.path)
        new, gone = _new_and_gone(os.fsdecode(listed.out))
        leaving = gone | (way.half_done.leftovers if way.half_done else frozenset())
        found = await asyncio.to_thread(obstacles, Path(place.worktree), new, leaving)
        if found:
            raise refused(sentences.WORKTREE_OBSTACLES(path=place.worktree, files=named(found)))

    async def _add(self, place: Place, oid: str) -> WorktreeFacts:
        """Make the worktree without a file in it, so that there is a place for the marker of its filling."""
        await asyncio.to_thread(_make, Path(place.worktree))
        # Forced because git still knows a worktree here whose folder somebody removed; detached because `switch`,
        # unlike `worktree add`, takes a name for a branch even where a tag has it too.
        options = ("--force", "--no-checkout", "--detach", "--quiet")
        await self._checkouts.run(place, "worktree", "add", *options, place.worktree, oid, inside=place.path)
        return WorktreeFacts(place.worktree, None, oid, (), None)

    async def _local(self, place: Place, *arguments: str) -> str:
        finished: Finished = await self._runner.run(place.path, *arguments, deadline=self._deadlines.local)
        return text(finished, place.path)


@contextmanager
def _system(place: Place) -> Iterator[None]:
    """Refuse where the operating system does not allow something with the worktree."""
    try:
        yield
    except OSError as error:
        raise refused(sentences.WORKTREE_REFUSED(path=place.worktree, words=error.strerror or error)) from error


def occupied(directory: Path) -> bool:
    """Whether something is where a folder would be made."""
    return directory.exists() and (not directory.is_dir() or any(directory.iterdir()))


def _make(directory: Path) -> None:
    """Make the folder, and those above it, for this user only."""
    for folder in reversed([directory, *directory.parents]):
        folder.mkdir(mode=0o700, exist_ok=True)


def _writable(directory: Path) -> None:
    """Raise an OSError where the folder cannot be made."""
    nearest = next(folder for folder in (directory, *directory.parents) if folder.exists())
    if not nearest.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def _index_lock(directory: Path) -> str | None:
    lock = (git_dir(directory) or directory) / INDEX_LOCK
    return str(lock) if lock.exists() else None


def _new_and_gone(listed: str) -> tuple[list[str], frozenset[str]]:
    """The files that one tree has and the other has not, from raw `git diff-tree -z`; a submodule is a folder."""
    fields = listed.split("\0")
    rows = [(row.split(" "), name) for row, name in zip(fields[::2], fields[1::2], strict=False)]
    new = [name for row, name in rows if row[-1] == "A" and row[1] != SUBMODULE]
    return new, frozenset(name for row, name in rows if row[-1] == "D")


def _elsewhere(listed: Sequence[Worktree], branch: str, own: str) -> str | None:
    """The directory other than our own that stands on the branch, or will again after its rebase or bisect."""
    for entry in listed:
        path = entry["worktree"]
        if same_place(path, own):
            continue
        if entry.get("branch") == HEADS + branch or ("detached" in entry and left_branch(path) == branch):
            return path
    return None


def _locked(listed: Sequence[Worktree], own: str) -> bool:
    return any("locked" in entry and same_place(entry["worktree"], own) for entry in listed)
