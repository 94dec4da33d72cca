"""What is left half done, and what could be undone: concluded from the last act and from what is true now."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import Status
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.facts import RepositoryFacts
from soda_tui.domain.journal import JournalEntry, JournalOutcome
from soda_tui.domain.model import Repository, Unfinished
from soda_tui.domain.outcome import Options
from soda_tui.domain.plan import Plan, PrepareWorktree
from soda_tui.domain.planning import make_plan

# After a take-over what is left to do is what a pop would still have to do.
_MEANT = {
    "pop": Verb.POP,
    "takeover": Verb.POP,
    "feedback": Verb.POP,
    "bottle": Verb.BOTTLE,
    "reset": Verb.RESET,
    "give-up": Verb.GIVE_UP,
}
GOES_ON = frozenset(_MEANT)
"""What continue goes on with, beside repairs and recoveries, which have commands of their own."""
_RESTING = frozenset({Status.CLAIMED, Status.ENDED, Status.FAILED, Status.DONE})


class Inverse(Struct, frozen=True):
    """The action that undoes the last act, and the issue that it concerns."""

    verb: Verb
    issue: int


def unfinished(
    enrolment: Enrolment, facts: RepositoryFacts, view: Repository, cockpit: str, now: datetime
) -> Unfinished | None:
    """The act that stopped half-way, or a claim or hand-over that stands half done; only where a plan has steps left.

    The journal only tells what was meant: without it the facts decide.
    """
    agent, last = view.agent, facts.last
    if agent.issue is None or agent.claim is None or not (agent.claim.mine or agent.status is Status.HANDING_OVER):
        return None
    if last is not None and last.issue == agent.issue and last.outcome is JournalOutcome.UNDER_WAY:
        return None
    verb = meant(last, view)
    if verb is None:
        return None
    plan = make_plan(verb, enrolment, facts, view, Options(), cockpit, now)
    if not isinstance(plan, Plan):
        return None
    if last is not None and last.stopped and last.issue == agent.issue:
        return Unfinished(last.verb, last.issue, last.began, last.done, len(last.steps), last.message)
    return Unfinished(verb, agent.issue, agent.since or now, 0, len(plan.steps), "")


def meant(last: JournalEntry | None, view: Repository) -> Verb | None:
    """What going on would do: the action that stopped half-way, else what the claim lacks."""
    agent = view.agent
    if last is not None and last.stopped and last.issue == agent.issue and (last.done or last.steps):
        if last.verb == Verb.REPAIR:
            # The drift that it was to mend is gone with the first of the worktree; what is half there is no other.
            return Verb.POP if last.lacks(PrepareWorktree.__name__) else None
        if last.verb != Verb.RECOVER:
            return _MEANT.get(last.verb)
        # What recover had begun is a claim like any other: taken up, or handed over half-way.
        return Verb.BOTTLE if agent.status is Status.HANDING_OVER else Verb.POP
    if agent.status is Status.HANDING_OVER:
        return Verb.BOTTLE
    return Verb.POP if agent.status is Status.CLAIMED and agent.worktree is None else None


def inverse(facts: RepositoryFacts, view: Repository) -> Inverse | None:
    """What undoes the last act of this installation; None where others have seen it, or have gone on since."""
    last, agent = facts.last, view.agent
    if last is None or last.rebuilt or last.outcome is not JournalOutcome.DONE:
        return None
    mine = agent.claim is not None and agent.claim.mine and agent.issue == last.issue
    queued = any(entry.number == last.issue for entry in view.queue)
    running = agent.run is not None and agent.run.pid is not None
    undone = {
        Verb.POP: Verb.RESET if mine and agent.status in _RESTING else None,
        Verb.FEEDBACK: Verb.RESET if mine and agent.status in _RESTING else None,
        Verb.RESET: Verb.POP if agent.status is Status.IDLE and queued else None,
        Verb.LAUNCH: Verb.STOP if mine and running else None,
        Verb.STOP: Verb.LAUNCH if mine and not running and agent.status in _RESTING else None,
    }
    verb = next((undo for done, undo in undone.items() if done == last.verb), None)
    return Inverse(verb, last.issue) if verb else None
