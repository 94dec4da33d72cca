"""Facts: what the services read from GitHub, git and the processes, before anything is concluded from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field

from soda_tui.domain.codes import Checks, Review, Unseen
from soda_tui.domain.configuration.profiles import Candidate
from soda_tui.domain.failure import Problem
from soda_tui.domain.history import Comment, History
from soda_tui.domain.journal import JournalEntry
from soda_tui.domain.merging import Joined, Landing
from soda_tui.domain.model import Account, SubIssues
from soda_tui.domain.naming import RepositoryName
from soda_tui.domain.runs.conversation import Conversation
from soda_tui.domain.runs.facts import Room, RunFacts
from soda_tui.domain.runs.usage import Sums
from soda_tui.domain.stakes import Intake, Stakes


class Viewer(Struct, frozen=True):
    """The account that the token belongs to; `id` is its node id, None where it cannot be assigned (an app)."""

    id: str | None
    login: str


class Issue(Struct, frozen=True, gc=False):
    """An issue with everything that queue and drift look at; `editor` is who changed its body last, at `edited_at`.

    `blocked_by` counts the open issues that it waits for, and `blockers` names them as far as they were read. What is
    `hidden` from the token is not known, whatever stands there.
    """

    id: str
    number: int
    title: str
    url: str
    author: str | None
    labels: tuple[str, ...]
    assignees: tuple[str, ...]
    open: bool
    updated_at: datetime
    edited_at: datetime | None = None
    editor: str | None = None
    blocked_by: int = 0
    blockers: tuple[str, ...] = ()
    sub_issues: SubIssues | None = None
    hidden: tuple[Unseen, ...] = ()


class PullRequest(Struct, frozen=True):
    """A pull request; `same_repository` is false for one from a fork.

    `conflicting` is known only of an open one that the ledger speaks of, and there only once GitHub has found it out.
    `faulted` are the commits that those have seen who ask for changes, where they do and that was read. `auto_merge`
    says that GitHub merges it once the rules are met, `queued` is its place in the merge queue. What is `hidden` from
    the token is not known, whatever stands there.
    """

    id: str
    number: int
    title: str
    url: str
    body: str
    branch: str
    head_oid: str
    base: str
    open: bool
    merged: bool
    draft: bool
    same_repository: bool
    checks: Checks
    review: Review
    labels: tuple[str, ...]
    updated_at: datetime
    closed_at: datetime | None = None
    conflicting: bool | None = None
    faulted: tuple[str, ...] | None = None
    auto_merge: bool = False
    queued: int | None = None
    hidden: tuple[Unseen, ...] = ()

    @property
    def merges_itself(self) -> bool:
        """Whether GitHub was told to merge it, as soon as its rules are met or its turn has come."""
        return self.auto_merge or self.queued is not None


class Branch(Struct, frozen=True):
    """A branch by its short name; `committed_at` is when its newest commit was made, where that was read."""

    name: str
    oid: str
    committed_at: datetime | None = None


class LedgerHead(Struct, frozen=True):
    """The newest commit of the ledger branch, undecoded."""

    oid: str
    message: str
    committed_at: datetime | None


class RemoteFacts(Struct, frozen=True):
    """One repository as GitHub shows it.

    `issues` holds every open issue with a routing or agent label, and the held one even when it is closed;
    `pull_requests` the open ones, and those of the claim and of handed-over work even when they are closed.
    `default_branch` is None in an empty repository. `label_ids` maps label names in lower case to node ids.
    `branches` are the work branches of the agent. `truncated` says that a list was not read to its end.
    `behind` counts the commits of the base that the claim's branch lacks, where there is a claim and GitHub says so;
    `history` is how the held issue came to its text, where that was read. `occupied` says that the repository is called
    otherwise than it is enrolled, and that this name is another one's by now.
    """

    id: str
    name: RepositoryName
    url: str
    default_branch: str | None
    archived: bool
    permission: str | None
    open_issues: int
    issues: tuple[Issue, ...]
    pull_requests: tuple[PullRequest, ...]
    branches: tuple[Branch, ...]
    ledger: LedgerHead | None
    label_ids: Mapping[str, str]
    truncated: bool
    viewer: Viewer
    degraded: tuple[Problem, ...] = ()
    behind: int | None = None
    history: History | None = None
    occupied: bool = False


def find_issue(remote: RemoteFacts, number: int) -> Issue | None:
    """The issue among those that were read."""
    return next((issue for issue in remote.issues if issue.number == number), None)


class CloneFacts(Struct, frozen=True):
    """The user's checkout: `branch` is None when HEAD is detached; `problem` keeps it from being used for work.

    `busy` says that the problem is a rebase or the like in the checkout itself, which everything beside it survives.
    `origin` is the repository that its remote names, where that can be told.
    """

    branch: str | None
    oid: str | None
    dirty: bool | None
    ahead: int | None
    behind: int | None
    problem: Problem | None = None
    busy: bool = False
    origin: RepositoryName | None = None


class WorktreeFacts(Struct, frozen=True):
    """The agent's directory: `changes` names its uncommitted and untracked files, at most a hundred.

    `commits` counts those reachable from HEAD and not from the base asked about; `ahead` and `behind` compare it with
    the branch on GitHub, else with its upstream; None when it is not known.
    `busy` says in words what git is in the middle of there (a rebase, a merge), else None; in the middle of a rebase
    `branch` is the one that is being rebased, though HEAD is detached.
    `half_done` says that the cockpit's own moving of it to another commit was ended half-way.
    Where HEAD stands elsewhere than on the claim's branch, `aside` counts its commits that neither that branch nor any
    remote has, and `onward` says that it has all of that branch's; None where it is not known.
    """

    path: str
    branch: str | None
    oid: str | None
    changes: tuple[str, ...]
    commits: int | None
    busy: str | None = None
    ahead: int | None = None
    behind: int | None = None
    aside: int | None = None
    onward: bool = False
    half_done: bool = False


class LocalFacts(Struct, frozen=True):
    """What git shows on this machine; `work_oid` is the local head of the claim's branch, where it exists.

    `branches` are the clone's own work branches of any agent, at most five hundred; `names` those that were seen on the
    remote, or archived, and may be gone. `seen_ledger` says that the clone has an entry of the ledger. `stakes` and
    `intake` are there only while an action is planned that looks at them.
    """

    clone: CloneFacts
    worktree: WorktreeFacts | None
    work_oid: str | None = None
    branches: tuple[Branch, ...] = ()
    stakes: Stakes | None = None
    intake: tuple[Intake, ...] = ()
    names: tuple[str, ...] = ()
    seen_ledger: bool = False


class RepositoryFacts(Struct, frozen=True):
    """All facts of one repository; `remote` stays what it last was while `problem` says why it is not newer.

    `runs_problem` says why it is not known whether an agent runs; `seen_ledger` tells that a ledger was there before.
    `sums` is what the runs here have used, where their logs were read.
    `agents` are the profiles that an agent could be launched with, `room` the one for agents, `conversation` the
    claim's last one, `told` the issue that an agent would be told of, `landing` what was seen of pull requests that may
    be landed, where that was looked up, `joined` what came of merging them into one.
    `forbidden` is the file, of the machine or its own, that forbids runs here.
    `last` is the newest act of this installation. `kept_ledger` is the last entry of a ledger that is gone, where this
    clone still has it.
    """

    remote: RemoteFacts | None = None
    fetched_at: datetime | None = None
    problem: Problem | None = None
    local: LocalFacts | None = None
    run: RunFacts | None = None
    runs_problem: Problem | None = None
    seen_ledger: bool = False
    last: JournalEntry | None = None
    kept_ledger: LedgerHead | None = None
    sums: Sums | None = None
    agents: tuple[Candidate, ...] | None = None
    room: Room | None = None
    conversation: Conversation | None = None
    told: IssueDetail | None = None
    landing: Landing | None = None
    joined: Joined | None = None
    forbidden: str | None = None

    @property
    def had_ledger(self) -> bool:
        """Whether a ledger was there before, as this cockpit or the clone knows, so that its absence is noticed."""
        return self.seen_ledger or (self.local is not None and self.local.seen_ledger)


class Reading(Struct, frozen=True):
    """The answer to one read of several repositories: facts or a problem for each key, and the accounts used.

    `points` counts by host all that was taken since the beginning, for whatever was asked or changed.
    """

    repositories: Mapping[str, RemoteFacts | Problem]
    accounts: tuple[Account, ...] = field(default=())
    points: Mapping[str, int] = field(default_factory=dict)


class IssueDetail(Struct, frozen=True):
    """An issue as peek shows it; `body` is Markdown from GitHub, cleaned of controls.

    `comments` are the newest ones, oldest first, of `commented` in all.
    """

    issue: Issue
    body: str
    history: History | None = None
    comments: tuple[Comment, ...] = ()
    commented: int = 0
