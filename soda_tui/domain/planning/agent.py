"""Planning launch and stop: the agent's process."""

from __future__ import annotations

from dataclasses import replace

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.choosing import passed_over, present, wanted
from soda_tui.domain.conversation import by_hand
from soda_tui.domain.facts import RepositoryFacts, find_issue
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.ledger import Holder
from soda_tui.domain.model import Repository
from soda_tui.domain.plan import Plan, StartAgent, StopAgent
from soda_tui.domain.planning.situation import Situation
from soda_tui.domain.planning.workplace import furnishing, unfit_checkout
from soda_tui.domain.profiles import Candidate, Profile
from soda_tui.domain.verdict import fill


def plan_launch(situation: Situation, holder: Holder) -> Plan | Problem:
    """Start the agent where the claim's work is."""
    worktree = situation.worktree
    profiles = launchable(situation, holder.issue)
    if isinstance(profiles, Problem):
        return profiles
    issue = find_issue(situation.remote, holder.issue)
    if issue is None or not issue.open:
        return situation.refusal(say.ISSUE_NOT_OPEN, issue=holder.issue)
    if worktree is None:
        return situation.refusal(say.NO_WORKTREE)
    refusal = situation.unfit(holder, worktree) or unfit_checkout(situation)
    if refusal is not None:
        return refusal
    base, extra = situation.view.base or "", situation.options.extra
    start = StartAgent(holder.issue, holder.branch, worktree.path, base, profiles, extra)
    steps = (*furnishing(situation, holder.issue, needed=True), start)
    notes = passed_over(situation.facts.agents or (), profiles[0])
    return Plan(Verb.LAUNCH, holder.issue, holder.branch, steps, notes=notes)


def plan_sit(situation: Situation, holder: Holder) -> Plan | Problem:
    """Start the agent on the claim's last conversation, on a terminal for a person to sit down at."""
    planned = plan_launch(situation, holder)
    if isinstance(planned, Problem):
        return planned
    conversation = situation.facts.conversation
    profile = by_hand(conversation) if conversation is not None else None
    if profile is None:
        shown = conversation.profile.shown if conversation else "[agent]"
        return situation.refusal(say.NOTHING_TO_SIT_WITH, profile=shown, issue=holder.issue)
    steps = tuple(
        replace(step, profiles=(profile,), extra="", by_hand=True) if isinstance(step, StartAgent) else step
        for step in planned.steps
    )
    return replace(planned, verb=Verb.SIT, steps=steps, notes=())


def launchable(situation: Situation, number: int) -> tuple[Profile, ...] | Problem:
    """The profiles that an agent on the issue is started with, the first that can be; or why there is none."""
    found = situation.facts.agents
    if found is None:
        # Not looked up: whether the programs are here is seen when one is started.
        issue = find_issue(situation.remote, number)
        usual = wanted(situation.enrolment, issue.labels if issue else ()).profiles
        found = tuple(Candidate(one, one.program) for one in usual)
    profiles, room = present(found, situation.view.name), situation.facts.room
    if isinstance(profiles, tuple) and room is not None and room.full:
        return Problem(ErrorCode.REFUSED, say.NO_SLOT(limit=room.limit, repositories=", ".join(room.taken)))
    return profiles


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
