"""Estates: worlds with as many repositories, issues and work branches as anybody has, made in seconds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from soda_tui.domain.labels import LabelNames, definitions
from soda_tui.domain.ledger import Entry, Holder, LedgerState, encode
from soda_tui.domain.naming import LEDGER_BRANCH, work_branch
from soda_tui.sandbox.acts import create_label
from soda_tui.sandbox.fast_import import Change
from soda_tui.sandbox.model import Issue, Repository
from soda_tui.sandbox.pull_requests import Check, PullRequest
from soda_tui.sandbox.remote import ZERO, Remote
from soda_tui.sandbox.world import World

AGENT = "agent001"
LEDGER = f"refs/heads/{LEDGER_BRANCH}"
_COCKPIT = "0c0ffee0"
_OLD = timedelta(days=30)
_OWNER = "acme"
_LEAST = 3
# Of the most open pull requests, so many thirtieths has each of ten repositories: few have many, some have none.
_REQUESTS = (30, 0, 2, 0, 5, 1, 8, 3, 0, 1)
_PRIORITIES = ("priority_low", "priority_medium", "priority_high", "priority_very_high")


@dataclass(frozen=True, slots=True)
class Size:
    """How many repositories, and how much is in them.

    The first has all of these open and closed issues, the second half of them, the third a third, down to a few open
    ones: most repositories are small. Each has these work branches. Every fifth has an open pull request for the first
    of them, with checks; every fifth another cockpit's claim, which stands on it. With `requests` there is a pull
    request for each claim as well, and other people's: so many at most, a sixth of that on average.
    """

    repositories: int
    open: int = 100
    closed: int = 200
    branches: int = 10
    requests: int = 0


def build(world: World, size: Size, viewer: str) -> tuple[str, ...]:
    """Add them to a world, to which the viewer may push; their names, the largest first."""
    names = tuple(f"{_OWNER}/r{number:03}" for number in range(1, size.repositories + 1))
    author = f"{viewer} <{viewer}@example.org>"
    at = world.now() - _OLD
    first = Remote.create(world.remote_path(names[0]), "main")
    main = first.append("main", [Change("Begin", {"README.md": "# Anything\n"}, author, at)])
    head = first.append_all({"work": [Change("Work", {"work.txt": "done\n"}, author, at)]}, "main")["work"]
    topics = {_topic(number): [Change(f"Topic {number}", {}, author, at)] for number in range(1, size.requests + 1)}
    heads = first.append_all(topics, "main") if topics else {}
    ledger = first.append(LEDGER_BRANCH, [Change(claim(1, main, at), {}, author, at)])
    refs = {"refs/heads/main": main, **{f"refs/heads/{name}": head for name in _branches(size)}}
    for oid in (main, head, ledger, *heads.values()):
        first.commit(oid)
    for place, name in enumerate(names):
        held = {LEDGER: ledger} if size.branches and is_claimed(place) else {}
        others = dict(islice(heads.items(), size.requests * _REQUESTS[place % len(_REQUESTS)] // _REQUESTS[0]))
        there = refs | held | {f"refs/heads/{topic}": oid for topic, oid in others.items()}
        remote = first.twin(world.remote_path(name), there) if place else first
        made = world.add_repository(name, remote, permissions={viewer: "WRITE"})
        _fill(world, made, max(size.open // (place + 1), min(size.open, _LEAST)), size.closed // (place + 1))
        if size.branches and (place % 5 == 0 or (size.requests and is_claimed(place))):
            _request(world, made, main, work_branch(AGENT, 1, "Some work"), head)
        for topic, oid in others.items():
            _request(world, made, main, topic, oid)
    ours = (("refs/heads/work", head), (LEDGER, ledger))
    first.update_all([*((name, ZERO, oid) for name, oid in ours), *((name, oid, None) for name, oid in refs.items())])
    return names


def is_claimed(place: int) -> bool:
    """Whether the repository at a place, from 0 on, is claimed."""
    return place % 5 == 2


def claim(issue: int, base: str, at: datetime) -> str:
    """The message of a ledger entry by which another cockpit claims an issue."""
    holder = Holder(_COCKPIT, AGENT, issue, work_branch(AGENT, issue, "Some work"), base, at)
    return encode(Entry("popped", issue, _COCKPIT, f"{issue:016x}", LedgerState(holder)))


def _branches(size: Size) -> Iterator[str]:
    return (work_branch(AGENT, number, "Some work") for number in range(1, size.branches + 1))


def _topic(number: int) -> str:
    return f"topic-{number}"


def _fill(world: World, repository: Repository, opened: int, closed: int) -> None:
    """Issues one by one would look at all pull requests of the world each time."""
    names, now, author = LabelNames(), world.now(), world.user("ada")
    for label in definitions(names, AGENT):
        create_label(world, repository, label.name, label.color, label.description)
    ready = world.label(repository, names.ready)
    priorities = [world.label(repository, getattr(names, name)) for name in _PRIORITIES]
    for number in range(1, opened + closed + 1):
        at = now - _OLD + timedelta(minutes=number)
        issue = Issue(repository, world.next_id(), number, f"Something to do ({number})", "", author, at, at)
        if number <= opened:
            issue.labels = [ready, priorities[number % len(priorities)]]
        else:
            issue.closed_at, issue.state_reason = at, "COMPLETED"
        repository.issues[number] = world.nodes[issue.id] = issue
    repository.last_number = opened + closed


def _request(world: World, repository: Repository, base: str, branch: str, head: str) -> None:
    repository.last_number += 1
    number = repository.last_number
    at = world.now() - _OLD + timedelta(minutes=number)
    made = PullRequest(
        repository,
        world.next_id(),
        number,
        "Some work",
        "Fixes #1",
        world.user("ada"),
        at,
        at,
        base_ref_name="main",
        head_ref_name=branch,
        base_oid=base,
        head_oid=head,
    )
    repository.checks[head] = (Check("test", "SUCCESS", at),)
    repository.pull_requests[number] = world.nodes[made.id] = made
