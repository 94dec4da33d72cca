"""Reading many repositories in few requests: one document for all of them, then what moved, by node id."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TypeVar

from msgspec import Raw

from soda_tui.cockpit.ports.github import Target
from soda_tui.domain import sentences as say
from soda_tui.domain.facts import RemoteFacts
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.services.github import decode, errors, wire
from soda_tui.services.github.cache import Cache, Known
from soda_tui.services.github.connection import Connection, Reply
from soda_tui.services.github.progress import Ask, Progress
from soda_tui.services.github.queries import Document

_Row = TypeVar("_Row", wire.IssueRow, wire.PullRow)

_BATCH = 24
_IDS = 100
_SMALL = 40
_ROUNDS = 14
_DEADLINE = 60.0
_PATIENCE = 10.0


class Reader:
    """One read of one host's repositories; `cost` is what it took, in points."""

    def __init__(self, connection: Connection, cache: Cache, targets: Sequence[Target]) -> None:
        self.cost = 0
        self._connection = connection
        self._cache = cache
        self._repositories = [Progress(target, cache) for target in targets]
        self._asked: set[str] = set()

    async def read(self) -> dict[str, RemoteFacts | Problem]:
        """Facts or a problem for each repository by its key; never raises for GitHub's sake."""
        try:
            async with asyncio.timeout(_DEADLINE):
                await self._gather(_first_batches(self._repositories))
                for _ in range(_ROUNDS):
                    batches = await self._next_batches()
                    if not batches:
                        break
                    await self._gather(batches)
                await self._ask_what_is_dear()
        except TimeoutError:
            late = Problem(ErrorCode.TIMEOUT, say.GITHUB_TOO_SLOW(host=self._connection.host, seconds=f"{_DEADLINE:g}"))
            for each in self._repositories:
                each.fail(late)
        results: dict[str, RemoteFacts | Problem] = {}
        for each in self._repositories:
            results[each.target.name.key] = self._result(each)
            await _let_others_run()
        self._cache.make_room()
        await asyncio.to_thread(self._cache.save)
        return results

    def _result(self, each: Progress) -> RemoteFacts | Problem:
        key, viewer = each.target.name.key, self._connection.viewer
        if each.row is not None:
            self._cache.used(key, (*each.issues(), *each.pulls()))
        if each.problem is None and each.row is not None and viewer is not None:
            known = Known(each.row.id, each.wanted(), each.merging.answers, each.held.answer, each.faulting.answers)
            self._cache.remember(key, known)
            return self._cache.newest(key, each.facts(viewer))
        problem = each.problem or errors.bad_answer(self._connection.host, "it does not say whose token this is")
        if problem.code is ErrorCode.NOT_FOUND:
            self._cache.forget(key)
        return problem

    async def _ask_what_is_dear(self) -> None:
        """Last and in a document of its own: what GitHub is slow to find out must spoil nothing else."""
        asks = [ask for each in self._repositories if each.problem is None for ask in each.dear()]
        if asks:
            with suppress(TimeoutError):
                async with asyncio.timeout(_PATIENCE):
                    await self._send(asks[:_SMALL])

    async def _gather(self, batches: Iterable[Sequence[Ask]]) -> None:
        await asyncio.gather(*(self._send(batch) for batch in batches))

    async def _send(self, asks: Sequence[Ask]) -> None:
        document = Document()
        aliases = [ask.add(document) for ask in asks]
        try:
            reply = await self._connection.read(document)
        except Failure as failure:
            for ask in asks:
                for each in ask.concerns:
                    each.fail(failure.problem)
            return
        self.cost += reply.cost
        for ask, alias in zip(asks, aliases, strict=True):
            ask.take(reply, alias)
            await _let_others_run()

    async def _next_batches(self) -> list[list[Ask]]:
        """Small questions dealt out over as few documents as the large ones need anyway."""
        alive = [each for each in self._repositories if each.problem is None]
        small = [ask for each in alive for ask in each.unfinished()]
        issues = await self._details(alive, Progress.issues, Document.issues, self._take_issues)
        pulls = await self._details(alive, Progress.pulls, Document.pull_requests, self._take_pulls)
        count = max(len(issues), len(pulls), -(-len(small) // _SMALL))
        return [issues[i : i + 1] + pulls[i : i + 1] + small[i::count] for i in range(count)]

    async def _details(
        self,
        repositories: Iterable[Progress],
        rows: Callable[[Progress], Mapping[str, wire.IssueRow | wire.PullRow]],
        add: Callable[..., str],
        take: Callable[[Mapping[str, list[Progress]], Reply, str], None],
    ) -> list[Ask]:
        owners: dict[str, list[Progress]] = defaultdict(list)
        for each in repositories:
            for node, row in rows(each).items():
                if node not in self._asked and each.stale(row):
                    owners[node].append(each)
            await _let_others_run()
        self._asked.update(owners)
        asks = []
        for chunk in _chunks(list(owners), _IDS):
            owned = {node: owners[node] for node in chunk}
            concerns = dict.fromkeys(each for belongs in owned.values() for each in belongs)
            asks.append(Ask(partial(add, ids=chunk), partial(take, owned), tuple(concerns)))
        return asks

    def _take_issues(self, owners: Mapping[str, list[Progress]], reply: Reply, alias: str) -> None:
        nodes = wire.read(reply.data.get(alias), list[wire.IssueMore | None])
        for each, row, node in self._taken(owners, nodes, Progress.issues, reply, alias):
            each.keep(node.id, decode.issue_more(node, row.updated_at, reply.at))

    def _take_pulls(self, owners: Mapping[str, list[Progress]], reply: Reply, alias: str) -> None:
        nodes = wire.read(reply.data.get(alias), list[wire.PullMore | None])
        for each, row, node in self._taken(owners, nodes, Progress.pulls, reply, alias):
            each.keep(node.id, decode.pull_more(node, row.updated_at, reply.at))

    def _taken(
        self,
        owners: Mapping[str, list[Progress]],
        nodes: Sequence[wire.T | None] | None,
        rows: Callable[[Progress], Mapping[str, _Row]],
        reply: Reply,
        alias: str,
    ) -> Iterator[tuple[Progress, _Row, wire.T]]:
        """Each item that came, with those that list it and its row; what is gone or listed no more is left out."""
        listed = {each: rows(each) for belongs in owners.values() for each in belongs}
        for place, (id, belongs) in enumerate(owners.items()):
            node = nodes[place] if nodes is not None and place < len(nodes) else None
            for each in belongs:
                if id not in listed[each]:
                    continue
                if node is not None:
                    yield each, listed[each][id], node
                each.judge_item(reply, id, alias, place, present=node is not None)


def _first_batches(repositories: Sequence[Progress]) -> Iterator[list[Ask]]:
    """Those met before by node id, with what they were watched for; the others by name."""
    by_label_set = sorted(repositories, key=lambda each: (each.known is None, each.labels.agent, each.labels.buckets))
    for batch in _chunks(by_label_set, _BATCH):
        asks = [
            Ask(partial(Document.repository, name=each.target.name, labels=each.labels), _take_named(each), (each,))
            for each in batch
            if each.known is None
        ]
        groups: dict[object, list[tuple[str, Progress]]] = defaultdict(list)
        for each in batch:
            if each.known is not None:
                groups[each.labels].append((each.known.id, each))
                asks += each.watch(each.known.watches, each.known.id, more=False)
        for group in groups.values():
            ids, members = zip(*group, strict=True)
            add = partial(Document.repositories, ids=ids, labels=members[0].labels)
            asks.append(Ask(add, partial(_take_nodes, members), members))
        yield asks


def _take_named(each: Progress) -> Callable[[Reply, str], None]:
    return lambda reply, alias: each.take(reply.data.get(alias), reply, alias)


def _take_nodes(repositories: Sequence[Progress], reply: Reply, alias: str) -> None:
    nodes = wire.read(reply.data.get(alias), list[Raw]) or []
    for place, each in enumerate(repositories):
        path = (alias, place) if nodes else (alias,)
        each.take(nodes[place] if place < len(nodes) else None, reply, *path)


async def _let_others_run() -> None:
    """Thousands of issues take long to go through: what a person types comes in between."""
    await asyncio.sleep(0)


def _chunks(items: Sequence[wire.T], size: int) -> Iterator[Sequence[wire.T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
