"""Marking: the agent's label and an assignee, so that people see who works on an issue."""

from __future__ import annotations

from soda_tui.cockpit.execution import Execution
from soda_tui.cockpit.steps.answers import as_changed
from soda_tui.cockpit.steps.withdrawing import withdraw_pointless
from soda_tui.domain import plan as steps
from soda_tui.domain import sentences as say
from soda_tui.domain.changes import AddLabels, Assign, Change, Changed, Unassign
from soda_tui.domain.facts import Issue
from soda_tui.domain.labels import has


async def mark(step: steps.MarkIssue, execution: Execution) -> None:
    """Put label and assignee on; where the issue turns out not to be free any more, the claim is withdrawn."""
    changes: list[Change] = [AddLabels(step.issue.id, (await execution.label_id(step.label, step.issue.number),))]
    viewer = execution.remote.viewer
    if step.assign and viewer.id is not None:
        changes.append(Assign(step.issue.id, viewer.id))
    changed = await execution.change_issue(step.issue, changes)
    await withdraw_pointless(step, changed, execution)
    execution.raise_refused(changed[0], step.label)
    issue = as_changed(step.issue, changed)
    execution.note_issue(issue)
    if not has(issue.labels, step.label):
        raise execution.not_verified(f"label {step.label}", issue.number)
    if step.replaced is not None:
        await _unassign(step.replaced, issue, changed, execution)
    if viewer.id is None or (step.assign and not has(issue.assignees, viewer.login)):
        execution.notes.append(say.NOT_ASSIGNED(issue=issue.number, login=viewer.login))


async def _unassign(login: str, issue: Issue, changed: tuple[Changed, ...], execution: Execution) -> None:
    """Take somebody off whom another cockpit assigned; that it cannot be done does not keep anybody from working."""
    people = {name.casefold(): one for part in changed for name, one in part.people.items()}
    known = people.get(login.casefold())
    if known is not None:
        now = await execution.change_issue(issue, (Unassign(issue.id, known),))
        issue = as_changed(issue, now)
        execution.note_issue(issue)
    if has(issue.assignees, login):
        execution.notes.append(say.STILL_ASSIGNED(login=login, issue=issue.number))
