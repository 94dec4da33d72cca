"""Pull requests as the world holds them, with their reviews, checks, and their place in a merge queue."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from soda_tui.sandbox.model import Issue, User, node_id


class PullRequestState(StrEnum):
    """GitHub's PullRequestState."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"
    MERGED = "MERGED"


@dataclass(slots=True, eq=False)
class PullRequest(Issue):
    """A pull request within one repository; `head_oid` follows the branch while it is open."""

    base_ref_name: str = ""
    head_ref_name: str = ""
    base_oid: str = ""
    head_oid: str = ""
    is_draft: bool = False
    merged_at: datetime | None = None
    merged_by: User | None = None
    merge_commit: str | None = None
    reviews: list[Review] = field(default_factory=list)
    threads: list[ReviewThread] = field(default_factory=list)
    requested: list[User] = field(default_factory=list)
    requested_teams: list[str] = field(default_factory=list)
    auto_merge: AutoMerge | None = None

    @property
    def kept_ref(self) -> str:
        """The ref that keeps its head for good."""
        return f"refs/pull/{self.number}/head"

    @property
    def id(self) -> str:
        """The node id."""
        return node_id("PR", self.repository.database_id, self.database_id)

    @property
    def state(self) -> str:
        """GitHub's PullRequestState."""
        if self.merged_at is not None:
            return PullRequestState.MERGED
        return PullRequestState.OPEN if self.closed_at is None else PullRequestState.CLOSED


@dataclass(slots=True, eq=False)
class Review:
    """A review; `state` is GitHub's PullRequestReviewState."""

    pull_request: PullRequest
    database_id: int
    author: User
    state: str
    body: str
    created_at: datetime
    oid: str

    @property
    def id(self) -> str:
        """The node id."""
        return node_id("PRR", self.pull_request.repository.database_id, self.database_id)


@dataclass(frozen=True, slots=True)
class Check:
    """One status on a commit; `state` is GitHub's StatusState."""

    context: str
    state: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class CheckRun(Check):
    """One job that an app runs on a commit; `log` is what REST hands out, `notes` are path, line and words."""

    database_id: int = 0
    text: str = ""
    log: str = ""
    notes: tuple[tuple[str, int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewComment:
    """A comment in a thread of a review."""

    pull_request: PullRequest
    database_id: int
    author: User
    body: str
    created_at: datetime

    @property
    def id(self) -> str:
        """The node id."""
        return node_id("PRRC", self.pull_request.repository.database_id, self.database_id)


@dataclass(slots=True, eq=False)
class ReviewThread:
    """A thread on a line of a file of a pull request."""

    pull_request: PullRequest
    database_id: int
    path: str
    line: int
    comments: list[ReviewComment] = field(default_factory=list)
    is_resolved: bool = False

    @property
    def id(self) -> str:
        """The node id."""
        return node_id("PRRT", self.pull_request.repository.database_id, self.database_id)


@dataclass(frozen=True, slots=True)
class AutoMerge:
    """That a pull request is merged by itself once the rules are met: how, and for whom."""

    enabled_by: User
    enabled_at: datetime
    merge_method: str
    commit_headline: str | None = None
    commit_body: str | None = None
    author_email: str | None = None


@dataclass(slots=True, eq=False)
class QueueEntry:
    """A pull request in the merge queue of its base."""

    pull_request: PullRequest
    database_id: int
    enqueuer: User
    enqueued_at: datetime
    position: int = 1
    jump: bool = False

    @property
    def id(self) -> str:
        """The node id."""
        return node_id("MQE", self.pull_request.repository.database_id, self.database_id)
