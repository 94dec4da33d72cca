"""The embedded GitHub as an httpx transport: in process, without a port."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx

from soda_tui.sandbox.api import answer
from soda_tui.sandbox.web import Reply, Request
from soda_tui.sandbox.world import World

Sleep = Callable[[float], Awaitable[object]]


class _Broken(httpx.AsyncByteStream):
    """A body that breaks off in the middle."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._body[: len(self._body) // 2]
        raise httpx.RemoteProtocolError(
            "peer closed connection without sending complete message body "
            f"(received {len(self._body) // 2} bytes, expected {len(self._body)})"
        )


class SandboxTransport(httpx.AsyncBaseTransport):
    """Answers what GitHub's API would; `sleep` is what passes the time of slow answers.

    Raises what httpx raises for connections that are dropped, and ReadTimeout where an answer is slower than the
    client waits.
    """

    def __init__(self, world: World, sleep: Sleep = asyncio.sleep) -> None:
        self._world = world
        self._sleep = sleep
        self.requests = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer in a thread, so that a big document does not freeze the event loop."""
        self.requests += 1
        body = await request.aread()
        headers = {name.lower(): value for name, value in request.headers.items()}
        asked = Request(request.method, request.url.path, headers, body)
        reply = await asyncio.to_thread(answer, self._world, asked)
        await self._wait(request, reply)
        if reply.dropped:
            raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)
        stream = _Broken(reply.body) if reply.truncated else httpx.ByteStream(reply.body)
        return httpx.Response(reply.status, headers=dict(reply.headers), stream=stream, request=request)

    async def _wait(self, request: httpx.Request, reply: Reply) -> None:
        patience = request.extensions.get("timeout", {}).get("read")
        if patience is not None and reply.delay > patience:
            await self._sleep(patience)
            raise httpx.ReadTimeout("The read operation timed out", request=request)
        if reply.delay:
            await self._sleep(reply.delay)
