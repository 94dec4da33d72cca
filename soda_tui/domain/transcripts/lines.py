"""Lines of bytes out of a stream that is cut anywhere, each of them bounded."""

from __future__ import annotations

LONGEST = 16 * 1024 * 1024
HEAD = 16 * 1024


class ByteLines:
    """Whole lines without their line feeds; of one longer than `longest` bytes only the head comes, marked as cut."""

    def __init__(self, longest: int = LONGEST) -> None:
        self._longest = longest
        self._rest = bytearray()
        self._cut = False

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that these bytes complete."""
        first, *others = data.split(b"\n")
        self._keep(first)
        if not others:
            return []
        lines = [self.take()]
        for line in others[:-1]:
            if len(line) > self._longest:
                self._keep(line)
                line = self.take()
            lines.append(line)
        self._keep(others[-1])
        return lines

    def take(self) -> bytes:
        """The line that is not complete yet, which begins anew."""
        line = bytes(self._rest) + ("…".encode() if self._cut else b"")
        self._rest = bytearray()
        self._cut = False
        return line

    def _keep(self, piece: bytes) -> None:
        if self._cut:
            return
        self._rest += piece[: self._longest + 1]
        if len(self._rest) > self._longest:
            del self._rest[HEAD:]
            self._cut = True
