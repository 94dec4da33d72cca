"""The ports: what the engine asks of the world. Services implement them; the engine knows nothing else of services.

Every method may raise `Failure` with a problem that a person can read, and has a deadline of its own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from soda_tui.domain.changes import Change, Changed
from soda_tui.domain.facts import IssueDetail, LedgerHead, LocalFacts, PullRequest, Reading, RunFacts
from soda_tui.domain.label_plan import Label
from soda_tui.domain.labels import LabelNames
from soda_tui.domain.ledger import Entry
from soda_tui.domain.model import Snapshot
from soda_tui.domain.naming import RepositoryName
from soda_tui.domain.preferences import Preferences
from soda_tui.domain.settings import AgentSettings, Enrolment
from soda_tui.domain.work import Commit, Difference


@dataclass(frozen=True, slots=True)
class Target:
    """A repository to read on GitHub, and the label names that count there.

    `extra_labels` are further labels whose node ids are wanted (those that bottle puts on pull requests).
    """

    name: RepositoryName
    labels: LabelNames
    agent: str
    extra_labels: tuple[str, ...] = ()


class GitHub(Protocol):
    """GitHub, all hosts."""

    async def read(self, targets: Sequence[Target]) -> Reading:
        """Everything that queue, status and drift need of the repositories, in as few requests as possible.

        Never raises for one repository: its place in the reading then holds the problem.
        """

    async def detail(self, name: RepositoryName, number: int) -> IssueDetail:
        """One issue with its body."""

    async def change(self, name: RepositoryName, changes: Sequence[Change]) -> tuple[Changed, ...]:
        """Make the changes in one request, in order, at most five; each result tells what GitHub says it is now."""

    async def labels(self, name: RepositoryName) -> tuple[str, tuple[Label, ...]]:
        """The repository's node id and all its labels, for `init`."""

    async def pull_requests(self, name: RepositoryName, branches: Sequence[str]) -> tuple[PullRequest, ...]:
        """The pull requests of these head branches in any state, at most ten of each; one request."""

    async def close(self) -> None:
        """Close the connections."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a repository's clone is, and where its agent works; the remote is always `origin`."""

    name: RepositoryName
    path: str
    worktree: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one fetch brought: the ledger's head, and the object ids of the branches that were asked for and exist."""

    ledger: LedgerHead | None
    branches: dict[str, str]


@dataclass(frozen=True, slots=True)
class RefUpdate:
    """A branch to push with a ledger entry; `expected` is its head as seen, None where it must not exist."""

    branch: str
    oid: str
    expected: str | None


@dataclass(frozen=True, slots=True)
class Pushed:
    """The answer to an append: whose entry is the head now. `mine` is false when another was faster or it was refused.

    `superseded` is true when ours went in and somebody has built on it since. `refusal` holds the server's or a
    hook's own words.
    """

    mine: bool
    head: LedgerHead | None
    superseded: bool = False
    refusal: str | None = None


class Git(Protocol):
    """Git on this machine, and the remotes of the clones."""

    async def inspect(self, place: Place, branch: str | None, base: str | None) -> LocalFacts:
        """Clone and worktree without taking a lock; `branch` and `base` are the claim's, where there is one.

        Never raises: what is wrong with the clone stands in the facts.
        """

    async def fetch(self, place: Place, branches: Sequence[str]) -> Fetched:
        """One fetch of the ledger and the named branches into the private namespace; missing ones are left out."""

    async def append(
        self, place: Place, entry: Entry, expected: str | None, update: RefUpdate | None, *, hooks: bool
    ) -> Pushed:
        """Push the entry on top of the head seen, and the branch, in one atomic push; after doubt, read again."""

    async def can_prepare(self, place: Place, branch: str, start: str) -> None:
        """Refuse whatever `prepare` would refuse, and touch nothing; the clone must have `start` already."""

    async def prepare(self, place: Place, branch: str, start: str) -> None:
        """Make the worktree stand on the branch, which is created at `start` where it does not exist.

        Refuses (a Failure) where that would touch uncommitted work. Done already is fine.
        """

    async def holds(self, place: Place, oid: str, ancestor_of: str) -> bool:
        """Whether the commit is contained in the other one."""

    async def merge_base(self, place: Place, one: str, other: str) -> str | None:
        """The newest commit that both contain; None where they share none, a Failure where git cannot say."""

    async def commits(self, place: Place, base: str, head: str) -> tuple[Commit, ...]:
        """The commits of the work, oldest first, at most a hundred."""

    async def difference(self, place: Place, base: str) -> Difference:
        """The worktree against the commit that its work began at, uncommitted and untracked files included."""

    async def file(self, place: Place, commit: str, paths: Sequence[str], limit: int = 65536) -> str | None:
        """The text of the first of the paths that the commit has, cut at `limit` bytes."""


