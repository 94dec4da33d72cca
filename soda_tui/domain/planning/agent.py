"""Planning launch and stop: the agent's process."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.choosing import passed_over, present, wanted
from soda_tui.domain.configuration.profiles import Candidate, Profile
from soda_tui.domain.facts import RepositoryFacts, find_issue
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.ledger import Holder
from soda_tui.domain.model import Repository
from soda_tui.domain.plan import CountAttempt, Plan, StartAgent, Step, StopAgent
from soda_tui.domain.planning.situation import Situation
from soda_tui.domain.planning.workplace import furnishing, unfit_checkout
from soda_tui.domain.runs.conversation import by_hand, by_itself
from soda_tui.domain.runs.endings import How
from soda_tui.domain.status import claim_run, how_ended
from soda_tui.domain.stopfile import forbidding
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
    start = StartAgent(
        holder.issue, holder.branch, worktree.path, base, profiles, extra, doubt=situation.doubt(holder.issue)
    )
    furnished = furnishing(situation, holder.issue, needed=True)
    if _goes_on(situation):
        return _with_conversation(situation, holder, (*furnished, start))
    steps = (*furnished, *_counting(holder, situation.facts), start)
    notes = passed_over(situation.facts.agents or (), profiles[0])
    return Plan(Verb.LAUNCH, holder.issue, holder.branch, steps, notes=notes)


def _goes_on(situation: Situation) -> bool:
    """Whether the last conversation is gone on with: as a person says, and unattended where the last agent can."""
    options, conversation, run = situation.options, situation.facts.conversation, situation.facts.run
    if not (options.going_on and options.unattended):
        return options.going_on
    if conversation is None or run is None or conversation.profile.name != run.profile:
        return False
    return by_itself(conversation) is not None


def _counting(holder: Holder, facts: RepositoryFacts) -> tuple[Step, ...]:
    """Another attempt at the issue is counted, where the one before ended by itself; a limit ends none."""
    run = claim_run(holder, facts.run)
    if run is None or run.stoppable or run.stopped or run.started_at is None:
        return ()
    broken_off = how_ended(run) in {How.LIMIT, How.BY_HAND, How.HALTED}
    return () if broken_off else (CountAttempt(holder.issue, holder.attempt + 1),)


def _with_conversation(situation: Situation, holder: Holder, steps: Sequence[Step]) -> Plan | Problem:
    """The steps with an agent that goes on by itself with the claim's last conversation."""
    conversation = situation.facts.conversation
    profile = by_itself(conversation) if conversation is not None else None
    if profile is None:
        shown = conversation.profile.shown if conversation else "[agent]"
        return situation.refusal(say.NOTHING_TO_GO_ON_WITH, profile=shown, issue=holder.issue)
    going_on = tuple(
        structs.replace(step, profiles=(profile,), going_on=True) if isinstance(step, StartAgent) else step
        for step in steps
    )
    return Plan(Verb.LAUNCH, holder.issue, holder.branch, going_on)


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
        structs.replace(step, profiles=(profile,), extra="", by_hand=True, doubt=None)
        if isinstance(step, StartAgent)
        else step
        for step in planned.steps
        if not isinstance(step, CountAttempt)
    )
    return structs.replace(planned, verb=Verb.SIT, steps=steps, notes=())


def launchable(situation: Situation, number: int) -> tuple[Profile, ...] | Problem:
    """The profiles that an agent on the issue is started with, the first that can be; or why there is none."""
    if situation.facts.forbidden is not None:
        return Problem(ErrorCode.REFUSED, forbidding(situation.facts.forbidden))
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


def plan_stop(facts: RepositoryFacts, view: Repository, ended_for: How | None = None) -> Plan | Problem:
    """End the run on this machine, also one of which nobody knows; that needs neither GitHub nor a claim."""
    run = facts.run
    if run is None or not run.stoppable:
        return Problem(ErrorCode.NOTHING_TO_DO, fill(say.NO_RUN, view))
    worktree = view.agent.worktree.path if view.agent.worktree else "its worktree"
    if run.alive:
        question = say.ASK_STOP(issue=run.issue, repository=view.name, worktree=worktree)
    else:
        question = say.ASK_STOP_UNKNOWN(why=run.problem or "", repository=view.name)
    return Plan(Verb.STOP, run.issue, run.branch, (StopAgent(run.id, ended_for),), question)
