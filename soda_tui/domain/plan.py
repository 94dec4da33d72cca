"""Plans: what an action will do, as a tuple of small steps."""

from __future__ import annotations

from msgspec import Struct

from soda_tui.domain.actions import Verb
from soda_tui.domain.facts import Issue
from soda_tui.domain.ledger import Bundle, HandedOver, Holder, LedgerState
from soda_tui.domain.profiles import Profile
from soda_tui.domain.remains import Remains
from soda_tui.domain.stakes import Ignored, Intake
from soda_tui.domain.strategy import Strategy, Way
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


class CountAttempt(Struct, frozen=True):
    """Append `again`: another run begins on the same claim, which counts as an attempt at its issue."""

    issue: int
    attempt: int


class HandToPerson(Struct, frozen=True):
    """Say on the issue what was tried and why it came to nothing, and label it for people alone.

    `review` is the pull request that came back too often, where it is for that; then `attempt` counts its rounds.
    """

    issue: Issue
    attempt: int
    words: str
    branch: str
    review: int | None = None


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
    """End the agent's process with everything that it started."""

    run: str


class NoteWaiting(Struct, frozen=True):
    """Append `noted`: this work waits. Whoever sees that it was merged tidies up after it, whatever becomes of us."""

    done: HandedOver


class LandPullRequest(Struct, frozen=True):
    """Merge the pull request at exactly this commit, have GitHub merge it, or put it into the queue.

    `closes` says that GitHub closes the issue with it, `also` are the other issues of a bundle.
    """

    issue: int
    id: str
    number: int
    head: str
    base: str
    way: Way
    strategy: Strategy
    closes: bool
    also: tuple[int, ...] = ()

    @property
    def issues(self) -> tuple[int, ...]:
        """All whose work is merged."""
        return (self.issue, *self.also)


class CloseContained(Struct, frozen=True):
    """Close a pull request whose work was merged with a bundle, where GitHub does not see that by itself."""

    issue: int
    id: str
    number: int
    bundle: int


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


class CloseIssue(Struct, frozen=True):
    """Close an issue whose work was merged without GitHub's doing so."""

    issue: Issue


class TakeOffLabels(Struct, frozen=True):
    """Take labels off an issue whose work has ended; what GitHub refuses of it is said and keeps nothing else."""

    issue: Issue
    labels: tuple[str, ...]


class ForgetFinished(Struct, frozen=True):
    """Append `finished`: the work on these issues has ended, so the ledger speaks of it no more."""

    issues: tuple[int, ...]


class DropBranch(Struct, frozen=True):
    """Remove the local branch at exactly this commit, where something else holds its commits; else it stays."""

    branch: str
    oid: str


class RestoreBranch(Struct, frozen=True):
    """Append `restored` and push the branch that is gone from the remote, in one push; the user's hooks run.

    `included` are files that may be pushed although they look as if they should not.
    """

    issue: int
    branch: str
    oid: str
    included: tuple[str, ...] = ()


class FetchWork(Struct, frozen=True):
    """Fetch the branch, so that the clone has what the remote holds of it."""

    branch: str


class NoteHeads(Struct, frozen=True):
    """Append `noted`: the pull requests of these issues have these heads now, and that is known."""

    heads: tuple[tuple[int, str], ...]


class WriteLedger(Struct, frozen=True):
    """Append `repaired` with a state that can be read; a holder without a base gets the one that its branch has."""

    state: LedgerState
    base_branch: str


class RescueWork(Struct, frozen=True):
    """Put what stands in no commit of a worktree on a rescue branch, and clear the worktree."""

    issue: int
    worktree: str


class CommitAll(Struct, frozen=True):
    """Commit all uncommitted files, just these, as the user and with the user's hooks."""

    issue: int
    message: str
    files: tuple[Intake, ...]


class NameBranch(Struct, frozen=True):
    """Make a local branch of the agent's own at a commit that stands on another's."""

    branch: str
    oid: str


class PushKept(Struct, frozen=True):
    """Append `bottling` and push work that was kept without a worktree, in one push; the user's hooks run."""

    issue: int
    branch: str
    oid: str
    included: tuple[str, ...] = ()


class ArchiveBranch(Struct, frozen=True):
    """Put a tag on the branch's commit, then remove the local branch."""

    branch: str
    oid: str


class DropHeld(Struct, frozen=True):
    """Remove the local branch at exactly this commit; fails where nothing else holds its commits."""

    branch: str
    oid: str


class KeepLeftover(Struct, frozen=True):
    """Remember that something is to be kept as it is now, which `mark` tells; without one, that it no longer is."""

    name: str
    mark: str | None


class RemoveWorktree(Struct, frozen=True):
    """Remove a worktree in which nothing is at stake, with just those ignored files that were named."""

    path: str
    ignored: Ignored


class ForgetWorktree(Struct, frozen=True):
    """Let git forget a worktree whose directory is gone."""

    path: str


class PushRescue(Struct, frozen=True):
    """Push a rescue branch under its own name."""

    branch: str
    oid: str


class RemoveRemains(Struct, frozen=True):
    """Remove files of the cockpit's own that have become old."""

    remains: Remains


Step = (
    ClaimIssue
    | MarkIssue
    | PrepareWorktree
    | FurnishWorktree
    | PutBack
    | UpdateBranch
    | RunCheck
    | PushWork
    | OpenReview
    | MoveLabels
    | FreeAgent
    | UnmarkIssue
    | ReleaseClaim
    | CountAttempt
    | HandToPerson
    | StartAgent
    | StopAgent
    | RescueWork
    | CommitAll
    | NoteWaiting
    | LandPullRequest
    | CloseContained
    | PlaceBundle
    | CheckBundle
    | PushBundle
    | ClearBundle
    | OpenBundle
    | TellBundled
    | NoteBundle
    | CloseIssue
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


class Plan(Struct, frozen=True):
    """The steps of an action in order, and the question that is asked first, if any.

    `about` names the files that the question is about, where it is about files: a yes to others is no yes to these.
    `notes` are said with the outcome. `doubted` is a text that nobody vouches for, of a launch that is to follow.
    """

    verb: Verb
    issue: int
    branch: str
    steps: tuple[Step, ...]
    question: str | None = None
    about: str | None = None
    notes: tuple[str, ...] = ()
    doubted: Doubt | None = None

    @property
    def doubt(self) -> Doubt | None:
        """The text that nobody vouches for and that an agent would be told."""
        return self.doubted or next((step.doubt for step in self.steps if isinstance(step, StartAgent)), None)

    @property
    def final(self) -> bool:
        """Whether files go for good, so that a yes counts only from somebody who has seen which."""
        return any(isinstance(step, RemoveWorktree) and step.ignored.names for step in self.steps)

    def agreed(self, subject: str | None, seen: str | None) -> bool:
        """Whether a yes of somebody who saw this is one to all that is asked about; `subject` is that of the action."""
        if seen is None:
            return not (self.final or self.doubt)
        return set(filter(None, self.seen(subject).split("+"))) <= set(seen.split("+"))

    def seen(self, subject: str | None) -> str:
        """What goes with the question, to come back with the yes: a yes is none to another claim, run, file or text."""
        own = (subject, self.about) if self.question is not None else ()
        return "+".join(filter(None, (*own, self.doubt.mark if self.doubt else None)))
