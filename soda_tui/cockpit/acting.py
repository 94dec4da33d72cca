"""Acting: an action planned from fresh facts and carried out step by step, up to its outcome."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

from msgspec import structs

from soda_tui.cockpit.details import log_file
from soda_tui.cockpit.execution import Execution, Moved
from soda_tui.cockpit.looking_up import (
    look_up_agents,
    look_up_bundle,
    look_up_conversation,
    look_up_earlier_work,
    look_up_kept_ledger,
    look_up_landing,
    look_up_named,
    look_up_text,
)
from soda_tui.cockpit.outcomes import asking, command_that_goes_on, done, moved, rehearsed, unbegun
from soda_tui.cockpit.recording import Record, new_id
from soda_tui.cockpit.recovering import RECOVERY, plan_recovery
from soda_tui.cockpit.stakes import look_at_stakes
from soda_tui.cockpit.steps import describe, perform
from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import DriftKind, Status
from soda_tui.domain.facts import find_issue
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.finished import ended_with
from soda_tui.domain.intentions import plan_action, resumed
from soda_tui.domain.journal import Finished, JournalEntry, JournalStep
from soda_tui.domain.model import Repository
from soda_tui.domain.outcome import Options, Outcome
from soda_tui.domain.plan import ClaimIssue, Plan
from soda_tui.domain.planning.feedback import wanted_feedback
from soda_tui.domain.planning.situation import Situation
from soda_tui.domain.verdict import subject
from soda_tui.domain.view import repository_view

# How often a plan is made anew when others move the ledger meanwhile.
PLANNINGS = 3
# What may come to starting an agent.
_LAUNCHING = frozenset({Verb.LAUNCH, Verb.SIT, Verb.CONTINUE, Verb.UNDO, Verb.REPAIR})
_OF_THE_LEDGER = frozenset({DriftKind.LEDGER_GONE, DriftKind.LEDGER_UNREADABLE})


async def act(execution: Execution, verb: Verb, options: Options) -> Outcome | None:
    """Plan and execute; None when the facts moved and the plan must be made anew. Raises Failure before any step."""
    now = execution.clock()
    verb, options, view = await _informed(execution, verb, options, now)
    if verb in RECOVERY:
        planned = await plan_recovery(execution, verb, view, options, now)
    else:
        await look_at_stakes(execution, verb, view)
        planned = plan_action(verb, execution.enrolment, execution.facts, view, options, execution.cockpit, now)
    if isinstance(planned, Problem):
        raise Failure(planned)
    if options.dry_run:
        return rehearsed(execution, planned, view, launching=options.launching)
    about = subject(view, planned.verb)
    agreed = options.yes and planned.agreed(about, options.seen)
    question = " ".join(filter(None, (planned.question, planned.doubt.question if planned.doubt else None)))
    if question and not agreed:
        if verb is Verb.REPAIR:
            steps = "; ".join(describe(step, execution) for step in planned.steps)
            question = f"{question} {say.PLAN_STEPS(steps=steps)}"
        outcome = asking(planned, view, question, planned.seen(about))
        return structs.replace(outcome, steps=unbegun(execution, planned)) if verb in RECOVERY else outcome
    return await _execute(execution, planned, view, options)


async def _informed(
    execution: Execution, verb: Verb, options: Options, now: datetime
) -> tuple[Verb, Options, Repository]:
    """The act that is meant, with everything looked up that its planning needs and the polls do not read."""
    view = _view(execution, now)
    if verb is Verb.POP and view.agent.status is Status.IDLE:
        await look_up_named(execution, options.issue)
        text = (look_up_text(execution, view, options),) if options.launching else ()
        await asyncio.gather(look_up_earlier_work(execution, view, options), *text)
        view = _view(execution, now)
    if verb is Verb.FEEDBACK:
        options = structs.replace(options, issue=_came_back(execution, view, options, now))
    if options.repair in _OF_THE_LEDGER:
        await look_up_kept_ledger(execution, options.repair)
    verb, options = resumed(verb, execution.facts.last, view, options)
    if verb is Verb.SIT or options.going_on:
        await look_up_conversation(execution)
    if verb in _LAUNCHING or options.launching:
        await look_up_agents(execution, verb, view, options)
        await look_up_text(execution, view, options)
    if verb is Verb.LAND:
        await look_up_landing(execution, options)
        view = _view(execution, now)
    if verb is Verb.BUNDLE:
        await look_up_bundle(execution, view, options)
    return verb, options, view


def _view(execution: Execution, now: datetime) -> Repository:
    return repository_view(execution.enrolment, execution.facts, execution.cockpit, now)


def _came_back(execution: Execution, view: Repository, options: Options, now: datetime) -> int | None:
    """The issue of the pull request that feedback is taken up on, if any is to be."""
    if execution.facts.remote is None:
        return None
    known, ours = execution.facts, execution.cockpit
    found = wanted_feedback(Situation(execution.enrolment, known, execution.remote, view, options, ours, now))
    return None if isinstance(found, Problem) else found.issue


async def _execute(execution: Execution, planned: Plan, view: Repository, options: Options) -> Outcome | None:
    record = _record(execution, planned, unattended=options.unattended)
    try:
        problem = await _perform_all(execution, planned, record)
    except Moved:
        overtaken = Problem(ErrorCode.BUSY, say.LEDGER_MOVED(repository=view.name))
        await record.end(overtaken.message, well=False, code=ErrorCode.TAKEN)
        # What was kept must be told now: another planning would find nothing to keep.
        return moved(planned, view, record, overtaken, execution.kept_told) if execution.kept_told else None
    except Exception as error:
        await record.end(say.UNEXPECTED(repository=view.name, error=error, log=log_file()), well=False)
        raise
    finally:
        _remember(execution, planned, record)
    gone = execution.withdrawn or (problem is not None and problem.code is ErrorCode.TAKEN)
    unfinished = problem and record.entry.done and not gone
    goes_on = command_that_goes_on(planned, view, options) if unfinished else None
    if problem and goes_on:
        counts = {"done": record.entry.done, "count": len(planned.steps)}
        problem = replace(problem, message=say.STOPPED_AT(problem=problem.message, command=goes_on, **counts))
    told = [problem.message] if problem else [done(execution, planned, view), *planned.notes, *execution.notes]
    told += execution.kept_told
    code = problem.code if problem else None
    record.found(execution.pull_request, _finished(execution, planned, record))
    await record.end(" ".join(told), well=problem is None, rescues=execution.rescues.values(), code=code)
    _remember(execution, planned, record)
    return Outcome(
        planned.verb,
        view.name,
        " ".join([*told, record.trouble] if record.trouble else told),
        record.entry.results(),
        problem,
        planned.issue,
        planned.branch,
        execution.place(planned.issue).worktree,
        execution.pull_request,
        goes_on=goes_on,
    )


def _remember(execution: Execution, planned: Plan, record: Record) -> None:
    """The act is the last one now; tidying up is nobody's act, and takes nobody's undo away."""
    if planned.verb is not Verb.TIDY:
        execution.facts = structs.replace(execution.facts, last=record.entry)


async def _perform_all(execution: Execution, planned: Plan, record: Record) -> Problem | None:
    """Do the steps up to the first that fails, whose problem is returned; raises Moved."""
    for index, step in enumerate(planned.steps):
        await record.begin_step(index)
        try:
            await perform(step, execution)
        except Failure as failure:
            await record.end_step(index, failure.problem)
            return failure.problem
        await record.end_step(index, None)
    return None


def _finished(execution: Execution, planned: Plan, record: Record) -> tuple[Finished, ...]:
    """The work that this act found to have ended."""
    ended = [step for step, entry in zip(planned.steps, record.entry.steps, strict=True) if entry.done]
    remote = execution.facts.remote
    return ended_with(ended, remote, execution.closed) if remote is not None else ()


def _record(execution: Execution, planned: Plan, *, unattended: bool) -> Record:
    now = execution.clock()
    holder = execution.ledger.state.holder if execution.facts.remote else None
    claimed = next((step.holder for step in planned.steps if isinstance(step, ClaimIssue)), holder)
    issue = find_issue(execution.remote, planned.issue) if execution.facts.remote else None
    entry = JournalEntry(
        id=new_id(now),
        key=execution.enrolment.key,
        verb=planned.verb,
        issue=planned.issue,
        branch=planned.branch,
        attempt=claimed.attempt if claimed else None,
        cockpit=execution.cockpit,
        began=now,
        steps=tuple(JournalStep(type(step).__name__, describe(step, execution)) for step in planned.steps),
        title=issue.title if issue else "",
        unattended=unattended,
    )
    return Record(execution.world.journal, execution.clock, entry)
