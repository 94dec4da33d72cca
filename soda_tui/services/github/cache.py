"""What need not be asked again: node ids, and the lists inside issues and pull requests that did not move.

In memory, and in one file for each host. A file that is damaged, foreign or of another version counts as empty. It is
made of lines, so that reading and writing it on a thread never keeps the event loop waiting for long.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import msgspec
from msgspec import Struct

from soda_tui.domain.facts import RemoteFacts
from soda_tui.domain.failure import Failure
from soda_tui.domain.history import History
from soda_tui.services import files

_VERSION = 3
_MAX_ENTRIES = 20_000
_MAX_FILE = 64 * 1024 * 1024
_LINE = 500
_FILE = "github-{}.json"


class Watch(Struct, frozen=True, gc=False, array_like=True):
    """Something of a repository that no list shows: an issue or pull request by number, or by the name of a branch."""

    kind: str
    number: int = 0
    branch: str = ""


class Merge(Struct, frozen=True, gc=False, array_like=True):
    """Whether a pull request, by its node id, conflicts: the answer for these two heads, and how often it was asked."""

    id: str
    base: str
    head: str
    answer: str
    tries: int


class Faulted(Struct, frozen=True, gc=False, array_like=True):
    """The commits of a pull request, by its node id, of which reviews ask for changes; `updated_at` is its last change.

    That is null where another change may bear the same time.
    """

    id: str
    updated_at: datetime | None
    heads: tuple[str, ...]


class Blocked(Struct, frozen=True, gc=False, array_like=True):
    """What an issue, by its node id, waits for: how many, and which of them; and how often it was asked for."""

    id: str
    updated_at: datetime
    count: int
    names: tuple[str, ...]
    tries: int


class Told(Struct, frozen=True, array_like=True):
    """The held issue's history, by its node id, as it was at its last change, and how often that was asked for."""

    id: str
    updated_at: datetime
    tries: int
    history: History | None


class Known(Struct, frozen=True, array_like=True):
    """A repository met before: its node id, what was looked at besides its lists, and which pull requests conflict.

    `held` is how the held issue came to its text, `faulted` of which commits reviews ask for changes, `blocked` which
    issues wait for others; `renamed` says that it is called otherwise than it is enrolled. `tried_at` is since when it
    is counted how often these were asked for.
    """

    id: str
    watches: tuple[Watch, ...] = ()
    merges: tuple[Merge, ...] = ()
    held: Told | None = None
    faulted: tuple[Faulted, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    renamed: bool = False
    tried_at: datetime | None = None


class More(Struct, frozen=True, gc=False, array_like=True):
    """The part of an issue or pull request that is asked for by id.

    `settled` is false where it was read within moments of its last change, when a later change may bear the same time.
    """

    updated_at: datetime
    settled: bool
    labels: tuple[str, ...]
    assignees: tuple[str, ...] = ()
    author: str | None = None
    body: str = ""
    edited_at: datetime | None = None
    editor: str | None = None


class _Head(Struct):
    version: int
    repositories: dict[str, Known]


class Cache:
    """One host's cache; `path` is None where nothing is kept on disk. Making one reads the file.

    Without `keep` the file stays as it is.
    """

    def __init__(self, path: Path | None, keep: bool = True) -> None:
        self._path = path
        self._repositories, self._items = _load(path)
        self._needed: dict[str, frozenset[str]] = {}
        self._facts: dict[str, RemoteFacts] = {}
        self._changed = False
        self._keep = keep

    def repository(self, key: str) -> Known | None:
        """What is known of a repository by its key."""
        return self._repositories.get(key)

    def remember(self, key: str, known: Known) -> None:
        """Keep what is known of a repository."""
        if self._repositories.get(key) != known:
            self._repositories[key] = known
            self._changed = True

    def forget(self, key: str) -> None:
        """Meet the repository by name again."""
        self._needed.pop(key, None)
        self._facts.pop(key, None)
        self._changed |= self._repositories.pop(key, None) is not None

    @property
    def items(self) -> Mapping[str, More]:
        """Issues and pull requests by node id."""
        return self._items

    def put(self, id: str, more: More) -> None:
        """Keep an issue's or a pull request's part."""
        if self._items.get(id) != more:
            self._items[id] = more
            self._changed = True

    def facts(self, key: str) -> RemoteFacts | None:
        """The facts of the last read."""
        return self._facts.get(key)

    def newest(self, key: str, facts: RemoteFacts) -> RemoteFacts:
        """The facts of a read; the very object of the last one where nothing changed, so that nobody looks again."""
        if self._facts.get(key) != facts:
            self._facts[key] = facts
        return self._facts[key]

    def used(self, key: str, ids: Iterable[str]) -> None:
        """Note what the newest read of a repository used."""
        needed = self._needed[key] = frozenset(ids)
        for id in needed:
            if more := self._items.pop(id, None):
                self._items[id] = more

    def make_room(self) -> None:
        """Drop what was not used for the longest time; what the newest read of any repository used always stays."""
        too_many = len(self._items) - _MAX_ENTRIES
        if too_many > 0:
            needed = frozenset[str]().union(*self._needed.values())
            for id in [id for id in tuple(self._items) if id not in needed][:too_many]:
                self._items.pop(id, None)

    def save(self) -> None:
        """Write the file where something changed; a disk that does not let us costs requests, nothing else.

        May be called on a thread. What does not fit is forgotten, the oldest first.
        """
        if self._path is None or not (self._keep and self._changed):
            return
        self._changed = False
        head = msgspec.json.encode(_Head(_VERSION, dict(self._repositories)))
        lines, room = [], _MAX_FILE - len(head)
        newest_first = list(self._items.items())[::-1]
        for start in range(0, len(newest_first), _LINE):
            line = msgspec.json.encode(newest_first[start : start + _LINE])
            room -= len(line) + 1
            if room < 0:
                for id, _ in newest_first[start:]:
                    self._items.pop(id, None)
                break
            lines.append(line)
        with suppress(Failure):
            files.write(self._path, b"\n".join((head, *lines)))


def cache_file(folder: Path | None, host: str) -> Path | None:
    """The file of a host, whose name may hold a port."""
    return folder / _FILE.format(quote(host, safe="")) if folder else None


def forget(folder: Path, key: str) -> None:
    """Meet a repository by name again, whichever account reads it."""
    for path in folder.glob(_FILE.format("*")):
        cache = Cache(path)
        cache.forget(key)
        cache.save()


def _load(path: Path | None) -> tuple[dict[str, Known], dict[str, More]]:
    if path is not None:
        with suppress(Failure, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            head, *lines = (files.read(path, _MAX_FILE) or b"").split(b"\n")
            known = msgspec.json.decode(head, type=_Head)
            if known.version == _VERSION:
                found = [msgspec.json.decode(line, type=list[tuple[str, More]]) for line in lines]
                return known.repositories, {id: more for line in reversed(found) for id, more in reversed(line)}
    return {}, {}
