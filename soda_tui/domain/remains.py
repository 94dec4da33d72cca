"""Remains: files of the cockpit's own that its doings leave behind on this machine, and that may go one day."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class RemainsKind(StrEnum):
    """What it is."""

    RUN = "run"
    SUMMARY = "summary"
    DAMAGED = "damaged file"


class Remains(Struct, frozen=True):
    """A file or a folder of the cockpit's own: `at` is when it was used last, `size` its bytes."""

    kind: RemainsKind
    path: str
    at: datetime
    size: int
    issue: int | None = None
