"""Lost claims: what counts as one, and how long it is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from given import BASE, ENROLMENT, HOLDER, ME, NOW, OTHER, facts, issue, ledger_head, remote, run
from msgspec import structs

from soda_tui.domain.claim_loss import Undecided, how_lost
from soda_tui.domain.codes import NeedCode
from soda_tui.domain.facts import LedgerHead
from soda_tui.domain.ledger import Holder, LedgerState, Phase, decode
from soda_tui.domain.runs.facts import RunState
from soda_tui.domain.view import repository_view


def lost(holder: Holder | None) -> str | None:
    """What became of HOLDER's claim, with this holder in the ledger."""
    return how_lost(decode(ledger_head(LedgerState(holder))), ME, HOLDER.issue, HOLDER.attempt, "acme/rocket")


def test_the_same_claim_is_held_whatever_else_it_says() -> None:
    assert lost(HOLDER) is None
    assert lost(structs.replace(HOLDER, phase=Phase.BOTTLING, name="laptop", assigned=None, base=BASE[::-1])) is None


def test_every_other_claim_is_another() -> None:
    assert OTHER in (lost(structs.replace(HOLDER, cockpit=OTHER)) or "")
    assert "laptop has taken over issue 12" in (lost(structs.replace(HOLDER, cockpit=OTHER, name="laptop")) or "")
    assert lost(structs.replace(HOLDER, attempt=2)) is not None
    assert "works on issue 7" in (lost(structs.replace(HOLDER, issue=7, branch="agent001/7-x")) or "")
    assert "let go of elsewhere" in (lost(None) or "")


@pytest.mark.parametrize("head", [None, LedgerHead("o", "odd", NOW), LedgerHead("o", 'Soda-State: {"v":2}', NOW)])
def test_what_cannot_be_read_proves_nothing(head: LedgerHead | None) -> None:
    with pytest.raises(Undecided):
        how_lost(decode(head), ME, 12, 1, "acme/rocket")


def test_it_is_told_for_a_day_or_until_there_is_a_claim_again() -> None:
    over = run(RunState.ENDED, pid=None, exit=-15, ended_at=NOW, claim_lost=True, problem="Gone. On x.")
    held = remote(issue(12, "agent001"), holder=structs.replace(HOLDER, cockpit=OTHER))

    def told(holder: Holder | None, hours: float) -> bool:
        seen = structs.replace(held, ledger=ledger_head(LedgerState(holder)))
        view = repository_view(ENROLMENT, facts(seen, run=over), ME, NOW + timedelta(hours=hours))
        return [need.message for need in view.needs if need.code is NeedCode.CLAIM_LOST] == ["Gone. On x."]

    assert told(structs.replace(HOLDER, cockpit=OTHER), 1) and told(None, 23)
    assert not told(structs.replace(HOLDER, cockpit=OTHER), 25) and not told(structs.replace(HOLDER, attempt=3), 1)
