"""Hearing: one run's log read on piece by piece, and what it comes to kept beside it, so that nobody reads it again."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from time import monotonic

import msgspec
from msgspec import Raw

from soda_tui.domain.runs.events import Event
from soda_tui.domain.runs.progress import Progress, after_gap, progress_of
from soda_tui.domain.transcripts import FORMATS, parser
from soda_tui.domain.transcripts.resets import with_reset
from soda_tui.services import files
from soda_tui.services.agents.heard import HEARD, VERSION, Heard, read_heard
from soda_tui.services.agents.logfile import KEPT
from soda_tui.services.agents.summing import sums_before

FAR = 4 << 20
_NEAR = 1 << 16
# Plain text has nothing that adds up: where it ends is all that it tells.
_PLAIN = frozenset({"text", "copilot"})
_FAR_PLAIN, _NEAR_PLAIN = 1 << 16, 1 << 14
_ANCHOR = 512
_KEEP_SECONDS = 5.0


class Ear:
    """Hears one run; several threads and several cockpits may, each from where the last one has kept it.

    A place in a log is known by the bytes before it: the supervisor cuts a long one at its beginning.
    """

    def __init__(self, log: Path, format: str, issue: int) -> None:
        self.log = log
        self._format = format if format in FORMATS else "text"
        self._claims = self._format not in _PLAIN
        self._far, self._near = (_FAR_PLAIN, _NEAR_PLAIN) if self._format in _PLAIN else (FAR, _NEAR)
        self._issue = issue
        self._day = ""
        self._said = datetime.now(UTC).astimezone()
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
        with self._lock, files.opened(self.log) as file:
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
        self._said = datetime.fromtimestamp(int(status.st_mtime), UTC).astimezone()
        self._day = self._said.date().isoformat()

    def end(self) -> None:
        """Nothing more will come: the last line is as whole as it gets."""
        with self._lock:
            if not self._over:
                self._progress = self._after(self._parser.end())
                self._whole, self._anchor = self._at, self._last
                self._over = self._unkept = True
                self._conclude()

    def keep(self) -> None:
        """Keep what was heard beside the log, some seconds after it was kept last; where that cannot be, without."""
        with self._lock:
            if not self._unkept or (monotonic() < self._due and not self._over):
                return
            state = Raw(self._parser.state())
            heard = Heard(
                v=VERSION,
                offset=self._whole,
                anchor=self._anchor,
                state=state,
                progress=self._progress,
                issue=self._issue,
                day=self._day,
                over=self._over,
                claims=self._claims,
            )
            with suppress(OSError):
                files.replace(self.log.with_name(HEARD), msgspec.json.encode(heard), durable=False)
            self._due, self._unkept = monotonic() + _KEEP_SECONDS, False

    def _next(self, file: int, end: int, size: int) -> bytes:
        data = os.pread(file, len(self._last) + size, self._at - len(self._last))
        if not data.startswith(self._last):
            self._find_again(file)
            data = os.pread(file, len(self._last) + size, self._at - len(self._last))
        # Of one of which nothing was heard, the beginning first: some agents name their conversation only there.
        if end - self._at > self._far and (self._at or self._format in _PLAIN):
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
        self._progress = self._after(self._parser.feed(data))
        whole = joined.rfind(b"\n", max(0, len(joined) - len(data) - 1)) + 1
        if whole:
            self._whole, self._anchor = self._at - len(joined) + whole, joined[max(0, whole - _ANCHOR) : whole]
        self._conclude()

    def _after(self, events: Iterable[Event]) -> Progress:
        """Where the run stands after these, the last of which was said when the log was written last."""
        return progress_of(with_reset(events, self._said), self._progress)

    def _conclude(self) -> None:
        self.progress = self._after(self._parser.pending())
        complete = self._claims and not self._progress.missed
        self.sums = self._before.after(self._issue, self._day, self._progress.tally, complete=complete)


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
