"""What a probe looks at besides the repositories themselves: no more than costs nothing, what matters first."""

from __future__ import annotations

from datetime import timedelta

from given import NOW, ledger_head, pull_request, remote

from soda_tui.domain.codes import Checks
from soda_tui.domain.facts import RemoteFacts
from soda_tui.domain.ledger import HandedOver, LedgerState
from soda_tui.domain.probing import checking, followed

_OURS = ledger_head(LedgerState(handed_over=(HandedOver(12, "agent001/12-fix-the-crash", 1),)))


def crowded(place: int, checks: Checks = Checks.NONE) -> RemoteFacts:
    """A repository with thirty open pull requests; the oldest is the ledger's, the next but one is under check."""
    numbers = range(1, 31)
    later = {number: NOW + timedelta(minutes=number) for number in numbers}
    found = [pull_request(n, id=f"PR_{place}_{n}", updated_at=later[n], checks=checks) for n in numbers]
    found[2] = pull_request(3, id=f"PR_{place}_3", updated_at=later[3], checks=Checks.PENDING)
    return remote(pull_requests=tuple(found), ledger=_OURS)


def test_a_probe_looks_at_the_ledgers_pull_requests_at_those_under_check_and_at_the_newest_for_nothing() -> None:
    known = [(crowded(place), ()) for place in range(100)]
    found = followed(known)
    assert len(found) == len(set(found)) == 400, "two hundred with each fifty repositories"
    for number in (1, 3, 30, 29):
        assert {f"PR_{place}_{number}" for place in range(100)} <= set(found)
    assert found[:100] == tuple(f"PR_{place}_1" for place in range(100)), "the ledger's come first"


def test_those_of_the_ledger_are_looked_at_however_many_they_are() -> None:
    works = tuple(HandedOver(number, f"agent001/{number}-work", number) for number in range(1, 31))
    ours = ledger_head(LedgerState(handed_over=works))
    found = followed([(remote(pull_requests=crowded(place).pull_requests, ledger=ours), ()) for place in range(10)])
    assert len(found) == 300


def test_running_checks_are_looked_at_for_a_point_at_most() -> None:
    found = checking(crowded(place, Checks.PENDING) for place in range(50))
    assert len(found) == 200 and {f"PR_{place}_1" for place in range(50)} <= set(found)
