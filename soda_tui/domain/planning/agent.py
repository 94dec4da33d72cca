"""Planning launch and stop: the agent's process."""

from __future__ import annotations

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.facts import RepositoryFacts, find_issue
from soda_tui.domain.failure import Problem
from soda_tui.domain.ledger import Holder
from soda_tui.domain.model import ErrorCode, Repository
from soda_tui.domain.plan import Plan, StartAgent, StopAgent
from soda_tui.domain.planning.situation import Situation
from soda_tui.domain.planning.workplace import furnishing, unfit_checkout
from soda_tui.domain.verdict import fill


def plan_launch(situation: Situation, holder: Holder) -> Plan | Problem:
    """Start the agent where the claim's work is."""
    worktree = situation.worktree
    if not situation.enrolment.agent.command:
        return Problem(ErrorCode.CONFIGURATION, say.NO_AGENT_COMMAND(repository=situation.view.name))
    issue = find_issue(situation.remote, holder.issue)
    if issue is None or not issue.open:
        return situation.refusal(say.ISSUE_NOT_OPEN, issue=holder.issue)
    if worktree is None:
        return situation.refusal(say.NO_WORKTREE)
    refusal = situation.unfit(holder, worktree) or unfit_checkout(situation)
    if refusal is not None:
        return refusal
    start = StartAgent(holder.issue, holder.branch, worktree.path, situation.view.base or "")
    steps = (*furnishing(situation, holder.issue, needed=True), start)
    return Plan(Verb.LAUNCH, holder.issue, holder.branch, steps)


def plan_stop(facts: RepositoryFacts, view: Repository) -> Plan | Problem:
    """End the run on this machine, also one of which nobody knows; that needs neither GitHub nor a claim."""
    run = facts.run
    if run is None or not run.stoppable:
        return Problem(ErrorCode.NOTHING_TO_DO, fill(say.NO_RUN, view))
    worktree = view.agent.worktree.path if view.agent.worktree else "its worktree"
    if run.alive:
        question = say.ASK_STOP(issue=run.issue, repository=view.name, worktree=worktree)
    else:
        question = say.ASK_STOP_UNKNOWN(why=run.problem or "", repository=view.name)
    return Plan(Verb.STOP, run.issue, run.branch, (StopAgent(run.id),), question)
