"""The port `Git` on real git."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from pathlib import Path

from soda_tui.cockpit.ports.git import Fetched, Merged, Pushed, RefUpdate
from soda_tui.cockpit.ports.place import Place
from soda_tui.domain.configuration.accounts import Accounts
from soda_tui.domain.facts import LedgerHead, LocalFacts
from soda_tui.domain.failure import Failure
from soda_tui.domain.kept_work import KeptWork, SpentRef
from soda_tui.domain.ledger import Entry
from soda_tui.domain.merging import Joined
from soda_tui.domain.naming import RepositoryName
from soda_tui.domain.stakes import Ignored, Intake, Rescue, Stakes
from soda_tui.domain.work import Commit, Difference
from soda_tui.services.git.access import Access
from soda_tui.services.git.checkout import Checkouts
from soda_tui.services.git.cloning import Cloning
from soda_tui.services.git.difference import Differences
from soda_tui.services.git.furnishing import Furnishings
from soda_tui.services.git.history import History
from soda_tui.services.git.inspection import Inspections
from soda_tui.services.git.intake import Intakes
from soda_tui.services.git.ledger import LedgerWriter
from soda_tui.services.git.leftovers import Leftovers
from soda_tui.services.git.merging import Merging
from soda_tui.services.git.parting import Partings
from soda_tui.services.git.problems import problem, text
from soda_tui.services.git.process import Deadlines, Runner
from soda_tui.services.git.remote import Remote
from soda_tui.services.git.removal import Removals
from soda_tui.services.git.safety import Safety
from soda_tui.services.git.spent import Spent
from soda_tui.services.git.state import States
from soda_tui.services.git.unseen import Unseen
from soda_tui.services.git.wire import Wire
from soda_tui.services.git.workspace import Workspaces

_NO_REMOTE = 2


class GitService:
    """Git on this machine; `tokens`, `api_url`, `accounts` and `forget` are those of `Access`."""

    def __init__(
        self,
        tokens: Callable[[str], str | None],
        api_url: Callable[[str], str | None],
        deadlines: Deadlines | None = None,
        accounts: Accounts | None = None,
        forget: Callable[[str], object] = lambda _: None,
    ) -> None:
        self._deadlines = deadlines = deadlines or Deadlines()
        self._runner = Runner()
        self._history = History(self._runner, deadlines)
        access = Access(tokens, api_url, accounts or Accounts(), forget)
        wire = Wire(self._runner, access, deadlines)
        self._cloning = Cloning(self._runner, access, deadlines)
        self._remote = Remote(self._runner, wire, deadlines)
        self._states = States(self._runner, self._history, deadlines)
        self._differences = Differences(self._runner, deadlines)
        self._ledger = LedgerWriter(self._runner, wire, self._remote, self._history, deadlines)
        checkouts = Checkouts(self._runner, wire, deadlines)
        inspections = Inspections(self._runner, deadlines)
        self._safety = Safety(self._runner, self._states, checkouts, inspections, deadlines)
        self._furnishings = Furnishings(self._runner, deadlines)
        self._unseen = Unseen(self._runner, deadlines)
        self._intakes = Intakes(self._runner, inspections, deadlines)
        self._leftovers = Leftovers(self._runner, wire, deadlines)
        self._spent = Spent(self._runner, wire, deadlines)
        self._partings = Partings(self._runner, wire, inspections, deadlines)
        self._removals = Removals(self._runner, inspections, deadlines)
        self._workspaces = Workspaces(self._runner, wire, self._history, self._states, deadlines)
        self._merging = Merging(self._runner, wire, self._remote, self._history, self._workspaces, deadlines)

    async def close(self) -> None:
        """End the processes that still run; nothing can be asked afterwards."""
        await self._runner.close()

    async def inspect(
        self, place: Place, branch: str | None, base: str | None, pushed: str | None = None
    ) -> LocalFacts:
        """Clone and worktree without taking a lock; never raises."""
        return await self._states.inspect(place, branch, base, pushed)

    async def directories(self, path: str) -> frozenset[str]:
        """The folders of a checkout that hold tracked files; none where git cannot say."""
        return await self._states.directories(path)

    async def fetch(self, place: Place, branches: Sequence[str]) -> Fetched:
        """One fetch of the ledger and the branches into the private namespace."""
        return await self._remote.fetch(place, branches)

    async def ledger_log(self, place: Place, limit: int) -> tuple[LedgerHead, ...]:
        """The newest commits of the ledger as it was seen last, newest first; none where it never was."""
        return await self._remote.log(place, limit)

    async def ledger_now(self, place: Place) -> LedgerHead | None:
        """The ledger's head as the remote has it at this moment; None where it has none."""
        return await self._remote.ledger_now(place)

    async def append(
        self, place: Place, entry: Entry, expected: str | None, update: RefUpdate | None, *, hooks: bool
    ) -> Pushed:
        """Push the entry on top of the head seen, and the branch, all or nothing; work is looked through first."""
        marked = update is not None and hooks and await self._unseen.check(place, update)
        pushed = await self._ledger.append(place, entry, expected, update, hooks=hooks)
        if marked and update is not None and pushed.mine:
            await self._unseen.unmark(place, update.branch)
        return pushed

    async def can_prepare(self, place: Place, branch: str, start: str) -> None:
        """Refuse whatever `prepare` would refuse, and touch nothing."""
        await self._workspaces.can_prepare(place, branch, start)

    async def prepare(self, place: Place, branch: str, start: str) -> None:
        """Make the worktree stand on the branch."""
        await self._workspaces.prepare(place, branch, start)

    async def update(self, place: Place, branch: str, base: str) -> Merged:
        """Merge the base, as the remote has it now, into the branch on which the worktree stands."""
        return await self._merging.update(place, branch, base)

    async def join(self, place: Place, base: str, branches: Sequence[str]) -> Joined:
        """Merge branches into the base, one after the other, without touching any branch or file."""
        return await self._merging.join(place, base, branches)

    async def stand(self, place: Place, oid: str) -> None:
        """Make the worktree stand on the commit and on no branch."""
        await self._workspaces.stand(place, oid)

    async def stakes(self, place: Place) -> Stakes:
        """What would get lost with the worktree."""
        return await self._safety.stakes(place)

    async def rescue(self, place: Place, issue: int, at: datetime) -> Rescue | None:
        """Put all that stands in no commit on a branch of its own."""
        return await self._safety.rescue(place, issue, at)

    async def clear(self, place: Place, rescue: Rescue) -> None:
        """Bring the worktree back to its HEAD, once the rescue is seen to hold what that takes away."""
        await self._safety.clear(place, rescue)

    async def intake(self, place: Place) -> tuple[Intake, ...]:
        """The files that a commit of everything would take in."""
        return await self._intakes.list(place)

    async def rescue_staged(self, place: Place, issue: int, at: datetime) -> Rescue | None:
        """The same where something is staged otherwise than it is on disk."""
        return await self._safety.rescue_staged(place, issue, at)

    async def commit_all(self, place: Place, files: Sequence[Intake], message: str, kept: Rescue | None) -> str:
        """Commit just these files, which must be all, as the user and with the user's hooks."""
        return await self._intakes.commit(place, files, message, kept)

    async def put_back(self, place: Place, branch: str) -> str | None:
        """Switch the user's own checkout back from the work branch."""
        return await self._workspaces.put_back(place, branch)

    async def furnish(self, place: Place, copy: Sequence[str], link: Sequence[str]) -> tuple[str, ...]:
        """Bring ignored files of the clone into the worktree."""
        return await self._furnishings.furnish(place, copy, link)

    async def drop_branch(self, place: Place, branch: str, oid: str) -> bool:
        """Delete the local branch at exactly this commit, where something else holds it."""
        return await self._safety.drop_branch(place, branch, oid)

    async def leftovers(self, place: Place, base: str | None, folders: Sequence[str]) -> KeptWork:
        """Work and places that may belong to nobody."""
        return await self._leftovers.look(place, base, folders)

    async def spent_refs(self, place: Place, before: datetime, needed: Collection[str]) -> tuple[SpentRef, ...]:
        """The cockpit's own refs on commits made before then that the remote keeps."""
        return await self._spent.look(place, before, needed)

    async def forget_refs(self, place: Place, refs: Sequence[SpentRef]) -> None:
        """Take such refs away, all or none."""
        await self._spent.forget(place, refs)

    async def archive(self, place: Place, branch: str, oid: str) -> str:
        """Keep the commit under a tag; the tag's name."""
        return await self._partings.archive(place, branch, oid)

    async def name_branch(self, place: Place, branch: str, oid: str) -> None:
        """Make a local branch at the commit."""
        await self._partings.name(place, branch, oid)

    async def ignored(self, place: Place) -> Ignored:
        """What git ignores in the worktree; refuses where the worktree must stay."""
        return await self._removals.ignored(place)

    async def remove_worktree(self, place: Place, ignored: Ignored) -> None:
        """Remove a worktree in which nothing is at stake."""
        await self._removals.remove(place, ignored)

    async def forget_worktree(self, place: Place) -> None:
        """Let git forget a worktree whose directory is gone."""
        await self._removals.forget(place)

    async def rescued(self, place: Place, rescue: str) -> tuple[Intake, ...]:
        """The files that a rescue branch holds."""
        return await self._partings.contents(place, rescue)

    async def unpushed_below(self, place: Place, rescue: str) -> int:
        """How many commits below a rescue no remote is known to have."""
        return await self._partings.unpushed(place, rescue)

    async def push_rescue(self, place: Place, rescue: str, oid: str) -> None:
        """Push a rescue branch under its own name."""
        await self._partings.push(place, rescue, oid)

    async def holds(self, place: Place, oid: str, ancestor_of: str) -> bool:
        """Whether the commit is contained in the other one."""
        return await self._history.holds(place, oid, ancestor_of)

    async def merge_base(self, place: Place, one: str, other: str) -> str | None:
        """The newest commit that both contain; None where they share none."""
        return await self._history.merge_base(place, one, other)

    async def commits(self, place: Place, base: str, head: str) -> tuple[Commit, ...]:
        """The commits of the work, oldest first, at most a hundred."""
        return await self._history.commits(place, base, head)

    async def difference(self, place: Place, base: str) -> Difference:
        """The worktree against the commit that its work began at."""
        return await self._differences.since(place, base)

    async def file(self, place: Place, commit: str, paths: Sequence[str], limit: int = 65536) -> str | None:
        """The text of the first of the paths that the commit has."""
        return await self._history.file(place, commit, paths, limit)

    async def toplevel(self, path: str) -> str | None:
        """The clone that a path lies in; None where it lies in none. Raises a Failure where git refuses to look."""
        # What is damaged lends no name from the clone around it, as a home may be one.
        upwards = not await asyncio.to_thread(os.path.lexists, Path(path, ".git"))
        finished = await self._runner.run(
            path, "rev-parse", "--show-toplevel", deadline=self._deadlines.local, upwards=upwards
        )
        if finished.code == 0:
            return finished.text or None
        if finished.code is None or "dubious ownership" in finished.err:
            raise Failure(problem(finished, path))
        return None

    async def clone(self, name: RepositoryName, path: str) -> str | None:
        """Clone a repository to a path where nothing is; why its files could not be written, where only that failed."""
        return await self._cloning.clone(name, path)

    async def remote_url(self, path: str) -> str | None:
        """The URL of a clone's `origin`, which may hold a password; None where there is no such remote.

        Raises a Failure where the path is no clone's top, or git cannot read it.
        """
        finished = await self._runner.run(path, "remote", "get-url", "origin", deadline=self._deadlines.local)
        if finished.code == _NO_REMOTE:
            return None
        return text(finished, path)
