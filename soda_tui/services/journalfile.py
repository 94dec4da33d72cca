"""The journal on SQLite: one row for each act, written before and after each of its steps.

A write is not synced to the platter: it survives every end of this program, and after a loss of power the facts
decide anyway. A damaged file is put aside, and the acts of before are read back from the ledgers.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import msgspec

from soda_tui.domain.actions import Verb
from soda_tui.domain.failure import Failure, Problem
from soda_tui.domain.journal import JournalEntry, JournalOutcome
from soda_tui.domain.model import ErrorCode
from soda_tui.domain.sentences import JOURNAL_NEWER, JOURNAL_PUT_ASIDE, JOURNAL_UNUSABLE
from soda_tui.services import files
from soda_tui.services.agents import processes
from soda_tui.services.agents.records import Process
from soda_tui.services.locks import held

VERSION = 1
MOST = 10_000
_WAIT = 5.0
_RECENT = 20
# Among the keys read back, says that there is something to read back at all.
_DAMAGED = ""
_OPENING = "is opening the journal"
_SCHEMA = """
CREATE TABLE acts (
    place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, key TEXT NOT NULL, began TEXT NOT NULL,
    pid INTEGER NOT NULL, started TEXT NOT NULL, entry BLOB NOT NULL
);
CREATE INDEX acts_of_repository ON acts (key, began);
CREATE TABLE lost (key TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_log = logging.getLogger(__name__)


class JournalFile:
    """Acts in one SQLite file, shared by all processes of this installation.

    Every method raises a Failure where the file cannot be used. `put_aside` is a sentence once it was found damaged.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._database: sqlite3.Connection | None = None
        self._process: Process | None = None
        self._turn = threading.Lock()
        self.put_aside: str | None = None

    def write(self, entries: Sequence[JournalEntry]) -> None:
        """Keep acts as they stand now."""
        with self._at_work() as database:
            self._write(database, entries, "UPDATE SET entry = excluded.entry")

    def latest(self, keys: Sequence[str]) -> dict[str, JournalEntry]:
        """The newest act on each repository that has one; what was tidied up by itself is nobody's act."""
        with self._at_work() as database:
            acts = {key: (entry for entry in _read(database, key, _RECENT) if entry.verb != Verb.TIDY) for key in keys}
            found = {key: next(recent, None) for key, recent in acts.items()}
        return {key: entry for key, entry in found.items() if entry is not None}

    def entries(self, key: str | None, limit: int) -> tuple[JournalEntry, ...]:
        """The newest acts on a repository, or on all, newest first."""
        with self._at_work() as database:
            return tuple(_read(database, key, limit))

    def lost(self, keys: Sequence[str]) -> tuple[str, ...]:
        """Those repositories whose acts were lost with a damaged file and not read back yet."""
        with self._at_work() as database:
            read_back = {key for (key,) in database.execute("SELECT key FROM lost")}
        return tuple(key for key in keys if key not in read_back) if _DAMAGED in read_back else ()

    def restore(self, key: str, entries: Sequence[JournalEntry]) -> None:
        """Take in the acts on a repository that were read back, newest first, without touching those that are there."""
        with self._at_work() as database:
            self._write(database, entries[::-1], "NOTHING")
            database.execute("INSERT OR IGNORE INTO lost VALUES (?)", (key,))

    def close(self) -> None:
        """Close the file."""
        with self._turn:
            if self._database is not None:
                self._database.close()
                self._database = None

    @contextmanager
    def _at_work(self) -> Iterator[sqlite3.Connection]:
        """The database for one transaction."""
        try:
            with self._turn:
                if self._database is None:
                    self._database = self._open()
                with self._database:
                    yield self._database
        except (sqlite3.Error, OSError) as error:
            self.close()  # the next use looks at the file anew
            reason = files.reason(error) if isinstance(error, OSError) else error
            sentence = JOURNAL_UNUSABLE(path=self._path, reason=reason)
            raise Failure(Problem(ErrorCode.CONFIGURATION, sentence)) from error

    def _open(self) -> sqlite3.Connection:
        files.folder(self._path.parent)
        # One process at a time, so that none puts aside what another has just begun anew.
        with held(self._path.with_suffix(".lock"), _OPENING):
            try:
                return _sound(self._path)
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:
                return self._begin_anew()

    def _begin_anew(self) -> sqlite3.Connection:
        aside = self._path.with_name(f"{self._path.stem}.damaged-{os.getpid()}{self._path.suffix}")
        self._path.replace(aside)
        for rest in ("-wal", "-shm"):
            Path(f"{self._path}{rest}").unlink(missing_ok=True)
        self.put_aside = JOURNAL_PUT_ASIDE(path=aside)
        _log.warning("%s", self.put_aside)
        database = _sound(self._path)
        with database:
            database.execute("INSERT INTO lost VALUES (?)", (_DAMAGED,))
        return database

    def _write(self, database: sqlite3.Connection, entries: Sequence[JournalEntry], known: str) -> None:
        if self._process is None:
            me = processes.look(os.getpid())
            self._process = me.process if me else Process(os.getpid(), "")
        for entry in entries:
            row = (entry.id, entry.key, entry.began.isoformat(), self._process.pid, self._process.started)
            query = f"INSERT INTO acts VALUES (NULL, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO {known}"
            database.execute(query, (*row, msgspec.json.encode(entry)))
        kept = "SELECT began FROM acts ORDER BY began DESC LIMIT 1 OFFSET ?"
        database.execute(f"DELETE FROM acts WHERE began <= ({kept})", (MOST,))


def _sound(path: Path) -> sqlite3.Connection:
    """The database, whole and of this version; raises sqlite3.DatabaseError where it is damaged."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    database = sqlite3.connect(path, timeout=_WAIT, check_same_thread=False)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        (sound,) = database.execute("PRAGMA quick_check(1)").fetchone()
        if sound != "ok":
            raise sqlite3.DatabaseError(sound)
        database.execute("BEGIN IMMEDIATE")
        with database:
            (version,) = database.execute("PRAGMA user_version").fetchone()
            if version > VERSION:
                raise Failure(Problem(ErrorCode.CONFIGURATION, JOURNAL_NEWER(path=path)))
            if version == 0:
                for statement in _SCHEMA.split(";"):
                    database.execute(statement)
                database.execute(f"PRAGMA user_version = {VERSION}")
    except BaseException:
        database.close()
        raise
    return database


def _read(database: sqlite3.Connection, key: str | None, limit: int) -> Iterator[JournalEntry]:
    """Newest first; what another version wrote into a row and cannot be read is left out."""
    where, values = ("WHERE key = ?", (key, limit)) if key else ("", (limit,))
    query = f"SELECT entry, pid, started FROM acts {where} ORDER BY began DESC, place DESC LIMIT ?"
    for content, pid, started in database.execute(query, values).fetchall():
        with suppress(msgspec.MsgspecError):
            entry = msgspec.json.decode(content, type=JournalEntry)
            if entry.outcome is JournalOutcome.UNDER_WAY and not processes.is_alive(Process(pid, started)):
                entry = replace(entry, outcome=JournalOutcome.BROKEN_OFF)
            yield entry
