"""The steps of working on an issue: claim it, make its place, start and stop its agent, let go of it."""

from __future__ import annotations

from msgspec import Struct

from soda_tui.domain.configuration.profiles import Profile
from soda_tui.domain.facts import Issue
from soda_tui.domain.ledger import Holder, LedgerState
from soda_tui.domain.runs.endings import How
from soda_tui.domain.vouching import Doubt


class ClaimIssue(Struct, frozen=True):
    """Append `popped` and push the new branch from the fetched base, or the kept one as it stands, in one push.

    `state` is what the ledger says now without finished work; `kept` is the head of the branch on the remote, `local`
    in the clone, where it exists there. `taken_over` says that another cockpit holds the issue until then.
    """

    state: LedgerState
    holder: Holder
    base_branch: str
    kept: str | None
    local: str | None = None
    taken_over: bool = False


class MarkIssue(Struct, frozen=True):
    """Put the agent's label on the issue and assign the token's user; the label is created where it is missing.

    `replaced` is who was assigned by another cockpit and is taken off.
    """

    issue: Issue
    label: str
    assign: bool
    replaced: str | None = None


class PrepareWorktree(Struct, frozen=True):
    """Make the worktree stand on the branch; `start` None means where the claim's branch begins.

    `here` is the branch's head in the clone, and good as it is where it has commits that `start` has not.
    """

    branch: str
    start: str | None
    here: str | None = None


class FurnishWorktree(Struct, frozen=True):
    """Bring ignored files of the clone into the worktree; where it is `needed`, nothing goes on without."""

    issue: int
    copy: tuple[str, ...]
    link: tuple[str, ...]
    needed: bool


class PutBack(Struct, frozen=True):
    """Switch the user's own checkout from the work branch to the one before, where it is clean; else it stays."""

    issue: int
    branch: str


class CountAttempt(Struct, frozen=True):
    """Append `again`: another run begins on the same claim, which counts as an attempt at its issue."""

    issue: int
    attempt: int


class StartAgent(Struct, frozen=True):
    """Start the agent's process in the worktree, of several `profiles` the first that can be; `extra` is told it.

    One that is started `by_hand` is told nothing: the person tells it. One that is `going_on` with a conversation is
    told no more than that. Where nobody vouches for the issue's text,
    `doubt` is what a person has agreed to.
    """

    issue: int
    branch: str
    directory: str
    base: str
    profiles: tuple[Profile, ...]
    extra: str = ""
    by_hand: bool = False
    doubt: Doubt | None = None
    going_on: bool = False


class StopAgent(Struct, frozen=True):
    """End the agent's process with everything that it started; `ended_for` as in the run's facts."""

    run: str
    ended_for: How | None = None


class UnmarkIssue(Struct, frozen=True):
    """Take back what pop put on the issue: its label, and the assignee where pop added one.

    What GitHub refuses of it is said and does not keep the claim: labels are for people, the ledger is the lock.
    """

    issue: Issue
    label: str
    unassign: bool


class ReleaseClaim(Struct, frozen=True):
    """Append `released`: the issue is free, the work stays; one that is `given_up` begins anew once it comes back."""

    issue: int
    given_up: bool = False


class HandToPerson(Struct, frozen=True):
    """Say on the issue what was tried and why it came to nothing, and label it for people alone.

    `review` is the pull request that came back too often, where it is for that, at its `head`; then `attempt` counts
    its rounds.
    `kept` says where the work is.
    """

    issue: Issue
    attempt: int
    words: str
    branch: str
    kept: str = ""
    review: int | None = None
    head: str = ""
