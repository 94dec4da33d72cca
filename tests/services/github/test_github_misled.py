"""What an answer leaves out, or says of another, is never taken for a no, nor for what was asked for."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from services.github.scene import TOKEN, Scene, read_one, read_result, target

from soda_tui.domain.codes import Checks, Review, Unseen
from soda_tui.domain.facts import RemoteFacts
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.model import SubIssues
from soda_tui.sandbox import merging
from soda_tui.sandbox.faults import Fault
from soda_tui.sandbox.people import People
from soda_tui.sandbox.world import Token
from soda_tui.services.github import headers, wire
from soda_tui.services.github.client import GitHubService
from soda_tui.services.github.faulting import Faulting

pytestmark = pytest.mark.anyio
A, B = "octo/a", "octo/b"
FIELDS = ("Issue.issueDependenciesSummary", "PullRequest.autoMergeRequest", "Issue.subIssuesSummary")
ENVIRONMENT = {"GH_TOKEN": TOKEN, "PATH": "/nonexistent"}


def busy(scene: Scene, name: str) -> None:
    """A repository in which an issue waits for another, is part of one, and a pull request merges by itself."""
    repository, people, me = scene.repository(name), People(scene.world), scene.world.user("me")
    for title in ("Waits", "First", "Part"):
        scene.issue(repository, f"{title} of {name}", "route:ready")
    people.block(name, 1, f"{name}#2")
    people.add_sub_issue(name, 1, f"{name}#3")
    work = scene.pull_request(repository, "agent001/1-a")
    people.allow_merges(name, auto=True)
    people.set_checks(name, work.number, ci="PENDING")
    people.require(name, checks=["ci"])
    merging.enable_auto_merge(scene.world, work, me, "SQUASH", None)


def told(facts: RemoteFacts | Problem) -> tuple[int, SubIssues | None, bool]:
    """How many issues the first waits for, its parts, and whether its pull request merges by itself."""
    assert isinstance(facts, RemoteFacts), facts
    [first] = [issue for issue in facts.issues if issue.number == 1]
    [work] = facts.pull_requests
    return first.blocked_by, first.sub_issues, work.auto_merge


WHOLE = (1, SubIssues(1, 0), True)


async def both(service: GitHubService) -> tuple[RemoteFacts | Problem, ...]:
    """What reading the two gives."""
    return tuple((await service.read([target(A), target(B)])).repositories.values())


async def test_a_host_that_struggles_is_asked_for_all_that_decides_something(scene: Scene) -> None:
    for name in (A, B):
        busy(scene, name)
    scene.clock.advance(60)
    service = scene.client()
    await both(service)
    scene.world.faults.order(Fault.BAD_GATEWAY)
    for _ in range(3):
        assert [told(each) for each in await both(service)] == [WHOLE, WHOLE]


async def test_what_is_forbidden_in_one_repository_is_seen_in_the_others_and_asked_for_again(scene: Scene) -> None:
    for name in (A, B):
        busy(scene, name)
    scene.clock.advance(60)
    service = scene.client(cache=scene.root / "cache")
    await both(service)
    user = scene.world.tokens[TOKEN].user
    scene.world.tokens[TOKEN] = Token(user, frozenset(f"{A}:{field}" for field in FIELDS))
    for _ in range(2):
        kept, free = await both(service)
        assert isinstance(kept, RemoteFacts) and isinstance(free, RemoteFacts)
        # What was seen before counts until it can be seen again; that it cannot be seen is said.
        assert (told(kept), len(kept.degraded)) == (WHOLE, 3)
        assert (told(free), free.degraded) == (WHOLE, ())
        # What did not wait for another may by now.
        assert {one.number: one.hidden for one in kept.issues} == {1: (), 2: (Unseen.BLOCKERS,), 3: (Unseen.BLOCKERS,)}
        assert [one.hidden for one in kept.pull_requests] == [()]
    later = await read_one(scene.client(cache=scene.root / "cache"), target(A))
    assert told(later)[0] == 1
    scene.world.tokens[TOKEN] = Token(user)
    People(scene.world).close_issue(A, 2)
    scene.clock.advance(3601)
    kept, _ = await both(service)
    assert isinstance(kept, RemoteFacts)
    assert (told(kept)[0], kept.degraded) == (0, ())


async def test_what_was_never_seen_is_not_known(scene: Scene) -> None:
    busy(scene, A)
    scene.clock.advance(60)
    user = scene.world.tokens[TOKEN].user
    scene.world.tokens[TOKEN] = Token(user, frozenset(f"{A}:{field}" for field in FIELDS))
    service = scene.client()
    for _ in range(2):
        found = await read_one(service, target(A))
        assert {one.hidden for one in found.issues} == {(Unseen.BLOCKERS, Unseen.SUB_ISSUES)}
        assert [one.hidden for one in found.pull_requests] == [(Unseen.AUTO_MERGE,)]
        assert len(found.degraded) == 3
    # All else of one that is looked at is there, whether or not that was noticed before.
    for client in (service, scene.client()):
        detail = await client.detail(target(A).name, 1)
        assert detail.issue.title.startswith("Waits") and Unseen.BLOCKERS in detail.issue.hidden
    scene.world.tokens[TOKEN] = Token(user)
    scene.clock.advance(3601)
    seen = await read_one(service, target(A))
    assert told(seen) == WHOLE and not any(one.hidden for one in seen.issues)
    assert not any(one.hidden for one in seen.pull_requests)


async def test_checks_that_may_not_be_seen_are_neither_none_nor_those_of_before(scene: Scene) -> None:
    busy(scene, A)
    scene.clock.advance(60)
    service, user = scene.client(), scene.world.tokens[TOKEN].user
    assert [one.checks for one in (await read_one(service, target(A))).pull_requests] == [Checks.PENDING]
    scene.world.tokens[TOKEN] = Token(user, frozenset({f"{A}:PullRequest.statusCheckRollup"}))
    for client in (service, scene.client()):
        assert [one.checks for one in (await read_one(client, target(A))).pull_requests] == [Checks.HIDDEN]
    scene.world.tokens[TOKEN] = Token(user)
    assert [one.checks for one in (await read_one(service, target(A))).pull_requests] == [Checks.PENDING]


async def test_an_answer_of_another_repository_is_refused(scene: Scene) -> None:
    for name in (A, B):
        scene.issue(scene.repository(name), name, "route:ready")
    scene.clock.advance(60)

    def swap(data: dict[str, Any]) -> None:
        for value in data.values():
            if isinstance(value, list) and swapping:
                value.reverse()

    swapping = False
    service = scene.client_with(ENVIRONMENT, bend=swap)
    before = await both(service)
    swapping = True
    scene.issue(scene.world.repository(A), "new", "route:ready")
    for _ in range(2):
        assert [each.code for each in await both(service) if isinstance(each, Problem)] == [ErrorCode.BAD_ANSWER] * 2
    marks = (await service.probe("github.com", [target(A), target(B)], ())).marks
    assert set(marks.values()) == {""}
    swapping = False
    one, other = await both(service)
    assert isinstance(one, RemoteFacts) and {issue.title for issue in one.issues} == {A, "new"}
    assert other == before[1]


@pytest.mark.parametrize("field", ["reviewDecision", "mergeStateStatus"])
async def test_a_no_in_words_that_we_do_not_know_is_none_the_less(scene: Scene, field: str) -> None:
    scene.pull_request(scene.repository(A), "agent001/1-a")
    scene.clock.advance(60)

    def bend(thing: Any) -> None:
        for each in thing if isinstance(thing, list) else thing.values() if isinstance(thing, dict) else ():
            bend(each)
        if isinstance(thing, dict) and field in thing:
            thing[field] = "BY_A_POLICY"

    service = scene.client_with(ENVIRONMENT, bend=bend)
    facts = await read_one(service, target(A))
    looked = await service.closely(target(A).name, facts.id, [one.id for one in facts.pull_requests], [])
    [pull], [look] = looked.pull_requests, looked.landing.looks.values()
    assert (pull.review is Review.REQUIRED, look.blocked) == (field == "reviewDecision", field == "mergeStateStatus")


async def test_a_refused_token_tells_nothing_of_the_budget(scene: Scene) -> None:
    scene.repository()
    environment = {**ENVIRONMENT, "GH_TOKEN": "ghp_wrong"}
    service = scene.client_with(environment)
    refused = await read_result(service)
    assert isinstance(refused, Problem) and refused.code is ErrorCode.AUTHENTICATION
    assert await read_result(service) == refused
    environment["GH_TOKEN"] = TOKEN
    service.retry("github.com")
    await read_one(service)


async def test_what_stands_before_github_tells_nothing_of_the_token(scene: Scene) -> None:
    scene.repository()
    user = scene.world.tokens[TOKEN].user
    scene.world.tokens[TOKEN] = Token(user, expires=scene.clock.now.replace(day=9))
    service = scene.client()
    expected = (await service.read([target()])).accounts[0].token_expires_at
    assert expected is not None
    scene.world.faults.order(Fault.BAD_GATEWAY, times=3)
    assert (await service.read([target()])).accounts[0].token_expires_at == expected


def test_an_expiry_beyond_all_time_is_none() -> None:
    said = {"github-authentication-token-expiration": "9999-12-31 23:59:59 -0500"}
    assert headers.expiry(said) is None


async def test_an_answer_about_an_issue_that_was_not_asked_for_is_left_out(scene: Scene) -> None:
    busy(scene, A)
    scene.clock.advance(60)

    def rename(data: dict[str, Any]) -> None:
        for value in data.values():
            for node in value if isinstance(value, list) else ():
                if isinstance(node, dict) and "blockedBy" in node:
                    node["id"] = "X_1"

    assert told(await read_one(scene.client_with(ENVIRONMENT, bend=rename), target(A))) == WHOLE


def test_a_review_of_a_pull_request_that_was_not_asked_for_is_left_out() -> None:
    faulting = Faulting(())
    faulting.take([wire.Opinions("PR_1")], datetime(2026, 3, 1, tzinfo=UTC))
    assert faulting.answers == ()


async def test_a_log_is_not_asked_for_inside_a_limits_wait(scene: Scene) -> None:
    scene.repository()
    service = scene.client()
    await read_one(service)
    [connection] = service._connections.values()
    scene.world.faults.order(Fault.SECONDARY_RETRY, matching="rest GET", seconds=120)
    sent = scene.world.requests
    await asyncio.gather(*(connection.end_of(f"repos/octo/soda/actions/jobs/{job}/logs") for job in range(9)))
    assert scene.world.requests - sent <= 3
    sent = scene.world.requests
    limited = await read_result(service)
    assert isinstance(limited, Problem) and limited.code is ErrorCode.SECONDARY_LIMIT
    assert scene.world.requests == sent
