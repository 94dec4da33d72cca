"""How the held issue came to its text, asked for only when the issue has moved.

GitHub goes through its timeline for the answer: too dear for every poll.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import structs

from soda_tui.domain.history import History
from soda_tui.services.github import decode, wire
from soda_tui.services.github.cache import Told

_TRIES = 3
_ANSWERED = _TRIES + 1
# An issue read this close after its last change may have changed once more within the same second of GitHub's clock.
_SETTLING = 2.0


class HeldText:
    """What is known of one repository's held issue; `answer` is what counts now."""

    def __init__(self, known: Told | None) -> None:
        self._known = known
        self.answer: Told | None = None

    @property
    def history(self) -> History | None:
        """What GitHub said last of the issue as it is now, or as it was before it moved."""
        return self.answer.history if self.answer else None

    def retry(self) -> None:
        """Ask again for what was asked in vain."""
        if self._known is not None and self._known.tries <= _TRIES:
            self._known = structs.replace(self._known, tries=0)

    def due(self, row: wire.IssueRow | None) -> str | None:
        """The node id to ask for; of an answer that does not come at most thrice."""
        if row is None or row.state != "OPEN":
            return None
        known = self._known if self._known is not None and self._known.id == row.id else None
        if known is None or known.updated_at != row.updated_at:
            known = Told(row.id, row.updated_at, 0, known.history if known else None)
        due = known.tries < _TRIES
        self.answer = Told(known.id, known.updated_at, known.tries + due, known.history)
        return row.id if due else None

    def take(self, row: wire.IssueHistory | None, at: datetime) -> None:
        """What GitHub says at this moment."""
        if row is None or self.answer is None:
            return
        settled = (at - self.answer.updated_at).total_seconds() >= _SETTLING
        tries = _ANSWERED if settled else 0
        self.answer = Told(self.answer.id, self.answer.updated_at, tries, decode.history(row))
