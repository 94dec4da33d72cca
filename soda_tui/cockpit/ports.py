"""The ports: what the engine asks of the world. Services implement them; the engine knows nothing else of services.

Every method may raise `Failure` with a problem that a person can read, and has a deadline of its own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from soda_tui.domain.changes import Change, Changed
from soda_tui.domain.facts import IssueDetail, LedgerHead, LocalFacts, PullRequest, Reading, Room, RunFacts
from soda_tui.domain.journal import JournalEntry
from soda_tui.domain.kept_work import KeptWork
from soda_tui.domain.label_plan import Label
from soda_tui.domain.labels import LabelNames
from soda_tui.domain.ledger import Entry
from soda_tui.domain.model import Snapshot
from soda_tui.domain.naming import RepositoryName
from soda_tui.domain.preferences import Preferences
from soda_tui.domain.profiles import Candidate, Profile
from soda_tui.domain.remains import Remains
from soda_tui.domain.settings import Enrolment, LimitSettings, RetentionSettings, WorkspaceSettings
from soda_tui.domain.stakes import Ignored, Intake, Rescue, Stakes
from soda_tui.domain.telling import Notice
from soda_tui.domain.usage import Sums
from soda_tui.domain.work import Commit, Difference


@dataclass(frozen=True, slots=True)
class Target:
    """A repository to read on GitHub, and the label names that count there.

    `extra_labels` are further labels whose node ids are wanted (those that bottle puts on pull requests); `base` is the
    branch that work starts from, None for the default branch.
    """

    name: RepositoryName
    labels: LabelNames
    agent: str
    extra_labels: tuple[str, ...] = ()
    base: str | None = None


class GitHub(Protocol):
    """GitHub, all hosts."""

    async def read(self, targets: Sequence[Target]) -> Reading:
        """Everything that queue, status and drift need of the repositories, in as few requests as possible.

        Facts in which nothing changed are the same object as before.
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

    @property
    def own_checkout(self) -> bool:
        """Whether the agent works in the user's own checkout."""
        return self.path == self.worktree


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one fetch brought: the ledger's head, and the object ids of the branches that were asked for and exist."""

    ledger: LedgerHead | None
    branches: dict[str, str]


