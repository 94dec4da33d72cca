"""Where an agent works: what is brought there first, and what holds where that is the user's own checkout."""

from __future__ import annotations

from soda_tui.domain import sentences as say
from soda_tui.domain.configuration.settings import Workspace
from soda_tui.domain.failure import Problem
from soda_tui.domain.ledger import Holder
from soda_tui.domain.plan import FurnishWorktree, PutBack, Step
from soda_tui.domain.planning.situation import Situation


def furnishing(situation: Situation, issue: int, *, needed: bool) -> list[Step]:
    """Bring what is configured from the clone into its worktree; where it is `needed`, nothing goes on without."""
    setup = situation.enrolment.setup
    if situation.enrolment.workspace is Workspace.CHECKOUT or not (setup.copy or setup.link):
        return []
    return [FurnishWorktree(issue, setup.copy, setup.link, needed)]


def unfit_checkout(situation: Situation) -> Problem | None:
    """Why no work may begin in the user's own checkout; None where it may, and for every other place."""
    worktree, stakes = situation.worktree, situation.stakes
    if worktree is None or situation.enrolment.workspace is not Workspace.CHECKOUT:
        return None
    if worktree.busy:
        return situation.refusal(say.BUSY_WORKTREE, busy=worktree.busy, worktree=worktree.path)
    if worktree.branch is None:
        return situation.refusal(say.CHECKOUT_DETACHED, path=worktree.path)
    # Looked at closely, what a filling that was cut off has left is no work.
    files = worktree.changes if stakes is None else (*stakes.files, *stakes.submodules)
    if files:
        more = say.AND_MORE(files=", ".join(files[:3]), more=len(files) - 3)
        named = more if len(files) > 3 else ", ".join(files)
        return situation.refusal(say.CHECKOUT_DIRTY, path=worktree.path, files=named)
    return None


def putting_back(situation: Situation, holder: Holder) -> list[Step]:
    """Switch the user's own checkout back, where the claim's work was done there and it still stands on its branch."""
    worktree = situation.worktree
    if worktree is None or situation.enrolment.workspace is not Workspace.CHECKOUT:
        return []
    return [PutBack(holder.issue, holder.branch)] if worktree.branch == holder.branch else []
