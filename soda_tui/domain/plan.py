"""Plans: what an action will do, as a tuple of small steps."""

from __future__ import annotations

from dataclasses import dataclass

from soda_tui.domain.actions import Verb
from soda_tui.domain.facts import Issue
from soda_tui.domain.ledger import Holder, LedgerState
from soda_tui.domain.profiles import Profile
from soda_tui.domain.remains import Remains
from soda_tui.domain.stakes import Ignored, Intake


@dataclass(frozen=True, slots=True)
class ClaimIssue:
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


@dataclass(frozen=True, slots=True)
class MarkIssue:
    """Put the agent's label on the issue and assign the token's user; the label is created where it is missing.

    `replaced` is who was assigned by another cockpit and is taken off.
    """

    issue: Issue
    label: str
    assign: bool
    replaced: str | None = None


@dataclass(frozen=True, slots=True)
class PrepareWorktree:
    """Make the worktree stand on the branch; `start` None means where the claim's branch begins."""

    branch: str
    start: str | None


@dataclass(frozen=True, slots=True)
class FurnishWorktree:
    """Bring ignored files of the clone into the worktree; where it is `needed`, nothing goes on without."""

    issue: int
    copy: tuple[str, ...]
    link: tuple[str, ...]
    needed: bool


@dataclass(frozen=True, slots=True)
class PutBack:
    """Switch the user's own checkout from the work branch to the one before, where it is clean; else it stays."""

    issue: int
    branch: str


@dataclass(frozen=True, slots=True)
class PushWork:
    """Append `bottling` and push the work, in one push; the user's hooks run.

    `included` are files that may be pushed although they look as if they should not.
    """

    issue: int
    branch: str
    oid: str
    remote_oid: str | None
    included: tuple[str, ...] = ()


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
    """Start the agent's process in the worktree, of several `profiles` the first that can be; `extra` is told it.

    One that is started `by_hand` is told nothing: the person tells it.
    """

    issue: int
    branch: str
    directory: str
    base: str
    profiles: tuple[Profile, ...]
    extra: str = ""
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class StopAgent:
    """End the agent's process with everything that it started."""

    run: str


@dataclass(frozen=True, slots=True)
class TakeOffLabels:
    """Take labels off an issue whose work has ended; what GitHub refuses of it is said and keeps nothing else."""

    issue: Issue
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ForgetFinished:
    """Append `finished`: the work on these issues has ended, so the ledger speaks of it no more."""

    issues: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DropBranch:
    """Remove the local branch at exactly this commit, where something else holds its commits; else it stays."""

    branch: str
    oid: str


@dataclass(frozen=True, slots=True)
class RestoreBranch:
    """Append `restored` and push the branch that is gone from the remote, in one push; the user's hooks run."""

    issue: int
    branch: str
    oid: str


@dataclass(frozen=True, slots=True)
class FetchWork:
    """Fetch the branch, so that the clone has what the remote holds of it."""

    branch: str


@dataclass(frozen=True, slots=True)
class NoteHeads:
    """Append `noted`: the pull requests of these issues have these heads now, and that is known."""

    heads: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class WriteLedger:
    """Append `repaired` with a state that can be read; a holder without a base gets the one that its branch has."""

    state: LedgerState
    base_branch: str


@dataclass(frozen=True, slots=True)
class RescueWork:
    """Put what stands in no commit of a worktree on a rescue branch, and clear the worktree."""

    issue: int
    worktree: str


@dataclass(frozen=True, slots=True)
class CommitAll:
    """Commit all uncommitted files, just these, as the user and with the user's hooks."""

    issue: int
    message: str
    files: tuple[Intake, ...]


@dataclass(frozen=True, slots=True)
class NameBranch:
    """Make a local branch of the agent's own at a commit that stands on another's."""

    branch: str
    oid: str


@dataclass(frozen=True, slots=True)
class PushKept:
    """Append `bottling` and push work that was kept without a worktree, in one push; the user's hooks run."""

    issue: int
    branch: str
    oid: str
    included: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ArchiveBranch:
    """Put a tag on the branch's commit, then remove the local branch."""

    branch: str
    oid: str


@dataclass(frozen=True, slots=True)
class DropHeld:
    """Remove the local branch at exactly this commit; fails where nothing else holds its commits."""

    branch: str
    oid: str


@dataclass(frozen=True, slots=True)
class KeepLeftover:
    """Remember that something is to be kept as it is now, which `mark` tells."""

    name: str
    mark: str


@dataclass(frozen=True, slots=True)
class RemoveWorktree:
    """Remove a worktree in which nothing is at stake, with just those ignored files that were named."""

    path: str
    ignored: Ignored


@dataclass(frozen=True, slots=True)
class ForgetWorktree:
    """Let git forget a worktree whose directory is gone."""

    path: str


@dataclass(frozen=True, slots=True)
class PushRescue:
    """Push a rescue branch under its own name."""

    branch: str
    oid: str


@dataclass(frozen=True, slots=True)
class RemoveRemains:
    """Remove files of the cockpit's own that have become old."""

    remains: Remains


Step = (
    ClaimIssue
    | MarkIssue
    | PrepareWorktree
    | FurnishWorktree
    | PutBack
    | PushWork
    | OpenReview
    | MoveLabels
    | FreeAgent
    | UnmarkIssue
    | ReleaseClaim
    | StartAgent
    | StopAgent
    | RescueWork
    | CommitAll
    | TakeOffLabels
    | ForgetFinished
    | DropBranch
    | RestoreBranch
    | FetchWork
    | NoteHeads
    | WriteLedger
    | NameBranch
    | PushKept
    | ArchiveBranch
    | DropHeld
    | KeepLeftover
    | RemoveWorktree
    | ForgetWorktree
    | PushRescue
    | RemoveRemains
)


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps of an action in order, and the question that is asked first, if any.

    `about` names the files that the question is about, where it is about files: a yes to others is no yes to these.
    `notes` are said with the outcome.
    """

    verb: Verb
    issue: int
    branch: str
    steps: tuple[Step, ...]
    question: str | None = None
    about: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def final(self) -> bool:
        """Whether files go for good, so that a yes counts only from somebody who has seen which."""
        return any(isinstance(step, RemoveWorktree) and step.ignored.names for step in self.steps)
