"""Commits as `git fast-import` reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Change:
    """A commit to be made: files to write (path to text; None deletes), and who made it when."""

    message: str
    files: Mapping[str, str | None]
    author: str
    date: datetime


def commit_stream(ref: str, change: Change, start: str | None) -> bytes:
    """A commit on top of a ref, or of `start` where that is said."""
    message = change.message.encode()
    lines = [
        f"commit {ref}".encode(),
        f"committer {change.author} {int(change.date.timestamp())} +0000".encode(),
        b"data %d" % len(message),
        message,
    ]
    if start is not None:
        lines.append(f"from {start}^0".encode())
    for path, text in change.files.items():
        if text is None:
            lines.append(f"D {path}".encode())
            continue
        data = text.encode()
        lines += [f"M 100644 inline {path}".encode(), b"data %d" % len(data), data]
    return b"\n".join(lines) + b"\n\n"
