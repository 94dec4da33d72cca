"""Probing: what tells that a repository has news, without reading it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice, zip_longest

from msgspec import Struct, field, structs

from soda_tui.domain.codes import Checks, Review
from soda_tui.domain.facts import RemoteFacts
from soda_tui.domain.failure import Problem
from soda_tui.domain.ledger import decode
from soda_tui.domain.model import Account, QueueEntry

# A probe of so many repositories is a point, and so many pull requests and issues come along with it for nothing.
REPOSITORIES, ITEMS = 50, 200


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


def followed(known: Sequence[tuple[RemoteFacts, Sequence[QueueEntry]]]) -> tuple[str, ...]:
    """The node ids of what of these repositories moves without any other sign.

    That are the checks of open pull requests, and whether the issue that is the next to be taken waits for others by
    now, or one that does need wait no longer. Those of the ledger are all among them; of the others those with running
    checks, and then the newest of each, as many as cost nothing: reading a repository tells of the rest.
    """
    first = dict.fromkeys(chain.from_iterable(_awaited(remote, queue) for remote, queue in known))
    remotes = [remote for remote, _ in known]
    others = dict.fromkeys((*_by_turns(map(under_check, remotes)), *_by_turns(map(_newest, remotes))))
    room = -(-len(remotes) // REPOSITORIES) * ITEMS - len(first)
    return (*first, *islice((id for id in others if id not in first), max(room, 0)))


def _awaited(remote: RemoteFacts, queue: Sequence[QueueEntry]) -> tuple[str, ...]:
    waits = (one.id for one in remote.issues if one.open and one.blocked_by)
    state = decode(remote.ledger).state
    requests = (one for one in remote.pull_requests if one.open and one.same_repository)
    ours = (one.id for one in requests if state.speaks_of(one.number, one.branch))
    return (*(one.id for one in queue[:1]), *islice(waits, 1), *ours)


def _newest(remote: RemoteFacts) -> tuple[str, ...]:
    found = sorted(remote.pull_requests, key=lambda one: one.updated_at, reverse=True)
    return tuple(one.id for one in found if one.open)


def _by_turns(found: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """The first of each, then the second of each, and so on."""
    return tuple(id for row in zip_longest(*found) for id in row if id is not None)


def depends_otherwise(remote: RemoteFacts, waiting: Mapping[str, int]) -> bool:
    """Whether one of its issues waits for others, or for more or fewer, than was known."""
    return any(waiting.get(one.id, one.blocked_by) != one.blocked_by for one in remote.issues)


def under_check(remote: RemoteFacts) -> tuple[str, ...]:
    """The node ids of the open pull requests whose checks are running."""
    return tuple(one.id for one in remote.pull_requests if one.open and one.checks is Checks.PENDING)


def checking(remotes: Iterable[RemoteFacts]) -> tuple[str, ...]:
    """Those of several repositories, as many as a point is enough for."""
    return _by_turns(map(under_check, remotes))[:ITEMS]


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
