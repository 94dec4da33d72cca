"""Unmarking: what people see of a claim is taken off its issue again."""

from __future__ import annotations

from soda_tui.cockpit.execution import Execution
from soda_tui.cockpit.steps.answers import as_changed
from soda_tui.domain import plan as steps
from soda_tui.domain import sentences as say
from soda_tui.domain.changes import Change, RemoveLabels, Unassign
from soda_tui.domain.labels import has


async def unmark(step: steps.UnmarkIssue, execution: Execution) -> None:
    """Take label and assignee off; what GitHub refuses of it is noted, and keeps nobody from letting go."""
    changes: list[Change] = []
    if has(step.issue.labels, step.label) and (label := await execution.known_label_id(step.label)) is not None:
        changes.append(RemoveLabels(step.issue.id, (label,)))
    if step.unassign and execution.remote.viewer.id is not None:
        changes.append(Unassign(step.issue.id, execution.remote.viewer.id))
    if not changes:
        return
    changed = await execution.change_issue(step.issue, changes)
    issue = as_changed(step.issue, changed)
    execution.note_issue(issue)
    if has(issue.labels, step.label) and not any(one.problem for one in changed):
        raise execution.not_verified(f"that {step.label} is off", issue.number)
    for one in changed:
        if one.problem is not None:
            execution.notes.append(say.NOT_UNMARKED(issue=step.issue.number, words=one.problem.message))
