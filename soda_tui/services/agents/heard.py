"""Heard: how far a run's log was heard and what it comes to, as it is kept beside it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Raw, Struct

from soda_tui.domain.failure import Failure
from soda_tui.domain.runs.progress import Progress
from soda_tui.services import files

HEARD = "heard.json"
VERSION = 1
_LARGEST = 1 << 20


class Heard(Struct, frozen=True):
    """What was heard of a run up to the end of a whole line, at `offset` of its log, which ends with `anchor` there.

    `state` is the parser's, `day` the local one on which the run has said its last. `over` says that all is heard,
    `claims` that such agents tell what they use.
    """

    v: int
    offset: int
    anchor: bytes
    state: Raw
    progress: Progress
    issue: int
    day: str
    over: bool
    claims: bool = True

    @property
    def complete(self) -> bool:
        """Whether all that the run has used is in what it claims."""
        return self.claims and not self.progress.missed


def read_heard(folder: Path) -> Heard | None:
    """What was heard of a run; None where that is nothing, damaged, or of another version."""
    with suppress(Failure, msgspec.MsgspecError, ValueError, RecursionError):
        found = msgspec.json.decode(files.read(folder / HEARD, _LARGEST) or b"", type=Heard)
        return found if found.v == VERSION and found.offset >= len(found.anchor) else None
    return None
