"""What came back: which heads reviews are of, at what cost, and what checks and reviewers say of them."""

from __future__ import annotations

import pytest
from services.github.scene import Scene, read_one, target

from soda_tui.domain.ledger import HandedOver, LedgerState
from soda_tui.sandbox import acts
from soda_tui.sandbox.fast_import import Change
from soda_tui.sandbox.people import People
from soda_tui.sandbox.pull_requests import PullRequest
from soda_tui.services.github.client import GitHubService

pytestmark = pytest.mark.anyio
BRANCH, NAME = "agent001/1-a", "octo/soda"
LOG = "\n".join(["2026-03-01T12:00:00.1Z \x1b[31mno such word\x1b[0m", "##[error]exit code 1", "cleaning up"])


def handed_over(scene: Scene) -> PullRequest:
    repository = scene.repository()
    repository.permissions["grace"] = repository.permissions["me"]
    scene.issue(repository, "A", "route:review")
    pull = scene.pull_request(repository, BRANCH)
    scene.ledger(repository, LedgerState(None, (HandedOver(1, BRANCH, pull.number),)))
    scene.clock.advance(60)
    return pull


async def cost(service: GitHubService, scene: Scene) -> int:
    before = service.points
    await read_one(service)
    return service.points - before


async def test_which_head_a_review_is_of_is_asked_for_only_when_something_moved(scene: Scene) -> None:
    pull = handed_over(scene)
    service = scene.client(cache=scene.root / "cache")
    await read_one(service)
    assert await cost(service, scene) == 1
    People(scene.world).review(NAME, pull.number, "CHANGES_REQUESTED", "No.", by="grace")
    reviewed = pull.head_oid
    scene.clock.advance(60)
    assert await cost(service, scene) == 3, "the list, what moved, and the question"
    for again in (service, scene.client(cache=scene.root / "cache")):
        assert await cost(again, scene) == 1
        [one] = (await read_one(again)).pull_requests
        assert one.faulted == (reviewed,)
    work = Change("More", {"more.txt": "more"}, "octo <octo@example.com>", scene.clock())
    pull.repository.remote.append(BRANCH, [work])
    scene.world.settle()
    scene.clock.advance(60)
    [one] = (await read_one(service)).pull_requests
    assert one.head_oid != reviewed and one.faulted == (reviewed,)


async def test_what_is_said_is_read_with_the_end_of_the_log_and_the_token_goes_to_github_alone(scene: Scene) -> None:
    pull = handed_over(scene)
    people = People(scene.world)
    people.set_checks(NAME, pull.number, lint="FAILURE", docs="SUCCESS")
    people.run_check(NAME, pull.number, "build", text="Summary", log=LOG, notes=[("a.py", 3, "is wrong")])
    people.run_check(NAME, pull.number, "types", "SUCCESS")
    people.review(NAME, pull.number, "CHANGES_REQUESTED", "Not so.", by="grace")
    people.comment_on_line(NAME, pull.number, "a.py", 3, "Why?", by="grace")
    acts.comment_on_line(scene.world, pull, scene.world.user("mallory"), "a.py", 9, "Settled").is_resolved = True
    found = await scene.client().remarks(target().name, pull.number)
    assert [(one.name, one.conclusion) for one in found.checks] == [("lint", "failure"), ("build", "failure")]
    assert found.checks[1].log == "a.py:3: is wrong\nno such word\n##[error]exit code 1"
    assert found.checks[1].said == "Summary"
    assert [(one.author, one.body, one.path, one.line) for one in found.remarks] == [
        ("grace", "Not so.", "", None),
        ("grace", "Why?", "a.py", 3),
    ]
    assert {one.association for one in found.remarks} == {"MEMBER"}
    assert (found.head, found.conflicting, found.unreadable) == (pull.head_oid, False, False)


@pytest.mark.parametrize("field", ["StatusCheckRollup.contexts", "PullRequest.statusCheckRollup"])
async def test_a_token_that_may_not_see_the_checks_gets_the_rest(scene: Scene, field: str) -> None:
    pull = handed_over(scene)
    people = People(scene.world)
    people.run_check(NAME, pull.number, "build", log=LOG)
    people.comment_on_line(NAME, pull.number, "a.py", 3, "Why?", by="grace")
    scene.world.add_token("ghp_fine", "me", forbidden=[field])
    found = await scene.client("ghp_fine").remarks(target().name, pull.number)
    assert found.unreadable and not found.checks and [one.body for one in found.remarks] == ["Why?"]
