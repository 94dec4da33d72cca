"""One host, asked as one account: its token, its budget, how much at once, and how often a request is tried."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Set
from datetime import datetime
from random import uniform
from typing import TYPE_CHECKING

import httpx
from msgspec import Raw, Struct, structs

from soda_tui.domain import sentences as say
from soda_tui.domain.batching import Batching
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.model import RateLimit
from soda_tui.services.github import errors, headers, wire
from soda_tui.services.github.auth import Renewals, Tokens
from soda_tui.services.github.features import Features
from soda_tui.services.github.fragments import OPTIONAL
from soda_tui.services.github.hiding import Hidden
from soda_tui.services.github.lanes import Lanes
from soda_tui.services.github.pauses import Pauses
from soda_tui.services.github.queries import Document
from soda_tui.services.github.transport import Wire

if TYPE_CHECKING:
    from soda_tui.services.github.session import Session

TRIES = 3
_LONGEST_PAUSE = 4.0
# Whoever is refused as nobody is told of nobody's budget, of which nothing is left.
_OF_THE_BUDGET = {200, 403, 429}
_LONGEST_END = 64 * 1024


class Reply(Struct, frozen=True):
    """The answer to a document: data by alias, the rows of its errors, and when GitHub gave it, by its own clock.

    `headers` are those of HTTP, by their names in lower case.
    """

    data: Mapping[str, Raw]
    rows: tuple[wire.ErrorRow, ...]
    sso: str | None
    at: datetime
    cost: int
    headers: Mapping[str, str] = {}

    def holds(self, alias: str | int) -> bool:
        """Whether the field under an alias came at all."""
        return bytes(self.data.get(str(alias), b"null")) != b"null"

    def rows_of(self, *path: str | int) -> tuple[wire.ErrorRow, ...]:
        """The rows at or below a path."""
        return tuple(row for row in self.rows if row.path and row.path[: len(path)] == path)


class Connection:
    """Sends documents to one host as one account: few reads at once, changes one after another.

    `account` is its key, `name` the part of it that is empty for the host's own; `features` are the host's. `requests`
    counts what went over the wire, `points` what GitHub took for it; `batching` is how much may be asked at once, and
    `expires` when the token does, where GitHub says so. `hidden` are the fields that it may not see, `heavy` the
    repositories, by their keys, that were too much lately, `heavy_probes` those of which even the signs were.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        account: str,
        url: str,
        tokens: Tokens,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
        deadline: float,
        features: Features,
        pauses: Pauses,
        elsewhere: Callable[[], Awaitable[httpx.AsyncClient]],
    ) -> None:
        self.account = account
        self.host, _, self.name = account.partition("/")
        self.features = features
        self.requests = 0
        self.points = 0
        self.viewer: wire.Viewer | None = None
        self.rate_limit: RateLimit | None = None
        self.expires: datetime | None = None
        self.batching = Batching()
        self.hidden = Hidden(clock)
        self.heavy: frozenset[str] = frozenset()
        self.heavy_probes: frozenset[str] = frozenset()
        self._tokens = tokens
        self._clock = clock
        self._sleep = sleep
        self._wire = Wire(http, self.host, url, deadline, elsewhere)
        self._session: Session | None = None
        self._pauses = pauses
        self._renews = Renewals()
        self._learning = asyncio.Lock()
        self._lanes = Lanes(lambda: self.batching.in_flight)
        self._changes = asyncio.Lock()

    async def read(self, document: Document, *, whole: bool = True, hidden: Set[str] = frozenset()) -> Reply:
        """Send a query; 5xx, time-outs and broken connections are tried three times.

        One that is not `whole` may be asked in parts: it is not tried again where it may have been too much. It
        is sent without what is `hidden`. Raises RequestFailed, and a Failure where there is no token.
        """
        async with self._lanes.lane():
            attempt = 1
            while True:
                lacks = self.features.lacks | hidden
                try:
                    return await self._send(document, lacks)
                except errors.RequestFailed as failed:
                    if not failed.again and await self._is_older(failed, lacks):
                        continue
                    if attempt == TRIES or not failed.again or (failed.heavy and not whole):
                        raise
                await self.pause(attempt)
                attempt += 1

    async def pause(self, attempt: int) -> None:
        """Wait a while before what failed is tried again, the longer the more often it has."""
        await self._sleep(uniform(0, min(0.5 * 2**attempt, _LONGEST_PAUSE)))

    def struggles(self) -> None:
        """Ask for less at once: the host has been asked too much."""
        self.batching = self.batching.struggled()

    def retry(self) -> None:
        """As a person wishes: try again, but for the waits that GitHub asked for."""
        self._pauses.retry()
        self.hidden.clear()

    def admit(self) -> None:
        """As a person wishes, who has another token looked for: send what is found."""
        self._pauses.admit()

    @property
    def source(self) -> str | None:
        """Where the token came from, in words."""
        return self._tokens.source(self.account)

    async def change(self, document: Document) -> Reply:
        """Send a mutation, once.

        Raises a Failure; its sentence says so where it is not known whether GitHub acted on it.
        """
        async with self._changes:
            try:
                return await self._send(document, frozenset())
            except errors.RequestFailed as failed:
                if failed.doubtful:
                    raise errors.unknown_outcome(failed, self.host) from None
                raise

    async def end_of(self, path: str) -> str | None:
        """The end of a text of the REST API; None where it does not come, for whatever reason."""
        async with self._lanes.lane():
            try:
                token = await self._token()
                async with self._pauses.passage(token, rest=True):
                    self.requests += 1
                    found = await self._wire.end_of(path, token, _LONGEST_END)
                    if isinstance(found, errors.Answer):
                        self._heed_refusal(found, token)
                        return None
            except Failure:
                return None
        return found.decode(errors="replace") if found is not None else None

    def _heed_refusal(self, answer: errors.Answer, token: str) -> None:
        """Heed what the REST API says of limits: its points are its own, a secondary limit is that of all requests."""
        failed = errors.failure(answer, self.account, self._clock(), self._pauses.pause)
        if failed is not None and failed.problem.code is ErrorCode.SECONDARY_LIMIT:
            self._pauses.failed(failed, token)
        elif failed is not None and failed.problem.code is ErrorCode.RATE_LIMIT:
            self._pauses.limited(failed.problem, rest=True)

    async def close(self) -> None:
        """Close the session."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _send(self, document: Document, lacks: Set[str]) -> Reply:
        # Before the token: a command that finds one may ask a person for it.
        self._pauses.heed()
        token = await self._token()
        try:
            return await self._post(document, token, lacks)
        except errors.RequestFailed as failed:
            if failed.problem.code is not ErrorCode.AUTHENTICATION:
                raise
            # What was under way beside it may have found another one meanwhile, or be looking for it.
            newer = await self._token()
            if newer == token:
                if self._pauses.looks_anew():
                    self._tokens.forget(self.account)
                newer = await self._token()
            if newer == token:
                raise
        self.hidden.clear()
        return await self._post(document, newer, lacks)

    async def _is_older(self, failed: errors.RequestFailed, sent_without: Set[str]) -> bool:
        """Whether a refusal may come from fields that the host's schema lacks; its types are asked for once."""
        return failed.problem.code is ErrorCode.BAD_ANSWER and not await self.lacking() <= sent_without

    async def lacking(self) -> Set[str]:
        """The fields of our documents that the host's schema lacks, asked where that is not known."""
        async with self._learning:
            if not self.features.learnt:
                document = Document()
                aliases = {name: document.fields_of(name) for name in OPTIONAL}
                reply = await self._send(document, frozenset())
                types = {name: wire.read(reply.data.get(alias), wire.TypeOf) for name, alias in aliases.items()}
                await asyncio.to_thread(self.features.learn, types)
            return self.features.lacks

    async def _token(self) -> str:
        if self._renews.is_due(self.expires, self._clock()):
            self._tokens.renew(self.account)
        token = await asyncio.to_thread(self._tokens.token, self.account)
        if token is None:
            raise Failure(Problem(ErrorCode.AUTHENTICATION, say.GITHUB_NO_TOKEN(host=self.host)))
        return token

    async def _post(self, document: Document, token: str, lacks: Set[str]) -> Reply:
        async with self._pauses.passage(token):
            return await self._posted(document, token, lacks)

    async def _posted(self, document: Document, token: str, lacks: Set[str]) -> Reply:
        self.requests += 1
        try:
            answer = await self._answer(document, token, lacks)
            now = self._clock()
            if answer.status in _OF_THE_BUDGET:
                self._heed_budget(answer, now)
            reset = self.rate_limit.reset_at if self.rate_limit is not None else None
            failed = errors.failure(answer, self.account, now, self._pauses.pause, reset, self.source)
            if failed is not None:
                raise failed
        except errors.RequestFailed as failed:
            self._pauses.failed(failed, token)
            if failed.problem.code is ErrorCode.SECONDARY_LIMIT:
                self.batching = self.batching.slowed()
            raise
        self._pauses.answered()
        self.expires = headers.expiry(answer.headers)
        self.batching = self.batching.answered()
        cost = self._note_budget(answer, document)
        envelope = answer.envelope or wire.Envelope()
        return Reply(
            data=envelope.data or {},
            rows=envelope.errors or (),
            sso=headers.sso_url(answer.headers),
            at=headers.date(answer.headers) or now,
            cost=cost,
            headers=answer.headers,
        )

    async def _answer(self, document: Document, token: str, lacks: Set[str]) -> errors.Answer:
        if not document.mutation:
            return await self._wire.send({"query": document.written(lacks), "variables": document.variables}, token)
        if self._session is None:
            from soda_tui.services.github.session import Session

            self._session = Session(self._wire)
        return await self._session.send(document, token)

    def _heed_budget(self, answer: errors.Answer, now: datetime) -> None:
        """Learn what is left."""
        said = answer.headers
        if limit := headers.number(said.get("x-ratelimit-limit")):
            remaining = headers.number(said.get("x-ratelimit-remaining"))
            self.rate_limit = RateLimit(limit, remaining, None, headers.moment(said.get("x-ratelimit-reset")))
        if said.get("x-ratelimit-remaining") == "0":
            self._pauses.limited(errors.rate_limit(said, self.host, now))

    def _note_budget(self, answer: errors.Answer, document: Document) -> int:
        data = answer.envelope.data if answer.envelope and answer.envelope.data else {}
        budget = wire.read(data.get("rateLimit"), wire.Budget)
        if (viewer := wire.read(data.get("viewer"), wire.Viewer)) is not None:
            self.viewer = viewer
            self._pauses.belongs(viewer.login)
        cost = budget.cost if budget else int(document.mutation)
        self.points += cost
        limit = self.rate_limit or RateLimit(None, None, None, None)
        if budget is not None:
            limit = RateLimit(limit.limit or budget.limit, budget.remaining, cost, budget.reset_at)
        self.rate_limit = structs.replace(limit, cost=cost)
        return cost
