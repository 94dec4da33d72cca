"""The state of a clone and its worktree, read without taking a lock."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path

from soda_tui.cockpit.ports import Place
from soda_tui.domain import sentences
from soda_tui.domain.facts import CloneFacts, LocalFacts, WorktreeFacts
from soda_tui.domain.failure import Failure, Problem
from soda_tui.domain.model import ErrorCode
from soda_tui.domain.text import shorten
from soda_tui.services.git.history import History
from soda_tui.services.git.problems import problem
from soda_tui.services.git.process import Deadlines, Finished, Runner
from soda_tui.services.git.refs import is_oid, revision

_CHANGES = 100
_NAME = 200
# The ancestor's own folder, which it leaves untracked in every repository.
_NOT_WORK = ".agent-workspace"
_BUSY = {
    "rebase-merge": "a rebase",
    "rebase-apply": "a rebase",
    "MERGE_HEAD": "a merge",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
    "BISECT_LOG": "a bisect",
}


@dataclass(frozen=True, slots=True)
class _Status:
    branch: str | None
    oid: str | None
    ahead: int | None
    behind: int | None
    changes: tuple[str, ...]


class States:
    """Looks at clones and worktrees."""

    def __init__(self, runner: Runner, history: History, deadlines: Deadlines) -> None:
        self._runner = runner
        self._history = history
        self._deadlines = deadlines

    async def inspect(self, place: Place, branch: str | None, base: str | None) -> LocalFacts:
        """Clone and worktree; what is wrong stands in the facts."""
        try:
            status, origin = await asyncio.gather(
                self._status(place.path),
                self._runner.run(place.path, "config", "--get", "remote.origin.url", deadline=self._deadlines.local),
            )
            clone = await asyncio.to_thread(_clone, place.path, status, origin)
            worktree = await self.worktree(place, base)
            work = await self._history.resolve(place, branch) if branch and status.code == 0 else None
        except Failure as failure:
            return LocalFacts(CloneFacts(None, None, None, None, None, failure.problem), None)
        return LocalFacts(clone, worktree, work)

    async def worktree(self, place: Place, base: str | None) -> WorktreeFacts | None:
        """The agent's directory; None where it is not there, or is not a worktree of this clone."""
        directory = place.worktree
        if not await asyncio.to_thread(_is_worktree, place):
            return None
        finished = await self._status(directory)
        if finished.code != 0:
            unreadable = sentences.WORKTREE_UNREADABLE(words=problem(finished, directory).message)
            return WorktreeFacts(directory, None, None, (), None, unreadable)
        status = _parse(finished)
        return WorktreeFacts(
            directory,
            status.branch,
            status.oid,
            status.changes,
            await self._count(directory, base) if base and status.oid else None,
            await asyncio.to_thread(_busy, directory),
        )

    async def _status(self, directory: str) -> Finished:
        return await self._runner.run(
            directory,
            *("--no-optional-locks", "status", "--porcelain=v2", "--branch", "--ahead-behind", "-z"),
            *("--no-renames", "--untracked-files=normal"),
            deadline=self._deadlines.local,
        )

    async def _count(self, directory: str, base: str) -> int | None:
        finished = await self._runner.run(
            directory, "rev-list", "--count", f"{revision(base)}..HEAD", "--", deadline=self._deadlines.local
        )
        return int(finished.text) if finished.code == 0 else None


def _is_worktree(place: Place) -> bool:
    """Whether the agent's directory is a worktree of the clone, or the clone itself."""
    own, theirs = _git_dir(place.worktree), _git_dir(place.path)
    return own is not None and theirs is not None and _common_dir(own) == _common_dir(theirs)


def _busy(directory: str) -> str | None:
    """What git is in the middle of in a directory, in words."""
    git_dir = _git_dir(directory)
    return next((name for mark, name in _BUSY.items() if git_dir and os.path.lexists(git_dir / mark)), None)


def _clone(path: str, finished: Finished, origin: Finished) -> CloneFacts:
    if finished.code != 0:
        return CloneFacts(None, None, None, None, None, problem(finished, path))
    status, doing = _parse(finished), _busy(path)
    sentence = None
    if doing:
        sentence = sentences.CLONE_BUSY(path=path, doing=doing)
    elif origin.code == 1:
        sentence = sentences.CLONE_NO_ORIGIN(path=path)
    return CloneFacts(
        status.branch,
        status.oid,
        bool(status.changes),
        status.ahead,
        status.behind,
        Problem(ErrorCode.CLONE, sentence) if sentence else None,
    )


def _parse(finished: Finished) -> _Status:
    """The answer of `git status --porcelain=v2 --branch -z --no-renames`."""
    headers: dict[str, str] = {}
    changes: list[str] = []
    fields_before_path = {"1": 8, "u": 10, "?": 1}
    for record in finished.out.decode("utf-8", "replace").split("\0"):
        if record.startswith("# "):
            name, _, value = record[2:].partition(" ")
            headers[name] = value
        elif record[:1] in fields_before_path:
            changes.append(record.split(" ", fields_before_path[record[0]])[-1])
    branch, oid = headers.get("branch.head"), headers.get("branch.oid", "")
    ahead, _, behind = headers.get("branch.ab", "").partition(" ")
    work = [name for name in changes if name.rstrip("/").split("/")[0] != _NOT_WORK]
    return _Status(
        None if branch == "(detached)" else branch,
        oid if is_oid(oid) else None,
        abs(int(ahead)) if ahead else None,
        abs(int(behind)) if behind else None,
        tuple(shorten(name, _NAME) for name in work[:_CHANGES]),
    )


def _git_dir(directory: str) -> Path | None:
    """Where a directory's HEAD and index are: `.git`, or the place that a file of that name points to."""
    mark = Path(directory, ".git")
    try:
        if mark.is_file():
            mark = Path(directory, mark.read_text("utf-8", "surrogateescape").removeprefix("gitdir:").strip())
        return mark.resolve() if mark.is_dir() else None
    except OSError:
        return None


def _common_dir(git_dir: Path) -> Path:
    """What a worktree shares with its clone."""
    try:
        return (git_dir / (git_dir / "commondir").read_text("utf-8", "surrogateescape").strip()).resolve()
    except OSError:
        return git_dir
