"""The agent: its process, started where the claim's work is."""

from __future__ import annotations

from pathlib import PurePath

from msgspec import structs

from soda_tui.cockpit.execution import Execution
from soda_tui.cockpit.ports.place import Place
from soda_tui.cockpit.ports.runs import Launch
from soda_tui.cockpit.prompting import Briefing, Claimed, brief
from soda_tui.domain import plan as steps
from soda_tui.domain import sentences as say
from soda_tui.domain.configuration.profiles import Profile, filled
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.plan import StopAgent
from soda_tui.domain.runs.conversation import prompt_to_go_on


async def start(step: steps.StartAgent, execution: Execution) -> None:
    """Start the agent with its prompt, with the first profile that lets it be started.

    Raises Failure where the issue is no longer open, nobody vouches for its text any more, or no profile does.
    """
    for profile, following in zip(step.profiles, (*step.profiles[1:], None), strict=True):
        try:
            launch = structs.replace(await _launch(step, profile, execution), or_else=following is not None)
            execution.facts = structs.replace(execution.facts, run=await execution.world.runs.start(launch))
        except Failure as failure:
            if following is None or failure.problem.code is not ErrorCode.AGENT:
                raise
            values = {"profile": profile.shown, "taken": following.shown}
            execution.notes.append(say.AGENT_FELL_BACK(problem=failure.problem.message, **values))
        else:
            return


async def _launch(step: steps.StartAgent, profile: Profile, execution: Execution) -> Launch:
    enrolment = execution.enrolment
    attempt = execution.holder.attempt
    review = execution.holder.review.pull_request if execution.holder.review is not None else None
    claim = Claimed(step.issue, attempt, step.branch, step.base, review)
    briefing = await brief(execution.world, enrolment, execution.remote, claim, profile, step.extra)
    if not briefing.is_open:
        message = say.ISSUE_NOT_OPEN(issue=step.issue, repository=enrolment.name.full)
        raise Failure(Problem(ErrorCode.REFUSED, message))
    if briefing.doubt not in (None, step.doubt) and not step.by_hand:
        raise Failure(Problem(ErrorCode.UNVOUCHED, say.VOUCH_FIRST(warning=briefing.doubt.warning)))
    place = execution.place(step.issue)
    return Launch(
        enrolment.key,
        enrolment.name.identity(execution.remote.id),
        step.issue,
        step.branch,
        attempt,
        step.directory,
        _in_place(profile, place, briefing),
        _prompt(step, briefing),
        {
            "SODA_ISSUE": str(step.issue),
            "SODA_TITLE": briefing.title,
            "SODA_REPOSITORY": enrolment.name.full,
            "SODA_BRANCH": step.branch,
            "SODA_SUMMARY": briefing.summary,
        },
        place,
        execution.cockpit,
        enrolment.limits_of(profile),
        enrolment.setup,
        step.by_hand,
        _head(execution),
    )


def _prompt(step: steps.StartAgent, briefing: Briefing) -> str:
    if step.by_hand:
        # Its command has no gap for a prompt, and none is typed.
        return ""
    if step.going_on:
        return prompt_to_go_on(step.issue, step.branch, briefing.summary, step.extra)
    return briefing.prompt


def _head(execution: Execution) -> str | None:
    local = execution.facts.local
    return local.worktree.oid if local is not None and local.worktree is not None else None


def _in_place(profile: Profile, place: Place, briefing: Briefing) -> Profile:
    """The profile with the folders of this claim in its command."""
    git, summaries = PurePath(place.path, ".git"), PurePath(briefing.summary).parent
    return structs.replace(profile, command=filled(profile.command, git=str(git), summaries=str(summaries)))


async def stop(step: StopAgent, execution: Execution) -> None:
    """End the agent with everything that it started."""
    run = await execution.world.runs.stop(execution.enrolment.key, step.ended_for)
    execution.facts = structs.replace(execution.facts, run=run)
