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
from soda_tui.domain.batching import MOST_REPOSITORIES, Batching
from soda_tui.domain.facts import RemoteFacts
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.services.github import decode, errors, wire
from soda_tui.services.github.alongside import alongside, occupants
from soda_tui.services.github.asks import Ask, parts
from soda_tui.services.github.cache import Cache
from soda_tui.services.github.connection import TRIES, Connection, Reply
from soda_tui.services.github.hiding import carried
from soda_tui.services.github.progress import Progress
from soda_tui.services.github.queries import Document

_Row = TypeVar("_Row", wire.IssueRow, wire.PullRow)
_More = TypeVar("_More", wire.IssueMore, wire.PullMore)

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
        self._heavy: set[Progress] = set()
        # What was too much lately is asked for by itself, so that it takes no other down.
        many = len(self._repositories) > 1
        self._alone = [each for each in self._repositories if many and each.target.name.key in connection.heavy]

    async def read(self) -> dict[str, RemoteFacts | Problem]:
        """Facts or a problem for each repository by its key; never raises for GitHub's sake."""
        try:
            async with asyncio.timeout(_DEADLINE):
                others = [each for each in self._repositories if each not in self._alone]
                await asyncio.gather(*(self._read(some) for some in (others, *([each] for each in self._alone))))
                await self._ask_what_is_dear()
        except TimeoutError:
            late = Problem(ErrorCode.TIMEOUT, say.GITHUB_TOO_SLOW(host=self._connection.host, seconds=f"{_DEADLINE:g}"))
            for each in self._repositories:
                if not each.is_whole():
                    each.fail(late)
        if any(each.problem is None for each in self._repositories):
            # Where nothing came at all it is the host that struggles.
            unread = self._connection.heavy - {each.target.name.key for each in self._repositories}
            self._connection.heavy = unread | {each.target.name.key for each in self._heavy}
        results: dict[str, RemoteFacts | Problem] = {}
        for each in self._repositories:
            results[each.target.name.key] = self._result(each)
            await _let_others_run()
        self._cache.make_room()
        await asyncio.to_thread(self._cache.save)
        return results

    async def _read(self, repositories: Sequence[Progress]) -> None:
        """Their lists, and then what moved."""
        await self._gather(_first_batches(repositories, self._connection.batching, self._asked))
        await self._gather(_chunks(list(occupants(repositories)), _SMALL))
        for _ in range(_ROUNDS):
            batches = await self._next_batches(repositories)
            if not batches:
                break
            await self._gather(batches)

    def _result(self, each: Progress) -> RemoteFacts | Problem:
        key, viewer = each.target.name.key, self._connection.viewer
        if each.row is not None:
            self._cache.used(key, (*each.issues(), *each.pulls()))
        if each.problem is None and each.row is not None and viewer is not None:
            hidden = self._connection.hidden.of(key)
            each.lacks(hidden)
            self._cache.remember(key, each.memory(each.row))
            return self._cache.newest(key, carried(each.facts(viewer), self._cache.facts(key), each.degraded))
        return each.problem or errors.bad_answer(self._connection.host, "it does not say whose token this is")

    async def _ask_what_is_dear(self) -> None:
        """Last and in a document of its own: what GitHub is slow to find out must spoil nothing else."""
        asks = [ask for each in self._repositories for ask in each.dear()]
        if asks:
            with suppress(TimeoutError):
                async with asyncio.timeout(_PATIENCE):
                    await self._send(asks[:_SMALL], tries=1)

    async def _gather(self, batches: Iterable[Sequence[Ask]]) -> None:
        await asyncio.gather(*(self._send(batch) for batch in batches))

    async def _send(self, asks: Sequence[Ask], tries: int = TRIES) -> None:
        """Send what is asked, a document for all of whom the same is hidden."""
        apart: defaultdict[frozenset[str], list[Ask]] = defaultdict(list)
        hidden, waiting = self._connection.hidden, [ask for ask in asks if ask.concerns]
        while waiting:
            ask = waiting.pop(0)
            lacks = {frozenset(hidden.of(each.target.name.key)) for each in ask.concerns}
            if len(lacks) > 1 and ask.halves is not None:
                waiting[:0] = ask.halves()
            else:
                apart[frozenset().union(*lacks)].append(ask)
        besides = [ask for ask in asks if not ask.concerns]
        apart[next(iter(apart), frozenset())] += besides
        await asyncio.gather(*(self._send_one(asks, lacks, tries) for lacks, asks in apart.items()))

    async def _send_one(self, asks: Sequence[Ask], hidden: frozenset[str], tries: int) -> None:
        """Send a document; what was too much for GitHub is asked again in parts, where there are `tries` left."""
        alone = any(each in self._alone for ask in asks for each in ask.concerns)
        document, halves = Document(), parts(asks) if tries > 1 and not alone else ()
        aliases = [ask.add(document) for ask in asks]
        try:
            reply = await self._connection.read(
                document, whole=tries == TRIES and not halves and not alone, hidden=hidden
            )
        except errors.RequestFailed as failure:
            if halves and failure.heavy:
                self._connection.struggles()
                await self._again(halves, tries)
            else:
                self._fail(asks, failure.problem, heavy=failure.heavy)
            return
        except Failure as failure:
            self._fail(asks, failure.problem)
            return
        self.cost += reply.cost
        if tries > 1 and self._hide(asks, aliases, reply):
            await self._again((asks,), tries)
            return
        cut: list[Ask] = []
        for ask, alias in zip(asks, aliases, strict=True):
            incomplete = any(map(errors.is_incomplete, reply.rows_of(alias)))
            if incomplete and tries > 1 and not alone:
                cut.append(ask)
            else:
                ask.take(reply, alias)
                self._heavy.update(ask.concerns if incomplete else ())
            await _let_others_run()
        if cut:
            self._connection.struggles()
            await self._again(parts(cut) or (cut,), tries)

    def _fail(self, asks: Iterable[Ask], problem: Problem, *, heavy: bool = False) -> None:
        for each in (each for ask in asks for each in ask.concerns):
            each.fail(problem)
            self._heavy.update((each,) if heavy else ())

    def _hide(self, asks: Sequence[Ask], aliases: Sequence[str], reply: Reply) -> bool:
        """Note what may not be seen of whom; whether that is anything new."""
        found = [
            self._connection.hidden.note(each.target.name.key, row)
            for ask, alias in zip(asks, aliases, strict=True)
            for row in reply.rows_of(alias)
            if (each := _whose(ask, row)) is not None
        ]
        return any(found)

    async def _again(self, batches: Iterable[Sequence[Ask]], tries: int) -> None:
        await self._connection.pause(TRIES - tries + 1)
        await asyncio.gather(*(self._send(batch, tries - 1) for batch in batches))

    async def _next_batches(self, repositories: Sequence[Progress]) -> list[list[Ask]]:
        """Small questions dealt out over as few documents as the large ones need anyway."""
        share = self._connection.batching.repositories / MOST_REPOSITORIES
        alive = [each for each in repositories if each.problem is None]
        small = [ask for each in alive for ask in each.unfinished()]
        issues = await self._details(alive, Progress.issues, Document.issues, self._take_issues, share)
        pulls = await self._details(alive, Progress.pulls, Document.pull_requests, self._take_pulls, share)
        count = max(len(issues), len(pulls), -(-len(small) // max(int(_SMALL * share), 1)))
        return [issues[i : i + 1] + pulls[i : i + 1] + small[i::count] for i in range(count)]

    async def _details(
        self,
        repositories: Iterable[Progress],
        rows: Callable[[Progress], Mapping[str, wire.IssueRow | wire.PullRow]],
        add: Callable[..., str],
        take: Callable[[Mapping[str, list[Progress]], Reply, str], None],
        share: float,
    ) -> list[Ask]:
        owners: dict[str, list[Progress]] = defaultdict(list)
        for each in repositories:
            for node, row in rows(each).items():
                if node not in self._asked and each.stale(row):
                    owners[node].append(each)
            await _let_others_run()
        self._asked.update(owners)
        asks = partial(_detail, owners, add, take)
        return [asks(chunk) for chunk in _chunks(list(owners), max(int(_IDS * share), 1))]

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
        nodes: Sequence[_More | None] | None,
        rows: Callable[[Progress], Mapping[str, _Row]],
        reply: Reply,
        alias: str,
    ) -> Iterator[tuple[Progress, _Row, _More]]:
        """Each item that came, with those that list it and its row; what is gone or listed no more is left out."""
        listed = {each: rows(each) for belongs in owners.values() for each in belongs}
        for place, (id, belongs) in enumerate(owners.items()):
            node = nodes[place] if nodes is not None and place < len(nodes) else None
            if node is not None and node.id != id:
                wrong = errors.bad_answer(self._connection.host, "it is not of what was asked for")
                for each in belongs:
                    each.fail(wrong)
                continue
            for each in belongs:
                if id not in listed[each]:
                    continue
                if node is not None:
                    yield each, listed[each][id], node
                each.judge_item(reply, id, alias, place, present=node is not None)


def _first_batches(repositories: Sequence[Progress], batching: Batching, asked: set[str]) -> Iterator[list[Ask]]:
    """Those met before by node id, with what they were watched for; the others by name."""
    by_label_set = sorted(repositories, key=lambda each: (each.known is None, each.labels.agent, each.labels.buckets))
    for batch in _chunks(by_label_set, batching.repositories):
        asks = [
            Ask(partial(Document.repository, name=each.target.name, labels=each.labels), _take_named(each), (each,))
            for each in batch
            if each.known is None
        ]
        groups: dict[object, list[Progress]] = defaultdict(list)
        for each in batch:
            if each.known is not None:
                groups[each.labels].append(each)
                asks += each.watch(each.known.watches, each.known.id, more=False)
        asks += map(_known, groups.values())
        asks += alongside(batch, asked, lean=batching.lean)
        yield asks


def _known(members: Sequence[Progress]) -> Ask:
    """Repositories with one label set by their node ids."""
    ids = [each.known.id for each in members if each.known is not None]
    halves = (lambda: [_known(half) for half in _halves(members)]) if len(members) > 1 else None
    add = partial(Document.repositories, ids=ids, labels=members[0].labels)
    return Ask(add, partial(_take_nodes, members), tuple(members), halves)


def _detail(
    owners: Mapping[str, list[Progress]],
    add: Callable[..., str],
    take: Callable[[Mapping[str, list[Progress]], Reply, str], None],
    ids: Sequence[str],
) -> Ask:
    """The rest of issues or pull requests by their node ids."""
    owned = {node: owners[node] for node in ids}
    concerns = dict.fromkeys(each for belongs in owned.values() for each in belongs)
    halves = (lambda: [_detail(owners, add, take, half) for half in _halves(ids)]) if len(ids) > 1 else None
    return Ask(partial(add, ids=ids), partial(take, owned), tuple(concerns), halves)


def _halves(items: Sequence[wire.T]) -> tuple[Sequence[wire.T], Sequence[wire.T]]:
    return items[: len(items) // 2], items[len(items) // 2 :]


def _whose(ask: Ask, row: wire.ErrorRow) -> Progress | None:
    """The repository that a row of an ask's answer is about; many are told apart by their place."""
    path, concerns = row.path or (), ask.concerns
    place = path[1] if len(concerns) > 1 and len(path) > 1 else 0
    return concerns[place] if isinstance(place, int) and place < len(concerns) else None


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
