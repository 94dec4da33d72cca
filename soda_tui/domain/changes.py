"""Changes that the cockpit makes on GitHub; each is a mutation, and most may be repeated without harm."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from soda_tui.domain.failure import Problem
from soda_tui.domain.strategy import Strategy, Way


class AddLabels(Struct, frozen=True):
    """Put labels (node ids) on an issue or a pull request (node id)."""

    subject: str
    labels: tuple[str, ...]


class RemoveLabels(Struct, frozen=True):
    """Take labels (node ids) off an issue or a pull request (node id)."""

    subject: str
    labels: tuple[str, ...]


class Assign(Struct, frozen=True):
    """Add a user (node id) to an issue's assignees."""

    issue: str
    user: str


class Unassign(Struct, frozen=True):
    """Take a user (node id) off an issue's assignees."""

    issue: str
    user: str


class CreateLabel(Struct, frozen=True):
    """Create a label in a repository (node id)."""

    repository: str
    name: str
    color: str
    description: str


class UpdateLabel(Struct, frozen=True):
    """Correct a label (node id)."""

    label: str
    name: str
    color: str
    description: str


class OpenPullRequest(Struct, frozen=True):
    """Open a pull request in a repository (node id) from one of its own branches."""

    repository: str
    base: str
    head: str
    title: str
    body: str
    draft: bool


class RequestReviews(Struct, frozen=True):
    """Ask users and teams (`org/team`) to review a pull request (node id)."""

    pull_request: str
    reviewers: tuple[str, ...]


class CreateIssue(Struct, frozen=True):
    """Open an issue in a repository (node id) with labels (node ids)."""

    repository: str
    title: str
    body: str
    labels: tuple[str, ...]


class CloseIssue(Struct, frozen=True):
    """Close an issue (node id) as done."""

    issue: str


class ClosePullRequest(Struct, frozen=True):
    """Close a pull request (node id) without merging it; closed already is fine."""

    pull_request: str


class Merge(Struct, frozen=True):
    """Bring a pull request (node id) into its base, where `head` is still its newest commit.

    The queue has a strategy of its own.
    """

    pull_request: str
    head: str
    way: Way
    strategy: Strategy


class DisableAutoMerge(Struct, frozen=True):
    """Have GitHub no longer merge a pull request (node id) by itself."""

    pull_request: str


class Dequeue(Struct, frozen=True):
    """Take a pull request (node id) out of the merge queue."""

    pull_request: str


class AddComment(Struct, frozen=True):
    """Comment on an issue or a pull request (node id)."""

    subject: str
    body: str


Change = (
    AddLabels
    | RemoveLabels
    | Assign
    | Unassign
    | CreateLabel
    | UpdateLabel
    | OpenPullRequest
    | RequestReviews
    | CreateIssue
    | AddComment
    | CloseIssue
    | ClosePullRequest
    | Merge
    | DisableAutoMerge
    | Dequeue
)


class Changed(Struct, frozen=True):
    """What GitHub answered to one change.

    `labels`, `assignees` and `open` are the subject's now (None where the answer has none), `people` the node ids of
    the assignees by login, `id`, `number` and `url` those of what was created. `merged` is said of a pull request, and
    `queued` its place in the queue. `problem` is set when it was refused.
    """

    labels: tuple[str, ...] | None = None
    assignees: tuple[str, ...] | None = None
    id: str | None = None
    number: int | None = None
    url: str | None = None
    open: bool | None = None
    people: Mapping[str, str] = field(default_factory=dict)
    merged: bool | None = None
    queued: int | None = None
    problem: Problem | None = None
