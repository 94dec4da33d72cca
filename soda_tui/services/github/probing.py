"""Probing: which of many repositories have news, fifty for a point, and what moves in them without any sign."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import zip_longest

from msgspec import Raw

from soda_tui.cockpit.ports.github import Target
from soda_tui.domain.batching import MOST_REPOSITORIES
from soda_tui.domain.failure import Failure, Problem
from soda_tui.domain.probing import Checked
from soda_tui.services.github import decode, errors, wire
from soda_tui.services.github.cache import Cache
from soda_tui.services.github.connection import TRIES, Connection, Reply
from soda_tui.services.github.queries import Document

_BATCH = 50
_IDS, _AT_ONCE = 100, 200
_MARK = 16


class Newest(wire.Wired, frozen=True):
    """The newest of a list."""

    updated_at: datetime


class Signs(wire.Wired, frozen=True):
    """What of a repository's signs tells when it changed last; what a token may not see is not there."""

    id: str
    pushed_at: datetime | None = None
    issues: wire.Nodes[Newest] | None = None
    pull_requests: wire.Nodes[Newest] | None = None

    def settled(self, read_at: datetime) -> bool:
        """Whether no later change can bear the time of the newest."""
        lists = (one.nodes or () for one in (self.issues, self.pull_requests) if one is not None)
        times = [one.updated_at for nodes in lists for one in decode.present(nodes)]
        times += [self.pushed_at] if self.pushed_at is not None else []
        return all(decode.settled(time, read_at) for time in times)


class CheckedRow(wire.Wired, frozen=True):
    """A pull request's checks."""

    id: str
    head_ref_oid: str
    review_decision: str | None = None
    status_check_rollup: wire.Rollup | None = None
    head_ref: wire.Head | None = None

    def __post_init__(self) -> None:
        wire.with_checks(self)


class WaitingRow(wire.Wired, frozen=True):
    """For how many others an issue waits."""

    id: str
    issue_dependencies_summary: wire.Dependencies | None = None


class Prober:
    """One probe of one host's repositories, pull requests and issues.

    `marks`, `checked` and `waiting` are what was found.
    """

    def __init__(self, connection: Connection, cache: Cache) -> None:
        self.marks: dict[str, str | Problem] = {}
        self.checked: dict[str, Checked] = {}
        self.waiting: dict[str, int] = {}
        self.cost = 0
        self._connection = connection
        self._cache = cache

    async def probe(self, targets: Sequence[Target], items: Sequence[str]) -> None:
        """Look; items, by node ids, come along with repositories, where they cost nothing. Never raises a Failure."""
        size = max(_BATCH * self._connection.batching.repositories // MOST_REPOSITORIES, 1)
        batches: list[Sequence[Target]] = [targets[start : start + size] for start in range(0, len(targets), size)]
        chunks = _chunks(items, _AT_ONCE)
        both = zip_longest(batches, chunks, fillvalue=())
        await asyncio.gather(*(self._send(some, ids) for some, ids in both))

    async def _send(self, targets: Sequence[Target], items: Sequence[str], tries: int = TRIES) -> None:
        """Send a document; what was too much for GitHub is asked again in halves, so often at most."""
        known = {target.name.key: self._cache.repository(target.name.key) for target in targets}
        ids = {key: one.id for key, one in known.items() if one is not None}
        document = Document()
        by_id = document.signs_of(list(ids.values())) if ids else None
        by_name = {t.name.key: document.signs(t.name) for t in targets if t.name.key not in ids}
        checks = [document.checked(ids) for ids in _chunks(items, _IDS)]
        divides = tries > 1 and len(targets) > 1
        try:
            reply = await self._connection.read(document, whole=not divides)
        except Failure as failure:
            if divides and isinstance(failure, errors.RequestFailed) and failure.heavy:
                await self._divide(targets, items, tries)
            else:
                self.marks.update(dict.fromkeys(known, failure.problem))
            return
        self.cost += reply.cost
        if divides and any(map(errors.is_incomplete, reply.rows)):
            await self._divide(targets, items, tries)
            return
        for key, alias in by_name.items():
            self.marks[key] = _mark(reply.data.get(alias), reply)
        if by_id is not None:
            nodes = wire.read(reply.data.get(by_id), list[Raw]) or []
            for place, (key, id) in enumerate(ids.items()):
                self.marks[key] = _mark(nodes[place] if place < len(nodes) else None, reply, id)
        for alias in checks:
            self._take_items(reply.data, alias)

    async def _divide(self, targets: Sequence[Target], items: Sequence[str], tries: int) -> None:
        self._connection.struggles()
        await self._connection.pause(TRIES - tries + 1)
        half = len(targets) // 2
        both = ((targets[:half], items), (targets[half:], ()))
        await asyncio.gather(*(self._send(some, ids, tries - 1) for some, ids in both))

    def _take_items(self, data: Mapping[str, Raw], alias: str) -> None:
        for raw in wire.read(data.get(alias), list[Raw]) or ():
            if (row := wire.read(raw, CheckedRow)) is not None:
                found = decode.checks(row.status_check_rollup), decode.review(row.review_decision), row.head_ref_oid
                self.checked[row.id] = Checked(*found)
            elif (issue := wire.read(raw, WaitingRow)) is not None and issue.issue_dependencies_summary is not None:
                self.waiting[issue.id] = issue.issue_dependencies_summary.blocked_by


def _chunks(ids: Sequence[str], size: int) -> list[Sequence[str]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]


def _mark(raw: Raw | None, reply: Reply, id: str | None = None) -> str:
    """What stands for all of a repository's signs; empty where they are not there, another's, or not settled."""
    signs = wire.read(raw, Signs)
    if signs is not None and id is not None and signs.id != id:
        return ""
    if raw is None or signs is None or not signs.settled(reply.at):
        return ""
    return hashlib.blake2b(bytes(raw), digest_size=_MARK).hexdigest()
