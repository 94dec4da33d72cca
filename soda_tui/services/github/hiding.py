"""Hiding: the fields that a token may not see of a repository, left out for an hour; what was seen of them stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from msgspec import structs

from soda_tui.domain.facts import RemoteFacts
from soda_tui.services.github import errors, wire
from soda_tui.services.github.fragments import OPTIONAL

_AGE = timedelta(hours=1)
_OPTIONAL = frozenset[str]().union(*OPTIONAL.values())


class Hidden:
    """What one account may not see of each repository, by its key; a permission may be given at any time."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._rows: defaultdict[str, dict[str, tuple[datetime, wire.ErrorRow]]] = defaultdict(dict)

    def of(self, key: str) -> Mapping[str, wire.ErrorRow]:
        """The rows that said so, by the names of the fields."""
        now, found = self._clock(), self._rows.get(key, {})
        return {name: row for name, (at, row) in found.items() if timedelta(0) <= now - at < _AGE}

    def note(self, key: str, row: wire.ErrorRow) -> bool:
        """Leave out from now on what this row says; whether that is anything new."""
        name = str(row.path[-1]) if row.path and errors.is_forbidden(row) else ""
        if name not in _OPTIONAL or name in self.of(key):
            return False
        self._rows[key][name] = self._clock(), row
        return True

    def clear(self) -> None:
        """Ask for all again."""
        self._rows.clear()


def carried(facts: RemoteFacts, before: RemoteFacts | None, hidden: Mapping[str, wire.ErrorRow]) -> RemoteFacts:
    """The facts with what was seen before of fields that are hidden by now: not to be seen is not a no."""
    if not hidden or before is None:
        return facts
    issues, pulls = {one.id: one for one in before.issues}, {one.id: one for one in before.pull_requests}
    parts, auto, queue = (name in hidden for name in ("subIssuesSummary", "autoMergeRequest", "mergeQueueEntry"))
    return structs.replace(
        facts,
        issues=tuple(
            structs.replace(one, sub_issues=issues[one.id].sub_issues) if parts and one.id in issues else one
            for one in facts.issues
        ),
        pull_requests=tuple(
            structs.replace(
                one,
                auto_merge=pulls[one.id].auto_merge if auto else one.auto_merge,
                queued=pulls[one.id].queued if queue else one.queued,
            )
            if one.id in pulls
            else one
            for one in facts.pull_requests
        ),
    )
