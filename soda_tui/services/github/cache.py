"""What need not be asked again: node ids, and the lists inside issues and pull requests that did not move.

In memory, and in one file for each host. A file that is damaged, foreign or of another version counts as empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from itertools import islice
from pathlib import Path
from urllib.parse import quote

import msgspec
from msgspec import Struct

from soda_tui.domain.failure import Failure
from soda_tui.services import files

_VERSION = 1
_MAX_ENTRIES = 20_000
_MAX_FILE = 64 * 1024 * 1024


class Watch(Struct, frozen=True, array_like=True):
    """Something of a repository that no list shows: an issue or pull request by number, or by the name of a branch."""

    kind: str
    number: int = 0
    branch: str = ""


class Known(Struct, frozen=True, array_like=True):
    """A repository met before: its node id, and what was looked at besides its lists."""

    id: str
    watches: tuple[Watch, ...] = ()


class More(Struct, frozen=True, array_like=True):
    """The part of an issue or pull request that is asked for by id.

    `settled` is false where it was read within moments of its last change, when a later change may bear the same time.
    """

    updated_at: datetime
    settled: bool
    labels: tuple[str, ...]
    assignees: tuple[str, ...] = ()
    author: str | None = None
    body: str = ""


class _File(Struct):
    version: int
    repositories: dict[str, Known]
    items: dict[str, More]


class Cache:
    """One host's cache; `path` is None where nothing is kept on disk."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._content = _load(path)
        self._changed = False

    def repository(self, key: str) -> Known | None:
        """What is known of a repository by its key."""
        return self._content.repositories.get(key)

    def remember(self, key: str, known: Known) -> None:
        """Keep what is known of a repository."""
        if self._content.repositories.get(key) != known:
            self._content.repositories[key] = known
            self._changed = True

    def forget(self, key: str) -> None:
        """Meet the repository by name again."""
        self._changed |= self._content.repositories.pop(key, None) is not None

    @property
    def items(self) -> Mapping[str, More]:
        """Issues and pull requests by node id."""
        return self._content.items

    def put(self, id: str, more: More) -> None:
        """Keep an issue's or a pull request's part."""
        if self._content.items.get(id) != more:
            self._content.items[id] = more
            self._changed = True

    def used(self, ids: Iterable[str]) -> None:
        """Note what a read used; what was not used for the longest time makes room for the rest."""
        items = self._content.items
        for id in ids:
            if id in items:
                items[id] = items.pop(id)
        self._drop(len(items) - _MAX_ENTRIES)

    def save(self) -> None:
        """Write the file where something changed; a disk that does not let us costs requests, nothing else."""
        if self._path is None or not self._changed:
            return
        self._changed = False
        while len(content := msgspec.json.encode(self._content)) > _MAX_FILE:
            self._drop(len(self._content.items) // 2 + 1)
        with suppress(Failure):
            files.write(self._path, content)

    def _drop(self, count: int) -> None:
        for id in tuple(islice(self._content.items, max(count, 0))):
            del self._content.items[id]


def cache_file(folder: Path | None, host: str) -> Path | None:
    """The file of a host, whose name may hold a port."""
    return folder / f"github-{quote(host, safe='')}.json" if folder else None


def _load(path: Path | None) -> _File:
    empty = _File(_VERSION, {}, {})
    if path is None:
        return empty
    with suppress(Failure, msgspec.MsgspecError, UnicodeDecodeError):
        content = msgspec.json.decode(files.read(path, _MAX_FILE) or b"", type=_File)
        if content.version == _VERSION:
            return content
    return empty
