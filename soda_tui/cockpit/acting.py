"""Acting: an action planned from fresh facts and carried out step by step, up to its outcome."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from soda_tui.cockpit.execution import Execution, Moved
from soda_tui.cockpit.steps import describe, perform
from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.facts import PullRequest
from soda_tui.domain.failure import Failure, Problem
from soda_tui.domain.model import ErrorCode, Repository, Status
from soda_tui.domain.naming import branch_issue
from soda_tui.domain.outcome import Options, Outcome, StepResult
from soda_tui.domain.plan import ClaimIssue, Plan
from soda_tui.domain.planning import make_plan
from soda_tui.domain.view import repository_view

# How often a plan is made anew when others move the ledger meanwhile.
PLANNINGS = 3
_KEPT = 10


async def act(execution: Execution, verb: Verb, options: Options, now: datetime) -> Outcome | None:
    """Plan and execute; None when the facts moved and the plan must be made anew. Raises Failure before any step."""
    view = _view(execution, now)
    if verb is Verb.POP and view.agent.status is Status.IDLE:
        await _look_up_kept_work(execution, view, options)
        view = _view(execution, now)
    planned = make_plan(verb, execution.enrolment, execution.facts, view, options, execution.cockpit, now)
    if isinstance(planned, Problem):
        raise Failure(planned)
    if options.dry_run:
        return _dry(execution, planned, view)
    if planned.question is not None and not options.yes:
        return _asking(planned, view, planned.question)
    return await _execute(execution, planned, view)


def _view(execution: Execution, now: datetime) -> Repository:
    return repository_view(execution.enrolment, execution.facts, execution.cockpit, now)


async def _look_up_kept_work(execution: Execution, view: Repository, options: Options) -> None:
    """Learn whether a branch that is kept for the issue was merged already; then it must not be gone on with."""
    number = options.issue if options.issue is not None else next((entry.number for entry in view.queue), None)
    remote = execution.facts.remote
    if remote is None or number is None:
        return
    local = execution.facts.local.branches if execution.facts.local else ()
    kept = dict.fromkeys(branch.name for branch in (*remote.branches, *local) if branch_issue(branch.name) == number)
    known: dict[int, PullRequest] = {one.number: one for one in remote.pull_requests}
    if kept:
        found = await execution.world.github.pull_requests(remote.name, tuple(kept)[:_KEPT])
        known.update((one.number, one) for one in found if one.merged)
    execution.facts = replace(execution.facts, remote=replace(remote, pull_requests=tuple(known.values())))


def _asking(planned: Plan, view: Repository, question: str) -> Outcome:
    problem = Problem(ErrorCode.REFUSED, say.ASKS_FIRST(question=question))
    return Outcome(planned.verb, view.name, problem.message, (), problem, planned.issue, planned.branch, asks=question)


def _dry(execution: Execution, planned: Plan, view: Repository) -> Outcome:
    return Outcome(
        planned.verb,
        view.name,
        say.WOULD(verb=planned.verb, issue=planned.issue, repository=view.name),
        tuple(StepResult(type(step).__name__, describe(step, execution), False) for step in planned.steps),
        issue=planned.issue,
        branch=planned.branch,
        worktree=execution.place(planned.issue).worktree,
        dry_run=True,
    )


async def _execute(execution: Execution, planned: Plan, view: Repository) -> Outcome | None:
    results = [StepResult(type(step).__name__, describe(step, execution), False) for step in planned.steps]
    problem: Problem | None = None
    for index, step in enumerate(planned.steps):
        try:
            await perform(step, execution)
        except Moved:
            return None
        except Failure as failure:
            problem = failure.problem
            if index:
                problem = replace(problem, message=say.STOPPED_AT(problem=problem.message))
            break
        results[index] = replace(results[index], done=True)
    message = problem.message if problem else " ".join([_done(execution, planned, view), *execution.notes])
    return Outcome(
        planned.verb,
        view.name,
        message,
        tuple(results),
        problem,
        planned.issue,
        planned.branch,
        execution.place(planned.issue).worktree,
        execution.pull_request,
    )


def _done(execution: Execution, planned: Plan, view: Repository) -> str:
    worktree = execution.place(planned.issue).worktree
    values = {"issue": planned.issue, "repository": view.name, "branch": planned.branch}
    match planned.verb:
        case Verb.POP if isinstance(planned.steps[0], ClaimIssue):
            return say.POPPED(worktree=worktree, **values)
        case Verb.POP:
            return say.POP_FINISHED(worktree=worktree, **values)
        case Verb.BOTTLE:
            return say.BOTTLED(url=execution.pull_request or "no pull request", **values)
        case Verb.RESET:
            return say.RESET_DONE(**values)
        case Verb.LAUNCH:
            run = execution.facts.run
            return say.LAUNCHED(pid=run.pid if run and run.pid else "starting", **values)
        case _:
            return say.STOPPED(**values)
