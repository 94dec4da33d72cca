"""The log of a run: bounded, kept also where the disk is full, and honest about what is not in it."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

from soda_tui.domain import sentences

KEPT = 16 << 20
_PIECE = 1 << 20
_WRITTEN = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
# No room, for now or for good; whoever writes the log goes on without it.
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


class LogFile:
    """Has one writer; where it grows over `limit` bytes its oldest part goes.

    What there is no room for is counted in `lost`, `why` being the system's word for it. A log that somebody takes away
    is begun anew, and so is one in whose place there is a way to somewhere else. Raises OSError for what is neither.
    """

    def __init__(self, path: Path, limit: int) -> None:
        self._path = path
        self._limit = self._due = limit
        self._cut = 0
        self._unsaid = 0
        self._notes: list[bytes] = []
        self._at_start = True
        self.lost = 0
        self.why = ""
        self._file = self._open()
        self._size = os.fstat(self._file).st_size

    def write(self, data: bytes) -> None:
        """Append what a program has said."""
        if self._notes and b"\n" in data:
            line, _, data = data.partition(b"\n")
            self._append(line + b"\n" + self._taken_notes())
        self._append(data)
        if self._size > self._due:
            self._due = self._limit if self._shorten() else self._size + _PIECE

    def say(self, words: str) -> None:
        """Put a line of the supervisor's own into the log, as soon as the line that is being written has ended."""
        self._notes.append(f"[soda-tui: {words}]\n".encode(errors="replace"))
        if self._at_start:
            self._append(self._taken_notes())

    def look(self) -> None:
        """Begin the log anew where it was taken away."""
        with suppress(FileNotFoundError):
            if os.path.samestat(self._path.lstat(), os.fstat(self._file)):
                return
        try:
            file = self._open()
        except FileNotFoundError:
            return  # its folder has gone as well
        os.close(self._file)
        self._file, self._size, self._at_start = file, os.fstat(file).st_size, True

    def close(self) -> None:
        """Write what is left to be said."""
        try:
            if self._notes:
                self._append((b"" if self._at_start else b"\n") + self._taken_notes())
            self._append(b"")
        finally:
            os.close(self._file)

    def _open(self) -> int:
        with suppress(FileNotFoundError):
            there = self._path.lstat()
            if not stat.S_ISDIR(there.st_mode) and (not stat.S_ISREG(there.st_mode) or there.st_nlink > 1):
                self._path.unlink()
        return os.open(self._path, _WRITTEN, 0o600)

    def _taken_notes(self) -> bytes:
        notes, self._notes = b"".join(self._notes), []
        return notes

    def _append(self, data: bytes) -> None:
        if self._unsaid and not self._tell_loss():
            self._lose(len(data))
            return
        written = self._put(data)
        if written:
            self._at_start = data[:written].endswith(b"\n")
        if written < len(data):
            self._lose(len(data) - written)

    def _lose(self, count: int) -> None:
        self.lost += count
        self._unsaid += count

    def _tell_loss(self) -> bool:
        """Say what was lost, where there is room for that."""
        words = sentences.LOG_LOST(count=self._unsaid, reason=self.why)
        note = f"{'' if self._at_start else chr(10)}[soda-tui: {words}]\n".encode()
        before = self._size
        written = self._put(note)
        if written < len(note):
            if written:
                os.ftruncate(self._file, before)
                self._size = before
            return False
        self._unsaid, self._at_start = 0, True
        return True

    def _put(self, data: bytes) -> int:
        """Write as much as there is room for."""
        rest = memoryview(data)
        while rest:
            try:
                written = os.write(self._file, rest)
            except OSError as error:
                if error.errno not in _NO_ROOM:
                    raise
                # What the system lets no file grow over is a limit like the own one.
                if error.errno == errno.EFBIG and self._size > _PIECE and self._shorten():
                    continue
                self.why = error.strerror or str(error)
                break
            rest = rest[written:]
            self._size += written
        return len(data) - len(rest)

    def _shorten(self) -> bool:
        """Put the newest part in the log's place, below a line that says how much is gone; whether there was room."""
        begin = self._size - min(KEPT, self._limit // 2, self._size // 2)
        draft = self._path.with_name(f".{self._path.name}.new")
        # Only whole lines, unless there is but one.
        begin += os.pread(self._file, _PIECE, begin).find(b"\n") + 1
        mark = f"[soda-tui: {sentences.LOG_CUT(size=f'{(self._cut + begin) / 1e6:.1f}')}]\n".encode()
        try:
            draft.unlink(missing_ok=True)
            file = os.open(draft, _WRITTEN | os.O_EXCL, 0o600)
            try:
                size = _copied(mark, self._file, begin, file)
                draft.replace(self._path)
            except OSError:
                os.close(file)
                raise
        except OSError as error:
            draft.unlink(missing_ok=True)
            if error.errno not in {*_NO_ROOM, errno.ENOENT}:
                raise
            return False
        os.close(self._file)
        self._cut += begin
        self._file, self._size = file, size
        return True


def _copied(head: bytes, source: int, offset: int, target: int) -> int:
    """Write the head and all of a file from an offset on; the bytes written."""
    size = 0
    piece = head
    while piece:
        size += os.write(target, piece)
        if size < len(head):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        piece = os.pread(source, _PIECE, offset + size - len(head))
    return size
