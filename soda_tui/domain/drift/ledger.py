"""Drift of the ledger itself: gone, unreadable, or written by a newer soda-tui."""

from __future__ import annotations

from collections.abc import Iterator

from soda_tui.domain import sentences as say
from soda_tui.domain.codes import DriftKind
from soda_tui.domain.drift.look import Look, Seen
from soda_tui.domain.facts import RepositoryFacts
from soda_tui.domain.labels import is_agent_label
from soda_tui.domain.ledger import Ledger, LedgerCondition


def ledger_gone(ledger: Ledger, facts: RepositoryFacts) -> bool:
    """Whether the ledger is absent although there was one, or an agent is or may be at work."""
    return ledger.condition is LedgerCondition.ABSENT and (
        facts.had_ledger or bool(agent_labelled(facts)) or (facts.run is not None and facts.run.alive)
    )


def agent_labelled(facts: RepositoryFacts) -> tuple[int, ...]:
    """The open issues that carry an agent's label."""
    issues = facts.remote.issues if facts.remote else ()
    return tuple(issue.number for issue in issues if issue.open and any(map(is_agent_label, issue.labels)))


def ledger_drift(look: Look) -> Iterator[Seen]:
    """At most one; while it lasts nobody knows who works here."""
    if ledger_gone(look.ledger, look.facts):
        # Who never saw a ledger cannot say whose claim the label is.
        known = look.facts.had_ledger or not agent_labelled(look.facts)
        yield look.drift(DriftKind.LEDGER_GONE, _gone_words(look.facts), mends=known)
    elif look.ledger.condition is LedgerCondition.UNREADABLE:
        since = look.remote.ledger.committed_at if look.remote.ledger else None
        yield look.drift(DriftKind.LEDGER_UNREADABLE, say.DRIFT_LEDGER_UNREADABLE(), since)
    elif look.ledger.condition is LedgerCondition.NEWER:
        since = look.remote.ledger.committed_at if look.remote.ledger else None
        yield look.drift(DriftKind.LEDGER_NEWER, say.DRIFT_LEDGER_NEWER(), since)


def _gone_words(facts: RepositoryFacts) -> str:
    labelled = agent_labelled(facts)
    if facts.had_ledger or not labelled:
        return say.DRIFT_LEDGER_GONE()
    return say.DRIFT_NO_LEDGER(issues=", ".join(map(str, labelled)))