@dataclass(frozen=True, slots=True)
class RefUpdate:
    """A branch to push with a ledger entry; `expected` is its head as seen, None where it must not exist.

    `oid` None takes the branch away, which must still be at `expected`. `included` are the files that may be pushed
    although they look as if they should not.
    """

    branch: str
    oid: str | None
    expected: str | None
    included: tuple[str, ...] = ()


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

    async def inspect(
        self, place: Place, branch: str | None, base: str | None, pushed: str | None = None
    ) -> LocalFacts:
        """Clone and worktree without taking a lock; `branch` and `base` are the claim's, where there is one.

        `pushed` is the head of that branch on the remote, with which the worktree's is compared. Never raises: what is
        wrong with the clone stands in the facts.
        """

    async def directories(self, path: str) -> frozenset[str]:
        """The folders of a checkout that hold tracked files, its top among them; none where git cannot say."""

    async def fetch(self, place: Place, branches: Sequence[str]) -> Fetched:
        """One fetch of the ledger and the named branches into the private namespace; missing ones are left out."""

    async def ledger_log(self, place: Place, limit: int) -> tuple[LedgerHead, ...]:
        """The newest commits of the ledger as it was seen last, newest first; none where it never was."""

    async def ledger_now(self, place: Place) -> LedgerHead | None:
        """The ledger's head as the remote has it at this moment; None where it has none."""

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

    async def stakes(self, place: Place) -> Stakes:
        """What would get lost with the worktree; raises a Failure where that cannot be said."""

    async def rescue(self, place: Place, issue: int, at: datetime) -> Rescue | None:
        """Put all that stands in no commit on the local branch `soda-rescue/ISSUE-TIME`; None where there is nothing.

        What is there is only read, and the commit is on disk and compared with it byte for byte. Nothing is pushed.
        """

    async def clear(self, place: Place, rescue: Rescue) -> None:
        """Bring the worktree back to its HEAD: only files go whose bytes the rescue holds then; ignored ones stay."""

    async def intake(self, place: Place) -> tuple[Intake, ...]:
        """The files that a commit of everything would take in."""

    async def rescue_staged(self, place: Place, issue: int, at: datetime) -> Rescue | None:
        """The same as `rescue` where something is staged otherwise than it is on disk; else None."""

    async def commit_all(self, place: Place, files: Sequence[Intake], message: str, kept: Rescue | None) -> str:
        """Commit just these files, which must be all, as the user and with the user's hooks; the commit's object id.

        Refuses where what is staged is neither in the files nor in the rescue.
        """

    async def put_back(self, place: Place, branch: str) -> str | None:
        """Switch the user's own checkout from the work branch to the one that it was on before `prepare`.

        The branch that it is on now; None where it does not stand on the work branch. Refuses (a Failure) what
        `prepare` would refuse, and where it is not known where it was.
        """

    async def furnish(self, place: Place, copy: Sequence[str], link: Sequence[str]) -> tuple[str, ...]:
        """Bring ignored files of the clone into the worktree; what was left out, in sentences.

        Refuses (a Failure) what an agent could commit, and what leads out of clone or worktree.
        """

    async def drop_branch(self, place: Place, branch: str, oid: str) -> bool:
        """Delete the local branch at exactly this commit, where something else holds it; whether it is gone now."""

    async def leftovers(self, place: Place, base: str | None, folders: Sequence[str]) -> KeptWork:
        """Work and places that may belong to nobody; `folders` are or hold the cockpit's own worktrees.

        Without an answer from the remote, its part is what was fetched last.
        """

    async def archive(self, place: Place, branch: str, oid: str) -> str:
        """Keep the commit under a tag of the branch's name, on disk and read back; the tag's name."""

    async def name_branch(self, place: Place, branch: str, oid: str) -> None:
        """Make a local branch at the commit; done already is fine."""

    async def ignored(self, place: Place) -> Ignored:
        """What git ignores in the worktree, and would go with it; refuses (a Failure) where the worktree must stay."""

    async def remove_worktree(self, place: Place, ignored: Ignored) -> None:
        """Remove a worktree in which nothing is at stake and nobody is, with just these ignored files as they were.

        Commits that only the worktree's own log and refs hold stay in the clone.
        """

    async def forget_worktree(self, place: Place) -> None:
        """Let git forget a worktree whose directory is gone, and which held nothing of its own."""

    async def rescued(self, place: Place, rescue: str) -> tuple[Intake, ...]:
        """The files that a rescue branch holds beyond the commit that it stands on."""

    async def unpushed_below(self, place: Place, rescue: str) -> int:
        """How many commits below a rescue no remote is known to have."""

    async def push_rescue(self, place: Place, rescue: str, oid: str) -> None:
        """Push a rescue branch under its own name, with the user's hooks, and read it back on the remote."""

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

    `prompt` replaces `{prompt}` in the command, is in the file `{prompt_path}`, or is standard input. `environment` is
    added to what passes of the inherited one.
    With `place` and `cockpit` the claim is read again while the agent runs; a lost one ends the run. `limits` go before
    those of the service. Where the command of `setup` is due, it is run first, and no agent where it fails.
    """

    key: str
    repository_id: str
    issue: int
    branch: str
    attempt: int
    directory: str
    agent: Profile
    prompt: str
    environment: dict[str, str] = field(default_factory=dict)
    place: Place | None = None
    cockpit: str | None = None
    limits: LimitSettings | None = None
    setup: WorkspaceSettings | None = None


class Runs(Protocol):
    """Agent processes: each belongs to a supervisor of its own, which survives this program."""

    async def start(self, launch: Launch) -> RunFacts:
        """Start an agent and wait until it runs or has failed to; refuses where one runs for the repository already.

        A set-up that takes longer than a few seconds is not waited for: the run is then starting.
        """

    async def stop(self, key: str) -> RunFacts | None:
        """End the repository's running agent with everything that it started, and wait for that; None if none runs."""

    async def room(self) -> Room:
        """How many agents may run on this machine, and the repositories of those that do."""

    async def current(self, keys: Sequence[str]) -> dict[str, RunFacts]:
        """The newest run of each repository that has one."""

    async def runs(self, key: str) -> tuple[RunFacts, ...]:
        """The runs of a repository with what was heard of them, newest first, at most a hundred."""

    async def listen(
        self, runs: Mapping[str, RunFacts], *, thoroughly: bool = False
    ) -> dict[str, tuple[RunFacts, Sums]]:
        """Read on in the logs of these newest runs: each with its progress, and what its repository's runs have used.

        So much is read at once that nothing else waits; thoroughly means all that was written until now. Where another
        call reads at this moment, runs that nobody has listened to yet are left out.
        """

    async def size(self, run: RunFacts) -> int:
        """How many bytes a run's log has."""

    async def message(self, run: RunFacts, text: str) -> None:
        """Tell a running agent something; raises a Failure with the reason where it cannot be told."""

    def attaching(self, run: RunFacts) -> tuple[str, ...]:
        """The command that gives a person's terminal to the agent's own, until they leave it.

        Its exit status is 0 where the person left. Raises a Failure where the agent has no terminal.
        """

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

    def learn(self, ids: Mapping[str, str]) -> frozenset[str]:
        """Learn each repository's node id: what lies under an earlier name of it is its own.

        Those are returned whose folders are others from now on.
        """

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

    def kept(self, key: str) -> Mapping[str, str]:
        """What a person wanted to keep of a repository's leftovers, by name, with what it was then."""

    def keep(self, key: str, kept: Mapping[str, str]) -> None:
        """Remember that."""

    def prompt(self, file: str | None) -> str:
        """The prompt's template: the user's file where one is set, else the package's own."""


