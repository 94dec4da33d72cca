"""The shapes of GitHub's answers, as far as we read them; anything else in them is skipped."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Raw, Struct

T = TypeVar("T")


class _Wire(Struct, frozen=True, gc=False, rename="camel"):
    """What all of them have in common."""


class ErrorRow(_Wire, frozen=True):
    """One row of `errors`; `path` begins with the alias of the field that it belongs to, if it belongs to one."""

    message: str = ""
    type: str | None = None
    code: str | None = None
    path: tuple[str | int, ...] | None = None
    extensions: dict[str, Any] | None = None


class Envelope(_Wire, frozen=True):
    """A whole answer; `message` is all that the limits and refusals in front of GraphQL send."""

    data: Mapping[str, Raw] | None = None
    errors: tuple[ErrorRow, ...] | None = None
    message: str | None = None


class Budget(_Wire, frozen=True):
    """`rateLimit`: points."""

    cost: int
    limit: int
    remaining: int
    reset_at: datetime


class Viewer(_Wire, frozen=True):
    """Whose token it is."""

    id: str
    login: str


class PageInfo(_Wire, frozen=True):
    """Whether a list goes on, and where."""

    has_next_page: bool
    end_cursor: str | None = None


class Page(Struct, Generic[T], frozen=True, rename="camel"):
    """One page of a list; single nodes may be null."""

    page_info: PageInfo
    nodes: tuple[T | None, ...] | None = None


class Named(_Wire, frozen=True):
    """A label or a branch by its name."""

    name: str


class Login(_Wire, frozen=True):
    """Somebody by login; the node id stands only where a change is answered."""

    login: str
    id: str | None = None


class Nodes(Struct, Generic[T], frozen=True):
    """A list that is asked for whole."""

    nodes: tuple[T | None, ...] | None = None


class IssueRow(_Wire, frozen=True):
    """An issue without lists."""

    id: str
    number: int
    title: str
    state: str
    updated_at: datetime


class IssueMore(_Wire, frozen=True):
    """What is asked for only where an issue moved."""

    id: str
    author: Login | None = None
    labels: Nodes[Named] | None = None
    assignees: Nodes[Login] | None = None
    last_edited_at: datetime | None = None
    editor: Login | None = None


class Event(_Wire, frozen=True):
    """Something in an issue's timeline: a label that was put on, else a change of the title."""

    created_at: datetime
    actor: Login | None = None
    label: Named | None = None


class ContentEdit(_Wire, frozen=True):
    """A change of a text."""

    edited_at: datetime
    editor: Login | None = None


class IssueHistory(_Wire, frozen=True):
    """How an issue came to its text."""

    id: str
    author: Login | None = None
    author_association: str = "NONE"
    last_edited_at: datetime | None = None
    editor: Login | None = None
    timeline_items: Nodes[Event] | None = None
    user_content_edits: Nodes[ContentEdit] | None = None


class Comment(_Wire, frozen=True):
    """A comment."""

    created_at: datetime
    author: Login | None = None
    author_association: str = "NONE"
    last_edited_at: datetime | None = None
    is_minimized: bool = False
    body: str = ""


class Comments(_Wire, frozen=True):
    """The newest comments, and how many there are in all."""

    total_count: int
    nodes: tuple[Comment | None, ...] | None = None


class IssueWhole(IssueRow, frozen=True):
    """Both, where one issue was asked for by number."""

    author: Login | None = None
    labels: Nodes[Named] | None = None
    assignees: Nodes[Login] | None = None
    last_edited_at: datetime | None = None
    editor: Login | None = None


class IssueTold(IssueWhole, frozen=True):
    """All of an issue, where somebody looks at it or an agent is told it."""

    body: str = ""
    author_association: str = "NONE"
    timeline_items: Nodes[Event] | None = None
    user_content_edits: Nodes[ContentEdit] | None = None
    comments: Comments | None = None


class Rollup(_Wire, frozen=True):
    """The combined state of the checks."""

    state: str


class PullRow(_Wire, frozen=True):
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


class PullMore(_Wire, frozen=True):
    """What is asked for only where a pull request moved."""

    id: str
    body: str = ""
    labels: Nodes[Named] | None = None


class PullWhole(PullRow, frozen=True):
    """Both, where one was asked for by number or branch."""

    body: str = ""
    labels: Nodes[Named] | None = None


class Target(_Wire, frozen=True):
    """What a ref points at; `message` and the date only where that is a commit and was asked for."""

    oid: str
    message: str | None = None
    committed_date: datetime | None = None


class RefRow(_Wire, frozen=True):
    """A ref; GitHub may give its name relative to the prefix that was asked for."""

    name: str
    prefix: str
    target: Target | None = None


class LedgerRef(_Wire, frozen=True):
    """The ledger branch."""

    target: Target | None = None


