"""Features: what of our documents a host's schema lacks, asked once a day at most and kept for all that start later."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import msgspec
from msgspec import Struct

from soda_tui.domain.failure import Failure
from soda_tui.services import files
from soda_tui.services.github import wire
from soda_tui.services.github.endpoints import is_newest
from soda_tui.services.github.fragments import ELSEWHERE, OPTIONAL

_AGE = timedelta(days=1)
_LARGEST = 1 << 16
_FIELDS = {name: fields | ELSEWHERE.get(name, {}).keys() for name, fields in OPTIONAL.items()}
_MOVED = frozenset(field for fields in ELSEWHERE.values() for field in fields)


class _Kept(Struct, frozen=True):
    """What was learnt, and when."""

    at: datetime
    lacks: tuple[str, ...]


class Features:
    """One host's; `path` is None where nothing is kept on disk. Making one reads the file.

    What is too old counts as not learnt: a server that was brought up to date is asked for all again.
    """

    def __init__(self, host: str, path: Path | None, clock: Callable[[], datetime]) -> None:
        self._path = path
        self._clock = clock
        self._newest = is_newest(host)
        self._kept = None if self._newest else _load(path)

    @property
    def lacks(self) -> frozenset[str]:
        """The fields that are left out of documents, or asked for in another place."""
        return frozenset(self._kept.lacks) if self._kept is not None and self.learnt else frozenset()

    @property
    def missed(self) -> frozenset[str]:
        """Those of which the host tells nothing at all."""
        return self.lacks - _MOVED

    @property
    def learnt(self) -> bool:
        """Whether it is known what the host lacks."""
        if self._newest:
            return True
        age = self._clock() - self._kept.at if self._kept is not None else _AGE
        return timedelta(0) <= age < _AGE

    def learn(self, types: Mapping[str, wire.TypeOf | None]) -> None:
        """Keep what the host says of its types; may be called on a thread. What it does not say counts as there."""
        lacks = (
            field
            for name, found in types.items()
            if found is not None
            for field in _FIELDS[name] - {each.name for each in found.fields}
        )
        self._kept = _Kept(self._clock(), tuple(sorted(lacks)))
        if self._path is not None:
            with suppress(Failure):
                files.write(self._path, msgspec.json.encode(self._kept))


def features_file(folder: Path | None, host: str) -> Path | None:
    """The file of a host, whose name may hold a port."""
    return folder / f"features-{quote(host, safe='')}.json" if folder else None


def _load(path: Path | None) -> _Kept | None:
    if path is not None:
        with suppress(Failure, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            kept = msgspec.json.decode(files.read(path, _LARGEST) or b"", type=_Kept)
            known = frozenset[str]().union(*_FIELDS.values())
            if kept.at.tzinfo is UTC and known.issuperset(kept.lacks):
                return kept
    return None
