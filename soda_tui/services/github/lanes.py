"""Lanes: how many requests are under way at once, a number that may change meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager


class Lanes:
    """Lets in as many at once as `most` says at that moment."""

    def __init__(self, most: Callable[[], int]) -> None:
        self._most = most
        self._taken = 0
        self._left = asyncio.Event()

    @asynccontextmanager
    async def lane(self) -> AsyncIterator[None]:
        """Wait for a lane, and leave it at the end."""
        while self._taken >= self._most():
            self._left.clear()
            await self._left.wait()
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1
            self._left.set()
