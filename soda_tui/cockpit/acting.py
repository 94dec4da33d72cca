"""Acting: an action planned from fresh facts and carried out step by step, up to its outcome."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from soda_tui.cockpit.details import log_file
from soda_tui.cockpit.execution import Execution, Moved
from soda_tui.cockpit.looking_up import (
    look_up_agents,
    look_up_conversation,
    look_up_earlier_work,
    look_up_kept_ledger,
)
from soda_tui.cockpit.recording import Record, new_id
from soda_tui.cockpit.recovering import RECOVERY, command_again, plan_recovery, recovered
from soda_tui.cockpit.stakes import look_at_stakes
from soda_tui.cockpit.steps import describe, perform
from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.intentions import plan_action, resumed
from soda_tui.domain.journal import JournalEntry, JournalStep
from soda_tui.domain.model import DriftKind, Repository, Status
from soda_tui.domain.naming import branch_issue
from soda_tui.domain.outcome import Options, Outcome, StepResult
from soda_tui.domain.plan import ClaimIssue, CommitAll, ForgetFinished, Plan
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
    view = _view(execution, now)
    if verb is Verb.POP and view.agent.status is Status.IDLE:
        await look_up_earlier_work(execution, view, options)
        view = _view(execution, now)
    if options.repair in _OF_THE_LEDGER:
        await look_up_kept_ledger(execution, options.repair)
    verb, options = resumed(verb, execution.facts.last, view, options)
    if verb in _LAUNCHING or options.launching:
        await look_up_agents(execution, view, options)
    if verb is Verb.SIT:
        await look_up_conversation(execution)
    if verb in RECOVERY:
        planned = await plan_recovery(execution, verb, view, options, now)
    else:
        await look_at_stakes(execution, verb, view)
        planned = plan_action(verb, execution.enrolment, execution.facts, view, options, execution.cockpit, now)
    if isinstance(planned, Problem):
        raise Failure(planned)
    if options.dry_run:
        return _dry(execution, planned, view)
    # A yes is no yes to another claim or run than the one that was asked about.
    about = subject(view, planned.verb)
    if planned.about is not None:
        about = f"{about}+{planned.about}"
    agreed = options.yes and options.seen in ({about} if planned.final else {None, about})
    if planned.question is not None and not agreed:
        question = planned.question
        if verb is Verb.REPAIR:
            steps = "; ".join(describe(step, execution) for step in planned.steps)
            question = f"{question} {say.PLAN_STEPS(steps=steps)}"
        asking = _asking(planned, view, question, about)
        return replace(asking, steps=_unbegun(execution, planned)) if verb in RECOVERY else asking
    return await _execute(execution, planned, view, options)


def _view(execution: Execution, now: datetime) -> Repository:
    return repository_view(execution.enrolment, execution.facts, execution.cockpit, now)


def _asking(planned: Plan, view: Repository, question: str, about: str | None) -> Outcome:
    commits = any(isinstance(step, CommitAll) for step in planned.steps)
    sentence = say.ASKS_TO_COMMIT if commits else say.ASKS_TO_LOSE if planned.final else say.ASKS_FIRST
    problem = Problem(ErrorCode.REFUSED, sentence(question=question, seen=about))
    return Outcome(
        planned.verb,
        view.name,
        problem.message,
        problem=problem,
        issue=planned.issue,
        branch=planned.branch,
        asks=question,
        seen=about,
    )


def _dry(execution: Execution, planned: Plan, view: Repository) -> Outcome:
    return Outcome(
        planned.verb,
        view.name,
        " ".join([_would(planned, view), *planned.notes]),
        _unbegun(execution, planned),
        issue=planned.issue,
        branch=planned.branch,
        worktree=execution.place(planned.issue).worktree,
        dry_run=True,
    )


def _unbegun(execution: Execution, planned: Plan) -> tuple[StepResult, ...]:
    return tuple(StepResult(type(step).__name__, describe(step, execution), False) for step in planned.steps)


def _would(planned: Plan, view: Repository) -> str:
    if planned.verb in RECOVERY:
        return say.WOULD_RECOVER(repository=view.name)
    if planned.verb is Verb.REPAIR:
        return say.WOULD_REPAIR(repository=view.name)
    return say.WOULD(verb=planned.verb, issue=planned.issue, repository=view.name)


def _command_that_goes_on(planned: Plan, view: Repository, options: Options) -> str | None:
    """What does the rest of an act that stopped; tidying up is tried again by itself."""
    if planned.verb is Verb.REPAIR:
        return say.REPAIR_AGAIN_COMMAND(repository=view.name, kind=options.repair or "")
    if planned.verb in RECOVERY:
        return command_again(planned, view, options)
    return None if planned.verb is Verb.TIDY else say.CONTINUE_COMMAND(repository=view.name)


async def _execute(execution: Execution, planned: Plan, view: Repository, options: Options) -> Outcome | None:
    record = _record(execution, planned)
    try:
        problem = await _perform_all(execution, planned, record)
    except Moved:
        moved = Problem(ErrorCode.REFUSED, say.LEDGER_MOVED(repository=view.name))
        await record.end(moved.message, well=False)
        # What was kept must be told now: another planning would find nothing to keep.
        return _moved(planned, view, record, moved, execution.kept_told) if execution.kept_told else None
    except Exception as error:
        await record.end(say.UNEXPECTED(repository=view.name, error=error, log=log_file()), well=False)
        raise
    finally:
        _remember(execution, planned, record)
    gone = execution.withdrawn or (problem is not None and problem.code is ErrorCode.TAKEN)
    unfinished = problem and record.entry.done and not gone
    goes_on = _command_that_goes_on(planned, view, options) if unfinished else None
    if problem and goes_on:
        counts = {"done": record.entry.done, "count": len(planned.steps)}
        problem = replace(problem, message=say.STOPPED_AT(problem=problem.message, command=goes_on, **counts))
    told = [problem.message] if problem else [_done(execution, planned, view), *planned.notes, *execution.notes]
    told += execution.kept_told
    await record.end(" ".join(told), well=problem is None)
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


def _moved(planned: Plan, view: Repository, record: Record, problem: Problem, kept: list[str]) -> Outcome:
    message = " ".join([problem.message, *kept])
    results = record.entry.results()
    return Outcome(planned.verb, view.name, message, results, problem, planned.issue, planned.branch)


def _remember(execution: Execution, planned: Plan, record: Record) -> None:
    """The act is the last one now; tidying up is nobody's act, and takes nobody's undo away."""
    if planned.verb is not Verb.TIDY:
        execution.facts = replace(execution.facts, last=record.entry)


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


def _record(execution: Execution, planned: Plan) -> Record:
    now = execution.clock()
    holder = execution.ledger.state.holder if execution.facts.remote else None
    claimed = next((step.holder for step in planned.steps if isinstance(step, ClaimIssue)), holder)
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
    )
    return Record(execution.world.journal, execution.clock, entry)


def _tidied(execution: Execution, planned: Plan, view: Repository) -> str:
    ended = {issue for step in planned.steps if isinstance(step, ForgetFinished) for issue in step.issues}
    requests = [
        (say.TIDIED_MERGED if one.merged else say.TIDIED_CLOSED)(number=one.number, issue=branch_issue(one.branch))
        for one in execution.remote.pull_requests
        if not one.open and branch_issue(one.branch) in ended
    ]
    what = "; ".join(describe(step, execution) for step in planned.steps)
    return say.TIDIED(repository=view.name, requests=", ".join(requests), what=what)


def _done(execution: Execution, planned: Plan, view: Repository) -> str:
    worktree = execution.place(planned.issue).worktree
    values = {"issue": planned.issue, "repository": view.name, "branch": planned.branch}
    match planned.verb:
        case Verb.TAKEOVER:
            return say.TAKEN_OVER(worktree=worktree, **values)
        case Verb.POP if any(isinstance(step, ClaimIssue) for step in planned.steps):
            return say.POPPED(worktree=worktree, **values)
        case Verb.POP:
            return say.POP_FINISHED(worktree=worktree, **values)
        case Verb.BOTTLE:
            return say.BOTTLED(url=execution.pull_request or "no pull request", **values)
        case Verb.RESET:
            return say.RESET_DONE(**values)
        case Verb.REPAIR:
            return say.REPAIRED(repository=view.name, what="; ".join(describe(one, execution) for one in planned.steps))
        case Verb.TIDY:
            return _tidied(execution, planned, view)
        case Verb.RECOVER | Verb.CLEANUP:
            return recovered([describe(one, execution) for one in planned.steps], execution.pull_request, view)
        case Verb.SIT:
            return say.SAT_DOWN(**values)
        case Verb.LAUNCH:
            run = execution.facts.run
            return say.LAUNCHED(pid=run.pid if run and run.pid and run.started_at else "starting", **values)
        case _:
            return (say.STOPPED if planned.issue else say.STOPPED_UNKNOWN)(**values)
