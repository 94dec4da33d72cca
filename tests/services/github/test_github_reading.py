"""Reading repositories: what comes, in how many requests, and that one bad repository harms no other."""

from __future__ import annotations

import pytest
from msgspec import Raw, structs
from services.github.scene import TOKEN, Scene, read_one, read_result, target

from soda_tui.domain.codes import Checks, Review
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.labels import LabelNames
from soda_tui.domain.ledger import HandedOver, LedgerState
from soda_tui.domain.ledger import decode as decode_ledger
from soda_tui.domain.naming import RepositoryName
from soda_tui.sandbox import acts, merging
from soda_tui.sandbox.model import Permission
from soda_tui.sandbox.pull_requests import Check
from soda_tui.services.github import fragments, queries, reading, wire

pytestmark = pytest.mark.anyio


async def test_three_repositories_with_a_hundred_issues_each_cost_eight_points_at_first_and_one_afterwards(
    scene: Scene,
) -> None:
    names = [f"octo/soda{n}" for n in range(3)]
    done = tuple(HandedOver(n, f"agent001/{n}-z", None) for n in (8, 9, 10))
    for name in names:
        repository = scene.repository(name)
        for n in range(100):
            scene.issue(repository, f"Issue {n}", ("route:ready", "route:review")[n % 2], "route:priority-high")
        for n in range(4):
            scene.pull_request(repository, f"agent001/{n + 1}-x")
        scene.ledger(repository, LedgerState(scene.holder(7, "agent001/7-y"), done))
    scene.clock.advance(60)
    targets = [target(name) for name in names]
    service = scene.client(cache=scene.root / "cache")
    reading = await service.read(targets)
    assert (service.requests, service.points) == (5, 8)
    assert [account.rate_limit and account.rate_limit.cost for account in reading.accounts] == [8]
    again = await service.read(targets)
    assert (service.requests, service.points) == (6, 9)
    assert again.repositories == reading.repositories
    fresh = scene.client(cache=scene.root / "cache")
    assert (await fresh.read(targets)).repositories == reading.repositories
    assert (fresh.requests, fresh.points) == (1, 1)


async def test_the_facts_hold_what_github_shows(scene: Scene) -> None:
    repository = scene.repository()
    issue = scene.issue(
        repository, "\x1b[31mFix\x1b[0m the\n\u202ecrash [/x][@click=app.quit]", "route:ready", "agent001"
    )
    acts.assign(scene.world, issue, [scene.world.user("me")])
    scene.issue(repository, "Not routed")
    pull = scene.pull_request(repository, "agent001/1-fix", "Fixes #1\x1b[2J\nreally")
    repository.checks[pull.head_oid] = (Check("ci", "EXPECTED", scene.clock()),)
    acts.review(scene.world, pull, scene.world.user("octo"), "CHANGES_REQUESTED")
    scene.ledger(repository, LedgerState(scene.holder(1, "agent001/1-fix")))
    facts = await read_one(scene.client())
    assert (facts.name.full, facts.default_branch, facts.archived, facts.permission) == (
        "octo/soda",
        "main",
        False,
        "WRITE",
    )
    assert (facts.open_issues, facts.truncated, facts.degraded) == (2, False, ())
    [found] = facts.issues
    assert found.title == "Fix the crash [/x][@click=app.quit]"
    assert (found.labels, found.assignees, found.author) == (("route:ready", "agent001"), ("me",), "ada")
    assert (found.open, found.url) == (True, "https://github.com/octo/soda/issues/1")
    [opened] = facts.pull_requests
    assert (opened.body, opened.branch, opened.base) == ("Fixes #1\nreally", "agent001/1-fix", "main")
    assert (opened.checks, opened.review, opened.same_repository) == (Checks.PENDING, Review.CHANGES_REQUESTED, True)
    assert opened.url == "https://github.com/octo/soda/pull/3"
    assert [(branch.name, branch.oid) for branch in facts.branches] == [("agent001/1-fix", pull.head_oid)]
    assert set(facts.label_ids) == {"agent001", "route:ready", "route:review"}
    assert facts.label_ids["route:ready"] == scene.world.label(repository, "route:ready").id
    assert (facts.viewer.login, facts.viewer.id) == ("me", scene.world.user("me").id)
    holder = decode_ledger(facts.ledger).state.holder
    assert holder is not None
    assert holder.issue == 1


@pytest.mark.parametrize("relative", [False, True])
async def test_branch_names_are_whole_whichever_part_github_calls_the_prefix(scene: Scene, relative: bool) -> None:
    repository = scene.repository()
    scene.world.open_questions.relative_ref_names = relative
    scene.branch(repository, "agent001/1-fix")
    scene.branch(repository, "agent002/1-fix")
    assert [branch.name for branch in (await read_one(scene.client())).branches] == ["agent001/1-fix"]


