"""The port `Git` on real git."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from soda_tui.cockpit.ports import Fetched, Place, Pushed, RefUpdate
from soda_tui.domain.facts import LocalFacts
from soda_tui.domain.failure import Failure
from soda_tui.domain.ledger import Entry
from soda_tui.domain.work import Commit, Difference
from soda_tui.services.git.access import Access
from soda_tui.services.git.difference import Differences
from soda_tui.services.git.history import History
from soda_tui.services.git.ledger import LedgerWriter
from soda_tui.services.git.problems import problem
from soda_tui.services.git.process import Deadlines, Runner
from soda_tui.services.git.remote import Remote
from soda_tui.services.git.state import States
from soda_tui.services.git.workspace import Workspaces


class GitService:
    """Git on this machine; `tokens` and `api_url` are asked with a host's name."""

    def __init__(
        self,
        tokens: Callable[[str], str | None],
        api_url: Callable[[str], str | None],
        deadlines: Deadlines | None = None,
    ) -> None:
        self._deadlines = deadlines = deadlines or Deadlines()
        self._runner = Runner()
        self._history = History(self._runner, deadlines)
        self._remote = Remote(self._runner, Access(tokens, api_url), deadlines)
        self._states = States(self._runner, self._history, deadlines)
        self._differences = Differences(self._runner, deadlines)
        self._ledger = LedgerWriter(self._runner, self._remote, self._history, deadlines)
        self._workspaces = Workspaces(self._runner, self._remote, self._history, self._states, deadlines)

    async def inspect(self, place: Place, branch: str | None, base: str | None) -> LocalFacts:
        """Clone and worktree without taking a lock; never raises."""
        return await self._states.inspect(place, branch, base)

    async def fetch(self, place: Place, branches: Sequence[str]) -> Fetched:
        """One fetch of the ledger and the branches into the private namespace."""
        return await self._remote.fetch(place, branches)

    async def append(
        self, place: Place, entry: Entry, expected: str | None, update: RefUpdate | None, *, hooks: bool
    ) -> Pushed:
        """Push the entry on top of the head seen, and the branch, all or nothing."""
        return await self._ledger.append(place, entry, expected, update, hooks=hooks)

    async def can_prepare(self, place: Place, branch: str, start: str) -> None:
        """Refuse whatever `prepare` would refuse, and touch nothing."""
        await self._workspaces.can_prepare(place, branch, start)

    async def prepare(self, place: Place, branch: str, start: str) -> None:
        """Make the worktree stand on the branch."""
        await self._workspaces.prepare(place, branch, start)

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
        finished = await self._runner.run(
            path, "rev-parse", "--show-toplevel", deadline=self._deadlines.local, upwards=True
        )
        if finished.code == 0:
            return finished.text or None
        if finished.code is None or "dubious ownership" in finished.err:
            raise Failure(problem(finished, path))
        return None

    async def remote_url(self, path: str) -> str | None:
        """The URL of a clone's `origin`, which may hold a password; None where there is no such remote."""
        finished = await self._runner.run(
            path, "remote", "get-url", "origin", deadline=self._deadlines.local, upwards=True
        )
        return finished.text if finished.code == 0 else None
