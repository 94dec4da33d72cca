"""Hearing: one run's log read on piece by piece, and what it comes to kept beside it, so that nobody reads it again."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from time import monotonic

import msgspec
from msgspec import Raw, Struct

from soda_tui.domain.progress import Progress, after_gap, progress_of
from soda_tui.domain.transcripts import FORMATS, parser
from soda_tui.domain.usage import Sums
from soda_tui.services import files
from soda_tui.services.agents.launching import run_names
from soda_tui.services.agents.logfile import KEPT

HEARD = "heard.json"
VERSION = 1
FAR = 4 << 20
_NEAR = 1 << 16
# Plain text has nothing that adds up: where it ends is all that it tells.
_PLAIN = frozenset({"text", "copilot"})
_FAR_PLAIN, _NEAR_PLAIN = 1 << 16, 1 << 14
_ANCHOR = 512
_LARGEST = 1 << 20
_KEEP_SECONDS = 5.0
_RUNS = 100


class Heard(Struct, frozen=True):
    """What was heard of a run up to the end of a whole line, at `offset` of its log, which ends with `anchor` there.

    `state` is the parser's, `day` the local one on which the run has said its last. `over` says that all is heard.
    """

    v: int
    offset: int
    anchor: bytes
    state: Raw
    progress: Progress
    issue: int
    day: str
    over: bool


def read_heard(folder: Path) -> Heard | None:
    """What was heard of a run; None where that is nothing, damaged, or of another version."""
    with suppress(OSError, msgspec.MsgspecError, ValueError, RecursionError):
        found = msgspec.json.decode(_content(folder / HEARD), type=Heard)
        return found if found.v == VERSION and found.offset >= len(found.anchor) else None
    return None


def sums_before(folder: Path) -> Sums:
    """What the runs of the repository have used that were there before this one, as far as it was heard."""
    older = [name for name in run_names(folder.parent) if name < folder.name][:_RUNS]
    sums = Sums()
    for name in reversed(older):
        heard = read_heard(folder.parent / name)
        if heard is not None:
            sums = sums.after(heard.issue, heard.day, heard.progress.tally)
    return sums


class Ear:
    """Hears one run; several threads and several cockpits may, each from where the last one has kept it.

    A place in a log is known by the bytes before it: the supervisor cuts a long one at its beginning.
    """

    def __init__(self, log: Path, format: str, issue: int) -> None:
        self.log = log
        self._format = format if format in FORMATS else "text"
        self._far, self._near = (_FAR_PLAIN, _NEAR_PLAIN) if self._format in _PLAIN else (FAR, _NEAR)
        self._issue = issue
        self._day = ""
        self._lock = Lock()
        self._parser = parser(self._format)
        self._progress = Progress()
        self._at = self._whole = 0
        self._last = self._anchor = b""
        self._in_line = self._over = False
        self.behind = False
        self._seen: tuple[int, int] | None = None
        self._due = 0.0
        self._unkept = False
        self._before = sums_before(log.parent)
        self._restore()
        self._conclude()

    def _restore(self) -> None:
        kept = read_heard(self.log.parent)
        if kept is None:
            return
        with suppress(msgspec.MsgspecError, ValueError, RecursionError):
            self._parser = parser(self._format, bytes(kept.state))
            self._progress, self._day, self._over = kept.progress, kept.day, kept.over
            self._at = self._whole = kept.offset
            self._last = self._anchor = kept.anchor

    def look(self) -> None:
        """See whether the log is another one than it was, which is all that a quiet run costs."""
        if self._over:
            return
        with suppress(OSError):
            self._compare(self.log.stat())

    def hear(self, size: int) -> None:
        """Read on, at most so many bytes; what is too far back for that is left out. Raises OSError."""
        with self._lock, self.log.open("rb", buffering=0) as file:
            if self._over:
                return
            status = os.fstat(file.fileno())
            self._take(self._next(file.fileno(), status.st_size, size))
            if self._at == status.st_size:
                self._seen = (status.st_ino, status.st_size)
            self._compare(status)

    def give_up(self) -> None:
        """Hear nothing more, and leave what was kept as it is."""
        self._over, self.behind, self._unkept = True, False, False

    def _compare(self, status: os.stat_result) -> None:
        self.behind = self._seen != (status.st_ino, status.st_size) and status.st_size > 0
        self._day = datetime.fromtimestamp(status.st_mtime, UTC).astimezone().date().isoformat()

    def end(self) -> None:
        """Nothing more will come: the last line is as whole as it gets."""
        with self._lock:
            if not self._over:
                self._progress = progress_of(self._parser.end(), self._progress)
                self._whole, self._anchor = self._at, self._last
                self._over = self._unkept = True
                self._conclude()

    def keep(self) -> None:
        """Keep what was heard beside the log, some seconds after it was kept last; where that cannot be, without."""
        with self._lock:
            if not self._unkept or (monotonic() < self._due and not self._over):
                return
            state = Raw(self._parser.state())
            heard = Heard(VERSION, self._whole, self._anchor, state, self._progress, self._issue, self._day, self._over)
            with suppress(OSError):
                files.replace(self.log.with_name(HEARD), msgspec.json.encode(heard), durable=False)
            self._due, self._unkept = monotonic() + _KEEP_SECONDS, False

    def _next(self, file: int, end: int, size: int) -> bytes:
        data = os.pread(file, len(self._last) + size, self._at - len(self._last))
        if not data.startswith(self._last):
            self._find_again(file)
            data = os.pread(file, len(self._last) + size, self._at - len(self._last))
        if end - self._at > self._far:
            self._skip(file, end - self._near)
            data = os.pread(file, len(self._last) + size, self._at - len(self._last))
        return data[len(self._last) :]

    def _find_again(self, file: int) -> None:
        """Go on in a log that was cut, after the last whole line; where that is gone all that is left came later."""
        self._parser = parser(self._format, self._parser.state())
        self._at = self._whole = place_of(self._anchor, os.pread(file, KEPT + _NEAR, 0))
        if self._anchor and not self._at:
            # How much went with it nobody knows: a byte at least.
            self._progress = after_gap(self._progress, 1)
        self._anchor = self._last = os.pread(file, min(self._at, _ANCHOR), self._at - min(self._at, _ANCHOR))
        self._in_line = False

    def _skip(self, file: int, to: int) -> None:
        self._parser = parser(self._format, self._parser.state())
        self._progress = after_gap(self._progress, to - self._at)
        self._at, self._in_line = to, True
        self._last = os.pread(file, _ANCHOR, to - _ANCHOR)

    def _take(self, data: bytes) -> None:
        if not data:
            return
        joined = self._last + data
        self._at += len(data)
        self._last = joined[-_ANCHOR:]
        self._unkept = True
        if self._in_line:
            _, found, data = data.partition(b"\n")
            self._in_line = not found
        if self._in_line:
            return
        self._progress = progress_of(self._parser.feed(data), self._progress)
        whole = joined.rfind(b"\n", max(0, len(joined) - len(data) - 1)) + 1
        if whole:
            self._whole, self._anchor = self._at - len(joined) + whole, joined[max(0, whole - _ANCHOR) : whole]
        self._conclude()

    def _conclude(self) -> None:
        self.progress = progress_of(self._parser.pending(), self._progress)
        self.sums = self._before.after(self._issue, self._day, self._progress.tally)


def place_of(anchor: bytes, log: bytes) -> int:
    """Where a log goes on after these last bytes of whole lines, the first line of a cut one being about the cut."""
    if not anchor:
        return 0
    found = log.rfind(anchor)
    if found >= 0:
        return found + len(anchor)
    head = log.find(b"\n") + 1
    begin = anchor.find(b"\n") + 1
    while 0 < begin < len(anchor):
        if log.startswith(anchor[begin:], head):
            return head + len(anchor) - begin
        begin = anchor.find(b"\n", begin) + 1
    return 0


def _content(path: Path) -> bytes:
    with path.open("rb", buffering=0) as file:
        return file.read(_LARGEST)
