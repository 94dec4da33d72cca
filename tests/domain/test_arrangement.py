"""Order and groups: what stands where, whatever the snapshot's order is."""

from __future__ import annotations

from msgspec import structs
from tui.shown import ATTENTION, DONE, STALE, WORKING, repository, snapshot

from soda_tui.domain.arrangement import Group, arranged, is_grouped
from soda_tui.domain.attention import appearance, inbox, waiting
from soda_tui.domain.codes import NeedCode
from soda_tui.domain.configuration.preferences import Order
from soda_tui.domain.model import Repository

B, A, C = (repository(name) for name in ("acme/b", "Acme/A", "acme/c"))


def names(groups: tuple[Group, ...]) -> dict[str, list[str]]:
    """The names of each group's repositories."""
    return {group.name: [found.name for found in group.repositories] for group in groups}


def grouped(found: Repository, group: str | None) -> Repository:
    """The repository in a group."""
    return structs.replace(found, group=group)


def test_orders() -> None:
    assert names(arranged((B, A, C), Order.CONFIGURED)) == {"": ["acme/b", "Acme/A", "acme/c"]}
    assert names(arranged((B, A, C), Order.NAME)) == {"": ["Acme/A", "acme/b", "acme/c"]}
    found = arranged((STALE, B, WORKING, DONE, ATTENTION), Order.ATTENTION)
    assert [one.name for one in found[0].repositories] == [
        ATTENTION.name,
        DONE.name,
        WORKING.name,
        B.name,
        STALE.name,
    ]


def test_groups_stand_where_their_first_one_does_and_are_kept_together() -> None:
    repositories = (grouped(B, "x"), C, grouped(A, "x"), grouped(WORKING, "y"))
    groups = arranged(repositories, Order.CONFIGURED, {"y", "gone"})
    assert names(groups) == {"x": ["acme/b", "Acme/A"], "": ["acme/c"], "y": ["acme/rocket"]}
    assert [group.folded for group in groups] == [False, False, True]
    assert is_grouped(groups)
    by_name = arranged(repositories, Order.NAME)
    assert list(names(by_name)) == ["x", "", "y"]


def test_without_any_group_nothing_is_folded() -> None:
    groups = arranged((B, A), Order.CONFIGURED, {""})
    assert not is_grouped(groups)
    assert not groups[0].folded


def test_the_inbox_holds_every_need_once_and_the_most_pressing_repository_first() -> None:
    found = snapshot(DONE, WORKING, ATTENTION)
    assert waiting(found) == (DONE, ATTENTION)
    assert [(one.name, need.code) for one, need in inbox(found)] == [
        (ATTENTION.name, NeedCode.CRITICAL_DRIFT),
        (ATTENTION.name, NeedCode.AGENT_FAILED),
        (ATTENTION.name, NeedCode.READY_TO_LAND),
        (DONE.name, NeedCode.WORK_DONE),
    ]


def test_what_is_worth_a_second_look() -> None:
    assert appearance(structs.replace(B, fetched_at=None)) is None
    assert appearance(structs.replace(B, clone=WORKING.clone, fetched_at=STALE.fetched_at)) == appearance(B)
    for changed in (WORKING.agent, DONE.agent):
        assert appearance(structs.replace(B, agent=changed)) != appearance(B)
    assert appearance(structs.replace(B, queue=B.queue[1:])) != appearance(B)
    assert appearance(structs.replace(B, queue=tuple(reversed(B.queue)))) == appearance(B)
    assert appearance(structs.replace(B, needs=DONE.needs)) != appearance(B)
