"""The journal: acts survive the process, many may write at once, and no damage keeps anybody from acting."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import structs

from soda_tui.cockpit.recording import Record
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.journal import Decision, JournalEntry, JournalOutcome, JournalStep
from soda_tui.services import journalfile
from soda_tui.services.journal import FileJournal

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
KEY = "github.com/acme/rocket"
ENTRY = JournalEntry(
    "a1", KEY, "pop", 12, "agent001/12-x", 1, "5b1f0c9e", NOW, steps=(JournalStep("ClaimIssue", "claim 12"),)
)


@pytest.fixture
def journal(tmp_path: Path) -> FileJournal:
    return FileJournal(tmp_path / "state" / "journal.db")


async def much(journal: FileJournal, tmp_path: Path) -> Path:
    """The file of many acts, closed."""
    for number in range(200):
        await journal.write(structs.replace(ENTRY, id=f"m{number}", began=NOW + timedelta(seconds=number)))
    journal.close()
    return tmp_path / "state" / "journal.db"


def damage(path: Path) -> None:
    """Spoil some pages in the middle."""
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 5] = b"\xff" * 8192
    path.write_bytes(content)


async def test_an_act_is_kept_step_by_step(journal: FileJournal, tmp_path: Path) -> None:
    assert await journal.latest([KEY]) == {}
    begun = ENTRY.begin_step(0, NOW)
    await journal.write(begun)
    assert (await journal.latest([KEY, "other"])) == {KEY: begun}
    ended = begun.end_step(0, NOW + timedelta(seconds=2)).end(NOW, "Popped.", well=True)
    await journal.write(ended)
    again = FileJournal(tmp_path / "state" / "journal.db")
    assert await again.entries(KEY) == (ended,)
    assert (tmp_path / "state" / "journal.db").stat().st_mode & 0o777 == 0o600


async def test_the_newest_come_first_and_no_more_are_kept_than_may_be(
    journal: FileJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journalfile, "MOST", 3)
    for number in range(6):
        await journal.write(structs.replace(ENTRY, id=f"a{number}", began=NOW + timedelta(seconds=number)))
    assert [entry.id for entry in await journal.entries()] == ["a5", "a4", "a3"]
    assert [entry.id for entry in await journal.entries(limit=1)] == ["a5"]


async def test_decisions_are_kept_beside_the_acts_and_as_many(
    journal: FileJournal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await journal.decisions(KEY) == ()
    await journal.write(ENTRY)
    journal.close()
    path = tmp_path / "state" / "journal.db"
    with sqlite3.connect(path) as database:
        database.execute("DROP TABLE decisions")  # as a version without loops has left it
    database.close()
    made = [Decision(KEY, NOW, "wait", f"Because {number}.", 12, trouble="network") for number in range(5)]
    await journal.decide(made)
    await journal.decide([structs.replace(made[0], key="other")])
    assert await journal.decisions(KEY) == tuple(reversed(made))
    assert await journal.decisions(KEY, limit=1) == (made[-1],)
    monkeypatch.setattr(journalfile, "MOST", 2)
    await journal.decide(made)
    assert await journal.decisions(KEY) == (made[4], made[3])
    assert [entry.id for entry in await journal.entries(KEY)] == ["a1"]


async def test_a_clock_set_back_hides_no_act(journal: FileJournal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journalfile, "MOST", 3)
    for number in range(4):
        await journal.write(structs.replace(ENTRY, id=f"a{number}", began=NOW - timedelta(days=number)))
    assert (await journal.latest([KEY]))[KEY].id == "a3"
    monkeypatch.setattr(journalfile, "MOST", 9)
    await journal.restore(
        KEY, [structs.replace(ENTRY, id=f"r{number}", began=NOW + timedelta(days=9)) for number in range(2)]
    )
    assert [entry.id for entry in await journal.entries(KEY)] == ["a3", "a2", "a1", "r0", "r1"]


class Stubborn(FileJournal):
    """A journal that cannot be written once."""

    refusing = True

    async def write(self, entry: JournalEntry) -> None:
        if self.refusing:
            self.refusing = False
            raise Failure(Problem(ErrorCode.CONFIGURATION, "It is locked."))
        await super().write(entry)


async def test_one_write_that_failed_leaves_no_act_half_told(tmp_path: Path) -> None:
    journal = Stubborn(tmp_path / "journal.db")
    record = Record(journal, lambda: NOW, ENTRY)
    await record.begin_step(0)
    assert record.trouble is not None
    await record.end_step(0, None)
    await record.end("Popped.", well=True)
    assert record.trouble is None
    (entry,) = await journal.entries(KEY)
    assert entry.outcome is JournalOutcome.DONE and entry.done == 1


def test_an_act_whose_process_was_killed_is_broken_off(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    program = (
        "import asyncio, os, signal, sys; sys.path[:0] = sys.argv[2:]\n"
        "from test_journal import ENTRY, FileJournal, NOW, Path\n"
        "asyncio.run(FileJournal(Path(sys.argv[1])).write(ENTRY.begin_step(0, NOW)))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    folder = str(Path(__file__).parent)
    done = subprocess.run([sys.executable, "-c", program, str(path), folder], check=False, timeout=60)
    assert done.returncode == -9
    (found,) = asyncio.run(FileJournal(path).entries())
    assert found.outcome is JournalOutcome.BROKEN_OFF and found.steps[0].began == NOW and not found.steps[0].done


async def test_a_damaged_file_is_put_aside_and_begun_anew(journal: FileJournal, tmp_path: Path) -> None:
    await journal.write(ENTRY)
    journal.close()
    path = tmp_path / "state" / "journal.db"
    path.write_bytes(b"not a database, and long enough to be read as one" * 100)
    again = FileJournal(path)
    assert await again.latest([KEY]) == {}
    assert again.put_aside is not None and "put aside" in again.put_aside
    assert list(path.parent.glob("journal.damaged-*.db"))
    assert await again.lost([KEY]) == (KEY,)
    await again.restore(KEY, (structs.replace(ENTRY, rebuilt=True),))
    assert await again.lost([KEY, "other"]) == ("other",)
    assert [entry.rebuilt for entry in await again.entries(KEY)] == [True]


async def test_what_belongs_to_a_damaged_file_goes_aside_with_it(journal: FileJournal, tmp_path: Path) -> None:
    path = await much(journal, tmp_path)
    await journal.write(ENTRY)
    damage(path)
    written = Path(f"{path}-wal").read_bytes()
    again = FileJournal(path)
    assert await again.entries(KEY) == ()
    (aside,) = path.parent.glob("journal.damaged-*.db")
    assert written and Path(f"{aside}-wal").read_bytes() == written and Path(f"{aside}-shm").exists()


async def test_a_writer_that_has_a_file_open_that_was_put_aside_writes_into_the_new_one(
    journal: FileJournal, tmp_path: Path
) -> None:
    await journal.write(ENTRY)
    path = tmp_path / "state" / "journal.db"
    path.rename(path.with_name("journal.damaged-1.db"))
    other = FileJournal(path)
    assert await other.entries(KEY) == ()
    await journal.write(ENTRY)
    assert [entry.id for entry in await other.entries(KEY)] == [ENTRY.id]
    path.unlink()
    await other.write(ENTRY)
    assert [entry.id for entry in await journal.entries(KEY)] == [ENTRY.id]


async def test_what_was_tidied_up_hides_no_act(journal: FileJournal) -> None:
    said = structs.replace(ENTRY, message='it says "verb":"tidy" itself')
    await journal.write(said)
    for number in range(50):
        await journal.write(
            structs.replace(ENTRY, id=f"t{number}", verb="tidy", began=NOW + timedelta(seconds=number + 1))
        )
    assert await journal.latest([KEY]) == {KEY: said}


async def test_a_page_that_was_damaged_is_noticed(journal: FileJournal, tmp_path: Path) -> None:
    path = await much(journal, tmp_path)
    damage(path)
    again = FileJournal(path)
    assert await again.entries() == () and again.put_aside is not None


async def test_many_write_at_once(tmp_path: Path) -> None:
    journals = [FileJournal(tmp_path / "journal.db") for _ in range(4)]
    await asyncio.gather(
        *(one.write(structs.replace(ENTRY, id=f"{at}-{n}")) for n in range(10) for at, one in enumerate(journals))
    )
    assert len(await journals[0].entries()) == 40


async def test_a_newer_journal_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 99")
        database.execute("CREATE TABLE things (x)")
    with pytest.raises(Failure, match="newer"):
        await FileJournal(path).write(ENTRY)
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT name FROM sqlite_master").fetchall() == [("things",)]


async def test_a_journal_that_cannot_be_written_says_so_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "journal.db").mkdir()
    with pytest.raises(Failure, match="Acting goes on without it"):
        await FileJournal(tmp_path / "journal.db").write(ENTRY)
