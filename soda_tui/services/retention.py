"""Retention: which of the cockpit's own files are old enough to go, and how they go.

Nothing is removed but what a person agreed to, one at a time, and only below the cockpit's own folders.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from soda_tui.domain.configuration.settings import RetentionSettings
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.remains import Remains, RemainsKind
from soda_tui.domain.runs.facts import RunState
from soda_tui.domain.sentences import REMAINS_KEPT, REMAINS_NOT_OURS
from soda_tui.services import files
from soda_tui.services.agents import launching
from soda_tui.services.agents.classify import classify, was_refused
from soda_tui.services.store import below

_GONE = ".gone-"
_DRAFT = timedelta(days=1)
_MOST = 10_000
# What is put aside under these names is damaged, or was never finished.
_DAMAGED = ("snapshot.damaged.json", "journal.damaged-*", ".*.tmp")


class FileAttic:
    """The port `Attic` on the state folder; `home` tells by which name a repository's runs are kept."""

    def __init__(self, state: Path, home: Callable[[str], str] = str) -> None:
        self._state = state
        self._home = home

    async def remains(self, key: str, retention: RetentionSettings, now: datetime) -> tuple[Remains, ...]:
        """What is older, or more, than it may be; never a run that is alive, nor a repository's newest."""
        return await asyncio.to_thread(self._remains, key, retention, now)

    async def remove(self, remains: Remains) -> None:
        """Remove one of them; raises a Failure where it could not be."""
        await asyncio.to_thread(self._remove, Path(remains.path))

    def _remains(self, key: str, retention: RetentionSettings, now: datetime) -> tuple[Remains, ...]:
        old = now - timedelta(days=retention.run_days)
        damaged = now - timedelta(days=retention.damaged_days)
        found = [
            *self._runs(key, old, retention.run_megabytes << 20, now),
            *_older(RemainsKind.SUMMARY, below(self._state / "summaries", self._home(key)).glob("*.md"), old),
            *(one for name in _DAMAGED for one in _older(RemainsKind.DAMAGED, self._state.glob(name), damaged)),
        ]
        return tuple(found[:_MOST])

    def _runs(self, key: str, old: datetime, bytes_: int, now: datetime) -> Iterator[Remains]:
        """Ended runs that are too old, then the oldest while all together are too large; the newest stays."""
        home = launching.folder_of(self._state / "runs", self._home(key))
        kept, newest = 0, True
        for name in launching.run_names(home):
            folder = home / name
            size, at = _size(folder), _used(folder)
            kept += size
            ended = not newest and classify(folder).state in {RunState.ENDED, RunState.KILLED}
            # What was refused never became a run, and is nobody's newest.
            newest = newest and was_refused(folder)
            if ended and at is not None and (at < old or kept > bytes_):
                kept -= size
                yield Remains(RemainsKind.RUN, str(folder), at, size)
        for folder in home.glob(".*") if home.is_dir() else ():
            # Begun and never finished, by a cockpit that was ended in the middle.
            at = _used(folder)
            if at is not None and at < now - _DRAFT:
                yield Remains(RemainsKind.RUN, str(folder), at, _size(folder))

    def _remove(self, path: Path) -> None:
        """Remove a file or folder; a folder gets another name first, so that nobody sees half of it."""
        if self._state not in path.parents or path.parent.resolve() != self._state.resolve() / path.parent.relative_to(
            self._state
        ):
            raise Failure(Problem(ErrorCode.REFUSED, REMAINS_NOT_OURS(path=path)))
        try:
            if path.is_dir() and not path.is_symlink():
                gone = path if path.name.startswith(_GONE) else path.rename(path.with_name(f"{_GONE}{path.name}"))
                shutil.rmtree(gone)
            else:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise Failure(
                Problem(ErrorCode.CONFIGURATION, REMAINS_KEPT(path=path, reason=files.reason(error)))
            ) from error


def _older(kind: RemainsKind, paths: Iterator[Path], limit: datetime) -> Iterator[Remains]:
    for path in sorted(paths):
        with suppress(OSError):
            status = path.lstat()
            at = datetime.fromtimestamp(status.st_mtime, UTC)
            if at < limit:
                issue = path.name.partition("-")[0]
                number = int(issue) if kind is RemainsKind.SUMMARY and issue.isdecimal() else None
                yield Remains(kind, str(path), at.replace(microsecond=0), status.st_size, number)


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with suppress(OSError):
            total += path.lstat().st_size
    return total


def _used(folder: Path) -> datetime | None:
    """When something in a folder was written last."""
    times: list[float] = []
    for path in (folder, *folder.glob("*")):
        with suppress(OSError):
            times.append(path.lstat().st_mtime)
    return datetime.fromtimestamp(int(max(times)), UTC) if times else None
