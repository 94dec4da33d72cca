"""Intentions: going on and undoing, planned as the actions that they come to; all others as what they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from msgspec import structs

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.choices import Choice
from soda_tui.domain.codes import Status
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.facts import RepositoryFacts
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.journal import JournalEntry
from soda_tui.domain.model import Repository
from soda_tui.domain.outcome import Options
from soda_tui.domain.plan import Plan, PushKept
from soda_tui.domain.planning import make_plan
from soda_tui.domain.unfinished import inverse, meant
from soda_tui.domain.verdict import Refuses, fill, verdict

# What is left of them is what is left of a pop, and they go on with it themselves.
_TAKEN_ON = frozenset({Verb.TAKEOVER, Verb.FEEDBACK})
_Make = Callable[[Verb, Options], Plan | Problem]


def plan_action(
    verb: Verb,
    enrolment: Enrolment,
    facts: RepositoryFacts,
    view: Repository,
    options: Options,
    cockpit: str,
    now: datetime,
) -> Plan | Problem:
    """What a person's wish comes to now, or why it is refused."""

    def make(verb: Verb, options: Options) -> Plan | Problem:
        return make_plan(verb, enrolment, facts, view, options, cockpit, now)

    taking_on = verb in _TAKEN_ON and view.unfinished is not None and view.unfinished.verb == verb
    if verb not in {Verb.CONTINUE, Verb.UNDO} and not taking_on:
        return make(verb, options)
    found = verdict(view, Verb.CONTINUE if taking_on else verb)
    if isinstance(found, Refuses):
        return Problem(found.code, fill(found.reason, view))
    if verb is Verb.UNDO and facts.last is not None:
        return _undoing(facts.last, facts, view, options, make)
    return _going_on(make(meant(facts.last, view) or Verb.POP, structs.replace(options, issue=None)))


def resumed(verb: Verb, last: JournalEntry | None, view: Repository, options: Options) -> tuple[Verb, Options]:
    """What is asked for; going on with work that recover was to hand over is recover once more, with a closer look."""
    mine = last is not None and last.stopped and last.verb == Verb.RECOVER and last.issue == view.agent.issue
    if verb is not Verb.CONTINUE or last is None or not mine or view.agent.status is Status.HANDING_OVER:
        return verb, options
    if not any(step.name == PushKept.__name__ for step in last.steps):
        return verb, options
    return Verb.RECOVER, structs.replace(options, choice=Choice.PULL_REQUEST, wanted=last.branch)


def _going_on(planned: Plan | Problem) -> Plan | Problem:
    """What was begun goes on without a question, unless it comes upon files that nobody was asked about."""
    if isinstance(planned, Problem) or planned.about is not None:
        return planned
    return structs.replace(planned, question=None)


def _undoing(
    last: JournalEntry, facts: RepositoryFacts, view: Repository, options: Options, make: _Make
) -> Plan | Problem:
    undo = inverse(facts, view)
    if undo is None:
        return Problem(ErrorCode.NOTHING_TO_DO, say.NOTHING_TO_UNDO(repository=view.name))
    planned = make(undo.verb, structs.replace(options, issue=undo.issue if undo.verb is Verb.POP else None))
    if isinstance(planned, Problem):
        return planned
    values = {"verb": last.verb, "issue": last.issue, "repository": view.name, "inverse": planned.verb}
    apart = [
        say.UNDO_LEAVES_RESCUE(verb=last.verb, work=one.work, branch=one.branch, back=one.back) for one in last.rescues
    ]
    question = " ".join(filter(None, (planned.question, *apart)))
    return structs.replace(planned, question=say.ASK_UNDO(question=question, **values), notes=(*planned.notes, *apart))
