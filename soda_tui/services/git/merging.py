"""Merging: what is new on a base into a branch, or several branches into one commit; tried without a worktree.

Where there is one, it only ever goes forward to the result. So there is nothing to be undone where git cannot merge by
itself, and what a kill leaves is what a filling leaves. No hook of a commit is run: nobody wrote anything, and before
the result is pushed the check and the pre-push hook see it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from msgspec import Struct, structs

from soda_tui.cockpit.ports.git import Merged
from soda_tui.cockpit.ports.place import Place
from soda_tui.domain import sentences
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.merging import Joined
from soda_tui.domain.text import shorten
from soda_tui.services.git.history import History
from soda_tui.services.git.problems import named, problem, text, words
from soda_tui.services.git.process import Deadlines, Finished, Runner
from soda_tui.services.git.refs import is_oid
from soda_tui.services.git.remote import Remote
from soda_tui.services.git.wire import Wire
from soda_tui.services.git.workspace import Workspaces

_LISTED = 50
_NAME = 200


class _Tried(Struct, frozen=True):
    """What git made of two commits: a tree, or the files in conflict, or why it could not try."""

    tree: str = ""
    conflicts: tuple[str, ...] = ()
    untried: str | None = None


class Merging:
    """Brings branches up to date, and several of them together."""

    def __init__(
        self,
        runner: Runner,
        wire: Wire,
        remote: Remote,
        history: History,
        workspaces: Workspaces,
        deadlines: Deadlines,
    ) -> None:
        self._runner = runner
        self._wire = wire
        self._remote = remote
        self._history = history
        self._workspaces = workspaces
        self._deadlines = deadlines

    async def update(self, place: Place, branch: str, base: str) -> Merged:
        """Merge the base, as the remote has it now, into the branch on which the worktree stands."""
        theirs = (await self._remote.fetch(place, (base,))).branches.get(base)
        ours = await self._history.resolve(place, branch)
        if theirs is None or ours is None or await self._history.holds(place, theirs, ours):
            return Merged()
        await self._wire.complete(place, theirs, files=True)
        tried = await self._try(place, ours, theirs)
        if tried.untried is not None:
            return Merged(untried=tried.untried)
        if tried.conflicts:
            raise _conflict(place, branch, base, theirs, list(tried.conflicts))
        oid = await self._commit(place, tried.tree, ours, theirs, sentences.MERGED_BASE(base=base, branch=branch))
        await self._workspaces.forward(place, branch, oid)
        return Merged(oid)

    async def join(self, place: Place, base: str, branches: Sequence[str]) -> Joined:
        """Merge branches into the base, one after the other, in the clone, whose attributes say how files are merged.

        The commits carry the time of what they merge, so that the same ones come of it each time.
        """
        clone = structs.replace(place, worktree=place.path)
        fetched = (await self._remote.fetch(clone, (base, *branches))).branches
        begun = fetched.get(base)
        if begun is None:
            raise Failure(Problem(ErrorCode.REFUSED, sentences.NO_BASE(base=base, repository=place.name.full)))
        await self._wire.complete(clone, begun, files=True)
        found = Joined(begun, begun, gone=tuple(name for name in branches if name not in fetched))
        for name in branches:
            head = fetched.get(name)
            if head is None:
                continue
            if await self._history.holds(clone, head, begun):
                found = structs.replace(found, old=(*found.old, name))
                continue
            found = await self._join_one(clone, found, name, head)
            if found.untried is not None:
                break
        return found

    async def _join_one(self, clone: Place, found: Joined, name: str, head: str) -> Joined:
        heads = {**found.heads, name: head}
        if await self._history.holds(clone, head, found.oid):
            return structs.replace(found, heads=heads)
        await self._wire.complete(clone, head, files=True)
        tried = await self._try(clone, found.oid, head)
        if tried.untried is not None:
            return structs.replace(found, untried=tried.untried)
        if tried.conflicts:
            return structs.replace(found, conflicts={**found.conflicts, name: tried.conflicts})
        times = await self._run(clone, "show", "--no-patch", "--no-show-signature", "--format=%ct", found.oid, head)
        latest = max(int(line) for line in text(times, clone.path).splitlines())
        moment = {"GIT_AUTHOR_DATE": f"@{latest} +0000", "GIT_COMMITTER_DATE": f"@{latest} +0000"}
        message = sentences.MERGED_BRANCH(branch=name)
        oid = await self._commit(clone, tried.tree, found.oid, head, message, moment)
        return structs.replace(found, oid=oid, heads=heads)

    async def _try(self, place: Place, ours: str, theirs: str) -> _Tried:
        tried = await self._run(place, "merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", ours, theirs)
        if tried.code is None:
            raise Failure(problem(tried, place.worktree))
        tree, *names = os.fsdecode(tried.out).rstrip("\0").split("\0")
        if tried.code not in {0, 1} or not is_oid(tree):
            return _Tried(untried=words(tried.err))
        conflicts = tuple(sorted({name for name in names if name})) if tried.code == 1 else ()
        return _Tried(tree, conflicts)

    async def _commit(
        self, place: Place, tree: str, ours: str, theirs: str, message: str, moment: Mapping[str, str] | None = None
    ) -> str:
        arguments = ("commit-tree", "-p", ours, "-p", theirs, "-m", message, tree)
        return text(await self._run(place, *arguments, moment=moment), place.worktree)

    async def _run(self, place: Place, *arguments: str, moment: Mapping[str, str] | None = None) -> Finished:
        """Run git in the worktree, whose attributes say how files are merged; what a partial clone lacks is fetched."""
        variables = {**await self._wire.variables(place), **(moment or {})}
        deadline = self._deadlines.checkout
        return await self._runner.run(place.worktree, *arguments, deadline=deadline, variables=variables, network=True)


def _conflict(place: Place, branch: str, base: str, theirs: str, names: list[str]) -> Failure:
    values = {"branch": branch, "base": base, "path": place.worktree, "oid": theirs}
    listed = [shorten(name.encode("utf-8", "replace").decode(), _NAME) for name in names[:_LISTED]]
    if len(names) > _LISTED:
        listed.append(sentences.MORE_FILES(count=len(names) - _LISTED))
    message = sentences.MERGE_CONFLICT(files=named(names), **values)
    return Failure(Problem(ErrorCode.MERGE_CONFLICT, message, detail="\n".join([f"git merge {theirs}", *listed])))
