"""The snapshot: everything that the cockpit knows at one moment, the same for the screen and for `--refresh --json`.

The structures below, with those of `codes` and `usages`, *are* version 1 of the JSON document: their field names are
its keys. Later versions may add fields, never change or remove them. All times are UTC and whole seconds.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from soda_tui.domain.codes import (
    Checks,
    DriftKind,
    ExcludedCode,
    NeedCode,
    PriorityName,
    Review,
    Severity,
    Status,
    Unseen,
)
from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.lack import Lack
from soda_tui.domain.loop.machine import Doing, Mode
from soda_tui.domain.runs.endings import Ending
from soda_tui.domain.usages import Spending, Usage

SCHEMA_VERSION = 1


class RateLimit(Struct, frozen=True):
    """The hourly GraphQL budget of one account, in points, as GitHub last told it."""

    limit: int | None
    remaining: int | None
    cost: int | None
    reset_at: datetime | None


class Outlook(Struct, frozen=True):
    """What became of an account's points in the present hour, as far as the cockpit that reads for this machine saw it.

    `own` are those that it has used, `others` those that anybody else has, `forecast` what it will use until the hour
    ends if all goes on as now; `every` is the number of seconds between two looks at a repository, `slower` how many
    times more that is than wished, since points are scarce.
    """

    own: int
    others: int
    forecast: int
    every: int
    slower: float = 1.0


class Account(Struct, frozen=True):
    """A person's login on one host, and what is left of its budget; `outlook` is known where somebody polls.

    `token_expires_at` is null for a token that does not, or where GitHub does not say so. `name` is what the
    configuration calls the account, null for the host's own; `token_source` is where its token was found.
    """

    host: str
    login: str | None
    rate_limit: RateLimit | None
    outlook: Outlook | None = None
    token_expires_at: datetime | None = None
    name: str | None = None
    token_source: str | None = None

    @property
    def key(self) -> str:
        """What stands for it among all accounts."""
        return f"{self.host}/{self.name}" if self.name else self.host


class Clone(Struct, frozen=True):
    """The user's own checkout; `problem` is a sentence where it cannot be used."""

    branch: str | None
    dirty: bool | None
    ahead: int | None
    behind: int | None
    problem: str | None


class Claim(Struct, frozen=True):
    """Who holds the repository: a cockpit's id and name, and whether that is this one."""

    cockpit: str
    mine: bool
    name: str | None


class Worktree(Struct, frozen=True):
    """The agent's directory; `commits` counts from the claim's base, `ahead` and `behind` from its branch on GitHub."""

    path: str
    branch: str | None
    dirty: bool | None
    commits: int | None
    ahead: int | None = None
    behind: int | None = None


class Run(Struct, frozen=True):
    """One agent process; `exit` is its exit status, negative for a signal, null while it runs or when unknown.

    `ending` says what it left when it ended by itself; `resets_at` when its usage limit ends, where it waits for that.
    `doing` is what it does by its own words, in a few of them, while it runs; `question` what it wants to know.
    `attachable` says that it has a terminal to sit down at, `hears` that it can be told something while it works.
    """

    id: str
    pid: int | None
    started_at: datetime | None
    last_output_at: datetime | None
    exit: int | None
    log: str
    ending: Ending | None = None
    resets_at: datetime | None = None
    attachable: bool = False
    hears: bool = False
    doing: str | None = None
    question: str | None = None
    usage: Usage | None = None


class Agent(Struct, frozen=True):
    """The one agent of a repository, and the claim that it works on.

    `attempt` counts the claims and runs of its issue, `tries` those since a person had it last.
    """

    id: str
    status: Status
    issue: int | None
    title: str | None
    branch: str | None
    since: datetime | None
    attempt: int | None
    claim: Claim | None
    worktree: Worktree | None
    run: Run | None
    tries: int | None = None


class Counts(Struct, frozen=True):
    """Open issues, those with a routing label, and those in review."""

    open: int | None
    routed: int | None
    in_review: int | None


class SubIssues(Struct, frozen=True, gc=False):
    """How many parts an issue has, and how many of them are closed."""

    total: int
    completed: int


class QueueEntry(Struct, frozen=True, gc=False):
    """An issue that pop may take; `sub_issues` is null where it has none.

    `hidden` is what the token may not see of it: where that are the blockers, it is not known whether it waits for
    other issues, and no agent takes it by itself.
    """

    number: int
    id: str
    title: str
    author: str | None
    priority: int
    priority_name: PriorityName
    labels: tuple[str, ...]
    assignees: tuple[str, ...]
    url: str
    sub_issues: SubIssues | None = None
    hidden: tuple[Unseen, ...] = ()


