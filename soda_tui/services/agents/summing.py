"""Summing: what all runs of a repository have used, kept beside them, so that it stays when their logs are removed."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct

from soda_tui.domain.failure import Failure
from soda_tui.domain.runs.usage import Sums
from soda_tui.services import files
from soda_tui.services.agents.heard import read_heard
from soda_tui.services.agents.launching import run_names

SPENT = "spent.json"
_VERSION = 1
_LARGEST = 4 << 20
_RUNS = 100


class _Kept(Struct, frozen=True):
    """The sums of all runs to the one of this name, which is over."""

    v: int
    to: str
    sums: Sums


def sums_before(folder: Path) -> Sums:
    """What the runs of the repository have used that were there before this one, as far as it was heard.

    One runs at a time, so all of them are over, and are added up once.
    """
    home = folder.parent
    kept = _read(home) or _Kept(_VERSION, "", Sums())
    if kept.to >= folder.name:
        # One that is long over: nobody wants to know what was before it.
        return Sums()
    older = [name for name in run_names(home) if kept.to < name < folder.name][:_RUNS]
    sums = kept.sums
    for name in reversed(older):
        heard = read_heard(home / name)
        if heard is not None:
            sums = sums.after(heard.issue, heard.day, heard.progress.tally, complete=heard.complete)
    if older:
        with suppress(OSError):
            files.replace(home / SPENT, msgspec.json.encode(_Kept(_VERSION, older[0], sums)), durable=False)
    return sums


def _read(home: Path) -> _Kept | None:
    with suppress(Failure, msgspec.MsgspecError, ValueError, RecursionError):
        found = msgspec.json.decode(files.read(home / SPENT, _LARGEST) or b"", type=_Kept)
        return found if found.v == _VERSION else None
    return None
