"""Peek: an issue and why it stands where it stands."""

from __future__ import annotations

from soda_tui.domain import sentences as say
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.facts import IssueDetail
from soda_tui.domain.model import Repository
from soda_tui.domain.outcome import Peek
from soda_tui.domain.queue import priority, queue_entry
from soda_tui.domain.vouching import doubt


def peek_of(view: Repository, enrolment: Enrolment, detail: IssueDetail, viewer: str) -> Peek:
    """What peek shows of an issue; `position` counts from 1 and is None outside the queue."""
    issue = detail.issue
    weight, name = priority(issue.labels, enrolment.labels)
    entry = queue_entry(issue, weight, name)
    numbers = [queued.number for queued in view.queue]
    position = numbers.index(issue.number) + 1 if issue.number in numbers else None
    standing = _standing(view, issue.number, position, is_open=issue.open)
    found = doubt(detail, enrolment.labels, viewer)
    return Peek(view.name, entry, detail.body, standing, position, found.warning if found else None)


def _standing(view: Repository, number: int, position: int | None, *, is_open: bool) -> str:
    if not is_open:
        return say.STANDS_CLOSED()
    if position == 1 and view.agent.issue is not None:
        return say.STANDS_NEXT(count=len(view.queue), agent=view.agent.id, held=view.agent.issue)
    if position == 1:
        return say.STANDS_FIRST(count=len(view.queue))
    if position is not None:
        return say.STANDS_AT(position=position, count=len(view.queue), first=view.queue[0].number)
    excluded = next((entry for entry in view.excluded if entry.number == number), None)
    return say.STANDS_OUT(reason=excluded.reason) if excluded else say.STANDS_UNROUTED()
