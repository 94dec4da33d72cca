"""Outcomes: what is told of an act that asks first, was only planned, was done, or stopped half-way."""

from __future__ import annotations

from soda_tui.cockpit.execution import Execution
from soda_tui.cockpit.recording import Record
from soda_tui.cockpit.recovering import RECOVERY, command_again, recovered
from soda_tui.cockpit.steps import describe
from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.bundling import numbers
from soda_tui.domain.choosing import passed_over, present
from soda_tui.domain.configuration.profiles import Profile
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.finished import ends
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
from soda_tui.domain.strategy import Way
from soda_tui.domain.unfinished import GOES_ON

_WOULD = {Verb.TAKEOVER: say.WOULD_TAKE_OVER, Verb.SIT: say.WOULD_SIT}
# What is about a repository, and not about one issue.
_WOULD_THERE = {
    Verb.RECOVER: say.WOULD_RECOVER,
    Verb.CLEANUP: say.WOULD_RECOVER,
    Verb.LAND: say.WOULD_LAND,
    Verb.BUNDLE: say.WOULD_BUNDLE,
    Verb.REPAIR: say.WOULD_REPAIR,
}
_LANDED = {Way.NOW: say.LANDED_NOW, Way.AUTO: say.LANDED_AUTO, Way.QUEUE: say.LANDED_QUEUE}


def asking(planned: Plan, view: Repository, question: str, about: str) -> Outcome:
    """The outcome of an act that is not begun before a person agrees; `about` is what they agree to."""
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


def rehearsed(execution: Execution, planned: Plan, view: Repository, *, launching: bool) -> Outcome:
    """The outcome of an act that was only planned: what would be done, and nothing was."""
    steps, notes = unbegun(execution, planned), planned.notes
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


def unbegun(execution: Execution, planned: Plan) -> tuple[StepResult, ...]:
    """The steps of a plan that nobody has begun."""
    return tuple(StepResult(type(step).__name__, describe(step, execution), False) for step in planned.steps)


def _would(planned: Plan, view: Repository) -> str:
    if planned.verb in _WOULD_THERE:
        return _WOULD_THERE[planned.verb](repository=view.name)
    sentence = _WOULD.get(planned.verb, say.WOULD) if planned.issue else say.WOULD_STOP_UNKNOWN
    return sentence(verb=planned.verb, issue=planned.issue, repository=view.name)


def moved(planned: Plan, view: Repository, record: Record, problem: Problem, kept: list[str]) -> Outcome:
    """The outcome of an act that others overtook after it had kept something."""
    message = " ".join([problem.message, *kept])
    results = record.entry.results()
    return Outcome(planned.verb, view.name, message, results, problem, planned.issue, planned.branch)


def command_that_goes_on(planned: Plan, view: Repository, options: Options) -> str | None:
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


def done(execution: Execution, planned: Plan, view: Repository) -> str:
    """What an act has done that came to its end, in a sentence."""
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


def _tidied(execution: Execution, planned: Plan, view: Repository) -> str:
    ended = {issue for step in planned.steps if isinstance(step, ForgetFinished) for issue in step.issues}
    requests = ends(execution.remote.pull_requests)
    after = [
        (say.TIDIED_MERGED if one.merged else say.TIDIED_CLOSED)(number=one.number, issue=issue)
        for issue, one in requests.items()
        if issue in ended
    ]
    after += [say.TIDIED_ISSUE(issue=issue) for issue in sorted(ended - requests.keys())]
    what = "; ".join(describe(step, execution) for step in planned.steps)
    if not ended:
        return say.TIDIED_WAITING(repository=view.name, what=what)
    return say.TIDIED(repository=view.name, requests=", ".join(after), what=what)


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
