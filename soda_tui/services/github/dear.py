"""What GitHub is slow to say, and is asked of one repository only where something has moved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from soda_tui.domain.ledger import LedgerState
from soda_tui.services.github import decode, watching, wire
from soda_tui.services.github.asks import Ask
from soda_tui.services.github.blocking import Blocking
from soda_tui.services.github.cache import Known, Watch
from soda_tui.services.github.connection import Reply
from soda_tui.services.github.faulting import Faulting
from soda_tui.services.github.held_text import HeldText
from soda_tui.services.github.lists import Lists
from soda_tui.services.github.merging import Merging
from soda_tui.services.github.queries import Document

_IN_VAIN = timedelta(hours=1)


class Dear:
    """What was known before, and what comes; without an answer the rest of what was read is as good."""

    def __init__(self, known: Known | None) -> None:
        self.merging = Merging(known.merges if known else ())
        self.held = HeldText(known.held if known else None)
        self.faulting = Faulting(known.faulted if known else ())
        self.blocking = Blocking(known.blocked if known else ())
        self._tried_at = known.tried_at if known else None

    def memory(self, id: str, watches: tuple[Watch, ...]) -> Known:
        """What later readings of a repository need to know."""
        found = self.merging.answers, self.held.answer, self.faulting.answers, self.blocking.answers
        return Known(id, watches, *found, tried_at=self._tried_at)

    def asks(
        self, state: LedgerState, row: wire.Repository, lists: Lists, issues: Mapping[str, wire.IssueRow], at: datetime
    ) -> list[Ask]:
        """What to ask at this moment of the ledger's pull requests and its issue, and of issues that wait for others.

        What was asked in vain is asked again after an hour: the host may only have been unwell.
        """
        if self._tried_at is None or not timedelta(0) <= at - self._tried_at < _IN_VAIN:
            self._tried_at = None
            for each in (self.merging, self.held, self.blocking):
                each.retry()
        ours = watching.of_the_ledger(state, lists.pulls.values())
        number = state.holder.issue if state.holder else None
        asks: list[Ask] = []

        def ask(add: Any, take: Any, **what: object) -> None:
            if all(what.values()):
                asks.append(Ask(partial(add, **what), take, ()))

        held = next((each for each in issues.values() if each.number == number), None)
        ask(Document.blockers, partial(self._take_blockers, row), ids=self.blocking.due(lists.issues.values()))
        ask(Document.mergeable, self._take_mergeable, ids=self.merging.due(ours, row.default_branch_ref))
        ask(Document.faults, self._take_faults, ids=self.faulting.due(ours))
        ask(Document.history, self._take_history, id=self.held.due(held))
        if asks and self._tried_at is None:
            self._tried_at = at
        return asks

    def _take_mergeable(self, reply: Reply, alias: str) -> None:
        self.merging.take(decode.present(wire.read(reply.data.get(alias), list[wire.Mergeable | None])))

    def _take_faults(self, reply: Reply, alias: str) -> None:
        found = decode.present(wire.read(reply.data.get(alias), list[wire.Opinions | None]))
        self.faulting.take(found, reply.at)

    def _take_blockers(self, row: wire.Repository, reply: Reply, alias: str) -> None:
        found = decode.present(wire.read(reply.data.get(alias), list[wire.BlockedBy | None]))
        self.blocking.take(found, row.name_with_owner)

    def _take_history(self, reply: Reply, alias: str) -> None:
        found = decode.present(wire.read(reply.data.get(alias), list[wire.IssueHistory | None]))
        self.held.take(found[0] if found else None, reply.at)
