"""The port `Journal`: the file's work is done, and what it needs imported, in threads of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from soda_tui.domain.journal import Decision, JournalEntry

if TYPE_CHECKING:
    from soda_tui.services.journalfile import JournalFile


class FileJournal:
    """The acts of this installation in one file, which the first act makes; its methods raise Failure.

    `home` tells by which name a repository's acts are kept.
    """

    def __init__(self, path: Path, home: Callable[[str], str] = str) -> None:
        self._path = path
        self._home = home

    @cached_property
    def _file(self) -> JournalFile:
        # Imported by the first thread that needs it: most commands never do.
        from soda_tui.services.journalfile import JournalFile

        return JournalFile(self._path, self._home)

    @property
    def put_aside(self) -> str | None:
        """A sentence once the file was found damaged and put aside."""
        return self._file.put_aside if "_file" in self.__dict__ else None

    async def write(self, entry: JournalEntry) -> None:
        """Keep an act as it stands now; one of the same id is replaced."""
        await asyncio.to_thread(lambda: self._file.write((entry,)))

    async def latest(self, keys: Sequence[str]) -> dict[str, JournalEntry]:
        """The newest act on each repository that has one; one whose process has ended half-way is broken off."""
        return await asyncio.to_thread(lambda: self._file.latest(keys)) if self._path.exists() else {}

    async def entries(self, key: str | None = None, limit: int = 100) -> tuple[JournalEntry, ...]:
        """The newest acts on a repository, or on all, newest first."""
        return await asyncio.to_thread(lambda: self._file.entries(key, limit)) if self._path.exists() else ()

    async def decide(self, decisions: Sequence[Decision]) -> None:
        """Keep what loops decided, in this order."""
        await asyncio.to_thread(lambda: self._file.decide(decisions))

    async def decisions(self, key: str, limit: int = 100) -> tuple[Decision, ...]:
        """The newest decisions on a repository, newest first."""
        return await asyncio.to_thread(lambda: self._file.decisions(key, limit)) if self._path.exists() else ()

    async def lost(self, keys: Sequence[str]) -> tuple[str, ...]:
        """Those repositories whose acts were lost with a damaged file and not read back yet."""
        return await asyncio.to_thread(lambda: self._file.lost(keys)) if self._path.exists() else ()

    async def restore(self, key: str, entries: Sequence[JournalEntry]) -> None:
        """Take in the acts on a repository that were read back."""
        await asyncio.to_thread(lambda: self._file.restore(key, entries))

    def close(self) -> None:
        """Close the file."""
        if "_file" in self.__dict__:
            self._file.close()
