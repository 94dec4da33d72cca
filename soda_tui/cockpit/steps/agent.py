"""The agent: its process, started where the claim's work is."""

from __future__ import annotations

from dataclasses import replace

from soda_tui.cockpit.execution import Execution
from soda_tui.cockpit.ports import Launch
from soda_tui.cockpit.prompting import Claimed, brief
from soda_tui.domain import plan as steps
from soda_tui.domain import sentences as say
from soda_tui.domain.failure import Failure, Problem
from soda_tui.domain.model import ErrorCode


async def start(step: steps.StartAgent, execution: Execution) -> None:
    """Start the agent with its prompt; raises Failure where the issue is no longer open."""
    enrolment = execution.enrolment
    attempt = execution.holder.attempt
    claim = Claimed(step.issue, attempt, step.branch, step.base)
    briefing = await brief(execution.world, enrolment, execution.remote.name, claim)
    if not briefing.is_open:
        message = say.ISSUE_NOT_OPEN(issue=step.issue, repository=enrolment.name.full)
        raise Failure(Problem(ErrorCode.REFUSED, message))
    launch = Launch(
        enrolment.key,
        execution.remote.id,
        step.issue,
        step.branch,
        attempt,
        step.directory,
        enrolment.agent,
        briefing.prompt,
        {
            "SODA_ISSUE": str(step.issue),
            "SODA_TITLE": briefing.title,
            "SODA_REPOSITORY": enrolment.name.full,
            "SODA_BRANCH": step.branch,
            "SODA_SUMMARY": briefing.summary,
        },
        execution.place(step.issue),
        execution.cockpit,
        enrolment.limits,
        enrolment.setup,
    )
    execution.facts = replace(execution.facts, run=await execution.world.runs.start(launch))


async def stop(execution: Execution) -> None:
    """End the agent with everything that it started."""
    execution.facts = replace(execution.facts, run=await execution.world.runs.stop(execution.enrolment.key))
