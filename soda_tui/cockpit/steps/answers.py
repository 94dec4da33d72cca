"""What GitHub answered to a change, taken in."""

from __future__ import annotations

from msgspec import structs

from soda_tui.domain.changes import Changed
from soda_tui.domain.facts import Issue


def as_changed(issue: Issue, changed: tuple[Changed, ...]) -> Issue:
    """The issue with the labels and assignees that GitHub last showed."""
    for one in changed:
        if one.labels is not None:
            issue = structs.replace(issue, labels=one.labels)
        if one.assignees is not None:
            issue = structs.replace(issue, assignees=one.assignees)
    return issue
