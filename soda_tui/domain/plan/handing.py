"""The steps of handing work over, alone or several works as one."""

from __future__ import annotations

from msgspec import Struct

from soda_tui.domain.facts import Issue, PullRequest
from soda_tui.domain.ledger import Bundle, HandedOver


class UpdateBranch(Struct, frozen=True):
    """Merge what is new on the base into the branch, where git can do that by itself; nothing is begun else."""

    issue: int
    branch: str
    base: str


class RunCheck(Struct, frozen=True):
    """Run the repository's check on the work at `oid`, or what it became since, unless it has passed there already."""

    issue: int
    branch: str
    oid: str


class PushWork(Struct, frozen=True):
    """Append `bottling` and push the work, in one push; the user's hooks run.

    `included` are files that may be pushed although they look as if they should not.
    """

    issue: int
    branch: str
    oid: str
    remote_oid: str | None
    included: tuple[str, ...] = ()


class OpenReview(Struct, frozen=True):
    """Open the pull request, unless it is there (`number`).

    `work` is the head of the work where it is on this machine, `since` the commit that it began at.
    """

    issue: int
    title: str
    branch: str
    base: str
    work: str | None
    since: str
    number: int | None
    url: str | None


class MoveLabels(Struct, frozen=True):
    """From `route:ready` to `route:review`, and the agent's label off."""

    issue: Issue


class FreeAgent(Struct, frozen=True):
    """Append `bottled`: the agent is free."""

    issue: int


class NoteWaiting(Struct, frozen=True):
    """Append `noted`: this work waits. Whoever sees that it was merged tidies up after it, whatever becomes of us."""

    done: HandedOver


class NoteGiven(Struct, frozen=True):
    """Append `given-up`: the feedback on this work is a person's, and its rounds begin anew where it comes back."""

    issue: int


class TakeOffMarks(Struct, frozen=True):
    """Take off issue and pull request what says that it may be merged, as new commits were pushed, and say so there."""

    issue: Issue
    request: PullRequest


class PlaceBundle(Struct, frozen=True):
    """Make the bundle's own worktree stand on what came of merging `count` branches."""

    issue: int
    oid: str
    count: int


class CheckBundle(Struct, frozen=True):
    """Run the repository's check on the bundle, unless it has passed there already."""

    issue: int
    branch: str
    oid: str


class PushBundle(Struct, frozen=True):
    """Append `bundling` and push the bundle's branch, in one push; the user's hooks run."""

    bundle: Bundle
    oid: str


class ClearBundle(Struct, frozen=True):
    """Remove the bundle's worktree; what is at stake in it is said and keeps it."""


class OpenBundle(Struct, frozen=True):
    """Open the bundle's pull request, unless it is there (`number`)."""

    issues: tuple[int, ...]
    branch: str
    base: str
    title: str
    body: str
    number: int | None = None
    url: str | None = None


class TellBundled(Struct, frozen=True):
    """Comment on pull requests, by node id and number, that the bundle has their work; not twice."""

    issue: int
    branch: str
    requests: tuple[tuple[str, int], ...]


class NoteBundle(Struct, frozen=True):
    """Append `bundled`: the bundle's pull request is there, and all know of it."""

    bundle: Bundle
