"""Estates: worlds with as many repositories, issues and work branches as anybody has, made in seconds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from soda_tui.domain.labels import LabelNames, definitions
from soda_tui.domain.naming import work_branch
from soda_tui.sandbox.acts import create_label
from soda_tui.sandbox.model import Check, Issue, PullRequest, Repository
from soda_tui.sandbox.remote import ZERO, Change, Remote
from soda_tui.sandbox.world import World

AGENT = "agent001"
_OLD = timedelta(days=30)
_OWNER = "acme"
_LEAST = 3
_PRIORITIES = ("priority_low", "priority_medium", "priority_high", "priority_very_high")


@dataclass(frozen=True, slots=True)
class Size:
    """How many repositories, and how much is in them.

    The first has all of these open and closed issues, the second half of them, the third a third, down to a few open
    ones: most repositories are small. Each has these work branches, and every fifth an open pull request for one of
    them, with checks.
    """

    repositories: int
    open: int = 100
    closed: int = 200
    branches: int = 10


def build(world: World, size: Size, viewer: str) -> tuple[str, ...]:
    """Add them to a world, to which the viewer may push; their names, the largest first."""
    names = tuple(f"{_OWNER}/r{number:03}" for number in range(1, size.repositories + 1))
    author = f"{viewer} <{viewer}@example.org>"
    at = world.now() - _OLD
    first = Remote.create(world.remote_path(names[0]), "main")
    main = first.append("main", [Change("Begin", {"README.md": "# Anything\n"}, author, at)])
    head = first.append_all({"work": [Change("Work", {"work.txt": "done\n"}, author, at)]}, "main")["work"]
    refs = {"refs/heads/main": main, **{f"refs/heads/{name}": head for name in _branches(size)}}
    for oid in (main, head):
        first.commit(oid)
    for place, name in enumerate(names):
        remote = first.twin(world.remote_path(name), refs) if place else first
        made = world.add_repository(name, remote, permissions={viewer: "WRITE"})
        _fill(world, made, max(size.open // (place + 1), min(size.open, _LEAST)), size.closed // (place + 1))
        if size.branches and place % 5 == 0:
            _request(world, made, main, head)
    first.update_all([("refs/heads/work", ZERO, head), *((name, oid, None) for name, oid in refs.items())])
    return names


def _branches(size: Size) -> Iterator[str]:
    return (work_branch(AGENT, number, "Some work") for number in range(1, size.branches + 1))


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


def _request(world: World, repository: Repository, base: str, head: str) -> None:
    repository.last_number += 1
    number, at = repository.last_number, world.now() - _OLD
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
        head_ref_name=work_branch(AGENT, 1, "Some work"),
        base_oid=base,
        head_oid=head,
    )
    repository.checks[head] = (Check("test", "SUCCESS", at),)
    repository.pull_requests[number] = world.nodes[made.id] = made
