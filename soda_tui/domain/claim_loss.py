"""Whether a claim that an agent works on is still the one in the ledger, and what is said where it is not."""

from __future__ import annotations

from soda_tui.domain import sentences as say
from soda_tui.domain.ledger import Ledger, LedgerCondition


class Undecided(Exception):
    """The ledger is absent or cannot be read, which is no proof that the claim is lost."""


def how_lost(ledger: Ledger, cockpit: str, issue: int, attempt: int, repository: str) -> str | None:
    """What became of the claim, in a sentence; None while it is there. Raises Undecided."""
    if ledger.condition is not LedgerCondition.READABLE:
        raise Undecided
    holder = ledger.state.holder
    if holder is None:
        return say.CLAIM_LET_GO(issue=issue, repository=repository)
    if (holder.cockpit, holder.issue, holder.attempt) == (cockpit, issue, attempt):
        return None
    since = holder.since.strftime("%Y-%m-%d %H:%M UTC")
    if holder.issue == issue:
        return say.CLAIM_TAKEN(cockpit=holder.shown, issue=issue, repository=repository, since=since)
    return say.CLAIM_REPLACED(cockpit=holder.shown, issue=issue, repository=repository, since=since, other=holder.issue)
