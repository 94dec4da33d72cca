"""The loops' files: for each repository what people wish of its loop, what its owner remembers, and who owns it.

Every front may write a wish, only the owner a record. The stop files say that no agent may be at work at all.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path

import msgspec

from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.loop.record import Record, Wish
from soda_tui.domain.sentences import LOOP_UNREADABLE
from soda_tui.services import files
from soda_tui.services.locks import is_held, release, take

_VERSION = 1
_LARGEST = 256 << 10
_OWNING = "lets the agent work by itself"


class _File(msgspec.Struct, frozen=True):
    """One of the files, with its version and the repository, for people who look into it."""

    v: int
    repository: str
    wish: Wish | None = None
    record: Record | None = None


class FileLoops:
    """The port `Loops`."""

    def __init__(self, folder: Path, locks: Path) -> None:
        self._folder = folder
        self._locks = locks
        self._owned: dict[str, int] = {}

    def wish(self, key: str) -> Wish:
        """What is wished of a loop; off where nobody has said anything. Raises a Failure where it cannot be read."""
        return self._read(self._path(key, "wish"), key).wish or Wish()

    def record(self, key: str) -> Record:
        """What its owner remembers; raises a Failure where it cannot be read."""
        return self._read(self._path(key, "loop"), key).record or Record()

    def say(self, key: str, wish: Wish) -> None:
        """Wish; raises a Failure where it cannot be written, or what is there cannot be read."""
        self.wish(key)
        files.write(self._path(key, "wish"), msgspec.json.encode(_File(_VERSION, key, wish=wish)))

    def keep(self, key: str, record: Record) -> None:
        """Remember; for the owner alone. Raises a Failure where it cannot be written."""
        files.write(self._path(key, "loop"), msgspec.json.encode(_File(_VERSION, key, record=record)))

    def own(self, key: str) -> bool:
        """Become the loop's owner, unless another process is; whether this one is.

        Raises a Failure, also where it cannot be read what an owner remembers.
        """
        if key not in self._owned:
            self.record(key)
            held = take(lock_of(self._locks, key), _OWNING)
            if held is None:
                return False
            self._owned[key] = held
        return True

    def is_owned(self, key: str) -> bool:
        """Whether some process owns the loop now; that this cannot be told is no reason to say that none does."""
        return key in self._owned or is_held(lock_of(self._locks, key))

    def disown(self, key: str) -> None:
        """Leave the loop to another process."""
        held = self._owned.pop(key, None)
        if held is not None:
            release(held)

    def _path(self, key: str, kind: str) -> Path:
        return self._folder / f"{_name(key)}.{kind}.json"

    def _read(self, path: Path, key: str) -> _File:
        content = files.read(path, _LARGEST)
        if content is None:
            return _File(_VERSION, key)
        with suppress(msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            found = msgspec.json.decode(content, type=_File)
            if found.v == _VERSION:
                return found
        raise Failure(Problem(ErrorCode.CONFIGURATION, LOOP_UNREADABLE(path=path, repository=key)))


def lock_of(locks: Path, key: str) -> Path:
    """The lock that the owner of a repository's loop holds."""
    return locks / f"loop-{_name(key)}.lock"


def _name(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]
