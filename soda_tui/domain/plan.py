"""Plans: what an action will do, as a tuple of small steps."""

from __future__ import annotations

from dataclasses import dataclass

from soda_tui.domain.actions import Verb
from soda_tui.domain.facts import Issue
from soda_tui.domain.ledger import Holder, LedgerState


@dataclass(frozen=True, slots=True)
class ClaimIssue:
    """Append `popped` and push the new branch from the fetched base, or the kept one as it stands, in one push.

    `state` is what the ledger says now without finished work; `kept` is the head of the branch on the remote, `local`
    in the clone, where it exists there.
    """

    state: LedgerState
    holder: Holder
    base_branch: str
    kept: str | None
    local: str | None = None


@dataclass(frozen=True, slots=True)
class MarkIssue:
    """Put the agent's label on the issue and assign the token's user; the label is created where it is missing."""

    issue: Issue
    label: str
    assign: bool


@dataclass(frozen=True, slots=True)
class PrepareWorktree:
    """Make the worktree stand on the branch; `start` None means where the claim's branch begins."""

    branch: str
    start: str | None


@dataclass(frozen=True, slots=True)
class PushWork:
    """Append `bottling` and push the work, in one push; the user's hooks run."""

    issue: int
    branch: str
    oid: str
    remote_oid: str | None


@dataclass(frozen=True, slots=True)
class OpenReview:
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


@dataclass(frozen=True, slots=True)
class MoveLabels:
    """From `route:ready` to `route:review`, and the agent's label off."""

    issue: Issue


@dataclass(frozen=True, slots=True)
class FreeAgent:
    """Append `bottled`: the agent is free."""

    issue: int


@dataclass(frozen=True, slots=True)
class UnmarkIssue:
    """Take back what pop put on the issue: its label, and the assignee where pop added one.

    What GitHub refuses of it is said and does not keep the claim: labels are for people, the ledger is the lock.
    """

    issue: Issue
    label: str
    unassign: bool


@dataclass(frozen=True, slots=True)
class ReleaseClaim:
    """Append `released`: the issue is free, the work stays."""

    issue: int


@dataclass(frozen=True, slots=True)
class StartAgent:
    """Start the agent's process in the worktree."""

    issue: int
    branch: str
    directory: str
    base: str


@dataclass(frozen=True, slots=True)
class StopAgent:
    """End the agent's process with everything that it started."""

    run: str


Step = (
    ClaimIssue
    | MarkIssue
    | PrepareWorktree
    | PushWork
    | OpenReview
    | MoveLabels
    | FreeAgent
    | UnmarkIssue
    | ReleaseClaim
    | StartAgent
    | StopAgent
)


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps of an action in order, and the question that is asked first, if any."""

    verb: Verb
    issue: int
    branch: str
    steps: tuple[Step, ...]
    question: str | None = None
