"""Drift: where ledger, GitHub, git and the processes disagree, as a pure function of the facts.

What a cockpit itself passes through is never drift: steps settle, and beside an act under way here nothing is judged.
"""

from __future__ import annotations

from datetime import datetime

from soda_tui.domain.codes import Severity
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.drift.branch import branch_drift
from soda_tui.domain.drift.claim import claim_drift, label_drift
from soda_tui.domain.drift.handed_over import handed_over_drift
from soda_tui.domain.drift.ledger import agent_labelled as agent_labelled
from soda_tui.domain.drift.ledger import ledger_drift
from soda_tui.domain.drift.ledger import ledger_gone as ledger_gone
from soda_tui.domain.drift.look import SETTLING as SETTLING
from soda_tui.domain.drift.look import Look
from soda_tui.domain.drift.run import run_drift
from soda_tui.domain.drift.worktree import worktree_drift
from soda_tui.domain.facts import RepositoryFacts
from soda_tui.domain.ledger import Ledger
from soda_tui.domain.model import Drift, Watched

_WORST_FIRST = (Severity.CRITICAL, Severity.MODERATE, Severity.MINOR)


def find_drift(
    facts: RepositoryFacts,
    ledger: Ledger,
    cockpit: str,
    enrolment: Enrolment,
    now: datetime,
    *,
    acting: bool = False,
) -> tuple[tuple[Drift, ...], tuple[Watched, ...]]:
    """Every drift of one repository, the worst first, and what will be drift if it stays; none before GitHub answered.

    `acting` says that an act is under way here, which alone explains all but the state of the ledger.
    """
    if facts.remote is None:
        return (), ()
    look = Look(enrolment, facts, facts.remote, ledger, cockpit, now)
    found = [*ledger_drift(look)]
    if not acting:
        if not found:
            found += label_drift(look)
        if look.holder is not None:
            found += claim_drift(look, look.holder)
            found += branch_drift(look, look.holder)
            found += worktree_drift(look, look.holder)
        found += run_drift(look)
        found += handed_over_drift(look)
    found.sort(key=lambda seen: _WORST_FIRST.index(seen.drift.severity))
    watched = (Watched(drift.kind, drift.message, settles) for drift, settles in found if settles is not None)
    return tuple(drift for drift, settles in found if settles is None), tuple(watched)
