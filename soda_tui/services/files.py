"""Files and folders of the cockpit's own: private, bounded to read, and never seen half written."""

from __future__ import annotations

import os
import stat
import tempfile
from io import BufferedReader, FileIO
from pathlib import Path

from soda_tui.domain.failure import NO_ROOM, ErrorCode, Failure, Problem
from soda_tui.domain.sentences import DISK_FULL, FILE_UNREADABLE, FILE_UNWRITABLE, FOLDER_UNUSABLE, Sentence

_FOLDER_MODE = 0o700


def expand(text: str) -> Path:
    """The path with a leading `~` replaced where that user is known, and as it is where not."""
    return Path(os.path.expanduser(text))  # noqa: PTH111 - Path.expanduser raises for a user that is not known


def folder(path: Path) -> Path:
    """The folder, made where it is missing; what is made is for the user alone.

    Raises a Failure where it cannot be made.
    """
    try:
        for missing in reversed([each for each in (path, *path.parents) if not each.exists()]):
            missing.mkdir(mode=_FOLDER_MODE, exist_ok=True)
        if not path.is_dir():
            raise NotADirectoryError("something else is in its place")
    except OSError as error:
        raise failure(error, path, FOLDER_UNUSABLE) from error
    return path


def opened(path: Path) -> FileIO:
    """A regular file, to be read; a pipe or a device in its place is not waited for. Raises OSError."""
    file = FileIO(path, opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK))
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError("it is not a regular file")
    return file


def read(path: Path, limit: int) -> bytes | None:
    """The first `limit` bytes of a regular file; None where there is no such file.

    Raises a Failure where it cannot be read.
    """
    try:
        with BufferedReader(opened(path)) as file:
            return file.read(limit)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Failure(Problem(ErrorCode.CONFIGURATION, FILE_UNREADABLE(path=path, reason=reason(error)))) from error


def write(path: Path, content: bytes) -> None:
    """Put the content in the file's place at once and durably, mode 0600; its folder is made where it is missing.

    Raises a Failure where that is not possible; what was there before is then still there.
    """
    folder(path.parent)
    try:
        replace(path, content)
    except OSError as error:
        raise failure(error, path, FILE_UNWRITABLE) from error


def failure(error: OSError, path: Path, sentence: Sentence) -> Failure:
    """An error of the system at a path, in a sentence; one of its own where the disk is full."""
    if error.errno in NO_ROOM:
        return Failure(Problem(ErrorCode.DISK_FULL, DISK_FULL(path=path, words=reason(error))))
    return Failure(Problem(ErrorCode.CONFIGURATION, sentence(path=path, reason=reason(error))))


def reason(error: OSError) -> str:
    """What the system says about an error, without numbers and paths."""
    return error.strerror or str(error)


def replace(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Put the content in the file's place at once, mode 0600, in a folder that exists; raises OSError.

    What is not `durable` may be half there after the machine itself has failed.
    """
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    if not durable:
        return
    parent = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(parent)
    finally:
        os.close(parent)
