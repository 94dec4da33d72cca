"""The acts of a repository in the order of time, and by the issues that they were about."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from soda_tui.domain.actions import Verb
from soda_tui.domain.journal import JournalEntry

# What is done by itself, whoever has the cockpit open.
_NOBODYS = frozenset({Verb.TIDY})


class Acts:
    """All acts, the oldest first; one that found work to have ended is also about the issues of that."""

    def __init__(self, newest_first: Iterable[JournalEntry]) -> None:
        # Several begin within one second, by a clock of seconds: of those the journal's own order tells.
        oldest_first = tuple(newest_first)[::-1]
        self.all: Sequence[JournalEntry] = sorted(oldest_first, key=lambda act: act.began)
        by_issue: dict[int, list[JournalEntry]] = {}
        for act in self.all:
            for issue in dict.fromkeys((act.issue, *(one.issue for one in act.finished))):
                by_issue.setdefault(issue, []).append(act)
        self.by_issue: Mapping[int, Sequence[JournalEntry]] = by_issue

    def after(self, at: datetime, issue: int | None) -> Iterator[JournalEntry]:
        """What was begun from this moment on, about an issue where one is meant."""
        acts = self.all if issue is None else self.by_issue.get(issue, ())
        yield from acts[bisect_left(acts, at, key=lambda act: act.began) :]


def is_touch(act: JournalEntry) -> bool:
    """Whether a person did it."""
    return not (act.unattended or act.rebuilt) and not is_nobodys(act)


def is_nobodys(act: JournalEntry) -> bool:
    """Whether it is done by itself, asked for by nobody."""
    return act.verb in _NOBODYS
