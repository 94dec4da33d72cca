"""What is shown before anything has been read anew."""

from __future__ import annotations

from tui.shown import NOW, TRIO

from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.naming import RepositoryName
from soda_tui.domain.recalling import recalled

KEPT, OTHER = TRIO.repositories[1], RepositoryName("github.com", "acme", "new")


def enrolment(full: str) -> Enrolment:
    owner, name = full.split("/")
    return Enrolment(RepositoryName("github.com", owner, name), f"/src/{name}")


def test_what_was_kept_is_shown_as_stale_in_the_order_of_now_and_nothing_that_is_not_enrolled() -> None:
    found = recalled(TRIO, [enrolment("acme/new"), enrolment(KEPT.name)], "0a1b2c3d", NOW)
    assert [part.name for part in found.repositories] == ["acme/new", KEPT.name]
    assert all(part.stale for part in found.repositories)
    new, kept = found.repositories
    assert new.fetched_at is None and new.queue == ()
    assert kept.fetched_at == KEPT.fetched_at and kept.queue == KEPT.queue
    assert found.accounts == TRIO.accounts


def test_without_a_kept_snapshot_everything_is_empty_and_stale() -> None:
    found = recalled(None, [enrolment("acme/new")], "0a1b2c3d", NOW)
    assert [(part.name, part.stale, part.fetched_at) for part in found.repositories] == [("acme/new", True, None)]
    assert found.accounts == ()
