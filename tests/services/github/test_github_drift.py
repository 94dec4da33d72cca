"""What drift is seen by: who edited, how far behind, which pull requests conflict; and that it costs no more points."""

from __future__ import annotations

import pytest
from msgspec import structs
from services.github.scene import Scene, read_one, target

from soda_tui.domain.ledger import HandedOver, LedgerState
from soda_tui.sandbox import acts, merging
from soda_tui.sandbox.fast_import import Change
from soda_tui.sandbox.faults import Fault
from soda_tui.sandbox.model import Repository
from soda_tui.services.github.client import GitHubService

pytestmark = pytest.mark.anyio
BRANCH = "agent001/1-fix"


def grow(scene: Scene, repository: Repository, branch: str = "main", name: str = "more.txt", text: str = "x") -> None:
    change = Change("Grow", {name: text}, "octo <octo@users.noreply.github.com>", scene.clock())
    repository.remote.append(branch, [change])
    scene.world.settle()


async def cost(service: GitHubService, scene: Scene) -> int:
    """The points of one more reading."""
    before = service.points
    await read_one(service)
    return service.points - before


async def test_who_changed_the_text_of_an_issue_and_when(scene: Scene) -> None:
    issue = scene.issue(scene.repository(), "A", "route:ready")
    scene.clock.advance(60)
    service = scene.client()
    [found] = (await read_one(service)).issues
    assert (found.edited_at, found.editor) == (None, None)
    scene.clock.advance(60)
    acts.edit(scene.world, issue, None, "Something else", scene.world.user("octo"))
    edited_at = scene.clock()
    scene.clock.advance(60)
    acts.edit(scene.world, issue, "B", None, scene.world.user("ada"))
    [found] = (await read_one(service)).issues
    assert (found.edited_at, found.editor) == (edited_at, "octo")
    scene.clock.advance(60)
    [found] = (await read_one(scene.client(cache=scene.root / "cache"))).issues
    assert found.editor == "octo"


@pytest.mark.parametrize("base", [None, "main", "release"])
async def test_how_many_commits_of_its_base_the_claims_branch_lacks(scene: Scene, base: str | None) -> None:
    repository = scene.repository()
    scene.issue(repository, "A", "route:ready")
    scene.branch(repository, BRANCH)
    scene.branch(repository, "release")
    scene.ledger(repository, LedgerState(scene.holder(1, BRANCH)))
    scene.clock.advance(60)
    wanted = structs.replace(target(), base=base)
    service = scene.client()
    lacks = 1 if base == "release" else 0
    assert (await read_one(service, wanted)).behind == lacks
    grow(scene, repository, base or "main")
    before = service.points
    assert (await read_one(service, wanted)).behind == lacks + 1
    assert service.points - before == 1


async def test_a_branch_that_cannot_be_compared_harms_nothing(scene: Scene) -> None:
    repository = scene.repository()
    scene.issue(repository, "A", "route:ready")
    scene.ledger(repository, LedgerState(scene.holder(1, BRANCH)))
    facts = await read_one(scene.client())
    assert facts.behind is None and [issue.number for issue in facts.issues] == [1]
    assert (await read_one(scene.client(), structs.replace(target(), base="nowhere"))).behind is None


async def test_conflicts_are_asked_for_only_when_a_head_has_moved(scene: Scene) -> None:
    repository = scene.repository()
    scene.issue(repository, "A", "route:review")
    pull = scene.pull_request(repository, BRANCH)
    other = scene.pull_request(repository, "topic")
    scene.ledger(repository, LedgerState(None, (HandedOver(1, BRANCH, pull.number),)))
    scene.clock.advance(60)
    service = scene.client(cache=scene.root / "cache")
    known = {one.number: one.conflicting for one in (await read_one(service)).pull_requests}
    assert known == {pull.number: False, other.number: None}
    assert await cost(service, scene) == 1
    grow(scene, repository, name=f"{BRANCH}.txt", text="theirs")
    scene.clock.advance(60)
    assert await cost(service, scene) == 2
    assert await cost(service, scene) == 1
    for again in (service, scene.client(cache=scene.root / "cache")):
        [one] = [one for one in (await read_one(again)).pull_requests if one.number == pull.number]
        assert one.conflicting is True


