"""What GitHub answers to a change."""

from __future__ import annotations

from soda_tui.services.github.wire.base import Login, Named, Nodes, Wired
from soda_tui.services.github.wire.listed import QueueEntry


class Subject(Wired, frozen=True):
    """What was labelled or assigned; `closed` is asked of issues only."""

    closed: bool | None = None
    labels: Nodes[Named] | None = None
    assignees: Nodes[Login] | None = None


class Created(Wired, frozen=True):
    """What was created or corrected; `closed` is asked of an issue, `merged` of a pull request."""

    id: str
    number: int | None = None
    url: str | None = None
    closed: bool | None = None
    merged: bool | None = None


class Commented(Wired, frozen=True):
    """A comment that was made."""

    url: str


class CommentEdge(Wired, frozen=True):
    """Where a comment stands."""

    node: Commented | None = None


class Payload(Wired, frozen=True):
    """The answer to one mutation: exactly one of these, by its kind."""

    labelable: Subject | None = None
    assignable: Subject | None = None
    label: Created | None = None
    pull_request: Created | None = None
    issue: Created | None = None
    comment_edge: CommentEdge | None = None
    merge_queue_entry: QueueEntry | None = None