class ExcludedEntry(Struct, frozen=True, gc=False):
    """A routed issue that pop leaves alone, and why."""

    number: int
    title: str
    code: ExcludedCode
    reason: str


class PullRequestEntry(Struct, frozen=True):
    """An open pull request; `issue` is the one that it closes.

    `auto_merge` says that GitHub merges it once the rules are met; `merge_queue` is its place there, null outside it.
    `lack` is what keeps it from being landed, null where nothing does that the poll shows; `updated_at` is when
    something happened to it last. What is `hidden` from the token is not known, whatever stands there.
    """

    number: int
    title: str
    branch: str
    issue: int | None
    checks: Checks
    review: Review
    draft: bool
    url: str
    auto_merge: bool = False
    merge_queue: int | None = None
    lack: Lack | None = Lack.UNCERTAIN
    updated_at: datetime | None = None
    hidden: tuple[Unseen, ...] = ()


class Drift(Struct, frozen=True):
    """A difference between what the ledger says and what is; `repair` names the plan that mends it, if there is one."""

    kind: DriftKind
    severity: Severity
    message: str
    since: datetime | None
    repair: str | None


class Watched(Struct, frozen=True):
    """What will be drift if it is still so at `counts_from`: until then somebody may be in the middle of something."""

    kind: DriftKind
    message: str
    counts_from: datetime


class Need(Struct, frozen=True):
    """Something that waits for a person; `run` and `issue` are those of a claim that was lost, else null."""

    code: NeedCode
    message: str
    run: str | None = None
    issue: int | None = None


class Unfinished(Struct, frozen=True):
    """An act that stopped half-way: its action, when it began, how many of its steps are done, and why it stopped."""

    verb: str
    issue: int
    since: datetime
    done: int
    steps: int
    message: str


class Error(Struct, frozen=True):
    """Why the data of a repository could not be read, in one sentence, and when it is tried again."""

    code: ErrorCode
    message: str
    retry_at: datetime | None


class Loop(Struct, frozen=True):
    """A repository's loop: what is wished of it, what it does, why, and until when it waits for that at the latest.

    `person` says that it goes on only when somebody has done something.
    """

    mode: Mode
    doing: Doing
    why: str
    until: datetime | None
    person: bool


class Repository(Struct, frozen=True):
    """All that is known of one enrolled repository.

    `stale` says that what is shown may be otherwise by now: nothing was read yet, the last reading failed (`error`), or
    it is longer ago than it should be, which `late` says in a sentence.
    `ledger` is the head of its ledger branch; `undo` is the action that would undo the last act here; `forbidden` is
    the file, of the machine or its own, that forbids runs here.
    """

    id: str | None
    name: str
    host: str
    url: str | None
    path: str
    group: str | None
    default_branch: str | None
    base: str | None
    archived: bool | None
    viewer_permission: str | None
    read_only: bool
    clone: Clone
    agent: Agent
    counts: Counts
    truncated: bool
    queue: tuple[QueueEntry, ...]
    excluded: tuple[ExcludedEntry, ...]
    pull_requests: tuple[PullRequestEntry, ...]
    drift: tuple[Drift, ...]
    needs: tuple[Need, ...]
    fetched_at: datetime | None
    stale: bool
    error: Error | None
    unfinished: Unfinished | None = None
    undo: str | None = None
    ledger: str | None = None
    spending: Spending | None = None
    watched: tuple[Watched, ...] = ()
    loop: Loop | None = None
    forbidden: str | None = None
    late: str | None = None

    @property
    def answered(self) -> bool:
        """Whether GitHub has answered for it since the cockpit was opened, and refused nothing the last time."""
        return not self.stale or self.late is not None

    @property
    def key(self) -> str:
        """The repository's name in the cockpit: HOST/OWNER/NAME in lower case."""
        return f"{self.host}/{self.name}".lower()


class Snapshot(Struct, frozen=True):
    """Everything that the cockpit knows at one moment.

    `forbidden` is the file that forbids every run on this machine, null where there is none.
    """

    schema_version: int
    taken_at: datetime
    complete: bool
    accounts: tuple[Account, ...]
    repositories: tuple[Repository, ...]
    forbidden: str | None = None
