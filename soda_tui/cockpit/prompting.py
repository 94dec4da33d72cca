"""The prompt of an agent for one issue, from the template, the issue as it is now, and where the work is done."""

from __future__ import annotations

from dataclasses import dataclass

from soda_tui.cockpit.ports import World
from soda_tui.domain.naming import RepositoryName
from soda_tui.domain.prompt import render_prompt
from soda_tui.domain.settings import Enrolment


@dataclass(frozen=True, slots=True)
class Claimed:
    """What the work is on: the issue, which attempt, its branch, and the branch that it returns to."""

    issue: int
    attempt: int
    branch: str
    base: str


@dataclass(frozen=True, slots=True)
class Briefing:
    """What an agent is told, and where it may write its summary; `is_open` is the issue's state just now."""

    title: str
    prompt: str
    summary: str
    is_open: bool


async def brief(world: World, enrolment: Enrolment, name: RepositoryName, claim: Claimed) -> Briefing:
    """Read the issue and render the prompt; one request."""
    detail = await world.github.detail(name, claim.issue)
    summary = world.store.summary_path(enrolment.key, claim.issue, claim.attempt)
    template = world.store.prompt(enrolment.agent)
    prompt = render_prompt(
        template, repository=name.full, issue=detail, branch=claim.branch, base=claim.base, summary=summary
    )
    return Briefing(detail.issue.title, prompt, summary, detail.issue.open)
