"""Changes and single questions."""

from __future__ import annotations

import pytest
from services.github.scene import Scene, target

from soda_tui.domain.changes import (
    AddLabels,
    Assign,
    Change,
    CreateLabel,
    OpenPullRequest,
    RemoveLabels,
    RequestReviews,
    Unassign,
    UpdateLabel,
)
from soda_tui.domain.failure import ErrorCode, Failure
from soda_tui.sandbox import acts, merging
from soda_tui.sandbox.model import Permission

pytestmark = pytest.mark.anyio
NAME = target().name


async def test_each_change_tells_what_is_now(scene: Scene) -> None:
    repository = scene.repository()
    issue = scene.issue(repository, "A", "route:ready")
    ready, agent = (scene.world.label(repository, name).id for name in ("route:ready", "agent001"))
    me = scene.world.user("me").id
    service = scene.client()
    results = await service.change(
        NAME,
        [
            AddLabels(issue.id, (agent,)),
            RemoveLabels(issue.id, (ready,)),
            Assign(issue.id, me),
            Unassign(issue.id, me),
            CreateLabel(repository.id, "new", "0052cc", "A new one"),
        ],
    )
    assert [each.problem for each in results] == [None] * 5
    assert [each.labels for each in results[:2]] == [("route:ready", "agent001"), ("agent001",)]
    assert [each.assignees for each in results[2:4]] == [("me",), ()]
    assert results[4].id == scene.world.label(repository, "new").id
    assert (service.requests, service.points) == (1, 1)
    [corrected] = await service.change(NAME, [UpdateLabel(results[4].id or "", "newer", "ff0000", "Better")])
    assert corrected.problem is None
    _, labels = await service.labels(NAME)
    assert ("newer", "ff0000", "Better") in {(each.name, each.color, each.description) for each in labels}


async def test_a_refused_change_does_not_keep_the_others(scene: Scene) -> None:
    repository = scene.repository()
    issue = scene.issue(repository, "A", "route:ready")
    agent = scene.world.label(repository, "agent001").id
    gone, taken, done = await scene.client().change(
        NAME,
        [
            AddLabels(issue.id, ("LA_gone",)),
            CreateLabel(repository.id, "agent001", "0052cc", ""),
            AddLabels(issue.id, (agent,)),
        ],
    )
    assert gone.problem is not None
    assert gone.problem.code is ErrorCode.NOT_FOUND
    assert taken.problem is not None
    assert taken.problem.code is ErrorCode.REFUSED
    assert "already been taken" in taken.problem.message
    assert done.labels == ("route:ready", "agent001")


async def test_somebody_who_may_only_read_is_told_so(scene: Scene) -> None:
    repository = scene.repository()
    issue = scene.issue(repository, "A", "route:ready")
    repository.permissions["me"] = Permission.READ
    [result] = await scene.client().change(NAME, [RemoveLabels(issue.id, (issue.labels[0].id,))])
    assert result.problem is not None
    assert result.problem.code is ErrorCode.FORBIDDEN
    assert "does not let your token change octo/soda" in result.problem.message


async def test_a_pull_request_is_opened_once_and_reviewers_are_asked(scene: Scene) -> None:
    repository = scene.repository()
    repository.permissions["ada"] = Permission.WRITE
    scene.world.user("ada")
    scene.world.teams.add("octo/crew")
    scene.branch(repository, "agent001/1-x")
    opening = OpenPullRequest(repository.id, "main", "agent001/1-x", "Fix it", "Fixes #1", True)
    service = scene.client()
    [opened] = await service.change(NAME, [opening])
    assert (opened.number, opened.url) == (1, "https://github.com/octo/soda/pull/1")
    [again] = await service.change(NAME, [opening])
    assert again.problem is not None
    assert again.problem.code is ErrorCode.REFUSED
    [asked] = await service.change(NAME, [RequestReviews(opened.id or "", ("ada", "octo/crew"))])
    assert asked.problem is None
    pull = repository.pull_requests[1]
    assert ([user.login for user in pull.requested], pull.requested_teams, pull.is_draft) == (
        ["ada"],
        ["octo/crew"],
        True,
    )


async def test_what_one_request_may_not_hold_is_not_sent(scene: Scene) -> None:
    service = scene.client()
    opening = OpenPullRequest("R_1", "main", "x", "T", "B", False)
    label = AddLabels("I_1", ())
    too_many: tuple[tuple[Change, ...], ...] = ((label,) * 6, (opening, label))
    for changes in too_many:
        with pytest.raises(ValueError, match="at most five"):
            await service.change(NAME, changes)
    assert await service.change(NAME, []) == ()
    assert service.requests == 0


async def test_an_issue_with_its_body(scene: Scene) -> None:
    repository = scene.repository()
    issue = scene.issue(repository, "A", "route:ready")
    issue.body = "First\r\n\x1b[31msecond"
    acts.close(scene.world, issue)
    detail = await scene.client().detail(NAME, issue.number)
    assert (detail.body, detail.issue.open, detail.issue.labels) == ("First\nsecond", False, ("route:ready",))
    with pytest.raises(Failure) as failure:
        await scene.client().detail(NAME, 99)
    assert failure.value.problem.code is ErrorCode.NOT_FOUND
    assert "octo/soda issue 99" in failure.value.problem.message


async def test_all_labels_are_paged_through(scene: Scene) -> None:
    repository = scene.repository()
    for number in range(120):
        acts.create_label(scene.world, repository, f"label {number}", "0052cc", None)
    service = scene.client()
    id, labels = await service.labels(NAME)
    assert (id, len(labels), service.requests) == (repository.id, 134, 2)


async def test_the_pull_requests_of_a_branch_newest_first_in_any_state(scene: Scene) -> None:
    repository = scene.repository()
    first = scene.pull_request(repository, "agent001/1-x", "one")
    acts.close(scene.world, first)
    scene.clock.advance(60)
    author = scene.world.user("me")
    second = acts.open_pull_request(
        scene.world, repository, author, "main", "agent001/1-x", "Again", "two", draft=False
    )
    merging.merge(scene.world, second, scene.world.user("octo"))
    found = await scene.client().pull_requests(NAME, ("agent001/1-x",))
    assert [(each.body, each.open, each.merged) for each in found] == [("two", False, True), ("one", False, False)]
    assert await scene.client().pull_requests(NAME, ("agent001/2-y",)) == ()
