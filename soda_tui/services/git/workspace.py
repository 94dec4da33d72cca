"""The agent's worktree: made once, used again, switched only when nothing in it could get lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from soda_tui.cockpit.ports import Place
from soda_tui.domain import sentences
from soda_tui.domain.facts import WorktreeFacts
from soda_tui.domain.failure import Failure, Problem
from soda_tui.domain.model import ErrorCode
from soda_tui.services.git.history import History
from soda_tui.services.git.problems import problem, refused, text, words
from soda_tui.services.git.process import Deadlines, Finished, Runner
from soda_tui.services.git.refs import HEADS, branch_ref
from soda_tui.services.git.remote import Remote
from soda_tui.services.git.state import States

_NAMED = 3
_T = TypeVar("_T")


class Workspaces:
    """Puts worktrees on branches."""

    def __init__(self, runner: Runner, remote: Remote, history: History, states: States, deadlines: Deadlines) -> None:
        self._runner = runner
        self._remote = remote
        self._history = history
        self._states = states
        self._deadlines = deadlines

    async def prepare(self, place: Place, branch: str, start: str) -> None:
        """Make the worktree stand on the branch; whatever refuses does so before anything is changed."""
        ref = branch_ref(branch)
        if ref is None:
            raise refused(sentences.BRANCH_NAME_REFUSED(branch=branch))
        oid = await self._history.resolve(place, start)
        if oid is None:
            raise Failure(Problem(ErrorCode.GIT, sentences.COMMIT_MISSING(commit=start, path=place.path)))
        await self._refuse_elsewhere(place, branch)
        worktree = await self._look(place)
        local = await self._history.resolve(place, ref)
        forward = local is not None and local != oid and await self._history.holds(place, local, oid)
        there = worktree is not None and worktree.branch == branch
        if there and not forward:
            return
        if worktree:
            await self._refuse_work(place, worktree)
        if local is None or (forward and not there):
            await self._local(place, "update-ref", "-m", "soda-tui", ref, oid, local or "")
        if worktree is None:
            await self._add(place, oid if forward or local is None else local)
        if there:
            await self._checkout(place, "merge", "--ff-only", "--no-overwrite-ignore", "--quiet", "--no-stat",
                                 "--no-autostash", "--no-verify-signatures", oid)  # fmt: skip
        else:
            await self._checkout(place, "switch", "--no-guess", "--no-overwrite-ignore", "--quiet", branch)

    async def _look(self, place: Place) -> WorktreeFacts | None:
        """The worktree as it is; None where it must be made. Refuses a place that holds something else."""
        worktree = await self._states.worktree(place, None)
        if worktree is None and await _on_disk(_occupied, place):
            raise refused(sentences.WORKTREE_OCCUPIED(path=place.worktree))
        return worktree

    async def _refuse_elsewhere(self, place: Place, branch: str) -> None:
        """Refuse a branch that another directory of the clone stands on: git lets no two share one."""
        listed = await self._local(place, "worktree", "list", "--porcelain")
        path = await asyncio.to_thread(_elsewhere, listed, branch, Path(place.worktree))
        if path:
            raise refused(sentences.BRANCH_ELSEWHERE(branch=branch, path=path))

    async def _refuse_work(self, place: Place, worktree: WorktreeFacts) -> None:
        """Refuse to move a worktree whose content stands in no commit of a branch."""
        if worktree.busy:
            raise refused(sentences.WORKTREE_BUSY(path=worktree.path, doing=worktree.busy))
        if worktree.changes:
            named = ", ".join(worktree.changes[:_NAMED])
            more = len(worktree.changes) - _NAMED
            files = sentences.AND_MORE(files=named, more=more) if more > 0 else named
            raise refused(sentences.WORKTREE_DIRTY(path=worktree.path, files=files))
        if worktree.branch is None and worktree.oid:
            holders = await self._local(place, "for-each-ref", "--count=1", "--contains", worktree.oid)
            if not holders:
                raise refused(sentences.WORKTREE_DETACHED(path=worktree.path, commit=worktree.oid[:12]))

    async def _add(self, place: Place, oid: str) -> None:
        await _on_disk(_make, place)
        # Forced because git still knows a worktree here whose folder somebody removed; detached because `switch`,
        # unlike `worktree add`, takes a name for a branch even where a tag has it too.
        await self._checkout(
            place, "worktree", "add", "--force", "--detach", "--quiet", place.worktree, oid, inside=place.path
        )

    async def _checkout(self, place: Place, *arguments: str, inside: str | None = None) -> None:
        """Run what fills a worktree: it may ask the remote for the objects of a partial clone."""
        directory = inside or place.worktree
        finished = await self._runner.run(
            directory,
            *arguments,
            deadline=self._deadlines.checkout,
            variables=await self._remote.variables(place),
            network=True,
        )
        if finished.code is None:
            raise Failure(problem(finished, directory))
        if finished.code != 0:
            raise refused(sentences.WORKTREE_REFUSED(path=place.worktree, words=words(finished.err)))

    async def _local(self, place: Place, *arguments: str) -> str:
        finished: Finished = await self._runner.run(place.path, *arguments, deadline=self._deadlines.local)
        return text(finished, place.path)


async def _on_disk(work: Callable[[Path], _T], place: Place) -> _T:
    """Do something with the worktree's folder, off the event loop; refuses where the system does not allow it."""
    try:
        return await asyncio.to_thread(work, Path(place.worktree))
    except OSError as error:
        raise refused(sentences.WORKTREE_REFUSED(path=place.worktree, words=error.strerror)) from error


def _occupied(directory: Path) -> bool:
    return directory.exists() and (not directory.is_dir() or any(directory.iterdir()))


def _make(directory: Path) -> None:
    """Make the folder, and those above it, for this user only."""
    for folder in reversed([directory, *directory.parents]):
        folder.mkdir(mode=0o700, exist_ok=True)


def _elsewhere(listed: str, branch: str, own: Path) -> str | None:
    """The directory other than our own that stands on the branch, from `git worktree list --porcelain`."""
    path = ""
    for line in listed.splitlines():
        key, _, value = line.partition(" ")
        if key == "worktree":
            path = value
        elif key == "branch" and value == HEADS + branch and Path(path).resolve() != own.resolve():
            return path
    return None
