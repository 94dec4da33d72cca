"""Probing: every change that a reading would show moves a repository's mark, and nothing else does, for a fiftieth."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from services.github.scene import TOKEN, Scene, read_one, target

from soda_tui.domain.codes import Checks
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.ledger import LedgerState
from soda_tui.domain.probing import Checked, under_check, with_checks
from soda_tui.sandbox import acts
from soda_tui.sandbox.estate import Size, build
from soda_tui.sandbox.faults import Fault
from soda_tui.sandbox.model import Repository
from soda_tui.sandbox.people import People
from soda_tui.sandbox.world import Token

pytestmark = pytest.mark.anyio
HOST = "github.com"
KEY = "github.com/octo/soda"
Act = Callable[[Scene, Repository], object]

NEWS: dict[str, Act] = {
    "an issue is edited": lambda scene, _: People(scene.world).edit("octo/soda", 1, "Another title"),
    "an issue is labelled": lambda scene, _: People(scene.world).label("octo/soda", 1, "route:ready"),
    "an issue is closed": lambda scene, _: People(scene.world).close_issue("octo/soda", 1),
    "an old issue is deleted": lambda scene, place: acts.delete_issue(scene.world, place.issues[1]),
    "a pull request is commented on": lambda scene, place: People(scene.world).comment(
        "octo/soda", next(iter(place.pull_requests)), "A word"
    ),
    "something is pushed": lambda scene, place: scene.branch(place, "agent001/7-x"),
    "something is claimed": lambda scene, place: scene.ledger(place, LedgerState()),
    "it is renamed": lambda scene, place: scene.world.move(place, "octo/lemonade"),
    "it is archived": lambda _, place: setattr(place, "archived", True),
}


def furnished(scene: Scene) -> Repository:
    place = scene.repository()
    scene.issue(place, "One")
    scene.issue(place, "Two")
    scene.pull_request(place, "agent001/1-one")
    scene.clock.advance(60)
    return place


@pytest.mark.parametrize("news", NEWS)
async def test_whatever_happens_moves_the_mark_and_nothing_else_does(scene: Scene, news: str) -> None:
    place, service = furnished(scene), scene.client()
    before = (await service.probe(HOST, [target()], ())).marks[KEY]
    await read_one(service)
    scene.clock.advance(60)
    assert before and (await service.probe(HOST, [target()], ())).marks[KEY] == before, "by name and by id"
    NEWS[news](scene, place)
    scene.clock.advance(60)
    after = (await service.probe(HOST, [target()], ())).marks[KEY]
    assert isinstance(after, str) and after not in {before, ""}


async def test_a_mark_within_moments_of_a_change_stands_for_nothing(scene: Scene) -> None:
    furnished(scene)
    People(scene.world).edit("octo/soda", 1, "Just now")
    assert (await scene.client().probe(HOST, [target()], ())).marks[KEY] == ""


async def test_fifty_repositories_and_two_hundred_items_are_a_point(scene: Scene) -> None:
    names = build(scene.world, Size(100, 5, 5, 2), "me")
    service, targets = scene.client(), [target(name) for name in names]
    found = await service.probe(HOST, targets, ())
    assert len(found.marks) == 100 and service.points == found.points[HOST] == 2 and service.requests == 2
    pulls = [pull.id for place in scene.world.repositories for pull in place.pull_requests.values()]
    issues = [next(iter(place.issues.values())).id for place in scene.world.repositories]
    again = await service.probe(HOST, targets[:50], [*pulls * 5, *issues])
    assert len(again.pull_requests) == len(pulls) == 20 and service.points == 3
    assert again.waiting == dict.fromkeys(issues, 0)
    assert again.marks == {key: found.marks[key] for key in again.marks}
    assert (await service.probe(HOST, (), pulls)).pull_requests == again.pull_requests and service.points == 4


async def test_checks_are_seen_that_move_nothing_else(scene: Scene) -> None:
    place, service, people = furnished(scene), scene.client(), People(scene.world)
    number = next(iter(place.pull_requests))
    people.set_checks("octo/soda", number, test="PENDING")
    facts = await read_one(service)
    mark = (await service.probe(HOST, [target()], ())).marks[KEY]
    assert under_check(facts) == (facts.pull_requests[0].id,)
    people.set_checks("octo/soda", number, test="SUCCESS")
    found = await service.probe(HOST, [target()], under_check(facts))
    assert found.marks[KEY] == mark
    later = with_checks(facts, found.pull_requests)
    assert later.pull_requests[0].checks is Checks.SUCCESS and under_check(later) == ()
    assert with_checks(later, found.pull_requests) is later, "what did not move is the same object"
    moved = {id: Checked(Checks.FAILURE, one.review, "f" * 40) for id, one in found.pull_requests.items()}
    assert with_checks(later, moved) is later, "of another head nothing is taken"


async def test_checks_that_did_not_come_are_as_they_were(scene: Scene) -> None:
    place, service = furnished(scene), scene.client()
    People(scene.world).set_checks("octo/soda", next(iter(place.pull_requests)), test="FAILURE")
    facts = await read_one(service)
    ids = [one.id for one in facts.pull_requests]
    scene.world.faults.order(Fault.RESOURCE_LIMITS_WITHIN, matching="Checked")
    assert (await service.probe(HOST, (), ids)).pull_requests == {}, "cut"
    known = scene.world.tokens[TOKEN]
    scene.world.tokens[TOKEN] = Token(known.user, frozenset({"PullRequest.statusCheckRollup"}))
    assert (await service.probe(HOST, (), ids)).pull_requests == {}, "forbidden"
    scene.world.tokens[TOKEN] = known
    found = (await service.probe(HOST, (), ids)).pull_requests
    assert [one.checks for one in found.values()] == [Checks.FAILURE] and with_checks(facts, found) is facts


async def test_signs_that_were_cut_are_no_mark(scene: Scene) -> None:
    furnished(scene)
    service = scene.client()
    for _ in range(2):
        scene.world.faults.order(Fault.RESOURCE_LIMITS_WITHIN, times=9, matching="Signs")
        assert (await service.probe(HOST, [target()], ())).marks[KEY] == "", "by name, and then by id"
        scene.world.faults.clear()
        await read_one(service)
    assert (await service.probe(HOST, [target()], ())).marks[KEY]


async def test_without_an_answer_each_has_the_problem_and_what_is_not_there_no_mark(scene: Scene) -> None:
    furnished(scene)
    service, gone = scene.client(), target("octo/gone")
    found = await service.probe(HOST, [target(), gone], ())
    assert found.marks[KEY] and found.marks[gone.name.key] == "", "a reading tells what is the matter"
    scene.world.limiter.exhaust("me", scene.clock())
    limited = (await service.probe(HOST, [target(), gone], ())).marks
    assert {one.code for one in limited.values() if isinstance(one, Problem)} == {ErrorCode.RATE_LIMIT}
    nobody = scene.client_with({"PATH": "/nonexistent"})
    refused = (await nobody.probe(HOST, [target()], ())).marks[KEY]
    assert isinstance(refused, Problem) and refused.code is ErrorCode.AUTHENTICATION


@pytest.mark.parametrize("fault", [Fault.RESOURCE_LIMITS, Fault.BAD_GATEWAY])
async def test_a_probe_that_is_too_much_is_asked_in_parts(scene: Scene, fault: Fault) -> None:
    names = build(scene.world, Size(40, 5, 5, 2), "me")
    service = scene.client()
    scene.world.faults.order(fault, times=1)
    found = await service.probe(HOST, [target(name) for name in names], ())
    assert len(found.marks) == 40 and all(found.marks.values()) and service.requests == 3
