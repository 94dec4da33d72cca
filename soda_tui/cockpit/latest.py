"""The latest value: many may wait for a newer one, the newest wins, those between are skipped."""

from __future__ import annotations

import asyncio
from typing import Generic, TypeVar

T = TypeVar("T")


class Latest(Generic[T]):
    """A value that is replaced as a whole."""

    def __init__(self, value: T) -> None:
        self._value = value
        self._replaced = asyncio.Event()

    @property
    def value(self) -> T:
        """The newest value."""
        return self._value

    def replace(self, value: T) -> None:
        """Set the value and wake all who wait."""
        self._value = value
        self._replaced.set()
        self._replaced = asyncio.Event()

    async def after(self, seen: T) -> T:
        """The newest value as soon as it is another than the one seen."""
        while self._value is seen:
            await self._replaced.wait()
        return self._value
