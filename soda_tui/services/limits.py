"""The limits that GitHub told any front of this machine, for all of them, from the moment at which they are told.

One small file; what is over leaves it with the next limit. A file that is damaged, or of another version, counts as
empty: to have no word of a limit costs one request, which is told it again.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from soda_tui.domain.failure import Failure
from soda_tui.domain.sharing import Limited
from soda_tui.services import files
from soda_tui.services.locks import held
from soda_tui.services.paths import Paths

_LARGEST = 1 << 20
_MARK = 16
_TELLING = "tells of a limit"
_PATIENCE = 2.0
_log = logging.getLogger(__name__)


class _Entry(Struct, frozen=True):
    """What was told, and when."""

    at: datetime
    limited: Limited

    def left(self, now: datetime) -> Limited:
        """What of it lasts; nothing that was told in the future."""
        return self.limited.left(now) if self.at <= now else Limited()


class FileLimits:
    """Whom they concern goes by names that may hold secrets, of which a hash is kept; all of it may be on a thread."""

    def __init__(self, file: Path, lock: Path) -> None:
        self._file = file
        self._lock = lock

    @classmethod
    def below(cls, paths: Paths) -> FileLimits:
        """Those of this user's fronts."""
        return cls(paths.cache / "limits.json", paths.state / "locks" / "limits.lock")

    def heard(self, names: Iterable[str], now: datetime) -> Limited:
        """What keeps any of these from sending; nothing where that cannot be read."""
        found, told = self._read(), Limited()
        for name in names:
            if (entry := found.get(_mark(name))) is not None:
                told = told.joined(entry.left(now))
        return told

    def tell(self, names: Iterable[str], limited: Limited, now: datetime) -> None:
        """Tell what each of these was told; where that cannot be written, each front is told by GitHub."""
        try:
            files.folder(self._file.parent)
            with held(self._lock, _TELLING, _PATIENCE):
                kept = {mark: each for mark, each in self._read().items() if each.left(now) != Limited()}
                for mark in map(_mark, names):
                    known = kept[mark].left(now) if mark in kept else Limited()
                    kept[mark] = _Entry(now, known.joined(limited))
                files.replace(self._file, msgspec.json.encode(kept), durable=False)
        except (Failure, OSError) as error:
            _log.warning("a limit is not told to others: %s", error)

    def _read(self) -> dict[str, _Entry]:
        try:
            return msgspec.json.decode(files.read(self._file, _LARGEST) or b"{}", type=dict[str, _Entry])
        except (Failure, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            _log.warning("%s cannot be read: %s", self._file, error)
            return {}


def _mark(name: str) -> str:
    return hashlib.blake2b(name.encode(errors="replace"), digest_size=_MARK).hexdigest()