async def test_every_list_is_paged_to_its_end(scene: Scene) -> None:
    repository = scene.repository()
    for n in range(205):
        scene.issue(repository, f"Issue {n}", "route:ready")
    for n in range(101):
        scene.branch(repository, f"agent001/{n + 1}-x")
    scene.clock.advance(60)
    service = scene.client()
    facts = await read_one(service)
    assert {issue.number for issue in facts.issues} == set(range(1, 206))
    assert (len(facts.branches), facts.truncated) == (101, False)
    assert service.requests == 1 + 2 + 1
    await read_one(service)
    assert service.requests == 4 + 3


async def test_a_list_without_an_end_is_cut_and_says_so(scene: Scene) -> None:
    repository = scene.repository()
    for n in range(1005):
        scene.issue(repository, f"Issue {n}", "route:ready")
    scene.clock.advance(60)
    service = scene.client()
    facts = await read_one(service)
    assert (len(facts.issues), facts.truncated) == (1000, True)
    before = service.requests
    assert (await read_one(service)).truncated
    assert service.requests == before + 10


async def test_more_than_twenty_four_repositories_come_in_more_documents(scene: Scene) -> None:
    names = [f"octo/soda{n}" for n in range(25)]
    for name in names:
        scene.repository(name)
    service = scene.client()
    reading = await service.read([target(name) for name in names])
    assert len([each for each in reading.repositories.values() if not isinstance(each, Problem)]) == 25
    assert service.requests == 2


async def test_repositories_with_other_label_names_share_a_document(scene: Scene) -> None:
    scene.issue(scene.repository("octo/one"), "A", "route:ready")
    other = scene.repository("octo/two")
    acts.create_label(scene.world, other, "todo", "000000", None)
    scene.issue(other, "B", "todo")
    scene.clock.advance(60)
    targets = [target("octo/one"), target("octo/two", LabelNames(ready="todo"), "agent002")]
    service = scene.client()
    for _ in range(2):
        reading = await service.read(targets)
        titles = [[i.title for i in r.issues] for r in reading.repositories.values() if not isinstance(r, Problem)]
        assert titles == [["A"], ["B"]]
    assert service.requests == 3


async def test_a_missing_a_forbidden_and_an_sso_repository_leave_the_others_whole(scene: Scene) -> None:
    scene.issue(scene.repository("octo/good"), "A", "route:ready")
    scene.repository("octo/hidden").permissions.clear()
    scene.repository("octo/sso").saml.add("me")
    targets = [target(f"octo/{name}") for name in ("missing", "good", "hidden", "sso")]
    service = scene.client()
    reading = await service.read(targets)
    codes = [each.code if isinstance(each, Problem) else None for each in reading.repositories.values()]
    assert codes == [ErrorCode.NOT_FOUND, None, ErrorCode.NOT_FOUND, ErrorCode.SAML]
    assert list(reading.repositories) == [each.name.key for each in targets]
    missing = reading.repositories["github.com/octo/missing"]
    assert isinstance(missing, Problem)
    assert "octo/missing does not exist" in missing.message


async def test_access_that_is_lost_and_found_again(scene: Scene) -> None:
    repository = scene.repository()
    service = scene.client()
    await read_one(service)
    repository.permissions.clear()
    for _ in range(2):
        lost = await read_result(service)
        assert isinstance(lost, Problem)
        assert lost.code is ErrorCode.NOT_FOUND
    repository.permissions["me"] = Permission.WRITE
    assert (await read_one(service)).id == repository.id


async def test_renamed_archived_and_empty_repositories_work(scene: Scene) -> None:
    scene.world.move(scene.repository("octo/old"), "octo/new")
    scene.repository("octo/kept").archived = True
    scene.repository("octo/empty", empty=True)
    service = scene.client()
    for _ in range(2):
        reading = await service.read([target(f"octo/{name}") for name in ("old", "kept", "empty")])
        renamed, archived, empty = reading.repositories.values()
        assert not any(isinstance(each, Problem) for each in reading.repositories.values()), reading
        assert not isinstance(renamed, Problem)
        assert not isinstance(archived, Problem)
        assert not isinstance(empty, Problem)
        assert renamed.name.full == "octo/new"
        assert archived.archived
        assert (empty.default_branch, empty.branches, empty.ledger) == (None, (), None)


@pytest.mark.parametrize(
    "field,words,permission",
    [
        ("PullRequest.statusCheckRollup", "the checks", "checks and commit statuses"),
        ("PullRequest.reviewDecision", "the reviews", "pull requests"),
        ("PullRequest.mergeQueueEntry", "auto-merge and the merge queue", "pull requests"),
        ("PullRequest.autoMergeRequest", "auto-merge and the merge queue", "pull requests"),
        ("Issue.subIssuesSummary", "the sub-issues", "issues"),
        ("Issue.issueDependenciesSummary", "what issues wait for", "issues"),
    ],
)
async def test_a_forbidden_field_is_missing_and_the_rest_is_there(
    scene: Scene, field: str, words: str, permission: str
) -> None:
    scene.world.add_token("ghp_fine", "me", forbidden=[field])
    repository = scene.repository()
    scene.issue(repository, "A", "route:ready")
    for n in range(3):
        scene.pull_request(repository, f"agent001/{n + 1}-x")
    service = scene.client("ghp_fine")
    for _ in range(2):
        facts = await read_one(service)
        assert len(facts.issues) == 1
        unseen = field == "PullRequest.statusCheckRollup"
        assert [pull.checks for pull in facts.pull_requests] == [Checks.HIDDEN if unseen else Checks.NONE] * 3
        [problem] = facts.degraded
        assert problem.code is ErrorCode.FORBIDDEN
        assert f"{words} of octo/soda" in problem.message and f"access to {permission}" in problem.message
    scene.world.add_token("ghp_fine", "me")
    service.retry("github.com")
    assert (await read_one(service)).degraded == ()


