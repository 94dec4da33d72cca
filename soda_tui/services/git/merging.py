"""Merging what is new on a base into a branch: tried without a worktree, which only ever goes forward to the result.

So there is nothing to be undone where git cannot merge by itself, and what a kill leaves is what a filling leaves. No
hook of a commit is run: nobody wrote anything, and before the result is pushed the check and the pre-push hook see it.
"""

from __future__ import annotations

import os

from soda_tui.cockpit.ports.git import Merged
from soda_tui.cockpit.ports.place import Place
from soda_tui.domain import sentences
from soda_tui.domain.failure import ErrorCode, Failure, Problem
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


class Merging:
    """Brings branches up to date."""

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
        tried = await self._run(place, "merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", ours, theirs)
        if tried.code is None:
            raise Failure(problem(tried, place.worktree))
        tree, *names = os.fsdecode(tried.out).rstrip("\0").split("\0")
        if tried.code not in {0, 1} or not is_oid(tree):
            return Merged(untried=words(tried.err))
        if tried.code == 1:
            raise _conflict(place, branch, base, theirs, sorted({name for name in names if name}))
        message = sentences.MERGED_BASE(base=base, branch=branch)
        made = await self._run(place, "commit-tree", "-p", ours, "-p", theirs, "-m", message, tree)
        oid = text(made, place.worktree)
        await self._workspaces.forward(place, branch, oid)
        return Merged(oid)

    async def _run(self, place: Place, *arguments: str) -> Finished:
        """Run git in the worktree, whose attributes say how files are merged; what a partial clone lacks is fetched."""
        variables = await self._wire.variables(place)
        deadline = self._deadlines.checkout
        return await self._runner.run(place.worktree, *arguments, deadline=deadline, variables=variables, network=True)


def _conflict(place: Place, branch: str, base: str, theirs: str, names: list[str]) -> Failure:
    values = {"branch": branch, "base": base, "path": place.worktree, "oid": theirs}
    listed = [shorten(name.encode("utf-8", "replace").decode(), _NAME) for name in names[:_LISTED]]
    if len(names) > _LISTED:
        listed.append(sentences.MORE_FILES(count=len(names) - _LISTED))
    message = sentences.MERGE_CONFLICT(files=named(names), **values)
    return Failure(Problem(ErrorCode.MERGE_CONFLICT, message, detail="\n".join([f"git merge {theirs}", *listed])))
