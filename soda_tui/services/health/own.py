"""The cockpit's own files, looked at without being changed: unlike their owners' reading, nothing is put aside."""

from __future__ import annotations

import fcntl
import grp
import os
import pwd
import sqlite3
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

import msgspec

from soda_tui.domain.failure import Failure
from soda_tui.domain.health.facts import Lock, LoopFacts, StateFacts
from soda_tui.domain.loop.machine import Mode
from soda_tui.domain.sentences import JOURNAL_NEWER, RUN_UNREADABLE, RUN_WITHOUT_SUPERVISOR
from soda_tui.services import files, identity
from soda_tui.services.agents import launching, processes
from soda_tui.services.agents.origin import is_foreign
from soda_tui.services.agents.records import Unreadable, read_end, read_spec, read_state
from soda_tui.services.journalfile import VERSION
from soda_tui.services.loops import FileLoops, lock_of
from soda_tui.services.paths import Paths
from soda_tui.services.stopfiles import standing

_LARGEST = 64 << 20
_MOST = 50_000
_ASIDE = ("*.damaged.json", "*.damaged-*")
_OLD = 1800.0
_WAITED_FOR = ("plan-*.lock", "configuration.lock")


def state(paths: Paths) -> StateFacts:
    """The state folder and what is in it."""
    folder = paths.state
    damaged, unreadable = _documents(folder)
    return StateFacts(
        str(folder),
        unusable=next(filter(None, map(_unusable, (paths.state, paths.data, paths.cache))), None),
        exposed=is_exposed(folder),
        identity=_identity(folder),
        journal=_journal(folder / "journal.db"),
        damaged=tuple(damaged),
        unreadable=tuple(unreadable),
        aside=tuple(sorted(str(path) for pattern in _ASIDE for path in folder.glob(pattern))),
        used=_size(folder),
        locks=tuple(_held(folder / "locks")),
        stop=standing((str(folder / "STOP"),)),
    )


def loop(paths: Paths, key: str, home: str, stops: Iterable[str], now: datetime) -> LoopFacts:
    """A repository's loop, its newest run, and whether a STOP file of its own stands."""
    locks = paths.state / "locks"
    loops = FileLoops(paths.state / "loops", locks)
    try:
        wish, _ = loops.wish(key), loops.record(key)
    except Failure as failure:
        problem = failure.problem.message
        return LoopFacts(run=_run(paths.state / "runs", home), stop=standing(stops), unreadable=problem)
    on = wish.mode is Mode.ON and (wish.until is None or wish.until > now)
    owned = on and _holder(lock_of(locks, key)) is not None
    return LoopFacts(on, owned, _run(paths.state / "runs", home), standing(stops))


def is_exposed(path: Path) -> bool:
    """Whether others than the owner may write there, or somebody else owns it."""
    try:
        found = path.stat()
    except OSError:
        return False
    others = bool(found.st_mode & stat.S_IWOTH) or bool(found.st_mode & stat.S_IWGRP and not _is_private(found.st_gid))
    return others or found.st_uid not in {os.getuid(), 0}


def _is_private(group: int) -> bool:
    """Whether a group is that of the user alone, as many systems make one for each."""
    try:
        name, found = pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(group)
    except KeyError:
        return False
    return found.gr_name == name and set(found.gr_mem) <= {name}


def _unusable(folder: Path) -> tuple[str, str] | None:
    """A folder that nothing can be put into, or made in, with the reason."""
    there = next(each for each in (folder, *folder.parents) if os.path.lexists(each))
    if not there.is_dir():
        return str(folder), f"{there} is no folder"
    if not os.access(there, os.W_OK | os.X_OK):
        return str(folder), "you may not write there"
    with suppress(OSError):
        if os.statvfs(there).f_flag & os.ST_RDONLY:
            return str(folder), "its file system is read-only"
    return None


def _identity(folder: Path) -> str | None:
    try:
        identity.known(folder)
    except Failure as failure:
        return failure.problem.message
    return None


def _journal(path: Path) -> str | None:
    """Why the journal cannot be used; read as it is, since opening it for use would mend it."""
    if not path.exists():
        return None
    # Where no process has it open there is nothing beside it, and sqlite would make that anew to read it.
    how = "mode=ro" if Path(f"{path}-wal").exists() else "immutable=1"
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?{how}", uri=True, timeout=1.0)) as database:
            (sound,) = database.execute("PRAGMA quick_check(1)").fetchone()
            (version,) = database.execute("PRAGMA user_version").fetchone()
    except sqlite3.Error as error:
        return None if "locked" in str(error) else str(error)
    if version > VERSION:
        return JOURNAL_NEWER(path=path)
    return None if sound == "ok" else str(sound)


def _documents(folder: Path) -> tuple[list[str], list[tuple[str, str]]]:
    """Those of the cockpit's JSON files that are damaged, and those that cannot be read."""
    damaged: list[str] = []
    unreadable: list[tuple[str, str]] = []
    for path in sorted((*folder.glob("*.json"), *folder.glob("loops/*.json"), *folder.glob("kept/**/*.json"))):
        if ".damaged" in path.name or path.name.startswith("."):
            continue
        try:
            content = files.read(path, _LARGEST)
            if content is not None:
                msgspec.json.decode(content)
        except Failure as failure:
            unreadable.append((str(path), str(getattr(failure.__cause__, "strerror", None) or failure.__cause__)))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            damaged.append(str(path))
    return damaged, unreadable


def _size(folder: Path) -> int:
    """The bytes of the files in a folder, as far as they can be counted soon."""
    total = 0
    for count, path in enumerate(folder.rglob("*")):
        if count >= _MOST:
            break
        with suppress(OSError):
            total += path.lstat().st_size
    return total


def _held(folder: Path) -> Iterator[Lock]:
    """The locks that a process has held for long, of those that are only held for a moment's work."""
    now = time.time()
    for path in sorted(path for name in _WAITED_FOR for path in folder.glob(name)):
        with suppress(OSError):
            seconds = now - path.stat().st_mtime
            # Who takes one of the others at this moment must not meet whoever looks.
            if seconds < _OLD or (said := _holder(path)) is None:
                continue
            pid, _, what = said.partition(" ")
            yield Lock(str(path), pid or "?", what.strip() or "holds a lock", seconds)


def _holder(path: Path) -> str | None:
    """What the process noted that holds a lock; None where none does, or nobody can look."""
    with suppress(OSError), path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return file.read(200).decode(errors="replace").strip()
    return None


def _run(root: Path, home: str) -> str | None:
    """Why the newest run is in doubt, in a sentence: its record cannot be read, or nobody supervises it any more."""
    folder = launching.folder_of(root, home)
    newest = next(iter(launching.run_names(folder)), None)
    if newest is None:
        return None
    run = folder / newest
    try:
        spec, end, state = read_spec(run), read_end(run), read_state(run)
    except Unreadable:
        return RUN_UNREADABLE(folder=run)
    if end is not None or state is None or is_foreign(spec):
        return None
    if processes.is_alive(state.supervisor) or state.agent is None or not processes.is_alive(state.agent):
        return None
    return RUN_WITHOUT_SUPERVISOR(issue=spec.issue, pid=state.agent.pid)
