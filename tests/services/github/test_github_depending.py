"""What comes with a poll besides: dependencies, sub-issues, auto-merge, merge queue; servers that lack them too."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec import structs
from services.github.scene import Scene, read_one, target

from soda_tui.cockpit.ports.github import Target
from soda_tui.domain.codes import Checks
from soda_tui.domain.facts import Issue, RemoteFacts
from soda_tui.domain.ledger import HandedOver, LedgerState
from soda_tui.domain.model import SubIssues
from soda_tui.domain.naming import RepositoryName
from soda_tui.sandbox import merging
from soda_tui.sandbox.faults import Fault
from soda_tui.sandbox.people import People
from soda_tui.sandbox.schema import ENTERPRISE
from soda_tui.services.github.client import GitHubService
from soda_tui.services.github.fragments import OPTIONAL

pytestmark = pytest.mark.anyio
LACKING = frozenset().union(*OPTIONAL.values())


def by_number(facts: RemoteFacts) -> Mapping[int, Issue]:
    """The issues."""
    return {issue.number: issue for issue in facts.issues}


async def test_what_an_issue_waits_for_is_named_and_asked_for_only_when_it_moves(scene: Scene) -> None:
    here, there = scene.repository(), scene.repository("octo/other")
    for title in ("Waits", "First", "Free"):
        scene.issue(here, title, "route:ready")
    scene.issue(there, "Elsewhere", "route:ready")
    people = People(scene.world)
    people.block("octo/soda", 1, "octo/soda#2")
    people.block("octo/soda", 1, "octo/other#1")
    scene.clock.advance(60)
    service = scene.client(cache=scene.root / "cache")
    issues = by_number(await read_one(service))
    assert (issues[1].blocked_by, set(issues[1].blockers)) == (2, {"#2", "octo/other#1"})
    assert (issues[3].blocked_by, issues[3].blockers) == (0, ())
    before = service.requests
    await read_one(service)
    assert service.requests == before + 1
    people.close_issue("octo/other", 1)
    issues = by_number(await read_one(service))
    assert (issues[1].blocked_by, issues[1].blockers) == (1, ("#2",))
    fresh = scene.client(cache=scene.root / "cache")
    assert by_number(await read_one(fresh))[1].blockers == ("#2",)
    assert fresh.requests == 1
    people.close_issue("octo/soda", 2)
    assert by_number(await read_one(service))[1].blocked_by == 0


async def test_without_their_names_an_issue_waits_all_the_same(scene: Scene) -> None:
    repository = scene.repository()
    scene.issue(repository, "Waits", "route:ready")
    scene.issue(repository, "First", "route:ready")
    People(scene.world).block("octo/soda", 1, "octo/soda#2")
    scene.clock.advance(60)
    scene.world.faults.order(Fault.BAD_GATEWAY, times=9, matching="blockedBy(")
    service = scene.client()
    for _ in range(5):
        issue = by_number(await read_one(service))[1]
        assert (issue.blocked_by, issue.blockers) == (1, ())
    scene.world.faults.clear()
    before = service.requests
    await read_one(service)
    assert service.requests == before + 1, "a question without an answer is not asked for ever"


async def test_what_was_asked_in_vain_is_asked_again_after_an_hour(scene: Scene) -> None:
    repository = scene.repository()
    for title in ("Waits", "First"):
        scene.issue(repository, title, "route:ready")
    People(scene.world).block("octo/soda", 1, "octo/soda#2")
    work = scene.pull_request(repository, "agent001/2-a")
    held = LedgerState(scene.holder(1, "agent001/1-b"), (HandedOver(2, "agent001/2-a", work.number),))
    scene.ledger(repository, held)
    scene.clock.advance(60)
    cache = scene.root / "cache"

    async def dear(service: GitHubService) -> tuple[object, ...]:
        facts = await read_one(service)
        return by_number(facts)[1].blockers, facts.pull_requests[0].conflicting, facts.history is not None

    scene.world.faults.order(Fault.BAD_GATEWAY, times=3, matching="blockedBy(")
    service = scene.client(cache=cache)
    for _ in range(5):
        assert await dear(service) == ((), None, False)
    scene.clock.advance(3000)
    assert await dear(scene.client(cache=cache)) == ((), None, False)
    scene.clock.advance(600)
    again = scene.client(cache=cache)
    assert await dear(again) == (("#2",), False, True)
    before = again.requests
    for _ in range(2):
        scene.clock.advance(3600)
        await dear(again)
    assert again.requests == before + 2, "nor is what was answered"


async def test_sub_issues_auto_merge_and_the_merge_queue_come_with_the_poll(scene: Scene) -> None:
    repository = scene.repository()
    for title in ("Whole", "Part", "Other part"):
        scene.issue(repository, title, "route:ready")
    people = People(scene.world)
    people.add_sub_issue("octo/soda", 1, "octo/soda#2")
    people.add_sub_issue("octo/soda", 1, "octo/soda#3")
    people.close_issue("octo/soda", 2)
    waiting, queued = scene.pull_request(repository, "agent001/1-a"), scene.pull_request(repository, "agent001/3-b")
    people.allow_merges("octo/soda", auto=True, queue=True, queue_held=True)
    merging.enqueue(scene.world, queued, scene.world.user("me"), None, jump=False)
    people.set_checks("octo/soda", waiting.number, ci="PENDING")
    people.require("octo/soda", checks=["ci"])
    merging.enable_auto_merge(scene.world, waiting, scene.world.user("me"), "SQUASH", None)
    scene.clock.advance(60)
    facts = await read_one(scene.client())
    assert by_number(facts)[1].sub_issues == SubIssues(2, 1)
    assert by_number(facts)[3].sub_issues is None
    found = {pull.number: (pull.auto_merge, pull.queued) for pull in facts.pull_requests}
    assert found == {waiting.number: (True, None), queued.number: (False, 1)}


async def test_an_older_server_is_asked_once_what_it_has(scene: Scene) -> None:
    scene.world.lacks = LACKING
    scene.issue(scene.repository(), "A", "route:ready")
    scene.pull_request(scene.world.repository("octo/soda"), "agent001/1-a")
    scene.clock.advance(60)
    service, wanted = company(scene)
    found = await read_one(service, wanted)
    # Refused, asked for its types, asked again, and for the rest of the issue.
    assert service.requests == 4
    assert (await read_one(service, wanted)).issues == found.issues
    assert (service.requests, len(found.issues)) == (5, 1)
    looked = await service.closely(wanted.name, found.id, [found.pull_requests[0].id], [])
    assert [look.blocked for look in looked.landing.looks.values()] == [True]
    assert (await service.standing(wanted.name, "agent001", None)).rulesets == ()
    assert set((await service.reach("git.example.org")).lacks) == LACKING


async def test_an_older_server_is_asked_for_checks_where_it_has_them(scene: Scene) -> None:
    scene.world.lacks = ENTERPRISE
    repository = scene.repository()
    scene.issue(repository, "A", "route:review")
    work = scene.pull_request(repository, "agent001/1-a")
    scene.ledger(repository, LedgerState(None, (HandedOver(1, "agent001/1-a", work.number),)))
    people = People(scene.world)
    people.run_check("octo/soda", work.number, "build", log="no such word")
    scene.clock.advance(60)
    service, wanted = company(scene)
    facts = await read_one(service, wanted)
    assert [one.checks for one in facts.pull_requests] == [Checks.FAILURE]
    [checked] = (await service.probe("git.example.org", [wanted], [work.id])).pull_requests.values()
    assert checked.checks is Checks.FAILURE
    [failed] = (await service.remarks(wanted.name, work.number)).checks
    assert (failed.name, failed.log) == ("build", "no such word")
    assert "statusCheckRollup" not in (await service.reach("git.example.org")).lacks


async def test_what_an_older_server_lacks_is_known_to_whoever_starts_later_that_day(scene: Scene) -> None:
    scene.world.lacks = ENTERPRISE
    folder = scene.root / "cache"
    scene.issue(scene.repository(), "A", "route:ready")
    scene.clock.advance(60)
    service, wanted = company(scene, folder)
    await read_one(service, wanted)
    assert (folder / "features-git.example.org.json").stat().st_mode & 0o777 == 0o600
    later, _ = company(scene, folder)
    await read_one(later, wanted)
    assert later.requests == 1
    # The next day it may have been brought up to date: it is asked for all, and for its types where it has not.
    scene.clock.advance(24 * 3600)
    for lacks, requests in ((ENTERPRISE, 4), (frozenset[str](), 5)):
        scene.world.lacks = lacks
        await read_one(later, wanted)
        assert later.requests == requests
    (folder / "features-git.example.org.json").write_text('{"at": "2026-03-01T12:00:00", "lacks": ["id"]}')
    again, _ = company(scene, folder)
    await read_one(again, wanted)
    assert again.requests == 1


async def test_a_newer_server_of_a_company_is_asked_for_all(scene: Scene) -> None:
    repository = scene.repository()
    scene.issue(repository, "Waits", "route:ready")
    scene.issue(repository, "First", "route:ready")
    People(scene.world).block("octo/soda", 1, "octo/soda#2")
    scene.clock.advance(60)
    service, wanted = company(scene)
    assert by_number(await read_one(service, wanted))[1].blockers == ("#2",)


def company(scene: Scene, cache: Path | None = None) -> tuple[GitHubService, Target]:
    """A client of a company's own server."""
    environment = {"GH_ENTERPRISE_TOKEN": "ghp_0123456789abcdefghijklmnopqrstuvwxyz", "PATH": "/nonexistent"}
    elsewhere = structs.replace(target(), name=RepositoryName("git.example.org", "octo", "soda"))
    return scene.client_with(environment, cache), elsewhere
