"""What GitHub answered to a change, taken in."""

from __future__ import annotations

from dataclasses import replace

from soda_tui.cockpit.execution import Execution
from soda_tui.domain import sentences as say
from soda_tui.domain.changes import Changed
from soda_tui.domain.facts import Issue
from soda_tui.domain.failure import Failure, Problem


def as_changed(issue: Issue, changed: tuple[Changed, ...]) -> Issue:
    """The issue with the labels and assignees that GitHub last showed."""
    for one in changed:
        if one.labels is not None:
            issue = replace(issue, labels=one.labels)
        if one.assignees is not None:
            issue = replace(issue, assignees=one.assignees)
    return issue


def raise_refused(changed: Changed, what: str, execution: Execution) -> None:
    """Raise the Failure of a change that GitHub refused; `what` names it."""
    if changed.problem is not None:
        words, name = changed.problem.message, execution.enrolment.name.full
        raise Failure(Problem(changed.problem.code, say.CHANGE_REFUSED(what=what, repository=name, words=words)))
