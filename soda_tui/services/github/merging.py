"""Which pull requests conflict with their bases, asked for only when one of the two heads has moved.

GitHub merges for the answer, and lets who asks wait for it: far too dear for every poll.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from soda_tui.services.github import wire
from soda_tui.services.github.cache import Merge

_MOST = 10
_TRIES = 3
_UNKNOWN = "UNKNOWN"


class Merging:
    """What is known of one repository's pull requests; `answers` are those that count now."""

    def __init__(self, known: Sequence[Merge]) -> None:
        self._known = {merge.id: merge for merge in known}
        self.answers: tuple[Merge, ...] = ()

    def retry(self) -> None:
        """Ask again for what was asked in vain."""
        self._known = {id: structs.replace(one, tries=0) for id, one in self._known.items()}

    def due(self, pulls: Sequence[wire.PullRow], default: wire.DefaultBranch | None) -> list[str]:
        """The node ids to ask for, each at most once a reading, and of an answer that does not come at most thrice."""
        due = []
        answers = {merge.id: merge for merge in self.answers}
        for row in pulls[:_MOST]:
            if row.id in answers:
                continue
            head = default.target.oid if default and default.target and default.name == row.base_ref_name else ""
            known = self._known.get(row.id)
            if known is None or (known.base, known.head) != (head, row.head_ref_oid):
                known = Merge(row.id, head, row.head_ref_oid, _UNKNOWN, 0)
            if known.answer == _UNKNOWN and known.tries < _TRIES:
                known = Merge(known.id, known.base, known.head, _UNKNOWN, known.tries + 1)
                due.append(row.id)
            answers[row.id] = known
        self.answers = tuple(answers.values())
        return due

    def take(self, found: Sequence[wire.Mergeable]) -> None:
        """What GitHub says now."""
        said = {each.id: each.mergeable for each in found}
        self.answers = tuple(
            Merge(merge.id, merge.base, merge.head, said.get(merge.id, merge.answer), merge.tries)
            for merge in self.answers
        )

    def conflicting(self, id: str) -> bool | None:
        """Whether a pull request conflicts; None where that is not known."""
        answer = next((merge.answer for merge in self.answers if merge.id == id), _UNKNOWN)
        return None if answer == _UNKNOWN else answer == "CONFLICTING"
