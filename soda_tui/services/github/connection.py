"""One host: its token, its budget, its pauses, and how often a request is tried."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import httpx
from msgspec import Raw, Struct
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from soda_tui.domain import sentences as say
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.model import RateLimit
from soda_tui.services.github import errors, wire
from soda_tui.services.github.auth import Tokens
from soda_tui.services.github.queries import Document
from soda_tui.services.github.transport import Wire

if TYPE_CHECKING:
    from soda_tui.services.github.session import Session

_TRIES = 3
_IN_FLIGHT = 2
_LONGEST_END = 64 * 1024
_PAUSE = timedelta(minutes=1)
_LIMITS = {ErrorCode.RATE_LIMIT, ErrorCode.SECONDARY_LIMIT}


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
    """Sends documents to one host: at most two reads at once, changes one after another.

    `requests` counts what went over the wire, `points` what GitHub took for it.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        host: str,
        url: str,
        tokens: Tokens,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
        deadline: float,
    ) -> None:
        self.host = host
        self.requests = 0
        self.points = 0
        self.viewer: wire.Viewer | None = None
        self.rate_limit: RateLimit | None = None
        self._tokens = tokens
        self._clock = clock
        self._sleep = sleep
        self._wire = Wire(http, host, url, deadline)
        self._session: Session | None = None
        self._paused: Problem | None = None
        self._strikes = 0
        self._reads = asyncio.Semaphore(_IN_FLIGHT)
        self._changes = asyncio.Lock()

    async def read(self, document: Document) -> Reply:
        """Send a query; 5xx, time-outs and broken connections are tried three times.

        Raises RequestFailed, and a Failure where there is no token.
        """
        tries = AsyncRetrying(
            stop=stop_after_attempt(_TRIES),
            wait=wait_random_exponential(multiplier=0.5, max=4),
            retry=retry_if_exception(lambda error: isinstance(error, errors.RequestFailed) and error.again),
            sleep=self._sleep,
            reraise=True,
        )
        async with self._reads:
            return await tries(self._send, document)

    async def change(self, document: Document) -> Reply:
        """Send a mutation, once.

        Raises a Failure; its sentence says so where it is not known whether GitHub acted on it.
        """
        async with self._changes:
            try:
                return await self._send(document)
            except errors.RequestFailed as failed:
                if failed.doubtful:
                    raise errors.unknown_outcome(failed, self.host) from None
                raise

    async def end_of(self, path: str) -> str | None:
        """The end of a text of the REST API; None where it does not come, for whatever reason."""
        try:
            self._heed_pause()
            token = await self._token()
        except Failure:
            return None
        async with self._reads:
            self.requests += 1
            data = await self._wire.end_of(path, token, _LONGEST_END)
        return data.decode(errors="replace") if data is not None else None

    async def close(self) -> None:
        """Close the session."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _send(self, document: Document) -> Reply:
        self._heed_pause()
        token = await self._token()
        try:
            return await self._post(document, token)
        except errors.RequestFailed as failed:
            if failed.problem.code is not ErrorCode.AUTHENTICATION:
                raise
            self._tokens.forget(self.host)
            newer = await self._token()
            if newer == token:
                raise
            return await self._post(document, newer)

    async def _token(self) -> str:
        token = await asyncio.to_thread(self._tokens.token, self.host)
        if token is None:
            raise Failure(Problem(ErrorCode.AUTHENTICATION, say.GITHUB_NO_TOKEN(host=self.host)))
        return token

    async def _post(self, document: Document, token: str) -> Reply:
        self.requests += 1
        answer = await self._answer(document, token)
        now = self._clock()
        failed = errors.failure(answer, self.host, now, _PAUSE * 2**self._strikes)
        if failed is not None:
            self._note_limit(failed.problem)
            raise failed
        self._strikes = 0
        cost = self._note_budget(answer, document, now)
        envelope = answer.envelope or wire.Envelope()
        return Reply(
            data=envelope.data or {},
            rows=envelope.errors or (),
            sso=errors.sso_url(answer.headers),
            at=_date(answer.headers.get("date")) or now,
            cost=cost,
            headers=answer.headers,
        )

    async def _answer(self, document: Document, token: str) -> errors.Answer:
        if not document.mutation:
            return await self._wire.send({"query": document.text, "variables": document.variables}, token)
        if self._session is None:
            from soda_tui.services.github.session import Session

            self._session = Session(self._wire)
        return await self._session.send(document, token)

    def _heed_pause(self) -> None:
        if self._paused is None or self._paused.retry_at is None:
            return
        if self._clock() < self._paused.retry_at:
            raise errors.RequestFailed(self._paused)
        self._paused = None

    def _note_limit(self, problem: Problem) -> None:
        if problem.code in _LIMITS:
            self._paused = problem
        if problem.code is ErrorCode.SECONDARY_LIMIT:
            self._strikes = min(self._strikes + 1, 6)

    def _note_budget(self, answer: errors.Answer, document: Document, now: datetime) -> int:
        data = answer.envelope.data if answer.envelope and answer.envelope.data else {}
        budget = wire.read(data.get("rateLimit"), wire.Budget)
        self.viewer = wire.read(data.get("viewer"), wire.Viewer) or self.viewer
        cost = budget.cost if budget else int(document.mutation)
        self.points += cost
        headers = answer.headers
        self.rate_limit = RateLimit(
            limit=_number(headers.get("x-ratelimit-limit")) or (budget.limit if budget else None),
            remaining=budget.remaining if budget else _number(headers.get("x-ratelimit-remaining")),
            cost=cost,
            reset_at=budget.reset_at if budget else _moment(headers.get("x-ratelimit-reset")),
        )
        if headers.get("x-ratelimit-remaining") == "0":
            self._paused = errors.rate_limit(headers, self.host, now)
        return cost


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 12 else None


def _moment(text: str | None) -> datetime | None:
    seconds = _number(text)
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _date(text: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(text).astimezone(UTC) if text else None
    except ValueError:
        return None