class Profiles(Protocol):
    """The ways of having an agent that are known here."""

    def names(self) -> tuple[str, ...]:
        """The names of all profiles."""

    def named(self, name: str) -> Profile:
        """The profile of this name; raises a Failure where there is none."""

    def find(self, profiles: Sequence[Profile]) -> tuple[Candidate, ...]:
        """Where the programs of these profiles are on this machine."""


class Journal(Protocol):
    """What this installation set out to do, and how far it came."""

    async def write(self, entry: JournalEntry) -> None:
        """Keep an act as it stands now; one of the same id is replaced."""

    async def latest(self, keys: Sequence[str]) -> dict[str, JournalEntry]:
        """The newest act on each repository that has one; one whose process has ended half-way is broken off."""

    async def entries(self, key: str | None = None, limit: int = 100) -> tuple[JournalEntry, ...]:
        """The newest acts on a repository, or on all, newest first."""

    async def lost(self, keys: Sequence[str]) -> tuple[str, ...]:
        """Those repositories whose acts were lost with a damaged file and not read back yet."""

    async def restore(self, key: str, entries: Sequence[JournalEntry]) -> None:
        """Take in the acts on a repository that were read back."""


class Notices(Protocol):
    """Telling a person of what happens, whether they look at a screen or not."""

    def claim(self, notices: Sequence[Notice], recalled: Collection[str]) -> tuple[Notice, ...]:
        """Those that no cockpit of this installation has told yet; from now on they are told.

        `recalled` are the events that stood before this cockpit was opened, and still do.
        """

    async def announce(self, notices: Sequence[Notice], *, shown: bool) -> tuple[str, ...]:
        """Tell them outside the screen, as the person wants it; what went wrong, in sentences.

        `shown` says that the terminal has shown them already.
        """


class Attic(Protocol):
    """The cockpit's own files that have become old: the logs of runs, and what was put aside."""

    async def remains(self, key: str, retention: RetentionSettings, now: datetime) -> tuple[Remains, ...]:
        """Those that are older, or more, than they may be; never a run that is alive, nor a repository's newest."""

    async def remove(self, remains: Remains) -> None:
        """Remove one of them; raises a Failure where it could not be."""


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

    def edits(self, folders: Mapping[str, Collection[str]]) -> AsyncIterator[set[str]]:
        """The keys in whose folders a file changed, some seconds after it did; nothing below the folders counts."""


@dataclass(frozen=True, slots=True)
class World:
    """All services together, as wiring hands them to the engine."""

    github: GitHub
    git: Git
    runs: Runs
    profiles: Profiles
    store: Store
    locks: Locks
    watch: Watch
    journal: Journal
    attic: Attic
    notices: Notices
