"""Withdrawing: a claim that was made just now is let go of where nobody should work on its issue."""

from __future__ import annotations

from dataclasses import replace

from soda_tui.cockpit.execution import Execution
from soda_tui.cockpit.ports.git import RefUpdate
from soda_tui.cockpit.steps.answers import as_changed
from soda_tui.cockpit.steps.unmarking import unmark
from soda_tui.domain import ledger
from soda_tui.domain import plan as steps
from soda_tui.domain import sentences as say
from soda_tui.domain.changes import Changed
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.labels import has, is_agent_label


async def withdraw_pointless(step: steps.MarkIssue, changed: tuple[Changed, ...], execution: Execution) -> None:
    """Let go of a claim that was made just now where its issue was closed or taken meanwhile; raises Failure then."""
    update, why = execution.claimed, _pointless(step, changed, execution)
    if update is None or why is None:
        return
    issue = as_changed(step.issue, changed)
    execution.note_issue(issue)
    said = [why.message]
    if why.code is not ErrorCode.NOT_FOUND:
        try:
            await unmark(steps.UnmarkIssue(issue, step.label, step.assign), execution)
        except Failure as failure:
            said.append(say.MARK_KEPT(label=step.label, words=failure.problem.message))
    said += await _release(update, execution)
    execution.withdrawn = True
    raise Failure(replace(why, message=" ".join([*said, *execution.notes])))


async def _release(claimed: RefUpdate, execution: Execution) -> list[str]:
    """Release a claim that was just made, its branch with it where it is new and nobody built on it meanwhile."""
    holder, state = execution.holder, ledger.released(execution.ledger.state)
    if claimed.expected is None:
        try:
            await execution.append("released", holder, state, RefUpdate(claimed.branch, None, claimed.oid))
            return []
        except Failure as failure:
            if failure.problem.code not in {ErrorCode.REFUSED, ErrorCode.PUSH_REJECTED}:
                raise
            said = [say.BRANCH_KEPT(branch=claimed.branch, words=failure.problem.message)]
    else:
        said = []
    await execution.append("released", holder, state)
    return said


def _pointless(step: steps.MarkIssue, changed: tuple[Changed, ...], execution: Execution) -> Problem | None:
    """Why nobody should work on the issue now; None where it is as it was when it was chosen."""
    values = {"issue": step.issue.number, "repository": execution.enrolment.name.full}
    first = changed[0].problem
    if first is not None and first.code is ErrorCode.NOT_FOUND:
        return Problem(ErrorCode.NOT_FOUND, say.WITHDRAWN_GONE(**values))
    if any(one.open is False for one in changed):
        return Problem(ErrorCode.REFUSED, say.WITHDRAWN_CLOSED(**values))
    issue, viewer = as_changed(step.issue, changed), execution.remote.viewer
    agents = [name for name in issue.labels if is_agent_label(name) and name.casefold() != step.label.casefold()]
    logins = [name for name in issue.assignees if name.casefold() != viewer.login.casefold()]
    before = (*step.issue.labels, *step.issue.assignees)
    others = [name for name in (*agents, *logins) if not has(before, name)]
    return Problem(ErrorCode.TAKEN, say.WITHDRAWN_TAKEN(who=" and ".join(others), **values)) if others else None
