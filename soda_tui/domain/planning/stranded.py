"""Work without a claim in the worktree, as a crash leaves it: it is offered to be kept before the worktree is used."""

from __future__ import annotations

from dataclasses import replace

from soda_tui.domain import sentences as say
from soda_tui.domain.failure import Problem
from soda_tui.domain.naming import branch_issue
from soda_tui.domain.plan import Plan, RescueWork
from soda_tui.domain.planning.situation import Situation
from soda_tui.domain.planning.workplace import unfit_checkout
from soda_tui.domain.settings import Workspace
from soda_tui.domain.stakes import told


def keeping_stranded(situation: Situation, plan: Plan) -> Plan | Problem:
    """The plan with a rescue before it, and a question that names the files; as it is where nothing is in the way.

    Uncommitted work on the plan's own branch is no obstacle. The user's own checkout is theirs to clean: until it is,
    this is refused.
    """
    worktree, stakes = situation.worktree, situation.stakes
    rescue = stranded(situation, plan.branch, plan.issue)
    if isinstance(rescue, Problem):
        return rescue
    if not rescue or worktree is None or stakes is None:
        return plan
    question = say.ASK_STRANDED(
        repository=situation.view.name,
        worktree=worktree.path,
        branch=worktree.branch or "no branch",
        files=told(len(stakes.files), stakes.files),
        issue=plan.issue,
        verb=plan.verb,
    )
    asked = f"{question} {plan.question}" if plan.question else question
    return replace(plan, steps=(*rescue, *plan.steps), question=asked, about=stakes.mark)


def stranded(situation: Situation, branch: str, issue: int) -> list[RescueWork] | Problem:
    """The rescue that the worktree needs before it stands on the branch, if any; why it cannot be rescued."""
    worktree, stakes = situation.worktree, situation.stakes
    if situation.enrolment.workspace is Workspace.CHECKOUT:
        return unfit_checkout(situation) or []
    if worktree is None or stakes is None:
        return []
    if worktree.branch == branch or not (stakes.at_risk or stakes.lone):
        return []
    problem = situation.not_clearable(stakes, worktree)
    return [RescueWork(branch_issue(worktree.branch or "") or issue, worktree.path)] if problem is None else problem
