"""Attention: which repositories need a person, which come first, and all of it in one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import IntEnum

from soda_tui.domain import sentences as say
from soda_tui.domain.codes import ExcludedCode, NeedCode, Severity, Status
from soda_tui.domain.lack import PASSING, WORDS
from soda_tui.domain.model import Need, PullRequestEntry, Repository, Snapshot

_OLD = 120
_EARLIEST = datetime.min.replace(tzinfo=UTC)


class Attention(IntEnum):
    """How much a repository asks for, the most first."""

    NEEDS_PERSON = 0
    CRITICAL = 1
    FAILED = 2
    DONE = 3
    WORKING = 4
    IDLE = 5
    STALE = 6


_BY_STATUS = {
    Status.NEEDS_INPUT: Attention.NEEDS_PERSON,
    Status.LIMIT: Attention.NEEDS_PERSON,
    Status.HANDING_OVER: Attention.WORKING,
    Status.FAILED: Attention.FAILED,
    Status.DONE: Attention.DONE,
    Status.STARTING: Attention.WORKING,
    Status.WORKING: Attention.WORKING,
    Status.STALLED: Attention.NEEDS_PERSON,
    Status.ENDED: Attention.NEEDS_PERSON,
}


def attention(repository: Repository) -> Attention:
    """Where a repository stands when they are sorted by what they ask for."""
    found = _BY_STATUS.get(repository.agent.status, Attention.IDLE)
    if any(drift.severity is Severity.CRITICAL for drift in repository.drift):
        found = min(found, Attention.CRITICAL)
    if repository.needs and (found is Attention.IDLE or repository.agent.status is Status.HANDING_OVER):
        return Attention.NEEDS_PERSON
    return Attention.STALE if found is Attention.IDLE and repository.stale else found


def inbox(snapshot: Snapshot) -> tuple[tuple[Repository, Need], ...]:
    """Everything that waits for a person: what needs one, the most pressing repository first, each message once.

    Below it what waits in review, the longest untouched first; that is how work is handed over, and needs nobody now.
    """
    found: dict[tuple[str, str], tuple[Repository, Need]] = {}
    for repository in sorted(waiting(snapshot), key=attention):
        for need in repository.needs:
            found.setdefault((repository.key, need.message), (repository, need))
    waits = [(one, request, need) for one in snapshot.repositories for request, need in _reviews(one)]
    waits.sort(key=lambda each: (each[1].updated_at or _EARLIEST, each[1].number))
    return (*found.values(), *((one, need) for one, _, need in waits))


def _reviews(repository: Repository) -> Iterator[tuple[PullRequestEntry, Need]]:
    """The pull requests of agents that wait for a person's review or for landing, which no need speaks of."""
    said = {need.issue for need in repository.needs if need.issue is not None}
    said |= {entry.number for entry in repository.excluded if entry.code is ExcludedCode.READY_TO_MERGE}
    for found in repository.pull_requests:
        under_way = found.auto_merge or found.merge_queue is not None
        if found.lack not in PASSING and not under_way and (found.issue is None or found.issue not in said):
            words = say.WAITS_IN_REVIEW(number=found.number, what=WORDS[found.lack], title=found.title)
            yield found, Need(NeedCode.REVIEW, words, issue=found.issue)


def appearance(repository: Repository) -> tuple[object, ...] | None:
    """What of a repository is worth a second look once it differs; None for one that was never read."""
    if repository.fetched_at is None:
        return None
    agent = repository.agent
    return (
        agent.status,
        agent.issue,
        tuple(need.message for need in repository.needs),
        tuple((drift.kind, drift.severity) for drift in repository.drift),
        tuple((one.number, one.checks, one.review, one.draft) for one in repository.pull_requests),
        frozenset(entry.number for entry in repository.queue),
        repository.error.code if repository.error else None,
    )


def waiting(snapshot: Snapshot) -> tuple[Repository, ...]:
    """The repositories that wait for a person."""
    return tuple(repository for repository in snapshot.repositories if repository.needs)


def status_line(snapshot: Snapshot, now: datetime) -> str:
    """The snapshot in one line for tmux or a prompt; its age stands there from two minutes on."""
    counts = Counter(repository.agent.status for repository in snapshot.repositories)
    needed = len(waiting(snapshot))
    parts = ["STOP"] if snapshot.forbidden is not None else []
    parts += [f"! {needed} need you" if needed > 1 else "! 1 needs you"] if needed else []
    parts += [f"{count} {status.replace('_', ' ')}" for status in Status if (count := counts[status])]
    read = [repository.fetched_at for repository in snapshot.repositories if repository.fetched_at]
    age = int((now - min(read)).total_seconds()) if read else None
    if age is None:
        parts.append("not read yet")
    elif age > _OLD:
        parts.append(f"{age // 3600}h old" if age >= 7200 else f"{age // 60}m old")
    return "soda " + " · ".join(parts)
