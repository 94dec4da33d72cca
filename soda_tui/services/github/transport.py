"""The wire: one POST over a shared httpx client, bounded in time and size."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping

import httpx
import msgspec

from soda_tui import __version__
from soda_tui.domain import sentences as say
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.services.github.errors import Answer, RequestFailed, bad_answer
from soda_tui.services.github.wire import Envelope
from soda_tui.services.redaction import redact

MAX_BODY = 32 * 1024 * 1024
# Without these `mergeStateStatus`, and on older servers the changes of labels, are none of the schema.
_PREVIEWS = ", ".join(
    ("application/json", *(f"application/vnd.github.{name}-preview+json" for name in ("merge-info", "bane")))
)
_REFUSAL = 64 * 1024
# A renamed repository's leads to its new name, and that to where the text lies.
_MOST_PLACES = 4
_UNTRUSTED = "CERTIFICATE_VERIFY_FAILED"
_ENVELOPE = msgspec.json.Decoder(Envelope)


def http_client(
    transport: httpx.AsyncBaseTransport | None, deadline: float, certificate: str | None = None
) -> httpx.AsyncClient:
    """An HTTP client; redirects are not followed, since a token goes only where it was meant to.

    `certificate` is a file with those that are trusted instead of the system's, as git takes it. Raises a Failure where
    it, the proxy, or the certificates of the environment cannot be used.
    """
    try:
        trusted = ssl.create_default_context(cafile=certificate) if certificate else True
    except OSError as error:
        reason = error.strerror if isinstance(error, FileNotFoundError | PermissionError) else "it holds none"
        words = say.GITHUB_CERTIFICATE(file=certificate, reason=reason)
        raise Failure(Problem(ErrorCode.CONFIGURATION, words)) from None
    try:
        return httpx.AsyncClient(
            transport=transport,
            verify=trusted,
            timeout=deadline,
            follow_redirects=False,
            # How many are under way is each account's own matter: a dead host keeps nobody else waiting.
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=8),
            headers={"User-Agent": f"soda-tui/{__version__}", "Accept": "application/json", "Accept-Encoding": "gzip"},
        )
    except (ImportError, ValueError, OSError, httpx.InvalidURL) as error:
        reason = redact(str(error))
        raise Failure(Problem(ErrorCode.NETWORK, say.GITHUB_PROXY(reason=reason))) from None


def _decoded(body: bytes | bytearray) -> Envelope | None:
    """What is in the answer; None where that is not of the expected form."""
    try:
        return _ENVELOPE.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _rest(url: str) -> str:
    """Where the REST API is, by the URL of GraphQL."""
    root = url.removesuffix("/graphql")
    return f"{root}/v3" if root.endswith("/api") else root


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


async def _end(response: httpx.Response, longest: int) -> bytes:
    kept, read = bytearray(), 0
    async for chunk in response.aiter_bytes():
        kept, read = bytearray((kept + chunk)[-longest:]), read + len(chunk)
        if read > MAX_BODY:
            break
    return bytes(kept)


class Wire:
    """GraphQL over an httpx client that belongs to somebody else; `deadline` is seconds for a whole request.

    `elsewhere` is one for what does not lie on the host: it trusts nothing but what the system does.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        host: str,
        url: str,
        deadline: float,
        elsewhere: Callable[[], Awaitable[httpx.AsyncClient]],
    ) -> None:
        self._http = http
        self._elsewhere = elsewhere
        self._host = host
        self._url = url
        self._deadline = deadline

    async def send(self, payload: Mapping[str, object], token: str) -> Answer:
        """The answer to a query with its variables, whatever it says, its data undecoded; RequestFailed without one."""
        try:
            async with asyncio.timeout(self._deadline):
                return await self._post(payload, token)
        except (TimeoutError, httpx.ReadTimeout, httpx.WriteTimeout):
            sentence = say.GITHUB_SILENT(host=self._host, seconds=f"{self._deadline:g}")
            raise RequestFailed(Problem(ErrorCode.TIMEOUT, sentence), again=True, doubtful=True, heavy=True) from None
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise self._unreachable(error, doubtful=False) from None
        except httpx.HTTPError as error:
            raise self._unreachable(error, doubtful=True) from None
        except httpx.InvalidURL as error:
            sentence = say.GITHUB_ENDPOINT_MALFORMED(host=self._host, url=self._url, reason=error)
            raise RequestFailed(Problem(ErrorCode.CONFIGURATION, sentence)) from None

    async def _post(self, payload: Mapping[str, object], token: str) -> Answer:
        headers = {"Authorization": f"bearer {token}", "Accept": _PREVIEWS}
        async with self._http.stream("POST", self._url, json=payload, headers=headers) as response:
            body = bytearray()
            try:
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > MAX_BODY:
                        raise RequestFailed(bad_answer(self._host, "larger than 32 MB"), doubtful=True)
            except httpx.DecodingError:
                body.clear()
            return Answer(self._url, response.status_code, dict(response.headers), _decoded(body))

    async def end_of(self, path: str, token: str, longest: int) -> bytes | Answer | None:
        """The last bytes of a text of the REST API, wherever that says it lies; its refusal, None without an answer.

        The token goes to the API's own repositories alone: where the text lies elsewhere it is fetched without, and the
        host's own certificates are trusted for nobody else.
        """
        api, rest = httpx.URL(self._url), f"{_rest(self._url)}/"
        place = f"{rest}{path}"
        try:
            async with asyncio.timeout(self._deadline):
                for _ in range(_MOST_PLACES):
                    goes = httpx.URL(place)
                    http = self._http if _origin(goes) == _origin(api) else await self._elsewhere()
                    known = place.startswith((f"{rest}repos/", f"{rest}repositories/"))
                    headers = {"Authorization": f"bearer {token}"} if known else {}
                    async with http.stream("GET", goes, headers=headers) as response:
                        if response.is_success:
                            return await _end(response, longest)
                        if not response.is_redirect:
                            if not known:
                                return None
                            envelope = _decoded(await _end(response, _REFUSAL))
                            return Answer(place, response.status_code, dict(response.headers), envelope)
                        place = str(goes.join(response.headers.get("location", "")))
                    if not place.startswith(("https://", f"{api.scheme}://")):
                        return None
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, Failure):
            pass
        return None

    def _unreachable(self, error: httpx.HTTPError, *, doubtful: bool) -> RequestFailed:
        reason = redact(str(error)) or type(error).__name__
        says = say.GITHUB_UNTRUSTED if _UNTRUSTED in reason else say.GITHUB_UNREACHABLE
        sentence = says(host=self._host, reason=reason)
        return RequestFailed(Problem(ErrorCode.NETWORK, sentence), again=True, doubtful=doubtful)
