"""Work without a claim in the worktree, as a crash leaves it: it is offered to be kept before the worktree is used."""

from __future__ import annotations

from msgspec import structs

from soda_tui.domain import sentences as say
from soda_tui.domain.configuration.settings import Workspace
from soda_tui.domain.failure import Problem
from soda_tui.domain.naming import branch_issue
from soda_tui.domain.plan import Plan, PrepareWorktree, RescueWork
from soda_tui.domain.planning.situation import Situation
from soda_tui.domain.planning.workplace import unfit_checkout
from soda_tui.domain.stakes import mark


def keeping_stranded(situation: Situation, plan: Plan) -> Plan | Problem:
    """The plan with a rescue before it, and a question that names the files; as it is where nothing is in the way.

    Uncommitted work on the plan's own branch is no obstacle, unless that has gone on without it on GitHub. The user's
    own checkout is theirs to clean: until it is, this is refused.
    """
    worktree, stakes = situation.worktree, situation.stakes
    start = next((step.start for step in plan.steps if isinstance(step, PrepareWorktree)), None)
    rescue = stranded(situation, plan.branch, plan.issue, start)
    if isinstance(rescue, Problem):
        return rescue
    if not rescue or worktree is None or stakes is None:
        return plan
    sentence = say.ASK_OVERTAKEN if worktree.branch == plan.branch else say.ASK_STRANDED
    question = sentence(
        repository=situation.view.name,
        worktree=worktree.path,
        branch=worktree.branch or "no branch",
        work=stakes.work,
        issue=plan.issue,
    )
    asked = f"{question} {plan.question}" if plan.question else question
    about = mark((stakes.mark, plan.about)) if plan.about else stakes.mark
    return structs.replace(plan, steps=(*rescue, *plan.steps), question=asked, about=about)


def stranded(situation: Situation, branch: str, issue: int, start: str | None = None) -> list[RescueWork] | Problem:
    """The rescue that the worktree needs before it stands on the branch, if any; why it cannot be rescued.

    `start` is what the branch is to have as well: its head on GitHub, or commits that the worktree has elsewhere.
    """
    worktree, stakes = situation.worktree, situation.stakes
    if situation.enrolment.workspace is Workspace.CHECKOUT:
        return unfit_checkout(situation) or []
    if worktree is None or stakes is None:
        return []
    stays = worktree.branch == branch and (start in {None, worktree.oid} or worktree.behind == 0)
    if stays or not (stakes.at_risk or (stakes.lone and start != worktree.oid)):
        return []
    problem = situation.not_clearable(stakes, worktree)
    return [RescueWork(branch_issue(worktree.branch or "") or issue, worktree.path)] if problem is None else problem
