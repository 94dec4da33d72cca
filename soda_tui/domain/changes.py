"""Changes that the cockpit makes on GitHub; each is a mutation, and most may be repeated without harm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from soda_tui.domain.failure import Problem


@dataclass(frozen=True, slots=True)
class AddLabels:
    """Put labels (node ids) on an issue or a pull request (node id)."""

    subject: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RemoveLabels:
    """Take labels (node ids) off an issue or a pull request (node id)."""

    subject: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assign:
    """Add a user (node id) to an issue's assignees."""

    issue: str
    user: str


@dataclass(frozen=True, slots=True)
class Unassign:
    """Take a user (node id) off an issue's assignees."""

    issue: str
    user: str


@dataclass(frozen=True, slots=True)
class CreateLabel:
    """Create a label in a repository (node id)."""

    repository: str
    name: str
    color: str
    description: str


@dataclass(frozen=True, slots=True)
class UpdateLabel:
    """Correct a label (node id)."""

    label: str
    name: str
    color: str
    description: str


@dataclass(frozen=True, slots=True)
class OpenPullRequest:
    """Open a pull request in a repository (node id) from one of its own branches."""

    repository: str
    base: str
    head: str
    title: str
    body: str
    draft: bool


@dataclass(frozen=True, slots=True)
class RequestReviews:
    """Ask users and teams (`org/team`) to review a pull request (node id)."""

    pull_request: str
    reviewers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CreateIssue:
    """Open an issue in a repository (node id) with labels (node ids)."""

    repository: str
    title: str
    body: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddComment:
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
)


@dataclass(frozen=True, slots=True)
class Changed:
    """What GitHub answered to one change.

    `labels`, `assignees` and `open` are the subject's now (None where the answer has none), `people` the node ids of
    the assignees by login, `id`, `number` and `url` those of what was created. `problem` is set when it was refused.
    """

    labels: tuple[str, ...] | None = None
    assignees: tuple[str, ...] | None = None
    id: str | None = None
    number: int | None = None
    url: str | None = None
    open: bool | None = None
    people: Mapping[str, str] = field(default_factory=dict)
    problem: Problem | None = None
