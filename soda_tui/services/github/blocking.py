"""Which issues the open ones wait for, asked only where their number, or the issue itself, has moved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import structs

from soda_tui.domain.text import one_line
from soda_tui.services.github import decode, wire
from soda_tui.services.github.cache import Blocked

_MOST = 20
_TRIES = 3
_OPEN = "OPEN"


class Blocking:
    """What is known of one repository's issues; `answers` are those that count now."""

    def __init__(self, known: Sequence[Blocked]) -> None:
        self._known = {one.id: one for one in known}
        self._answers: dict[str, Blocked] = {}

    @property
    def answers(self) -> tuple[Blocked, ...]:
        """All that count now."""
        return tuple(self._answers.values())

    def retry(self) -> None:
        """Ask again for what was asked in vain."""
        self._known = {id: structs.replace(one, tries=0) for id, one in self._known.items()}

    def due(self, rows: Iterable[wire.IssueRow]) -> list[str]:
        """The node ids to ask for, each at most once a reading, and of an answer that does not come at most thrice."""
        due: list[str] = []
        for row in rows:
            count = _count(row)
            if count is None and row.id in self._known:
                self._answers[row.id] = self._known[row.id]
            if not count or row.state != _OPEN or row.id in self._answers:
                continue
            known = self._known.get(row.id)
            if known is None or (known.updated_at, known.count) != (row.updated_at, count):
                known = Blocked(row.id, row.updated_at, count, (), 0)
            if not known.names and known.tries < _TRIES:
                if len(due) == _MOST:
                    continue
                due.append(row.id)
                known = Blocked(row.id, row.updated_at, count, (), known.tries + 1)
            self._answers[row.id] = known
        return due

    def take(self, found: Iterable[wire.BlockedBy], repository: str) -> None:
        """What GitHub says now; what is in the same repository goes by its number alone."""
        for each in found:
            rows = decode.present(each.blocked_by.nodes if each.blocked_by else ())
            names = tuple(_name(row, repository) for row in rows if row.state == _OPEN)
            if (one := self._answers.get(each.id)) is not None:
                self._answers[each.id] = structs.replace(one, names=names)

    def waits(self, row: wire.IssueRow) -> tuple[int, tuple[str, ...]]:
        """For how many an issue waits, and their names as far as they are known; as before where it is not told."""
        known, count = self._answers.get(row.id), _count(row)
        if known is None or count == 0:
            return count or 0, ()
        return known.count if count is None else count, known.names


def _count(row: wire.IssueRow) -> int | None:
    """For how many an issue waits; None where that is not told."""
    return row.issue_dependencies_summary.blocked_by if row.issue_dependencies_summary else None


def _name(row: wire.Blocker, repository: str) -> str:
    place = one_line(row.repository.name_with_owner)
    return f"#{row.number}" if place == repository else f"{place}#{row.number}"
