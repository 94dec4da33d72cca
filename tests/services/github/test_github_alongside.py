"""What comes along with a reading: a change in one of few repositories is whole at once, a taken name is noticed."""

from __future__ import annotations

import os

import pytest
from services.github.scene import TOKEN, Scene, read_one, read_result, target

from soda_tui import wiring
from soda_tui.domain.clone import clone_problem
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.facts import CloneFacts, LocalFacts, RepositoryFacts
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.naming import RepositoryName
from soda_tui.sandbox.people import People
from soda_tui.sandbox.world import Token

pytestmark = pytest.mark.anyio
OLD = RepositoryName("github.com", "octo", "soda")


async def test_a_change_in_one_of_few_is_whole_in_one_request_and_one_point(scene: Scene) -> None:
    names = [f"octo/soda{number}" for number in range(4)]
    for name in names:
        for number in range(8):
            scene.issue(scene.repository(name) if not number else scene.world.repository(name), "A", "route:ready")
    scene.clock.advance(60)
    service, targets = scene.client(), [target(name) for name in names]
    await service.read(targets)
    requests, points = service.requests, service.points
    people = People(scene.world)
    people.label(names[2], 3, "route:priority-high")
    people.assign(names[2], 3, "me")
    found = (await service.read(targets)).repositories[targets[2].name.key]
    changed = next(issue for issue in found.issues if issue.number == 3)  # type: ignore[union-attr]
    assert changed.labels == ("route:ready", "route:priority-high") and changed.assignees == ("me",)
    assert (service.requests, service.points) == (requests + 1, points + 1)


async def test_an_issue_that_came_without_its_labels_is_not_taken_for_one_that_has_none(scene: Scene) -> None:
    scene.issue(scene.repository(), "A", "route:ready")
    scene.clock.advance(60)
    service, known = scene.client(), scene.world.tokens[TOKEN]
    await read_one(service)
    People(scene.world).label("octo/soda", 1, "route:human-only")
    scene.clock.advance(60)
    scene.world.tokens[TOKEN] = Token(known.user, frozenset({"Issue.labels"}))
    kept = await read_result(service)
    assert isinstance(kept, Problem) and kept.code is ErrorCode.FORBIDDEN
    scene.world.tokens[TOKEN] = known
    assert [one.labels for one in (await read_one(service)).issues] == [("route:ready", "route:human-only")]


async def test_a_former_name_that_another_repository_has_taken_is_noticed_and_said(scene: Scene) -> None:
    place, service = scene.repository(), scene.client()
    facts = await read_one(service)
    scene.world.move(place, "octo/lemonade")
    for _ in range(2):
        renamed = await read_one(service)
        assert renamed.id == facts.id and renamed.name.full == "octo/lemonade" and not renamed.occupied
    scene.repository("octo/soda")
    taken = await read_one(service)
    assert taken.id == facts.id and taken.occupied, "the repository itself is followed by its id"
    with pytest.raises(Failure, match="another repository has its name"):
        await service.labels(OLD)

    def problem(origin: str, *, occupied: bool) -> ErrorCode | None:
        clone = CloneFacts("main", None, False, 0, 0, origin=RepositoryName("github.com", *origin.split("/")))
        known = RepositoryFacts(remote=taken if occupied else renamed, local=LocalFacts(clone, None))
        found = clone_problem(Enrolment(OLD, "/src/soda"), known)
        return found.code if found else None

    assert problem("octo/soda", occupied=True) is ErrorCode.CLONE, "what is pushed there goes to the other one"
    assert problem("octo/soda", occupied=False) is problem("octo/lemonade", occupied=True) is None


async def test_a_name_that_was_left_and_taken_between_two_readings_is_noticed_by_the_first(scene: Scene) -> None:
    place, service = scene.repository(), scene.client()
    await read_one(service)
    scene.world.move(place, "octo/lemonade")
    scene.repository("octo/soda")
    assert (await read_one(service)).occupied


async def test_one_that_was_deleted_and_made_again_is_not_taken_over_before_it_is_enrolled_anew(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in ("CONFIG", "CACHE", "STATE", "DATA"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(scene.root / kind))
    call = wiring.Invocation(os.environ)
    wiring.enroll(call, OLD, str(scene.root))
    place, kept = scene.repository(), call.paths.cache
    old = await read_one(scene.client(cache=kept))
    scene.world.remove(place)
    gone = await read_result(scene.client(cache=kept))
    assert isinstance(gone, Problem) and "does not exist" in gone.message
    made = scene.repository()
    for _ in range(2):
        other = await read_result(scene.client(cache=kept))
        assert isinstance(other, Problem) and "another repository has its name" in other.message
    wiring.unenroll(call, OLD.key)
    wiring.enroll(call, OLD, str(scene.root))
    assert (await read_one(scene.client(cache=kept))).id == made.id != old.id
