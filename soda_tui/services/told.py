"""What a person was told already: one small file for all cockpits of an installation, so that nothing is told twice."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from soda_tui.domain.telling import Notice, news
from soda_tui.services import files
from soda_tui.services.locks import held

MOST = 1000
_LARGEST = 1 << 20
_KEEPING = "keeps what was told"
_PATIENCE = 5.0
_log = logging.getLogger(__name__)


class _Record(msgspec.Struct, frozen=True):
    """The moments of the events that were told, the newest last."""

    v: int
    told: dict[str, datetime | None]


class ToldFile:
    """The events that were told last, at most a thousand."""

    def __init__(self, file: Path, lock: Path) -> None:
        self._file = file
        self._lock = lock

    def claim(self, notices: Sequence[Notice], recalled: Collection[str]) -> tuple[Notice, ...]:
        """Those that nobody has told yet, which from now on are told; raises a Failure where that cannot be kept."""
        with held(self._lock, _KEEPING, _PATIENCE):
            told = self._read()
            fresh = news(notices, recalled, told)
            if fresh:
                for notice in fresh:
                    told.pop(notice.event, None)
                    told[notice.event] = notice.moment
                newest = dict(list(told.items())[-MOST:])
                files.write(self._file, msgspec.json.encode(_Record(1, newest)))
        return fresh

    def _read(self) -> dict[str, datetime | None]:
        content = files.read(self._file, _LARGEST)
        if content is None:
            return {}
        try:
            return msgspec.json.decode(content, type=_Record).told
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            _log.warning("%s is damaged: what was told before is told again", self._file)
            return {}
