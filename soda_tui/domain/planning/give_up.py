"""Planning give-up: an issue that no agent should try again by itself is handed to a person, its work kept."""

from __future__ import annotations

from msgspec import structs

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import NeedCode
from soda_tui.domain.facts import Issue, find_issue
from soda_tui.domain.failure import Problem
from soda_tui.domain.ledger import Holder
from soda_tui.domain.plan import HandToPerson, Plan, ReleaseClaim, RescueWork
from soda_tui.domain.planning.reset import plan_reset
from soda_tui.domain.planning.situation import Situation


def plan_give_up(situation: Situation, holder: Holder) -> Plan | Problem:
    """Say on the issue what was tried, label it for people alone, and let go of the claim as reset does."""
    planned = plan_reset(situation, holder)
    if isinstance(planned, Problem):
        return planned
    issue = find_issue(situation.remote, holder.issue)
    kept = _kept(situation, holder, rescues=any(isinstance(step, RescueWork) for step in planned.steps))
    told = () if issue is None or not issue.open else (_told(situation, holder, issue, kept),)
    steps = (structs.replace(step, given_up=True) if isinstance(step, ReleaseClaim) else step for step in planned.steps)
    return structs.replace(planned, verb=Verb.GIVE_UP, steps=(*told, *steps))


def _told(situation: Situation, holder: Holder, issue: Issue, kept: str) -> HandToPerson:
    return HandToPerson(issue, holder.attempt, _words(situation), holder.branch, kept)


def _kept(situation: Situation, holder: Holder, *, rescues: bool) -> str:
    """Where the work is; a worktree that cannot be looked at may have had commits."""
    worktree = situation.view.agent.worktree
    committed = worktree is None or worktree.commits is None or worktree.commits > 0
    said = [say.KEPT_COMMITS(branch=holder.branch)] if committed else []
    said += [say.KEPT_FILES()] if rescues else []
    return " ".join(said) or say.KEPT_NOTHING()


def _words(situation: Situation) -> str:
    """What kept the work from being done, as the loop said it or as the pane shows it."""
    held = (need.message for need in situation.view.needs if need.code is not NeedCode.GIVEN_UP)
    return situation.options.extra or next(held, "")
