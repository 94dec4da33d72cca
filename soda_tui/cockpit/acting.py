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
    look_up_text,
)
from soda_tui.cockpit.recording import Record, new_id
from soda_tui.cockpit.recovering import RECOVERY, command_again, plan_recovery, recovered
from soda_tui.cockpit.stakes import look_at_stakes
from soda_tui.cockpit.steps import describe, perform
from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.bundling import numbers
from soda_tui.domain.choosing import passed_over, present
from soda_tui.domain.codes import DriftKind, Status
from soda_tui.domain.facts import find_issue
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.finished import ended_with, ends
from soda_tui.domain.intentions import plan_action, resumed
from soda_tui.domain.journal import Finished, JournalEntry, JournalStep
from soda_tui.domain.model import Repository
from soda_tui.domain.outcome import Options, Outcome, StepResult
from soda_tui.domain.plan import (
    ClaimIssue,
    CommitAll,
    ForgetFinished,
    HandToPerson,
    LandPullRequest,
    OpenBundle,
    Plan,
    StartAgent,
)
from soda_tui.domain.planning.feedback import wanted_feedback
from soda_tui.domain.planning.situation import Situation
from soda_tui.domain.profiles import Profile
from soda_tui.domain.strategy import Way
from soda_tui.domain.unfinished import GOES_ON
from soda_tui.domain.verdict import subject
from soda_tui.domain.view import repository_view

# How often a plan is made anew when others move the ledger meanwhile.
PLANNINGS = 3
# What may come to starting an agent.
_LAUNCHING = frozenset({Verb.LAUNCH, Verb.SIT, Verb.CONTINUE, Verb.UNDO, Verb.REPAIR})
_WOULD = {Verb.TAKEOVER: say.WOULD_TAKE_OVER, Verb.SIT: say.WOULD_SIT}
_OF_THE_LEDGER = frozenset({DriftKind.LEDGER_GONE, DriftKind.LEDGER_UNREADABLE})


async def act(execution: Execution, verb: Verb, options: Options) -> Outcome | None:
    """Plan and execute; None when the facts moved and the plan must be made anew. Raises Failure before any step."""
    now = execution.clock()
    view = _view(execution, now)
    if verb is Verb.POP and view.agent.status is Status.IDLE:
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
    if verb in RECOVERY:
        planned = await plan_recovery(execution, verb, view, options, now)
    else:
        await look_at_stakes(execution, verb, view)
        planned = plan_action(verb, execution.enrolment, execution.facts, view, options, execution.cockpit, now)
    if isinstance(planned, Problem):
        raise Failure(planned)
    if options.dry_run:
        return _dry(execution, planned, view, launching=options.launching)
    about = subject(view, planned.verb)
    agreed = options.yes and planned.agreed(about, options.seen)
    question = " ".join(filter(None, (planned.question, planned.doubt.question if planned.doubt else None)))
    if question and not agreed:
        if verb is Verb.REPAIR:
            steps = "; ".join(describe(step, execution) for step in planned.steps)
            question = f"{question} {say.PLAN_STEPS(steps=steps)}"
        asking = _asking(planned, view, question, planned.seen(about))
        return structs.replace(asking, steps=_unbegun(execution, planned)) if verb in RECOVERY else asking
    return await _execute(execution, planned, view, options)


def _view(execution: Execution, now: datetime) -> Repository:
    return repository_view(execution.enrolment, execution.facts, execution.cockpit, now)


def _came_back(execution: Execution, view: Repository, options: Options, now: datetime) -> int | None:
    """The issue of the pull request that feedback is taken up on, if any is to be."""
    if execution.facts.remote is None:
        return None
    known, ours = execution.facts, execution.cockpit
    found = wanted_feedback(Situation(execution.enrolment, known, execution.remote, view, options, ours, now))
    return None if isinstance(found, Problem) else found.issue


def _asking(planned: Plan, view: Repository, question: str, about: str) -> Outcome:
    commits = any(isinstance(step, CommitAll) for step in planned.steps)
    sentence = say.ASKS_TO_COMMIT if commits else say.ASKS_TO_LOSE if planned.final else say.ASKS_FIRST
    code, sentence = (ErrorCode.UNVOUCHED, say.ASKS_TO_VOUCH) if planned.doubt else (ErrorCode.REFUSED, sentence)
    problem = Problem(code, sentence(question=question, seen=about))
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


