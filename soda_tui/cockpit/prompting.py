"""The prompt of an agent for one issue, from the template, the issue as it is now, and where the work is done."""

from __future__ import annotations

from msgspec import Struct

from soda_tui.cockpit.ports.world import World
from soda_tui.domain import remarks
from soda_tui.domain import sentences as say
from soda_tui.domain.choosing import prompt_file
from soda_tui.domain.configuration.profiles import Profile
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.facts import RemoteFacts
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.prompt import LONGEST_EXTRA, Earlier, render_prompt
from soda_tui.domain.vouching import Doubt, doubt, heard


class Claimed(Struct, frozen=True):
    """What the work is on: the issue, which attempt, its branch, and the branch that it returns to.

    `review` is the number of the pull request that came back, where it is for that.
    """

    issue: int
    attempt: int
    branch: str
    base: str
    review: int | None = None


class Briefing(Struct, frozen=True):
    """What an agent is told, and where it may write its summary.

    `is_open` is the issue's state just now, `doubt` why nobody vouches for its text as it is.
    """

    title: str
    prompt: str
    summary: str
    is_open: bool
    doubt: Doubt | None


async def brief(
    world: World, enrolment: Enrolment, remote: RemoteFacts, claim: Claimed, profile: Profile, extra: str = ""
) -> Briefing:
    """Read the issue, and what came back of the work; render the prompt. Raises Failure where `extra` is too long."""
    if len(extra.encode(errors="replace")) > LONGEST_EXTRA:
        raise Failure(Problem(ErrorCode.USAGE, say.EXTRA_TOO_LONG(limit=LONGEST_EXTRA // 1024)))
    # Anew, although the plan was made from it: what is edited before this moment is taken for told.
    detail = await world.github.detail(remote.name, claim.issue)
    summary = world.store.summary_path(enrolment.key, claim.issue, claim.attempt)
    template = world.store.prompt(prompt_file(enrolment, detail.issue.labels, profile))
    prompt = render_prompt(
        template,
        repository=remote.name.full,
        issue=detail,
        branch=claim.branch,
        base=claim.base,
        summary=summary,
        attempt=claim.attempt,
        earlier=await _earlier(world, enrolment, claim.issue),
        extra=extra,
        comments=heard(detail.comments, detail.history, enrolment.labels),
        feedback=await _came_back(world, remote, claim),
    )
    unvouched = doubt(detail, enrolment.labels, remote.viewer.login)
    return Briefing(detail.issue.title, prompt, summary, detail.issue.open, unvouched)


async def _came_back(world: World, remote: RemoteFacts, claim: Claimed) -> str:
    if claim.review is None:
        return ""
    found = await world.github.remarks(remote.name, claim.review)
    return remarks.told(found, number=claim.review, issue=claim.issue, base=claim.base, viewer=remote.viewer.login)


async def _earlier(world: World, enrolment: Enrolment, issue: int) -> list[Earlier]:
    """The runs on the issue that have ended here, oldest first; a summary stands with the last one of its attempt."""
    runs = [run for run in await world.runs.runs(enrolment.key) if run.issue == issue and not run.alive]
    found: list[Earlier] = []
    told: set[int] = set()
    for run in runs:
        attempt = run.attempt or 1
        summary = None if attempt in told else world.store.summary(enrolment.key, issue, attempt)
        told.add(attempt)
        found.append(Earlier(run, summary))
    return found[::-1]
