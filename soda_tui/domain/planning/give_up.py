"""Planning give-up: an issue that no agent should try again by itself is handed to a person, its work kept."""

from __future__ import annotations

from msgspec import structs

from soda_tui.domain.actions import Verb
from soda_tui.domain.facts import Issue, find_issue
from soda_tui.domain.failure import Problem
from soda_tui.domain.ledger import Holder
from soda_tui.domain.plan import HandToPerson, Plan, ReleaseClaim
from soda_tui.domain.planning.reset import plan_reset
from soda_tui.domain.planning.situation import Situation


def plan_give_up(situation: Situation, holder: Holder) -> Plan | Problem:
    """Say on the issue what was tried, label it for people alone, and let go of the claim as reset does."""
    planned = plan_reset(situation, holder)
    if isinstance(planned, Problem):
        return planned
    issue = find_issue(situation.remote, holder.issue)
    told = () if issue is None or not issue.open else (_told(situation, holder, issue),)
    steps = (structs.replace(step, given_up=True) if isinstance(step, ReleaseClaim) else step for step in planned.steps)
    return structs.replace(planned, verb=Verb.GIVE_UP, steps=(*told, *steps))


def _told(situation: Situation, holder: Holder, issue: Issue) -> HandToPerson:
    return HandToPerson(issue, holder.attempt, _words(situation), holder.branch)


def _words(situation: Situation) -> str:
    """What kept the work from being done, as the loop said it or as the pane shows it."""
    return situation.options.extra or next((need.message for need in situation.view.needs), "")
