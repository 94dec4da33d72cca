"""Handing to a person: an issue that agents leave alone from now on says why."""

from __future__ import annotations

from soda_tui.cockpit.execution import DOUBTFUL, Execution
from soda_tui.cockpit.steps.answers import as_changed
from soda_tui.domain import plan as steps
from soda_tui.domain import sentences as say
from soda_tui.domain.changes import AddComment, AddLabels
from soda_tui.domain.failure import Failure
from soda_tui.domain.labels import has_any, spellings
from soda_tui.domain.pull_request import harmless


async def hand_to_person(step: steps.HandToPerson, execution: Execution) -> None:
    """Comment on the issue what was tried, once, and give it the label that keeps agents away."""
    await _comment(step, execution)
    label = execution.enrolment.labels.human_only
    if has_any(step.issue.labels, spellings(label)):
        return
    known = await execution.known_label_id(label) or await execution.label_id(label, step.issue.number)
    add = AddLabels(step.issue.id, (known,))
    changed = await execution.change_issue(step.issue, (add,))
    execution.raise_refused(changed[0], f"label {label}")
    issue = as_changed(step.issue, changed)
    execution.note_issue(issue)
    if not has_any(issue.labels, spellings(label)):
        raise execution.not_verified(f"label {label}", issue.number)


async def _comment(step: steps.HandToPerson, execution: Execution) -> None:
    """Say it, unless an act that was broken off has said it already."""
    what = step.attempt if step.review is None else f"feedback {step.head}"
    mark = f"<!-- soda-tui: {step.branch} {what} -->"
    if await _is_there(mark, step, execution):
        return
    sentence = say.COMMENT_GIVEN_UP if step.review is None else say.COMMENT_FEEDBACK_USED_UP
    body = sentence(
        count=step.attempt,
        words=harmless(step.words),
        branch=step.branch,
        kept=step.kept,
        label=execution.enrolment.labels.human_only,
        mark=mark,
    )
    await execution.confirm(step.issue.number)
    try:
        (made,) = await execution.world.github.change(execution.remote.name, (AddComment(step.issue.id, body),))
    except Failure as failure:
        if failure.problem.code not in DOUBTFUL or not await _is_there(mark, step, execution):
            raise
        return
    execution.raise_refused(made, "the comment")


async def _is_there(mark: str, step: steps.HandToPerson, execution: Execution) -> bool:
    detail = await execution.world.github.detail(execution.remote.name, step.issue.number)
    return any(mark in comment.body for comment in detail.comments)
