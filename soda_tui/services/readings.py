"""What the fronts of this machine read of GitHub, for one another: a folder for each account.

It has one small index that changes with each reading, and a file of facts for each repository that changes only when
they do. The index is written last, and names the facts by what they are: whoever reads in between sees what was before.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
from msgspec import structs

from soda_tui import __version__
from soda_tui.cockpit.ports.github import Target
from soda_tui.domain.facts import RemoteFacts
from soda_tui.domain.failure import Failure, Problem
from soda_tui.domain.model import Account
from soda_tui.domain.pacing.budget import carried, in_one_hour
from soda_tui.domain.sentences import READINGS_PUT_ASIDE
from soda_tui.domain.sharing import MICROSECONDS, TOLD_BY_GITHUB, Shared, Told
from soda_tui.services import files
from soda_tui.services.locks import held, release, take
from soda_tui.services.readings_index import Entry, Index

_VERSION = 2
_LARGEST_INDEX = 4 << 20
_LARGEST_FACTS = 64 << 20
_MARK = 32
_POLLING = "reads GitHub for all"
_TELLING = "shares what it has read"
_PATIENCE = 2.0
_OLD = 24 * 3600 * MICROSECONDS
_log = logging.getLogger(__name__)


class FileReadings:
    """The port `Readings`; `account` tells what stands for the account of a key, None where there is no token.

    That is a secret, of which a hash is kept: what one token may see is not shown to another.
    """

    def __init__(
        self,
        folder: Path,
        locks: Path,
        account: Callable[[str], str | None],
        now: Callable[[], int] = lambda: time.time_ns() // 1000,
    ) -> None:
        self.put_aside: str | None = None
        self._folder = folder
        self._locks = locks
        self._account = account
        self._now = now
        self._places: dict[str, Path | None] = {}
        self._owned: dict[str, tuple[Path, int]] = {}
        self._polls: dict[str, tuple[tuple[str, ...], float, Callable[[], float]]] = {}
        self._indexes: dict[Path, tuple[tuple[int, int], Index]] = {}
        self._facts: dict[Path, tuple[str, RemoteFacts]] = {}

    async def own(self, reader: str, targets: Sequence[Target], every: float, within: Callable[[], float]) -> bool:
        """Become, or stay, who polls; where nothing can be shared, each polls for itself."""
        self._polls[reader] = tuple(map(_asked, targets)), every, within
        return await asyncio.to_thread(self._own, reader)

    def promised(self, reader: str) -> float:
        """The seconds in which whoever polls looks at all, as last read here."""
        place = self._places.get(reader)
        index = self._indexes[place][1] if place in self._indexes else Index()
        return index.within if index.lives(self._now()) else 0.0

    def leave(self, reader: str) -> None:
        """Leave the account to another front."""
        found = self._owned.pop(reader, None)
        if found is not None:
            release(found[1])

    def changed(self, reader: str) -> bool:
        """Whether the index is another file than the last time it was read."""
        place = self._places.get(reader)
        return place is not None and _version(place) != self._indexes.get(place, ((0, 0),))[0]

    async def told(self, reader: str, targets: Sequence[Target]) -> Told:
        """What there is of these repositories."""
        return await asyncio.to_thread(self._told, reader, targets)

    async def tell(
        self,
        reader: str,
        targets: Sequence[Target],
        moment: int,
        found: Mapping[str, RemoteFacts | Problem],
        account: Account | None,
        spent: int = 0,
    ) -> None:
        """Tell what GitHub said."""
        more = {**self._polled(reader, moment), "own": spent}
        await asyncio.to_thread(self._tell, reader, targets, moment, found, account, more)

    def _polled(self, reader: str, moment: int) -> dict[str, Any]:
        """What the index says of who polls, where that is this front."""
        if reader not in self._owned:
            return {}
        polled, every, within = self._polls[reader]
        return {"polled": polled, "every": every, "within": within(), "polled_at": moment}

    def _own(self, reader: str) -> bool:
        place = self._place(reader)
        owned = self._owned.get(reader)
        if owned is not None and owned[0] != place:
            self.leave(reader)
        if place is None or reader in self._owned:
            return True
        try:
            descriptor = take(self._locks / f"poll-{place.name}.lock", _POLLING)
        except Failure as failure:
            _log.warning("%s", failure)
            return True
        if descriptor is not None:
            self._owned[reader] = place, descriptor
            self._make_room(place)
        return descriptor is not None

    def _place(self, reader: str) -> Path | None:
        """Where the readings of an account are, by the token that would be used now."""
        account, place, before = None, None, self._places.get(reader)
        with suppress(Failure):
            account = self._account(reader)
        if account is not None:
            place = self._folder / _mark(f"{__version__}\0{_VERSION}\0{reader}\0{account}".encode())
        if before is not None and before != place:
            # Where an app hands tokens out there is another one each hour.
            self._indexes.pop(before, None)
            self._facts = {path: known for path, known in tuple(self._facts.items()) if path.parent != before}
        self._places[reader] = place
        return place

    def _told(self, reader: str, targets: Sequence[Target]) -> Told:
        place = self._place(reader)
        if place is None:
            return Told({})
        index, now = self._index(place), self._now()
        polled = frozenset(index.polled if index.lives(now) else ())
        found = {}
        for target in targets:
            asked = _asked(target)
            entry = index.repositories.get(asked)
            if entry is None or entry.moment > now:
                continue
            facts = self._read(_file(place, asked), entry.facts) if entry.facts else None
            if facts is not None or entry.problem is not None:
                at = entry.at if facts is not None else 0
                every = index.every if asked in polled else None
                found[target.name.key] = Shared(facts, at, entry.problem, entry.tried, every, index.within)
        return Told(found, index.account, index.own)

    def _tell(
        self,
        reader: str,
        targets: Sequence[Target],
        moment: int,
        found: Mapping[str, RemoteFacts | Problem],
        account: Account | None,
        more: Mapping[str, Any],
    ) -> None:
        place = self._place(reader)
        if place is None:
            return
        try:
            files.folder(place)
            with held(self._locks / f"readings-{place.name}.lock", _TELLING, _PATIENCE):
                self._write(place, {_asked(one): found[one.name.key] for one in targets}, moment, account, more)
        except (Failure, OSError, UnicodeError) as error:
            # Half a surrogate pair has no UTF-8.
            _log.warning("what was read is not shared: %s", error)

    def _write(
        self,
        place: Path,
        found: Mapping[str, RemoteFacts | Problem],
        moment: int,
        account: Account | None,
        more: Mapping[str, Any],
    ) -> None:
        index, now = self._index(place), self._now()
        entries = {asked: one for asked, one in index.repositories.items() if now - one.moment < _OLD}
        for asked in index.repositories.keys() - entries.keys():
            _file(place, asked).unlink(missing_ok=True)
        for asked, result in found.items():
            known = entries.get(asked, Entry())
            # Where the clock was set back, what seems to come from the future is older.
            if moment < known.moment <= now:
                continue
            if isinstance(result, RemoteFacts):
                entries[asked] = Entry(moment, self._keep(_file(place, asked), result))
            elif result.code in TOLD_BY_GITHUB:
                entries[asked] = structs.replace(known, tried=moment, problem=result)
        before = index.own if account is None or in_one_hour(index.account, account) else 0
        account = carried(index.account, account) if account is not None else index.account
        index = structs.replace(index, repositories=entries, account=account, **{**more, "own": before + more["own"]})
        files.replace(place / "index.json", msgspec.json.encode(index), durable=False)

    def _keep(self, path: Path, facts: RemoteFacts) -> str:
        """Put facts into their file, unless they are there; their mark."""
        mark, known = self._facts.get(path, ("", None))
        content = b""
        if known is not facts:
            content = msgspec.json.encode(facts)
            mark = _mark(content)
        if _content(path, _MARK) != mark.encode():
            files.replace(path, mark.encode() + b"\n" + (content or msgspec.json.encode(facts)), durable=False)
        self._facts[path] = mark, facts
        return mark

    def _read(self, path: Path, mark: str) -> RemoteFacts | None:
        """The facts of that mark; None where the file has others, which the index will soon name, or none."""
        known = self._facts.get(path)
        if known is not None and known[0] == mark:
            return known[1]
        content = _content(path, _LARGEST_FACTS)
        if content is None:
            return None
        found, _, text = content.partition(b"\n")
        try:
            facts = msgspec.json.decode(text, type=RemoteFacts)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            self._set_aside(path)
            return None
        if found != mark.encode():
            return None
        self._facts[path] = mark, facts
        return facts

    def _index(self, place: Path) -> Index:
        version = _version(place)
        known = self._indexes.get(place)
        if known is not None and known[0] == version:
            return known[1]
        content = _content(place / "index.json", _LARGEST_INDEX)
        index = Index()
        if content is not None:
            try:
                index = msgspec.json.decode(content, type=Index)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                self._set_aside(place / "index.json")
        self._indexes[place] = version, index
        return index

    def _set_aside(self, path: Path) -> None:
        aside = path.with_suffix(".damaged")
        with suppress(OSError):
            path.replace(aside)
        self.put_aside = READINGS_PUT_ASIDE(path=aside)
        _log.warning("%s", self.put_aside)

    def _make_room(self, place: Path) -> None:
        """Remove what tokens have left that nobody uses any more."""
        with suppress(OSError):
            for other in self._folder.iterdir():
                if other != place and self._now() - _version(other)[1] // 1000 > _OLD:
                    shutil.rmtree(other, ignore_errors=True)


def _content(path: Path, limit: int) -> bytes | None:
    try:
        return files.read(path, limit)
    except Failure as failure:
        _log.warning("%s", failure)
        return None


def _version(place: Path) -> tuple[int, int]:
    """What tells one content of an index from the next: each is a file of its own."""
    try:
        found = (place / "index.json").stat()
    except OSError:
        return (0, 0)
    return found.st_ino, found.st_mtime_ns


def _file(place: Path, asked: str) -> Path:
    return place / f"{asked}.facts"


def _asked(target: Target) -> str:
    """What stands for a repository, and for all that the answer depends on besides GitHub."""
    return _mark(msgspec.json.encode(target))


def _mark(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=_MARK // 2).hexdigest()
