"""gql's way to the wire: one POST over a shared httpx client, bounded in time and size.

gql's own httpx transport takes `httpx2` wherever somebody installed that, and keeps headers where parallel requests
overwrite them; this one does neither.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import httpx
import msgspec
from gql import GraphQLRequest
from gql.transport import AsyncTransport
from graphql import ExecutionResult

from soda_tui import __version__
from soda_tui.domain import sentences as say
from soda_tui.domain.failure import Failure, Problem
from soda_tui.domain.model import ErrorCode
from soda_tui.services.github.errors import Answer, RequestFailed, bad_answer
from soda_tui.services.github.wire import Envelope
from soda_tui.services.redaction import redact

MAX_BODY = 32 * 1024 * 1024
_ENVELOPE = msgspec.json.Decoder(Envelope)


def http_client(transport: httpx.AsyncBaseTransport | None, deadline: float) -> httpx.AsyncClient:
    """The one HTTP client; redirects are not followed, since a token goes only where it was meant to.

    Raises a Failure where the proxy or certificates of the environment cannot be used.
    """
    try:
        return httpx.AsyncClient(
            transport=transport,
            timeout=deadline,
            follow_redirects=False,
            limits=httpx.Limits(max_connections=8, max_keepalive_connections=4),
            headers={"User-Agent": f"soda-tui/{__version__}", "Accept": "application/json"},
        )
    except (ImportError, ValueError, OSError, httpx.InvalidURL) as error:
        reason = redact(str(error))
        raise Failure(Problem(ErrorCode.NETWORK, say.GITHUB_PROXY(reason=reason))) from None


class HttpxTransport(AsyncTransport):
    """GraphQL over an httpx client that belongs to somebody else; `deadline` is seconds for a whole request."""

    def __init__(self, http: httpx.AsyncClient, host: str, url: str, deadline: float) -> None:
        self._http = http
        self._host = host
        self._url = url
        self._deadline = deadline

    async def connect(self) -> None:
        """Nothing: the client connects when it is asked something."""

    async def close(self) -> None:
        """Nothing: the client is closed by its owner."""

    async def execute(self, request: GraphQLRequest, *, token: str = "") -> ExecutionResult:
        """The answer, whatever it says, under `answer` of the extensions, its data undecoded.

        Raises RequestFailed where none came. Errors are left to the caller: gql would raise on any of them.
        """
        try:
            async with asyncio.timeout(self._deadline):
                answer = await self._post(request, token)
        except (TimeoutError, httpx.ReadTimeout, httpx.WriteTimeout):
            sentence = say.GITHUB_TOO_SLOW(host=self._host, seconds=f"{self._deadline:g}")
            raise RequestFailed(Problem(ErrorCode.TIMEOUT, sentence), again=True, doubtful=True) from None
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise self._unreachable(error, doubtful=False) from None
        except httpx.HTTPError as error:
            raise self._unreachable(error, doubtful=True) from None
        except httpx.InvalidURL as error:
            sentence = say.GITHUB_ENDPOINT_MALFORMED(host=self._host, url=self._url, reason=error)
            raise RequestFailed(Problem(ErrorCode.CONFIGURATION, sentence)) from None
        data = answer.envelope.data if answer.envelope else None
        return ExecutionResult(data=dict(data or {}), extensions={"answer": answer})

    def subscribe(self, request: GraphQLRequest) -> AsyncGenerator[ExecutionResult, None]:
        """GitHub has no subscriptions."""
        raise NotImplementedError

    async def _post(self, request: GraphQLRequest, token: str) -> Answer:
        headers = {"Authorization": f"bearer {token}"}
        async with self._http.stream("POST", self._url, json=request.payload, headers=headers) as response:
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > MAX_BODY:
                    raise RequestFailed(bad_answer(self._host, "larger than 32 MB"), doubtful=True)
            try:
                envelope = _ENVELOPE.decode(body)
            except (msgspec.MsgspecError, UnicodeDecodeError):
                envelope = None
            return Answer(self._url, response.status_code, dict(response.headers), envelope)

    def _unreachable(self, error: httpx.HTTPError, *, doubtful: bool) -> RequestFailed:
        reason = redact(str(error)) or type(error).__name__
        sentence = say.GITHUB_UNREACHABLE(host=self._host, reason=reason)
        return RequestFailed(Problem(ErrorCode.NETWORK, sentence), again=True, doubtful=doubtful)
