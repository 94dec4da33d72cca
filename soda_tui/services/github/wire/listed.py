"""What a poll lists: repositories with their issues, pull requests and branches."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import structs

from soda_tui.services.github.wire.base import Count, Login, Named, Nodes, Page, Wired


class Dependencies(Wired, frozen=True):
    """How many open issues another one waits for."""

    blocked_by: int


class Parts(Wired, frozen=True):
    """How many sub-issues there are, and how many of them are closed."""

    total: int
    completed: int


class IssueRow(Wired, frozen=True):
    """An issue without lists; what was not asked for is None."""

    id: str
    number: int
    title: str
    state: str
    updated_at: datetime
    issue_dependencies_summary: Dependencies | None = None
    sub_issues_summary: Parts | None = None


class IssueMore(Wired, frozen=True):
    """What is asked for only where an issue moved."""

    id: str
    author: Login | None = None
    labels: Nodes[Named] | None = None
    assignees: Nodes[Login] | None = None
    last_edited_at: datetime | None = None
    editor: Login | None = None


class IssueWhole(IssueRow, frozen=True):
    """Both, where one issue was asked for by number."""

    author: Login | None = None
    labels: Nodes[Named] | None = None
    assignees: Nodes[Login] | None = None
    last_edited_at: datetime | None = None
    editor: Login | None = None


class Rollup(Wired, frozen=True):
    """The combined state of the checks."""

    state: str


class AutoMerge(Wired, frozen=True):
    """That GitHub merges by itself once the rules are met."""

    enabled_at: datetime | None = None


class QueueEntry(Wired, frozen=True):
    """A pull request's place in the merge queue."""

    position: int


class HeadCommit(Wired, frozen=True):
    """The newest commit of a pull request's branch."""

    status_check_rollup: Rollup | None = None


class Head(Wired, frozen=True):
    """A pull request's branch, where an older server has its checks."""

    target: HeadCommit | None = None


class PullRow(Wired, frozen=True):
    """A pull request without lists."""

    id: str
    number: int
    title: str
    state: str
    is_draft: bool
    updated_at: datetime
    head_ref_name: str
    head_ref_oid: str
    base_ref_name: str
    is_cross_repository: bool
    review_decision: str | None = None
    status_check_rollup: Rollup | None = None
    closed_at: datetime | None = None
    merge_queue_entry: QueueEntry | None = None
    auto_merge_request: AutoMerge | None = None
    head_ref: Head | None = None

    def __post_init__(self) -> None:
        with_checks(self)


def with_checks(row: Any) -> None:
    """Put the checks that came from a pull request's branch where those of other servers are."""
    if row.head_ref is not None and row.head_ref.target is not None:
        structs.force_setattr(row, "status_check_rollup", row.head_ref.target.status_check_rollup)


class PullMore(Wired, frozen=True):
    """What is asked for only where a pull request moved."""

    id: str
    body: str = ""
    labels: Nodes[Named] | None = None


class PullWhole(PullRow, frozen=True):
    """Both, where one was asked for by number or branch."""

    body: str = ""
    labels: Nodes[Named] | None = None


class Target(Wired, frozen=True):
    """What a ref points at; `message` and the date only where that is a commit and was asked for."""

    oid: str
    message: str | None = None
    committed_date: datetime | None = None


class RefRow(Wired, frozen=True):
    """A ref; GitHub may give its name relative to the prefix that was asked for."""

    name: str
    prefix: str
    target: Target | None = None


class LedgerRef(Wired, frozen=True):
    """The ledger branch."""

    target: Target | None = None


class DefaultBranch(Wired, frozen=True):
    """The default branch and its head."""

    name: str
    target: Target | None = None


class Mergeable(Wired, frozen=True):
    """Whether a pull request conflicts: `UNKNOWN` until GitHub has found it out."""

    id: str
    mergeable: str = "UNKNOWN"


class Difference(Wired, frozen=True):
    """How far a branch is behind another."""

    behind_by: int


class Compared(Wired, frozen=True):
    """A base that a branch was compared with."""

    compare: Difference | None = None


class LabelRow(Wired, frozen=True):
    """A label."""

    id: str
    name: str
    color: str = ""
    description: str | None = None


class Repository(Wired, frozen=True):
    """A repository without its buckets and wanted labels, which have numbered aliases."""

    id: str
    name_with_owner: str
    url: str
    is_archived: bool
    open: Count
    pull_requests: Page[PullRow]
    viewer_permission: str | None = None
    default_branch_ref: DefaultBranch | None = None
    refs: Page[RefRow] | None = None
    ledger: LedgerRef | None = None


class IssuePage(Wired, frozen=True):
    """A further page of issues."""

    page: Page[IssueRow]


class PullPage(Wired, frozen=True):
    """A further page of pull requests."""

    page: Page[PullRow]


class RefPage(Wired, frozen=True):
    """A further page of branches."""

    page: Page[RefRow] | None = None


class Watched(Wired, frozen=True):
    """The one thing of a repository that was asked for besides its lists; `page` holds a branch's pull requests."""

    issue: IssueWhole | None = None
    pull_request: PullWhole | None = None
    page: Page[PullWhole] | None = None
    ref: RefRow | None = None
    base: Compared | None = None


class Identified(Wired, frozen=True):
    """A label or a repository that was asked for by name."""

    id: str


class NewestOf(Wired, frozen=True):
    """The rest of the issues of a repository that were changed last."""

    page: Nodes[IssueMore] | None = None


class LabelsOf(Wired, frozen=True):
    """A repository's labels."""

    id: str
    labels: Page[LabelRow] | None = None
