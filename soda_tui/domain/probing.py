"""Probing: what tells that a repository has news, without reading it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from msgspec import Struct, field, structs

from soda_tui.domain.codes import Checks, Review
from soda_tui.domain.facts import RemoteFacts
from soda_tui.domain.failure import Problem
from soda_tui.domain.model import Account, QueueEntry


class Checked(Struct, frozen=True):
    """What moves of a pull request without its last change being another."""

    checks: Checks
    review: Review
    head_oid: str


class Probing(Struct, frozen=True):
    """The answer to a probe: marks by key, pull requests by node id; accounts and points are those of a reading.

    `waiting` tells of issues, by node id, for how many open ones each waits.

    While a repository's mark stays the same it has no news. It is empty where a later change may bear the same time,
    and where only reading the repository tells what is the matter with it; a problem is one of the whole request.
    """

    marks: Mapping[str, str | Problem]
    pull_requests: Mapping[str, Checked]
    accounts: tuple[Account, ...] = ()
    points: Mapping[str, int] = field(default_factory=dict)
    waiting: Mapping[str, int] = field(default_factory=dict)


def followed(remote: RemoteFacts, queue: Sequence[QueueEntry]) -> tuple[str, ...]:
    """The node ids of what moves without any other sign.

    That are the checks of open pull requests, and whether the issue that is the next to be taken waits for others by
    now, or one that does need wait no longer.
    """
    waits = (one.id for one in remote.issues if one.open and one.blocked_by)
    requests = (one.id for one in remote.pull_requests if one.open)
    return (*(one.id for one in queue[:1]), *islice(waits, 1), *requests)


def depends_otherwise(remote: RemoteFacts, waiting: Mapping[str, int]) -> bool:
    """Whether one of its issues waits for others, or for more or fewer, than was known."""
    return any(waiting.get(one.id, one.blocked_by) != one.blocked_by for one in remote.issues)


def under_check(remote: RemoteFacts) -> tuple[str, ...]:
    """The node ids of the open pull requests whose checks are running."""
    return tuple(one.id for one in remote.pull_requests if one.open and one.checks is Checks.PENDING)


def with_checks(remote: RemoteFacts, checked: Mapping[str, Checked]) -> RemoteFacts:
    """The facts with what was looked up of their pull requests; the same object where nothing of it moved.

    One whose head has moved as well stays as it is: the repository is read for that.
    """
    found = tuple(
        structs.replace(one, checks=now.checks, review=now.review)
        if (now := checked.get(one.id)) is not None and now.head_oid == one.head_oid
        else one
        for one in remote.pull_requests
    )
    return structs.replace(remote, pull_requests=found) if found != remote.pull_requests else remote
