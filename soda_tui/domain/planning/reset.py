"""Planning reset: a claim that is let go of, with all its work kept."""

from __future__ import annotations

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.configuration.settings import Workspace
from soda_tui.domain.facts import find_issue
from soda_tui.domain.failure import Problem
from soda_tui.domain.labels import has
from soda_tui.domain.ledger import Holder
from soda_tui.domain.plan import Plan, ReleaseClaim, RescueWork, Step, UnmarkIssue
from soda_tui.domain.planning.situation import Situation
from soda_tui.domain.planning.tidy import taking_back
from soda_tui.domain.planning.workplace import putting_back


def plan_reset(situation: Situation, holder: Holder) -> Plan | Problem:
    """Keep uncommitted work, take back what pop put on the issue and what GitHub was told to merge, and release it."""
    issue = find_issue(situation.remote, holder.issue)
    steps: list[Step] = []
    question = about = None
    worktree, stakes = situation.worktree, situation.stakes
    own = situation.enrolment.workspace is Workspace.CHECKOUT
    if worktree is not None and stakes is not None and (stakes.at_risk or stakes.lone) and not own:
        problem = situation.not_clearable(stakes, worktree)
        if problem is not None:
            return problem
        steps.append(RescueWork(holder.issue, worktree.path))
        about = stakes.mark
        question = say.ASK_RESET_RESCUE(
            issue=holder.issue,
            repository=situation.view.name,
            branch=holder.branch,
            work=stakes.work,
            worktree=worktree.path,
        )
    if issue is not None:
        labelled = has(issue.labels, holder.agent)
        assigned = holder.assigned is not None and has(issue.assignees, holder.assigned)
        mine = holder.assigned == situation.remote.viewer.login
        if labelled or (assigned and mine):
            steps.append(UnmarkIssue(issue, holder.agent, assigned and mine))
    steps += taking_back(situation, situation.open_pull_request(holder.branch), holder.issue, say.WORK_LET_GO)
    steps += putting_back(situation, holder)
    steps.append(ReleaseClaim(holder.issue))
    return Plan(Verb.RESET, holder.issue, holder.branch, tuple(steps), question, about)
