"""Probing: what tells that a repository has news, without reading it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field, structs

from soda_tui.domain.codes import Checks, Review
from soda_tui.domain.facts import RemoteFacts
from soda_tui.domain.failure import Problem
from soda_tui.domain.model import Account


class Checked(Struct, frozen=True):
    """What moves of a pull request without its last change being another."""

    checks: Checks
    review: Review
    head_oid: str


class Probing(Struct, frozen=True):
    """The answer to a probe: marks by key, pull requests by node id; accounts and points are those of a reading.

    While a repository's mark stays the same it has no news. It is empty where a later change may bear the same time,
    and where only reading the repository tells what is the matter with it; a problem is one of the whole request.
    """

    marks: Mapping[str, str | Problem]
    pull_requests: Mapping[str, Checked]
    accounts: tuple[Account, ...] = ()
    points: Mapping[str, int] = field(default_factory=dict)


def followed(remote: RemoteFacts) -> tuple[str, ...]:
    """The node ids of the open pull requests: checks begin and end again without any other sign."""
    return tuple(one.id for one in remote.pull_requests if one.open)


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