@pytest.mark.parametrize("field", ["Repository.ref", "Repository.refs", "Issue.assignees", "Repository.issues"])
async def test_what_all_depends_on_is_a_problem_when_it_is_forbidden(scene: Scene, field: str) -> None:
    scene.world.add_token("ghp_fine", "me", forbidden=[field])
    scene.issue(scene.repository(), "A", "route:ready")
    result = await read_result(scene.client("ghp_fine"))
    assert isinstance(result, Problem)
    assert result.code is ErrorCode.FORBIDDEN
    what = {"ref": "branches", "refs": "branches"}.get(field.partition(".")[2], "issues")
    assert f"read the {what} of octo/soda" in result.message and "Give the token read" in result.message


async def test_the_held_issue_and_its_pull_request_are_there_when_no_list_shows_them(scene: Scene) -> None:
    repository = scene.repository()
    issue = scene.issue(repository, "Held", "agent001")
    merged, closed = (scene.pull_request(repository, f"agent001/{n}-x") for n in (1, 2))
    scene.ledger(
        repository,
        LedgerState(scene.holder(issue.number, "agent001/1-x"), (HandedOver(2, "agent001/2-x", closed.number),)),
    )
    service = scene.client()
    scene.clock.advance(60)
    facts = await read_one(service)
    assert [pull.open for pull in facts.pull_requests] == [True, True]
    acts.close(scene.world, issue)
    acts.close(scene.world, closed)
    merging.merge(scene.world, merged, scene.world.user("octo"))
    scene.clock.advance(60)
    for requests in (2, 1, 1):
        before = service.requests
        facts = await read_one(service)
        assert [(each.number, each.open, each.labels) for each in facts.issues] == [(1, False, ("agent001",))]
        assert {(each.number, each.open, each.merged) for each in facts.pull_requests} == {
            (merged.number, False, True),
            (closed.number, False, False),
        }
        assert service.requests == before + requests
    acts.reopen(scene.world, issue)
    assert (await read_one(service)).issues[0].open


async def test_a_held_issue_that_was_deleted_is_simply_not_there(scene: Scene) -> None:
    repository = scene.repository()
    scene.ledger(repository, LedgerState(scene.holder(77, "agent002/77-x")))
    oid = scene.branch(repository, "agent002/77-x")
    for _ in range(2):
        facts = await read_one(scene.client())
        assert facts.issues == ()
        assert [(branch.name, branch.oid) for branch in facts.branches] == [("agent002/77-x", oid)]


async def test_the_token_of_an_app_cannot_be_assigned(scene: Scene) -> None:
    scene.repository().permissions["robot[bot]"] = Permission.WRITE
    scene.world.add_token("ghs_app", "robot[bot]")
    viewer = (await read_one(scene.client("ghs_app"))).viewer
    assert (viewer.id, viewer.login) == (None, "robot[bot]")


async def test_hosts_are_read_side_by_side_and_fail_alone(scene: Scene) -> None:
    scene.repository()
    service = scene.client()
    elsewhere = structs.replace(target(), name=RepositoryName("git.example.org", "octo", "soda"))
    reading = await service.read([target(), elsewhere])
    assert [account.host for account in reading.accounts] == ["github.com", "git.example.org"]
    assert TOKEN not in repr(reading)


async def test_a_watch_that_a_page_ends_while_its_rest_is_on_the_way(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    monkeypatch.setattr(fragments, "PAGE", 2)
    monkeypatch.setattr(reading, "_IDS", 2)
    repository = scene.repository()
    closed = scene.pull_request(repository, "agent001/1-x")
    acts.close(scene.world, closed)
    scene.ledger(repository, LedgerState(scene.holder(1, "agent001/1-x")))
    scene.clock.advance(60)
    service = scene.client()
    await read_one(service)
    author = scene.world.user("me")
    newer = acts.open_pull_request(
        scene.world, repository, author, "main", "agent001/1-x", "Again", "Fixes #1", draft=False
    )
    scene.clock.advance(60)
    others = [scene.pull_request(repository, f"other{n}") for n in range(2)]
    acts.edit(scene.world, closed, None, "Fixes #2", author)
    scene.clock.advance(60)
    facts = await read_one(service)
    assert {pull.number for pull in facts.pull_requests} == {newer.number, *(other.number for other in others)}


async def test_a_letter_that_is_none_is_a_bad_answer(scene: Scene) -> None:
    assert wire.read(Raw(b'{"id":"U_1","login":"\xff"}'), wire.Viewer) is None
    assert wire.read(Raw(b"[" * 100_000 + b"]" * 100_000), list[object]) is None
