"""The state of a clone and its worktree, read without taking a lock."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from soda_tui.cockpit.ports.place import Place
from soda_tui.domain import sentences
from soda_tui.domain.facts import Branch, CloneFacts, LocalFacts, WorktreeFacts
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.kept_work import ARCHIVE
from soda_tui.domain.naming import branch_issue, parse_remote
from soda_tui.domain.text import shorten
from soda_tui.services.git.gitdir import REBASE, busy, left_branch, same_clone
from soda_tui.services.git.history import History
from soda_tui.services.git.marker import is_half_done
from soda_tui.services.git.modules import kept, left_behind
from soda_tui.services.git.origin import Origins
from soda_tui.services.git.problems import problem
from soda_tui.services.git.process import Deadlines, Finished, Runner
from soda_tui.services.git.refs import HEADS, LEDGER_TRACKED, TRACKED, is_oid, revision

_CHANGES = 100
_NAME = 200
_BRANCHES = 500
_NAMES = 5000
_WORK = ("agent[0-9][0-9][0-9]/*", "work-*")
# What was merged in from elsewhere is nobody's work here; of a merge only the commit itself counts.
_OWN = ("rev-list", "--first-parent")
# Where the name of a branch stays when the branch is gone.
_TRACES = (TRACKED, "refs/remotes/origin/", f"refs/tags/{ARCHIVE}/")
# The ancestor's own folder, which it leaves untracked in every repository; and where a person puts a STOP file.
NOT_WORK = ".agent-workspace"


class _Status(Struct, frozen=True):
    branch: str | None
    oid: str | None
    ahead: int | None
    behind: int | None
    changes: tuple[str, ...]


class _Refs(Struct, frozen=True):
    branches: tuple[Branch, ...]
    names: tuple[str, ...]
    seen_ledger: bool


class States:
    """Looks at clones and worktrees."""

    def __init__(self, runner: Runner, history: History, deadlines: Deadlines) -> None:
        self._runner = runner
        self._history = history
        self._deadlines = deadlines
        self._origins = Origins(runner, deadlines)

    async def inspect(
        self, place: Place, branch: str | None, base: str | None, pushed: str | None = None
    ) -> LocalFacts:
        """Clone and worktree; what is wrong stands in the facts."""
        try:
            status, refs, origin = await asyncio.gather(
                self._status(place.path),
                self._refs(place.path),
                self._origins.of(place.path),
            )
            clone = await asyncio.to_thread(_clone, place.path, status, origin)
            worktree = await self.worktree(place, base, (branch, pushed))
            work = next((each.oid for each in refs.branches if each.name == branch), None)
            if branch and work is None and status.code == 0:
                work = await self._history.resolve(place, branch)
        except Failure as failure:
            return LocalFacts(CloneFacts(None, None, None, None, None, failure.problem), None)
        return LocalFacts(clone, worktree, work, refs.branches, names=refs.names, seen_ledger=refs.seen_ledger)

    async def worktree(
        self, place: Place, base: str | None, pushed: tuple[str | None, str | None] = (None, None)
    ) -> WorktreeFacts | None:
        """The agent's directory; None where it is not there, or is not a worktree of this clone.

        `pushed` is the claim's branch with its head on the remote, with which it is compared while it stands there.
        """
        directory = place.worktree
        if not await asyncio.to_thread(same_clone, place.path, directory):
            return None
        finished = await self._status(directory)
        if finished.code != 0:
            unreadable = sentences.WORKTREE_UNREADABLE(words=problem(finished, directory).message)
            return WorktreeFacts(directory, None, None, (), None, unreadable)
        status = _parse(finished)
        changes = await self._changes(directory, status.changes)
        doing = await asyncio.to_thread(busy, directory)
        left = await asyncio.to_thread(left_branch, directory) if doing == REBASE and not status.branch else None
        branch, head = pushed
        compared = head if branch is not None and status.branch == branch else None
        commits = await self._count(directory, base) if base and status.oid else None
        ahead, behind = status.ahead, status.behind
        if compared is not None and status.oid:
            # A branch that nothing was pushed to since its claim needs no second git.
            known = (commits, 0) if compared == base and commits is not None else None
            ahead, behind = known or await self._compare(directory, compared)
        stands = status.branch or left
        astray = branch is not None and stands != branch and status.oid is not None
        aside, onward = await self._aside(directory, branch or "") if astray else (None, False)
        half_done = await asyncio.to_thread(is_half_done, directory, status.branch, status.oid, changed=bool(changes))
        return WorktreeFacts(
            directory, stands, status.oid, changes, commits, doing, ahead, behind, aside, onward, half_done
        )

    async def directories(self, path: str) -> frozenset[str]:
        """The folders of a checkout that hold tracked files, its top among them; none where git cannot say."""
        if not await asyncio.to_thread(os.path.lexists, Path(path, ".git")):
            return frozenset()
        finished = await self._runner.run(path, "ls-files", "-z", "--", ":/", deadline=self._deadlines.local)
        if finished.code != 0:
            return frozenset()
        return await asyncio.to_thread(_folders, path, finished.out)

    async def _changes(self, directory: str, changes: tuple[str, ...]) -> tuple[str, ...]:
        """The changes without submodules of other branches, which may be all that is in an untracked folder."""
        if not any(name.endswith("/") for name in changes) or not await asyncio.to_thread(kept, directory):
            return changes
        finished = await self._status(directory, "all")
        if finished.code != 0:
            return changes
        changes = _parse(finished).changes
        left = await left_behind(self._runner, directory, changes, self._deadlines.local)
        return tuple(name for name in changes if name not in left)

    async def _status(self, directory: str, untracked: str = "normal") -> Finished:
        return await self._runner.run(
            directory,
            *("--no-optional-locks", "status", "--porcelain=v2", "--branch", "--ahead-behind", "-z"),
            *("--no-renames", f"--untracked-files={untracked}"),
            deadline=self._deadlines.local,
        )

    async def _refs(self, directory: str) -> _Refs:
        """What the clone's refs tell; nothing where git cannot say, which its status tells in a sentence."""
        finished = await self._runner.run(
            directory,
            *("for-each-ref", "--format=%(refname) %(objectname) %(committerdate:unix)", LEDGER_TRACKED),
            *(place + names for place in (HEADS, *_TRACES) for names in _WORK),
            deadline=self._deadlines.local,
        )
        rows = [line.split(" ") for line in finished.text.splitlines()] if finished.code == 0 else []
        heads = ((ref.removeprefix(HEADS), oid, date) for ref, oid, date in rows if ref.startswith(HEADS))
        branches = (Branch(name, oid, moment(date)) for name, oid, date in heads if branch_issue(name) is not None)
        traces = {ref.removeprefix(place) for ref, _, _ in rows for place in _TRACES if ref.startswith(place)}
        names = (name for name in sorted(traces) if branch_issue(name) is not None)
        return _Refs(
            tuple(branches)[:_BRANCHES], tuple(names)[:_NAMES], any(ref == LEDGER_TRACKED for ref, _, _ in rows)
        )

    async def _count(self, directory: str, base: str) -> int | None:
        finished = await self._runner.run(
            directory, *_OWN, "--count", f"{revision(base)}..HEAD", "--", deadline=self._deadlines.local
        )
        return int(finished.text) if finished.code == 0 else None

    async def _aside(self, directory: str, branch: str) -> tuple[int | None, bool]:
        """How many commits of HEAD neither a branch nor a remote has, and whether HEAD has all of that branch's."""
        ref = revision(branch)
        finished = await self._runner.run(
            directory,
            *("rev-list", "--count", "HEAD", "--not", ref, "--remotes", f"--glob={TRACKED}*", "--"),
            deadline=self._deadlines.local,
        )
        _, lacking = await self._compare(directory, ref)
        return (int(finished.text), lacking == 0) if finished.code == 0 else (None, False)

    async def _compare(self, directory: str, head: str) -> tuple[int | None, int | None]:
        """How many commits HEAD has that another has not, and the other way round; None where the clone lacks it."""
        span = f"HEAD...{revision(head)}"
        finished = await self._runner.run(
            directory, "rev-list", "--left-right", "--count", span, "--", deadline=self._deadlines.local
        )
        if finished.code != 0:
            return None, None
        ahead, _, behind = finished.text.partition("\t")
        return int(ahead), int(behind)


def moment(seconds: str) -> datetime | None:
    """A commit's time; None where the commit bears one that no calendar has."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _folders(path: str, listed: bytes) -> frozenset[str]:
    """The folders of the files that `git ls-files -z` lists, as the system names them."""
    top = os.path.realpath(path)
    names = {name.rpartition("/")[0] for name in os.fsdecode(listed).split("\0")} | {""}
    return frozenset(f"{top}/{name}" if name else top for name in names)


def _clone(path: str, finished: Finished, origin: Finished) -> CloneFacts:
    if finished.code != 0:
        return CloneFacts(None, None, None, None, None, problem(finished, path))
    status, doing = _parse(finished), busy(path)
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
        busy=doing is not None,
        origin=parse_remote(origin.text) if origin.code == 0 else None,
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
    work = [name for name in changes if name.rstrip("/").split("/")[0] != NOT_WORK]
    return _Status(
        None if branch == "(detached)" else branch,
        oid if is_oid(oid) else None,
        abs(int(ahead)) if ahead else None,
        abs(int(behind)) if behind else None,
        tuple(shorten(name, _NAME) for name in work[:_CHANGES]),
    )
