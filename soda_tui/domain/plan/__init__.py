"""Plans: what an action will do, as a tuple of small steps."""

from __future__ import annotations

from msgspec import Struct

from soda_tui.domain.actions import Verb
from soda_tui.domain.plan.handing import CheckBundle as CheckBundle
from soda_tui.domain.plan.handing import ClearBundle as ClearBundle
from soda_tui.domain.plan.handing import FreeAgent as FreeAgent
from soda_tui.domain.plan.handing import MoveLabels as MoveLabels
from soda_tui.domain.plan.handing import NoteBundle as NoteBundle
from soda_tui.domain.plan.handing import NoteGiven as NoteGiven
from soda_tui.domain.plan.handing import NoteWaiting as NoteWaiting
from soda_tui.domain.plan.handing import OpenBundle as OpenBundle
from soda_tui.domain.plan.handing import OpenReview as OpenReview
from soda_tui.domain.plan.handing import PlaceBundle as PlaceBundle
from soda_tui.domain.plan.handing import PushBundle as PushBundle
from soda_tui.domain.plan.handing import PushWork as PushWork
from soda_tui.domain.plan.handing import RunCheck as RunCheck
from soda_tui.domain.plan.handing import TakeOffMarks as TakeOffMarks
from soda_tui.domain.plan.handing import TellBundled as TellBundled
from soda_tui.domain.plan.handing import UpdateBranch as UpdateBranch
from soda_tui.domain.plan.landing import CloseContained as CloseContained
from soda_tui.domain.plan.landing import CloseIssue as CloseIssue
from soda_tui.domain.plan.landing import DropBranch as DropBranch
from soda_tui.domain.plan.landing import ForgetFinished as ForgetFinished
from soda_tui.domain.plan.landing import LandPullRequest as LandPullRequest
from soda_tui.domain.plan.landing import NoteMerging as NoteMerging
from soda_tui.domain.plan.landing import TakeBackMerge as TakeBackMerge
from soda_tui.domain.plan.landing import TakeOffLabels as TakeOffLabels
from soda_tui.domain.plan.mending import ArchiveBranch as ArchiveBranch
from soda_tui.domain.plan.mending import CommitAll as CommitAll
from soda_tui.domain.plan.mending import DropHeld as DropHeld
from soda_tui.domain.plan.mending import FetchWork as FetchWork
from soda_tui.domain.plan.mending import ForgetRefs as ForgetRefs
from soda_tui.domain.plan.mending import ForgetWorktree as ForgetWorktree
from soda_tui.domain.plan.mending import KeepLeftover as KeepLeftover
from soda_tui.domain.plan.mending import NameBranch as NameBranch
from soda_tui.domain.plan.mending import NoteHeads as NoteHeads
from soda_tui.domain.plan.mending import PushKept as PushKept
from soda_tui.domain.plan.mending import PushRescue as PushRescue
from soda_tui.domain.plan.mending import RemoveRemains as RemoveRemains
from soda_tui.domain.plan.mending import RemoveWorktree as RemoveWorktree
from soda_tui.domain.plan.mending import RescueWork as RescueWork
from soda_tui.domain.plan.mending import RestoreBranch as RestoreBranch
from soda_tui.domain.plan.mending import WriteLedger as WriteLedger
from soda_tui.domain.plan.working import ClaimIssue as ClaimIssue
from soda_tui.domain.plan.working import CountAttempt as CountAttempt
from soda_tui.domain.plan.working import FurnishWorktree as FurnishWorktree
from soda_tui.domain.plan.working import HandToPerson as HandToPerson
from soda_tui.domain.plan.working import MarkIssue as MarkIssue
from soda_tui.domain.plan.working import PrepareWorktree as PrepareWorktree
from soda_tui.domain.plan.working import PutBack as PutBack
from soda_tui.domain.plan.working import ReleaseClaim as ReleaseClaim
from soda_tui.domain.plan.working import StartAgent as StartAgent
from soda_tui.domain.plan.working import StopAgent as StopAgent
from soda_tui.domain.plan.working import UnmarkIssue as UnmarkIssue
from soda_tui.domain.vouching import Doubt

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
    | NoteGiven
    | TakeOffMarks
    | NoteMerging
    | TakeBackMerge
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
    | ForgetRefs
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
