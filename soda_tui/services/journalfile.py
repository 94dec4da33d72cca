"""The journal on SQLite: a row for each act, written before and after each of its steps, and for each decision.

A write is not synced to the platter: it survives every end of this program, and after a loss of power the facts
decide anyway. A damaged file is put aside, and the acts of before are read back from the ledgers.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
from msgspec import structs

from soda_tui.domain.actions import Verb
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.journal import Decision, JournalEntry, JournalOutcome
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
# What a version adds is made where it is missing, so that an older one goes on with the rest.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS acts (
    place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, key TEXT NOT NULL, began TEXT NOT NULL,
    pid INTEGER NOT NULL, started TEXT NOT NULL, entry BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS acts_of_repository ON acts (key);
CREATE TABLE IF NOT EXISTS lost (key TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS decisions (place INTEGER PRIMARY KEY, key TEXT NOT NULL, decision BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS decisions_of_repository ON decisions (key);
"""
# In the JSON of an entry no other text can say this: its quotes are escaped there.
_ACTS = f"""instr(entry, CAST('"verb":"{Verb.TIDY}"' AS BLOB)) = 0"""
_log = logging.getLogger(__name__)


class JournalFile:
    """Acts in one SQLite file, shared by all processes of this installation.

    `home` tells by which name a repository's acts are kept, whatever it is called in them. Every method raises a
    Failure where the file cannot be used. `put_aside` is a sentence once it was found damaged.
    """

    def __init__(self, path: Path, home: Callable[[str], str] = str) -> None:
        self._path = path
        self._home = home
        self._database: sqlite3.Connection | None = None
        self._inode = 0
        self._process: Process | None = None
        self._turn = threading.Lock()
        self.put_aside: str | None = None

    def write(self, entries: Sequence[JournalEntry]) -> None:
        """Keep acts as they stand now."""
        with self._at_work() as database:
            # After all others, whatever the clock says: it may have been set back.
            self._write(database, entries, "NULL", "UPDATE SET entry = excluded.entry")

    def latest(self, keys: Sequence[str]) -> dict[str, JournalEntry]:
        """The newest act on each repository that has one; what was tidied up by itself is nobody's act."""
        with self._at_work() as database:
            found = {key: next(_read(database, self._home(key), _RECENT, _ACTS), None) for key in keys}
        return {key: entry for key, entry in found.items() if entry is not None}

    def entries(self, key: str | None, limit: int) -> tuple[JournalEntry, ...]:
        """The newest acts on a repository, or on all, newest first."""
        with self._at_work() as database:
            return tuple(_read(database, self._home(key) if key else None, limit))

    def decide(self, decisions: Sequence[Decision]) -> None:
        """Keep what loops decided, in this order."""
        with self._at_work() as database:
            rows = [(self._home(one.key), msgspec.json.encode(one)) for one in decisions]
            database.executemany("INSERT INTO decisions (key, decision) VALUES (?, ?)", rows)
            _forget(database, "decisions")

    def decisions(self, key: str, limit: int) -> tuple[Decision, ...]:
        """The newest decisions on a repository, newest first."""
        query = "SELECT decision FROM decisions WHERE key = ? ORDER BY place DESC LIMIT ?"
        found = []
        with self._at_work() as database:
            for (content,) in database.execute(query, (self._home(key), limit)):
                with suppress(msgspec.MsgspecError):
                    found.append(msgspec.json.decode(content, type=Decision))
        return tuple(found)

    def lost(self, keys: Sequence[str]) -> tuple[str, ...]:
        """Those repositories whose acts were lost with a damaged file and not read back yet."""
        with self._at_work() as database:
            read_back = {key for (key,) in database.execute("SELECT key FROM lost")}
        return tuple(key for key in keys if self._home(key) not in read_back) if _DAMAGED in read_back else ()

    def restore(self, key: str, entries: Sequence[JournalEntry]) -> None:
        """Take in the acts on a repository that were read back, newest first, before those that are there."""
        with self._at_work() as database:
            self._write(database, entries, "(SELECT COALESCE(MIN(place), 0) - 1 FROM acts)", "NOTHING")
            database.execute("INSERT OR IGNORE INTO lost VALUES (?)", (self._home(key),))

    def close(self) -> None:
        """Close the file."""
        with self._turn:
            self._close()

    def _close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None

    @contextmanager
    def _at_work(self) -> Iterator[sqlite3.Connection]:
        """The database for one transaction."""
        try:
            with self._turn:
                if self._database is not None and _inode(self._path) != self._inode:
                    self._close()  # another process has put it aside
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
                database = _sound(self._path)
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:
                database = self._begin_anew()
            self._inode = _inode(self._path)
            return database

    def _begin_anew(self) -> sqlite3.Connection:
        aside = self._path.with_name(f"{self._path.stem}.damaged-{os.getpid()}{self._path.suffix}")
        # The file itself last: nothing of the damaged one is ever taken for a part of the new one.
        for rest in ("-wal", "-shm", ""):
            with suppress(FileNotFoundError):
                Path(f"{self._path}{rest}").replace(f"{aside}{rest}")
        self.put_aside = JOURNAL_PUT_ASIDE(path=aside)
        _log.warning("%s", self.put_aside)
        database = _sound(self._path)
        with database:
            database.execute("INSERT INTO lost VALUES (?)", (_DAMAGED,))
        return database

    def _write(self, database: sqlite3.Connection, entries: Sequence[JournalEntry], place: str, known: str) -> None:
        if self._process is None:
            me = processes.look(os.getpid())
            self._process = me.process if me else Process(os.getpid(), "")
        for entry in entries:
            row = (entry.id, self._home(entry.key), entry.began.isoformat(), self._process.pid, self._process.started)
            query = f"INSERT INTO acts VALUES ({place}, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO {known}"
            database.execute(query, (*row, msgspec.json.encode(entry)))
        _forget(database, "acts")


def _forget(database: sqlite3.Connection, table: str) -> None:
    """Remove the oldest rows, where there are too many."""
    kept = f"SELECT place FROM {table} ORDER BY place DESC LIMIT 1 OFFSET ?"
    database.execute(f"DELETE FROM {table} WHERE place <= ({kept})", (MOST,))


def _sound(path: Path) -> sqlite3.Connection:
    """The database, whole and of this version; raises sqlite3.DatabaseError where it is damaged."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
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
            for statement in _SCHEMA.split(";"):
                database.execute(statement)
            database.execute(f"PRAGMA user_version = {VERSION}")
    except BaseException:
        database.close()
        raise
    return database


def _inode(path: Path) -> int:
    """What tells the file in this place from one before it; 0 where there is none."""
    with suppress(FileNotFoundError):
        return path.stat().st_ino
    return 0


def _read(database: sqlite3.Connection, home: str | None, limit: int, which: str = "TRUE") -> Iterator[JournalEntry]:
    """Newest first; what another version wrote into a row and cannot be read is left out."""
    where, values = (f"key = ? AND {which}", (home, limit)) if home else (which, (limit,))
    query = f"SELECT entry, pid, started FROM acts WHERE {where} ORDER BY place DESC LIMIT ?"
    for content, pid, started in database.execute(query, values).fetchall():
        with suppress(msgspec.MsgspecError):
            entry = msgspec.json.decode(content, type=JournalEntry)
            if entry.outcome is JournalOutcome.UNDER_WAY and not processes.is_alive(Process(pid, started)):
                entry = structs.replace(entry, outcome=JournalOutcome.BROKEN_OFF)
            yield entry
