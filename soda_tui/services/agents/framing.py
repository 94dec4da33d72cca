"""What is said through the door of a run: frames of a kind, a length and that many bytes; the first two are JSON.

A client begins with HELLO, what it wants; the supervisor says with ANSWER whether that can be. Kinds that are not known
are passed over, so that either side may be newer.
"""

from __future__ import annotations

import os
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VERSION = 1
DOOR = "door"
"""The socket's name in a run's folder."""

HELLO, ANSWER, DATA, SIZE, END = b"h", b"a", b"d", b"s", b"e"
ATTACH, MESSAGE = "attach", "message"
"""What a client can want: the agent's terminal, or to tell it something."""

LONGEST = 1 << 18
LONGEST_MESSAGE = 1 << 15
"""Bytes of a frame, and of a message, which takes six times as many at most."""

_PIECE = 1 << 16

_HEAD = struct.Struct(">cI")
_SIZE = struct.Struct(">HH")
# What fits into the address of a socket everywhere.
_LONGEST_ADDRESS = 100


class Malformed(Exception):
    """These are no frames."""


def frame(kind: bytes, content: bytes = b"") -> bytes:
    """A frame, which is at most so long."""
    return _HEAD.pack(kind, len(content)) + content


def frames(data: bytes) -> Iterator[bytes]:
    """Data as frames."""
    for start in range(0, len(data), _PIECE):
        yield frame(DATA, data[start : start + _PIECE])


def size_frame(rows: int, columns: int) -> bytes:
    """A window's size as a frame."""
    return frame(SIZE, _SIZE.pack(rows & 0xFFFF, columns & 0xFFFF))


def size_of(content: bytes) -> tuple[int, int]:
    """Rows and columns; raises Malformed."""
    try:
        rows, columns = _SIZE.unpack(content)
    except struct.error as error:
        raise Malformed from error
    return rows, columns


class Frames:
    """Whole frames out of bytes as they come."""

    def __init__(self) -> None:
        self._data = bytearray()

    def feed(self, data: bytes) -> list[tuple[bytes, bytes]]:
        """The frames that these bytes complete; raises Malformed."""
        self._data += data
        found = []
        while len(self._data) >= _HEAD.size:
            kind, length = _HEAD.unpack_from(self._data)
            if length > LONGEST:
                raise Malformed
            if len(self._data) < _HEAD.size + length:
                break
            found.append((kind, bytes(self._data[_HEAD.size : _HEAD.size + length])))
            del self._data[: _HEAD.size + length]
        return found


@contextmanager
def address(folder: Path) -> Iterator[str]:
    """The door's path, by another way where the folder's own name is too long for a socket's."""
    path = str(folder / DOOR)
    if len(os.fsencode(path)) <= _LONGEST_ADDRESS:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="soda-") as short:
        link = Path(short, "r")
        link.symlink_to(folder, target_is_directory=True)
        yield str(link / DOOR)
