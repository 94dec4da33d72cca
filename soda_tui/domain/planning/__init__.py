"""Planning: an action decided from the facts, as a plan or as a refusal in one sentence.

A plan holds only what is still missing, so that planning again after a crash finishes and never repeats.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import structs

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.clone import clone_problem
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.facts import RepositoryFacts
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.model import Repository
from soda_tui.domain.outcome import Options
from soda_tui.domain.plan import HandToPerson, Plan
from soda_tui.domain.planning.agent import launchable, plan_launch, plan_sit, plan_stop
from soda_tui.domain.planning.bottle import plan_bottle
from soda_tui.domain.planning.bundle import plan_bundle
from soda_tui.domain.planning.feedback import plan_feedback
from soda_tui.domain.planning.give_up import plan_give_up
from soda_tui.domain.planning.land import plan_land
from soda_tui.domain.planning.pop import plan_pop
from soda_tui.domain.planning.repair import plan_repair
from soda_tui.domain.planning.reset import plan_reset
from soda_tui.domain.planning.situation import Situation
from soda_tui.domain.planning.takeover import plan_takeover
from soda_tui.domain.planning.tidy import plan_tidy
from soda_tui.domain.verdict import Asks, Refuses, fill, verdict

_ON_A_CLAIM = {
    Verb.BOTTLE: plan_bottle,
    Verb.RESET: plan_reset,
    Verb.LAUNCH: plan_launch,
    Verb.SIT: plan_sit,
    Verb.TAKEOVER: plan_takeover,
    Verb.GIVE_UP: plan_give_up,
}

_OF_ITS_OWN = {Verb.REPAIR: plan_repair, Verb.TIDY: plan_tidy, Verb.LAND: plan_land, Verb.BUNDLE: plan_bundle}

# A claim's worktree is looked at where they need it; the clone's own checkout is none of their business.
_BESIDE_THE_CLONE = frozenset({Verb.BOTTLE, Verb.RESET, Verb.GIVE_UP, Verb.LAUNCH, Verb.SIT, Verb.BUNDLE})


def make_plan(
    verb: Verb,
    enrolment: Enrolment,
    facts: RepositoryFacts,
    view: Repository,
    options: Options,
    cockpit: str,
    now: datetime,
) -> Plan | Problem:
    """What the action would do now, or why it is refused."""
    if verb is Verb.STOP:
        return plan_stop(facts, view, options.ended_for)
    remote = facts.remote
    if remote is None or facts.problem is not None:
        unknown = Problem(ErrorCode.REFUSED, say.STATUS_UNKNOWN(repository=view.name))
        return facts.problem or unknown
    unusable = clone_problem(enrolment, facts)
    busy = facts.local is not None and facts.local.clone.busy
    if unusable and not (busy and verb in _BESIDE_THE_CLONE):
        return unusable
    if facts.runs_problem is not None:
        return facts.runs_problem
    situation = Situation(enrolment, facts, remote, view, options, cockpit, now)
    if verb in {Verb.POP, Verb.FEEDBACK}:
        planned = plan_pop(situation) if verb is Verb.POP else _plan_feedback(situation)
        if not options.launching or isinstance(planned, Problem) or isinstance(planned.steps[0], HandToPerson):
            return planned
        agents = launchable(situation, planned.issue)
        doubted = situation.doubt(planned.issue)
        return agents if isinstance(agents, Problem) else structs.replace(planned, doubted=doubted)
    if verb in _OF_ITS_OWN:
        found = verdict(view, verb)
        return (
            Problem(found.code, fill(found.reason, view))
            if isinstance(found, Refuses)
            else _OF_ITS_OWN[verb](situation)
        )
    return _plan_on_claim(verb, situation)


def _plan_feedback(situation: Situation) -> Plan | Problem:
    found = verdict(situation.view, Verb.FEEDBACK)
    if isinstance(found, Refuses):
        return Problem(found.code, fill(found.reason, situation.view))
    return plan_feedback(situation)


def _plan_on_claim(verb: Verb, situation: Situation) -> Plan | Problem:
    """An action that the table of states and actions decides, and that needs a claim."""
    found = verdict(situation.view, verb)
    if isinstance(found, Refuses):
        return Problem(found.code, fill(found.reason, situation.view))
    holder = situation.state.holder
    if holder is None:
        return situation.refusal(say.STATUS_UNKNOWN)
    planned = _ON_A_CLAIM[verb](situation, holder)
    if isinstance(found, Asks) and isinstance(planned, Plan) and planned.question is None:
        return structs.replace(planned, question=fill(found.question, situation.view))
    return planned