async def test_an_answer_that_does_not_come_is_asked_for_three_times(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = scene.repository()
    scene.issue(repository, "A", "route:review")
    pull = scene.pull_request(repository, BRANCH)
    scene.ledger(repository, LedgerState(None, (HandedOver(1, BRANCH, pull.number),)))
    scene.clock.advance(60)
    monkeypatch.setattr("soda_tui.sandbox.fields_pull_requests.mergeable", lambda _: "UNKNOWN")
    service = scene.client()
    await read_one(service)
    assert [await cost(service, scene) for _ in range(4)] == [2, 2, 1, 1]
    assert [one.conflicting for one in (await read_one(service)).pull_requests] == [None]


async def test_that_github_takes_too_long_over_it_leaves_the_rest_whole(scene: Scene) -> None:
    repository = scene.repository()
    scene.issue(repository, "A", "route:review")
    pull = scene.pull_request(repository, BRANCH)
    scene.ledger(repository, LedgerState(None, (HandedOver(1, BRANCH, pull.number),)))
    scene.world.faults.order(Fault.BAD_GATEWAY, times=20, matching="mergeable")
    facts = await read_one(scene.client())
    assert [one.conflicting for one in facts.pull_requests] == [None]


async def test_finished_work_brings_its_closed_issue_along(scene: Scene) -> None:
    repository = scene.repository()
    scene.issue(repository, "A", "route:review")
    pull = scene.pull_request(repository, BRANCH)
    scene.ledger(repository, LedgerState(None, (HandedOver(1, BRANCH, pull.number),)))
    merging.merge(scene.world, pull, scene.world.user("octo"))
    scene.clock.advance(60)
    service = scene.client()
    facts = await read_one(service)
    assert [(issue.number, issue.open, issue.labels) for issue in facts.issues] == [(1, False, ("route:review",))]
    assert await cost(service, scene) == 1


async def test_how_the_held_issue_came_to_its_text_is_asked_for_only_when_it_has_moved(scene: Scene) -> None:
    repository = scene.repository()
    issue = scene.issue(repository, "A", "route:ready")
    scene.ledger(repository, LedgerState(scene.holder(1, BRANCH)))
    scene.clock.advance(60)
    service = scene.client(cache=scene.root / "cache")
    history = (await read_one(service)).history
    assert history is not None and history.edits == ()
    assert [(one.label, one.login) for one in history.labelled] == [("route:ready", issue.author.login)]
    assert await cost(service, scene) == 1
    labelled_at = scene.clock()
    label = scene.world.label(issue.repository, "route:priority-high")
    acts.add_labels(scene.world, issue, [label], scene.world.user("ada"))
    scene.clock.advance(60)
    acts.edit(scene.world, issue, None, "Else", scene.world.user("mallory"))
    acts.edit(scene.world, issue, "Other", "Else again", scene.world.user("ada"))
    scene.clock.advance(60)
    for again in (service, scene.client(cache=scene.root / "cache")):
        history = (await read_one(again)).history
        assert history is not None
        assert (history.labelled[-1].at, history.labelled[-1].login) == (labelled_at, "ada")
        assert {(one.login, one.title) for one in history.edits if one.at > labelled_at} == {
            ("mallory", False),
            ("ada", False),
            ("ada", True),
        }
        assert await cost(again, scene) == 1


async def test_that_github_does_not_say_how_it_came_to_its_text_leaves_the_rest_whole(scene: Scene) -> None:
    repository = scene.repository()
    scene.issue(repository, "A", "route:ready")
    scene.ledger(repository, LedgerState(scene.holder(1, BRANCH)))
    scene.clock.advance(60)
    scene.world.faults.order(Fault.BAD_GATEWAY, times=60, matching="timelineItems")
    service = scene.client()
    for _ in range(4):
        facts = await read_one(service)
        assert facts.history is None and [issue.number for issue in facts.issues] == [1]
    assert await cost(service, scene) == 1


async def test_an_issue_is_told_with_its_newest_comments(scene: Scene) -> None:
    issue = scene.issue(scene.repository(), "A", "route:ready")
    for number in range(52):
        acts.comment(scene.world, issue, scene.world.user("mallory"), f"{number}\u200b\U000e0041")
    detail = await scene.client().detail(target().name, 1)
    assert [one.body for one in detail.comments] == [str(number) for number in range(2, 52)]
    assert detail.commented == 52 and detail.comments[0].association == "NONE"