@dataclass(frozen=True, slots=True)
class Launch:
    """A run to be started: everything is decided, nothing is looked up again.

    `prompt` replaces `{prompt}` in the command, or is standard input. `environment` is added to the inherited one.
    """

    key: str
    repository_id: str
    issue: int
    branch: str
    attempt: int
    directory: str
    agent: AgentSettings
    prompt: str
    environment: dict[str, str] = field(default_factory=dict)


class Runs(Protocol):
    """Agent processes: each belongs to a supervisor of its own, which survives this program."""

    async def start(self, launch: Launch) -> RunFacts:
        """Start an agent and wait until it runs or has failed to; refuses where one runs for the repository already."""

    async def stop(self, key: str) -> RunFacts | None:
        """End the repository's running agent with everything that it started, and wait for that; None if none runs."""

    async def current(self, keys: Sequence[str]) -> dict[str, RunFacts]:
        """The newest run of each repository that has one."""

    async def runs(self, key: str) -> tuple[RunFacts, ...]:
        """The runs of a repository, newest first, at most a hundred."""

    async def tail(self, run: RunFacts, size: int = 16384) -> bytes:
        """The last bytes of a run's log."""

    async def read(self, run: RunFacts, offset: int, size: int) -> bytes:
        """At most `size` bytes of a run's log from `offset` on; empty at its present end."""

    def follow(self, run: RunFacts, offset: int = 0) -> AsyncIterator[bytes]:
        """The log from `offset` on as it grows, until the run has ended and the log is read to its end."""


class Store(Protocol):
    """The cockpit's own files."""

    def snapshot(self) -> Snapshot | None:
        """The last snapshot on disk; None where there is none that can be read."""

    def save(self, snapshot: Snapshot) -> None:
        """Keep the snapshot, atomically."""

    def preferences(self) -> Preferences:
        """How the screen was left; the defaults where that cannot be read."""

    def keep_preferences(self, preferences: Preferences) -> None:
        """Remember how the screen is left."""

    def summary_path(self, key: str, issue: int, attempt: int) -> str:
        """Where the agent may write its summary of the work on an issue; the folder exists."""

    def summary(self, key: str, issue: int, attempt: int) -> str | None:
        """What the agent wrote there, at most 64 KiB; None where it wrote nothing."""

    def worktree_path(self, enrolment: Enrolment, issue: int | None) -> str:
        """Where the agent of a repository works; `issue` matters only where each claim has a fresh place."""

    def folders(self, enrolment: Enrolment) -> tuple[str, ...]:
        """The clone, and the folders in which worktrees of the repository are."""

    def prompt(self, agent: AgentSettings) -> str:
        """The prompt's template: the user's file where one is set, else the package's own."""


class Locks(Protocol):
    """Locks between the processes of this machine."""

    def plan(self, repository_id: str) -> Lock:
        """The lock under which a repository's plans run; raises a Failure when another process keeps it too long."""


class Lock(Protocol):
    """An asynchronous context manager that holds a lock."""

    async def __aenter__(self) -> bool:
        """Take the lock; whether somebody else had it, so that what was read before may be old."""

    async def __aexit__(self, *exc: object) -> None: ...


class Watch(Protocol):
    """Notices of changes in clones and worktrees."""

    def changes(self, folders: Mapping[str, Sequence[str]]) -> AsyncIterator[set[str]]:
        """The keys whose HEAD, refs or index changed, as it happens; `folders` holds those of each key."""


@dataclass(frozen=True, slots=True)
class World:
    """All services together, as wiring hands them to the engine."""

    github: GitHub
    git: Git
    runs: Runs
    store: Store
    locks: Locks
    watch: Watch