class DefaultBranch(_Wire, frozen=True):
    """The default branch and its head."""

    name: str
    target: Target | None = None


class Mergeable(_Wire, frozen=True):
    """Whether a pull request conflicts: `UNKNOWN` until GitHub has found it out."""

    id: str
    mergeable: str = "UNKNOWN"


class Difference(_Wire, frozen=True):
    """How far a branch is behind another."""

    behind_by: int


class Compared(_Wire, frozen=True):
    """A base that a branch was compared with."""

    compare: Difference | None = None


class Count(_Wire, frozen=True):
    """How many there are."""

    total_count: int


class LabelRow(_Wire, frozen=True):
    """A label."""

    id: str
    name: str
    color: str = ""
    description: str | None = None


class Repository(_Wire, frozen=True):
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


class IssuePage(_Wire, frozen=True):
    """A further page of issues."""

    page: Page[IssueRow]


class PullPage(_Wire, frozen=True):
    """A further page of pull requests."""

    page: Page[PullRow]


class RefPage(_Wire, frozen=True):
    """A further page of branches."""

    page: Page[RefRow] | None = None


class Watched(_Wire, frozen=True):
    """The one thing of a repository that was asked for besides its lists; `page` holds a branch's pull requests."""

    issue: IssueWhole | None = None
    pull_request: PullWhole | None = None
    page: Page[PullWhole] | None = None
    ref: RefRow | None = None
    base: Compared | None = None


class Identified(_Wire, frozen=True):
    """A label that was asked for by name."""

    id: str


class LabelsOf(_Wire, frozen=True):
    """A repository's labels."""

    id: str
    labels: Page[LabelRow] | None = None


class DetailOf(_Wire, frozen=True):
    """A repository with one issue."""

    url: str
    issue: IssueTold | None = None


class Said(_Wire, frozen=True):
    """A comment's words."""

    body: str


class CommentsOf(_Wire, frozen=True):
    """A pull request's comments."""

    comments: Nodes[Said]


class WorkOf(_Wire, frozen=True):
    """A repository with the pull requests of one branch."""

    url: str
    pull_requests: Page[PullWhole]


class Subject(_Wire, frozen=True):
    """What was labelled or assigned; `closed` is asked of issues only."""

    closed: bool | None = None
    labels: Nodes[Named] | None = None
    assignees: Nodes[Login] | None = None


class Created(_Wire, frozen=True):
    """What was created or corrected; `closed` is asked of an issue, `merged` of a pull request."""

    id: str
    number: int | None = None
    url: str | None = None
    closed: bool | None = None
    merged: bool | None = None


class QueueEntry(_Wire, frozen=True):
    """A pull request's place in the merge queue."""

    position: int


class Commented(_Wire, frozen=True):
    """A comment that was made."""

    url: str


class CommentEdge(_Wire, frozen=True):
    """Where a comment stands."""

    node: Commented | None = None


class Payload(_Wire, frozen=True):
    """The answer to one mutation: exactly one of these, by its kind."""

    labelable: Subject | None = None
    assignable: Subject | None = None
    label: Created | None = None
    pull_request: Created | None = None
    issue: Created | None = None
    comment_edge: CommentEdge | None = None
    merge_queue_entry: QueueEntry | None = None


class ReviewRow(_Wire, frozen=True):
    """What somebody thinks of a pull request by now."""

    state: str


class Opinion(ReviewRow, frozen=True):
    """The same, with the commit that they have seen."""

    commit: Target | None = None


class Opinions(_Wire, frozen=True):
    """A pull request by its node id, with everybody's last opinion of it."""

    id: str
    latest_opinionated_reviews: Nodes[Opinion] | None = None


class AutoMerge(_Wire, frozen=True):
    """That GitHub merges by itself once the rules are met."""

    enabled_at: datetime | None = None


class PullLook(PullWhole, frozen=True):
    """A pull request with all that tells whether it can be landed."""

    mergeable: str = "UNKNOWN"
    merge_state_status: str = "UNKNOWN"
    is_merge_queue_enabled: bool = False
    merge_queue_entry: QueueEntry | None = None
    auto_merge_request: AutoMerge | None = None
    latest_opinionated_reviews: Nodes[ReviewRow] | None = None


class TermsOf(_Wire, frozen=True):
    """How a repository merges."""

    url: str
    viewer_default_merge_method: str
    merge_commit_allowed: bool
    squash_merge_allowed: bool
    rebase_merge_allowed: bool
    auto_merge_allowed: bool = False


def read(raw: Raw | None, kind: type[T]) -> T | None:
    """The value in its shape; None where there is none, or it has another shape."""
    try:
        return None if raw is None else msgspec.json.decode(raw, type=kind | None)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
