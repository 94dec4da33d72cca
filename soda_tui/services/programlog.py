"""The program's own log: one bounded file, without secrets, and never a word on the terminal."""

from __future__ import annotations

import fcntl
import logging
import os
import time
from collections.abc import Collection
from contextlib import suppress
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from soda_tui.domain.failure import Failure
from soda_tui.domain.sentences import LOG_UNUSABLE
from soda_tui.domain.text import clean
from soda_tui.services import files
from soda_tui.services.redaction import redact

_NAME = "soda-tui.log"
_SIZE = 1 << 20
_KEPT = 3
_OURS = "soda_tui"


def start(folder: Path, level: str, secrets: Collection[str] = ()) -> str | None:
    """Log to a file of the folder from this level on (`debug`, `info`, `warning`, `error`); libraries from warning on.

    `secrets` never appear in it, nor does what looks like one; the collection may grow while the log is in use.
    A log that cannot be kept must not keep anybody from work: then a sentence says so, and nothing is logged.
    """
    root = logging.getLogger()
    logging.captureWarnings(True)
    root.setLevel(max(logging.WARNING, _number(level)))
    logging.getLogger(_OURS).setLevel(_number(level))
    handler: logging.Handler
    sentence = None
    try:
        handler = _File(files.folder(folder) / _NAME)
        handler.setFormatter(_Clean(secrets))
    except (Failure, OSError) as error:
        handler, sentence = logging.NullHandler(), LOG_UNUSABLE(reason=error)
    for old in root.handlers[:]:
        if isinstance(old, _File):
            root.removeHandler(old)
            old.close()
    root.addHandler(handler)
    return sentence


def _number(level: str) -> int:
    return logging.getLevelNamesMapping()[level.upper()]


class _Clean(logging.Formatter):
    """Whole records, tracebacks included, with secrets taken out and escape sequences stripped; times are UTC."""

    converter = staticmethod(time.gmtime)

    def __init__(self, secrets: Collection[str]) -> None:
        super().__init__("%(asctime)sZ %(levelname)s %(process)d %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        return clean(redact(super().format(record), self._secrets))


class _File(RotatingFileHandler):
    """A rotating file for the user alone, which several processes may share."""

    def __init__(self, file: Path) -> None:
        super().__init__(file, maxBytes=_SIZE, backupCount=_KEPT, encoding="utf-8", errors="replace")

    def _open(self) -> TextIOWrapper:
        return open(self.baseFilename, "a", encoding="utf-8", errors="replace", opener=_private)

    def shouldRollover(self, record: logging.LogRecord) -> bool:
        """Whether the file is full; where another process has turned it over already, go on in the new one.

        While none can be made, the old one stays open, and each further line tries again.
        """
        if self.stream is not None and not self._is_current(self.stream):
            stale, self.stream = self.stream, self._open()
            stale.close()
        return bool(super().shouldRollover(record))

    def doRollover(self) -> None:
        """Turn the file over, unless another process is at it or just was: two at once would push out what was kept."""
        if self.stream is None:
            return
        # The standard handler closes the file before it moves it away: this one keeps the lock until that is done.
        with suppress(BlockingIOError), os.fdopen(os.dup(self.stream.fileno()), "ab") as full:
            fcntl.flock(full, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if self._is_current(self.stream):
                super().doRollover()

    def handleError(self, record: logging.LogRecord) -> None:
        """A full disk loses lines of the log; the standard handler would write a traceback over the screen."""

    def _is_current(self, stream: TextIOWrapper) -> bool:
        try:
            return os.path.samestat(os.fstat(stream.fileno()), Path(self.baseFilename).stat())
        except OSError:
            return False


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
