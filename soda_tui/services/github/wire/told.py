"""What is asked of single issues and pull requests: their texts, what was said of them, whether they can be landed."""

from __future__ import annotations

from datetime import datetime

from soda_tui.services.github.wire.base import Login, Named, Nodes, Page, Wired
from soda_tui.services.github.wire.listed import IssueWhole, PullWhole, Target


class Event(Wired, frozen=True):
    """Something in an issue's timeline: a label that was put on, else a change of the title."""

    created_at: datetime
    actor: Login | None = None
    label: Named | None = None


class ContentEdit(Wired, frozen=True):
    """A change of a text."""

    edited_at: datetime
    editor: Login | None = None


class IssueHistory(Wired, frozen=True):
    """How an issue came to its text."""

    id: str
    author: Login | None = None
    author_association: str = "NONE"
    last_edited_at: datetime | None = None
    editor: Login | None = None
    timeline_items: Nodes[Event] | None = None
    user_content_edits: Nodes[ContentEdit] | None = None


class Comment(Wired, frozen=True):
    """A comment."""

    created_at: datetime
    author: Login | None = None
    author_association: str = "NONE"
    last_edited_at: datetime | None = None
    is_minimized: bool = False
    body: str = ""


class Comments(Wired, frozen=True):
    """The newest comments, and how many there are in all."""

    total_count: int
    nodes: tuple[Comment | None, ...] | None = None


class IssueTold(IssueWhole, frozen=True):
    """All of an issue, where somebody looks at it or an agent is told it."""

    body: str = ""
    author_association: str = "NONE"
    timeline_items: Nodes[Event] | None = None
    user_content_edits: Nodes[ContentEdit] | None = None
    comments: Comments | None = None


class DetailOf(Wired, frozen=True):
    """A repository with one issue."""

    url: str
    issue: IssueTold | None = None


class Said(Wired, frozen=True):
    """A comment's words."""

    body: str


class CommentsOf(Wired, frozen=True):
    """A pull request's comments."""

    comments: Nodes[Said]


class Place(Wired, frozen=True):
    """Where something is."""

    name_with_owner: str


class Blocker(Wired, frozen=True):
    """An issue that another one waits for."""

    number: int
    state: str
    repository: Place


class BlockedBy(Wired, frozen=True):
    """An issue by its node id, with what it waits for."""

    id: str
    blocked_by: Nodes[Blocker] | None = None


class WorkOf(Wired, frozen=True):
    """A repository with the pull requests of one branch."""

    url: str
    pull_requests: Page[PullWhole]


class Opinion(Wired, frozen=True):
    """What somebody thinks of a pull request by now, and the commit that they have seen."""

    state: str
    commit: Target | None = None


class Opinions(Wired, frozen=True):
    """A pull request by its node id, with everybody's last opinion of it."""

    id: str
    latest_opinionated_reviews: Nodes[Opinion] | None = None


class PullLook(PullWhole, frozen=True):
    """A pull request with all that tells whether it can be landed.

    Where a server does not tell whether the rules let it land, they do not: an administrator's merge gets past them.
    """

    mergeable: str = "UNKNOWN"
    merge_state_status: str = "BLOCKED"
    is_merge_queue_enabled: bool = False
    latest_opinionated_reviews: Nodes[Opinion] | None = None


class TermsOf(Wired, frozen=True):
    """How a repository merges."""

    url: str
    viewer_default_merge_method: str
    merge_commit_allowed: bool
    squash_merge_allowed: bool
    rebase_merge_allowed: bool
    auto_merge_allowed: bool = False
