"""Probing: which of many repositories have news, fifty for a point, and what moves in them without any sign."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import datetime
from itertools import zip_longest

from msgspec import Raw

from soda_tui.cockpit.ports.github import Target
from soda_tui.domain.batching import MOST_REPOSITORIES
from soda_tui.domain.failure import Failure, Problem
from soda_tui.domain.probing import ITEMS, REPOSITORIES, Checked
from soda_tui.services.github import decode, errors, wire
from soda_tui.services.github.cache import Cache
from soda_tui.services.github.connection import TRIES, Connection, Reply
from soda_tui.services.github.queries import Document

_IDS = 100
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
        self._heavy: set[str] = set()

    async def probe(self, targets: Sequence[Target], items: Sequence[str]) -> None:
        """Look; items, by node ids, come along with repositories, where they cost nothing. Never raises a Failure."""
        size = max(REPOSITORIES * self._connection.batching.repositories // MOST_REPOSITORIES, 1)
        # What was too much lately is asked for by itself, so that it takes no other down.
        heavy = self._connection.heavy_probes if len(targets) > 1 else frozenset()
        alone = [target for target in targets if target.name.key in heavy]
        others = [target for target in targets if target.name.key not in heavy]
        batches: list[Sequence[Target]] = [others[start : start + size] for start in range(0, len(others), size)]
        both = zip_longest(batches, _chunks(items, ITEMS), fillvalue=())
        sent = [self._send(some, ids) for some, ids in both]
        await asyncio.gather(*sent, *(self._send([target], (), tries=1) for target in alone))
        if any(isinstance(mark, str) for mark in self.marks.values()):
            # Where nothing came at all it is the host that struggles.
            self._connection.heavy_probes = self._connection.heavy_probes - self.marks.keys() | self._heavy

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
            reply = await self._connection.read(document, whole=tries == TRIES and not divides)
        except Failure as failure:
            heavy = isinstance(failure, errors.RequestFailed) and failure.heavy
            if divides and heavy:
                await self._divide(targets, items, tries)
            else:
                self.marks.update(dict.fromkeys(known, failure.problem))
                self._heavy.update(known if heavy else ())
            return
        self.cost += reply.cost
        if divides and any(map(errors.is_incomplete, reply.rows)):
            await self._divide(targets, items, tries)
            return
        for key, alias in by_name.items():
            self._take(key, reply.data.get(alias), reply, alias)
        if by_id is not None:
            nodes = wire.read(reply.data.get(by_id), list[Raw]) or []
            for place, (key, id) in enumerate(ids.items()):
                self._take(key, nodes[place] if place < len(nodes) else None, reply, by_id, place, id=id)
        for alias in checks:
            self._take_items(reply, alias)

    async def _divide(self, targets: Sequence[Target], items: Sequence[str], tries: int) -> None:
        self._connection.struggles()
        await self._connection.pause(TRIES - tries + 1)
        half = len(targets) // 2
        both = ((targets[:half], items), (targets[half:], ()))
        await asyncio.gather(*(self._send(some, ids, tries - 1) for some, ids in both))

    def _take(self, key: str, raw: Raw | None, reply: Reply, *path: str | int, id: str | None = None) -> None:
        self.marks[key] = _mark(raw, reply, *path, id=id)
        if any(map(errors.is_incomplete, reply.rows_of(*path))):
            self._heavy.add(key)

    def _take_items(self, reply: Reply, alias: str) -> None:
        """Take what came whole: what was cut, or may not be seen, is neither without checks nor without reviews."""
        for place, raw in enumerate(wire.read(reply.data.get(alias), list[Raw]) or ()):
            if reply.rows_of(alias, place):
                continue
            if (row := wire.read(raw, CheckedRow)) is not None:
                found = decode.checks(row.status_check_rollup), decode.review(row.review_decision), row.head_ref_oid
                self.checked[row.id] = Checked(*found)
            elif (issue := wire.read(raw, WaitingRow)) is not None and issue.issue_dependencies_summary is not None:
                self.waiting[issue.id] = issue.issue_dependencies_summary.blocked_by


def _chunks(ids: Sequence[str], size: int) -> list[Sequence[str]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]


def _mark(raw: Raw | None, reply: Reply, *path: str | int, id: str | None = None) -> str:
    """What stands for all of a repository's signs, which stood at this path of the answer.

    Empty where they are not there, not whole, another's, or not settled.
    """
    signs = wire.read(raw, Signs)
    if reply.rows_of(*path) or (signs is not None and id is not None and signs.id != id):
        return ""
    if raw is None or signs is None or not signs.settled(reply.at):
        return ""
    return hashlib.blake2b(bytes(raw), digest_size=_MARK).hexdigest()
