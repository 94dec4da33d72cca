"""Of which commits reviews ask for changes, asked for only of the ledger's pull requests, and when one has moved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from soda_tui.services.github import decode, wire
from soda_tui.services.github.cache import Faulted

_MOST = 10
_WANTED = "CHANGES_REQUESTED"
_SETTLING = 2.0


class Faulting:
    """What is known of one repository's pull requests; `answers` are those that count now."""

    def __init__(self, known: Sequence[Faulted]) -> None:
        self._known = {one.id: one for one in known}
        self._asked: dict[str, datetime] = {}
        self.answers: tuple[Faulted, ...] = ()

    def due(self, pulls: Sequence[wire.PullRow]) -> list[str]:
        """The node ids to ask for, each at most once a reading."""
        ours = [row for row in pulls if row.review_decision == _WANTED][:_MOST]
        known = ((row, self._known.get(row.id)) for row in ours)
        self.answers = tuple(one for row, one in known if one is not None and one.updated_at == row.updated_at)
        fresh = {one.id for one in self.answers}
        due = {row.id: row.updated_at for row in ours if row.id not in fresh and row.id not in self._asked}
        self._asked.update(due)
        return list(due)

    def take(self, found: Sequence[wire.Opinions], read_at: datetime) -> None:
        """What GitHub says now; what moved within moments before is asked for once more."""
        for each in found:
            opinions = decode.present(each.latest_opinionated_reviews.nodes if each.latest_opinionated_reviews else ())
            heads = tuple(one.commit.oid for one in opinions if one.state == _WANTED and one.commit is not None)
            if (at := self._asked.get(each.id)) is None:
                continue
            settled = (read_at - at).total_seconds() >= _SETTLING
            self.answers = (*self.answers, Faulted(each.id, at if settled else None, heads))

    def faulted(self, id: str) -> tuple[str, ...] | None:
        """The commits that those have seen who ask for changes; None where that is not known."""
        return next((one.heads for one in self.answers if one.id == id), None)
