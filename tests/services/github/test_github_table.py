"""GitHub's ways of saying no, one row for each: what we call it, what we say, what we send, and when again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from services.github.scene import TOKEN, Scene, read_one, read_result, target

from soda_tui.domain.changes import AddLabels
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.sandbox.api import SIGN_ON
from soda_tui.sandbox.faults import Fault
from soda_tui.services.github.client import GitHubService

pytestmark = pytest.mark.anyio


@dataclass(frozen=True)
class Row:
    """One way: `tries` are how often a read is sent, `wait` the seconds in which nothing is sent any more.

    `applied` says that a change was made all the same, None that it surely was not.
    """

    fault: Fault
    code: ErrorCode
    words: str
    tries: int = 3
    wait: int | None = None
    applied: bool | None = False


ROWS = (
    Row(Fault.RATE_LIMITED, ErrorCode.RATE_LIMIT, "until 13:00:01 UTC", 1, 3601, None),
    Row(Fault.RATE_LIMIT, ErrorCode.RATE_LIMIT, "until 13:00:01 UTC", 1, 3601, None),
    Row(Fault.SECONDARY, ErrorCode.SECONDARY_LIMIT, "until 12:01:00 UTC", 1, 60, None),
    Row(Fault.SECONDARY_MESSAGE, ErrorCode.SECONDARY_LIMIT, "until 12:01:00 UTC", 1, 60, None),
    Row(Fault.SECONDARY_RETRY, ErrorCode.SECONDARY_LIMIT, "until 12:00:17 UTC", 1, 17, None),
    Row(Fault.UNAUTHORIZED, ErrorCode.AUTHENTICATION, "wrong, expired or revoked", 1, None, None),
    Row(Fault.BAD_GATEWAY, ErrorCode.SERVER, "HTTP 502"),
    Row(Fault.GATEWAY_TIMEOUT, ErrorCode.SERVER, "HTTP 504"),
    Row(Fault.BAD_GATEWAY_AFTER, ErrorCode.SERVER, "HTTP 502", applied=True),
    Row(Fault.VALIDATION_TIMEOUT, ErrorCode.SERVER, "Timeout on validation"),
    Row(Fault.RESOURCE_LIMITS, ErrorCode.SERVER, "broke off its answer"),
    Row(Fault.RESOURCE_LIMITS_WITHIN, ErrorCode.SERVER, "broke off its answer"),
    Row(Fault.SLOW, ErrorCode.TIMEOUT, "within 15 seconds", applied=True),
    Row(Fault.DROP_BEFORE, ErrorCode.NETWORK, "cannot be reached"),
    Row(Fault.DROP_AFTER, ErrorCode.NETWORK, "cannot be reached", applied=True),
    Row(Fault.TRUNCATED, ErrorCode.NETWORK, "cannot be reached", applied=True),
    Row(Fault.CUT, ErrorCode.BAD_ANSWER, "cannot be understood", applied=True),
    Row(Fault.NOT_GZIP, ErrorCode.BAD_ANSWER, "cannot be understood", applied=True),
    Row(Fault.NOT_JSON, ErrorCode.BAD_ANSWER, "cannot be understood", applied=True),
)
each_way = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.fault)


async def problem(service: GitHubService) -> Problem:
    """What keeps the one repository from being read."""
    result = await read_result(service)
    assert isinstance(result, Problem), result
    assert TOKEN not in repr(result)
    return result


def test_no_way_is_without_a_row() -> None:
    assert {row.fault for row in ROWS} == set(Fault)


@each_way
async def test_a_read(scene: Scene, row: Row) -> None:
    scene.repository()
    scene.world.faults.order(row.fault, times=99, seconds=17)
    service = scene.client()
    found = await problem(service)
    assert found.code is row.code
    assert row.words in found.message
    assert found.message.endswith(".") or found.message.endswith("github.com")
    assert service.requests == row.tries
    assert len(scene.slept) == row.tries - 1
    assert all(0 <= pause <= 4 for pause in scene.slept)
    assert found.retry_at == (None if row.wait is None else scene.clock() + timedelta(seconds=row.wait))
    scene.world.faults.clear()
    if row.wait is not None:
        scene.clock.advance(row.wait - 1)
        assert await problem(service) == found
        assert service.requests == row.tries
        scene.clock.advance(1)
    if row.code is ErrorCode.AUTHENTICATION:
        assert await problem(service) == found
        assert service.requests == row.tries
        service.retry("github.com")
    await read_one(service)


@pytest.mark.parametrize("row", [row for row in ROWS if row.tries == 3], ids=lambda row: row.fault)
async def test_a_read_that_succeeds_at_the_third_try(scene: Scene, row: Row) -> None:
    scene.repository()
    scene.world.faults.order(row.fault, times=2, seconds=17)
    service = scene.client()
    await read_one(service)
    assert service.requests == 3


@each_way
async def test_a_change_is_sent_once_and_says_whether_it_may_have_been_made(scene: Scene, row: Row) -> None:
    repository = scene.repository()
    issue = scene.issue(repository, "A", "route:ready")
    label = scene.world.label(repository, "agent001")
    service = scene.client()
    scene.world.faults.order(row.fault, seconds=17)
    if row.fault in {Fault.RESOURCE_LIMITS, Fault.RESOURCE_LIMITS_WITHIN}:
        [changed] = await service.change(target().name, [AddLabels(issue.id, (label.id,))])
        assert changed.problem is not None and changed.problem.code is row.code
        return
    with pytest.raises(Failure) as failure:
        await service.change(target().name, [AddLabels(issue.id, (label.id,))])
    found = failure.value.problem
    assert found.code is row.code
    assert ("not known whether" in found.message) == (row.applied is not None)
    assert service.requests == 1
    assert (label in issue.labels) == bool(row.applied)


async def test_single_sign_on_names_the_page_and_keeps_only_its_repository_back(scene: Scene) -> None:
    scene.repository("octo/free")
    scene.repository("octo/sso").saml.add("me")
    service = scene.client()
    reading = await service.read([target("octo/sso"), target("octo/free")])
    kept, free = reading.repositories.values()
    assert isinstance(kept, Problem) and not isinstance(free, Problem)
    assert kept.code is ErrorCode.SAML
    assert SIGN_ON in kept.message