def _dry(execution: Execution, planned: Plan, view: Repository, *, launching: bool) -> Outcome:
    steps, notes = _unbegun(execution, planned), planned.notes
    agents = execution.facts.agents or ()
    profiles = present(agents, view.name) if launching else ()
    if isinstance(profiles, tuple) and profiles:
        start = {"issue": planned.issue, "worktree": execution.place(planned.issue).worktree}
        steps = (*steps, StepResult(StartAgent.__name__, say.STEP_START(agent=profiles[0].shown, **start), False))
        notes = (*notes, *passed_over(agents, profiles[0]))
    if planned.doubt is not None:
        notes = (*notes, planned.doubt.warning)
    return Outcome(
        planned.verb,
        view.name,
        " ".join([_would(planned, view), *notes]),
        steps,
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
    if planned.verb is Verb.LAND:
        return say.WOULD_LAND(repository=view.name)
    if planned.verb is Verb.BUNDLE:
        return say.WOULD_BUNDLE(repository=view.name)
    if planned.verb is Verb.REPAIR:
        return say.WOULD_REPAIR(repository=view.name)
    sentence = _WOULD.get(planned.verb, say.WOULD) if planned.issue else say.WOULD_STOP_UNKNOWN
    return sentence(verb=planned.verb, issue=planned.issue, repository=view.name)


def _command_that_goes_on(planned: Plan, view: Repository, options: Options) -> str | None:
    """What does the rest of an act that stopped; None where that is the act itself, done again."""
    if planned.verb is Verb.REPAIR:
        return say.REPAIR_AGAIN_COMMAND(repository=view.name, kind=options.repair or "")
    if planned.verb in RECOVERY:
        return command_again(planned, view, options)
    if planned.verb is Verb.LAND:
        return say.LAND_AGAIN_COMMAND(repository=view.name)
    if planned.verb is Verb.BUNDLE:
        return say.BUNDLE_AGAIN_COMMAND(repository=view.name)
    return say.CONTINUE_COMMAND(repository=view.name) if planned.verb in GOES_ON else None


async def _execute(execution: Execution, planned: Plan, view: Repository, options: Options) -> Outcome | None:
    record = _record(execution, planned, unattended=options.unattended)
    try:
        problem = await _perform_all(execution, planned, record)
    except Moved:
        moved = Problem(ErrorCode.BUSY, say.LEDGER_MOVED(repository=view.name))
        await record.end(moved.message, well=False, code=ErrorCode.TAKEN)
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


def _moved(planned: Plan, view: Repository, record: Record, problem: Problem, kept: list[str]) -> Outcome:
    message = " ".join([problem.message, *kept])
    results = record.entry.results()
    return Outcome(planned.verb, view.name, message, results, problem, planned.issue, planned.branch)


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
    done = [step for step, entry in zip(planned.steps, record.entry.steps, strict=True) if entry.done]
    remote = execution.facts.remote
    return ended_with(done, remote) if remote is not None else ()


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


def _tidied(execution: Execution, planned: Plan, view: Repository) -> str:
    ended = {issue for step in planned.steps if isinstance(step, ForgetFinished) for issue in step.issues}
    requests = [
        (say.TIDIED_MERGED if one.merged else say.TIDIED_CLOSED)(number=one.number, issue=issue)
        for issue, one in ends(execution.remote.pull_requests).items()
        if issue in ended
    ]
    what = "; ".join(describe(step, execution) for step in planned.steps)
    if not ended:
        return say.TIDIED_WAITING(repository=view.name, what=what)
    return say.TIDIED(repository=view.name, requests=", ".join(requests), what=what)


_LANDED = {Way.NOW: say.LANDED_NOW, Way.AUTO: say.LANDED_AUTO, Way.QUEUE: say.LANDED_QUEUE}


def _landed(planned: Plan, view: Repository) -> str:
    lands = [step for step in planned.steps if isinstance(step, LandPullRequest)]
    if not lands:
        return say.LANDED_REST(repository=view.name)
    what = "; ".join(
        (say.LANDED_BUNDLE if one.also and one.way is Way.NOW else _LANDED[one.way])(
            number=one.number, issue=one.issue, issues=numbers(one.issues)
        )
        for one in lands
    )
    return say.LANDED(repository=view.name, what=what)


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
        case Verb.FEEDBACK if any(isinstance(step, HandToPerson) for step in planned.steps):
            return say.GIVEN_UP(label=execution.enrolment.labels.human_only, **values)
        case Verb.FEEDBACK:
            review = execution.holder.review
            return say.TAKEN_UP(number=review.pull_request if review else None, worktree=worktree, **values)
        case Verb.BOTTLE:
            return say.BOTTLED(url=execution.pull_request or "no pull request", **values)
        case Verb.RESET:
            return say.RESET_DONE(**values)
        case Verb.GIVE_UP:
            return say.GIVEN_UP(label=execution.enrolment.labels.human_only, **values)
        case Verb.REPAIR:
            return say.REPAIRED(repository=view.name, what="; ".join(describe(one, execution) for one in planned.steps))
        case Verb.LAND:
            return _landed(planned, view)
        case Verb.BUNDLE:
            issues = next((numbers(step.issues) for step in planned.steps if isinstance(step, OpenBundle)), "")
            url = execution.pull_request or "no pull request"
            return say.BUNDLED(issues=issues, repository=view.name, url=url)
        case Verb.TIDY:
            return _tidied(execution, planned, view)
        case Verb.RECOVER | Verb.CLEANUP:
            return recovered([describe(one, execution) for one in planned.steps], execution.pull_request, view)
        case Verb.SIT:
            return say.SAT_DOWN(**values)
        case Verb.LAUNCH:
            run = execution.facts.run
            pid = run.pid if run and run.pid and run.started_at else "starting"
            return say.LAUNCHED(profile=(run.profile if run else "") or Profile().shown, pid=pid, **values)
        case _:
            return (say.STOPPED if planned.issue else say.STOPPED_UNKNOWN)(**values)
