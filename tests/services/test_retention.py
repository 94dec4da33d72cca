"""Retention: what is old goes, one by one, and never what is alive, newest, or somebody else's."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from soda_tui.domain.configuration.settings import RetentionSettings
from soda_tui.domain.failure import Failure
from soda_tui.domain.remains import Remains, RemainsKind
from soda_tui.services.agents import launching
from soda_tui.services.agents.records import END, SPEC, End, Reason, Spec, write_end, write_spec
from soda_tui.services.retention import FileAttic

pytestmark = pytest.mark.anyio

KEY = "github.com/acme/rocket"
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def run(state: Path, number: int, days: float, *, size: int = 10, reason: Reason | None = Reason.ENDED) -> Path:
    """The folder of a run that began so many days ago; without a reason it has not ended."""
    at = NOW - timedelta(days=days)
    folder = launching.folder_of(state / "runs", KEY) / f"2026050400000000{number}-ab"
    folder.mkdir(parents=True)
    asked, agent = datetime.now(UTC), ("true",)
    spec = Spec(folder.name, KEY, "R_1", 12, "b", 1, "/nowhere", agent, (), "/lock", "/STOP", 1, 1, 1, asked)
    write_spec(folder, spec)
    (folder / "output.log").write_bytes(bytes(size))
    if reason is not None:
        write_end(folder, End(reason, 0, None, at))
    age(folder, at)
    return folder


def age(folder: Path, at: datetime) -> None:
    for path in (folder, *folder.glob("*")):
        os.utime(path, (at.timestamp(), at.timestamp()))


async def old(state: Path, **changes: int) -> set[str]:
    settings = RetentionSettings(**{"run_days": 30, "run_megabytes": 10, "damaged_days": 90, **changes})
    return {Path(one.path).name for one in await FileAttic(state).remains(KEY, settings, NOW)}


async def test_old_runs_go_but_for_the_newest_and_those_that_have_not_ended(tmp_path: Path) -> None:
    oldest, alive, young = run(tmp_path, 1, 60), run(tmp_path, 2, 50, reason=None), run(tmp_path, 3, 10)
    newest, refused = run(tmp_path, 4, 45), run(tmp_path, 5, 1, reason=Reason.REFUSED)
    assert await old(tmp_path) == {oldest.name}
    unreadable = run(tmp_path, 0, 60)
    (unreadable / SPEC).write_text("{")
    (unreadable / END).unlink()
    age(unreadable, NOW - timedelta(days=60))
    assert await old(tmp_path) == {oldest.name}
    assert all(each.exists() for each in (alive, young, newest, refused))


async def test_the_oldest_go_while_there_is_too_much(tmp_path: Path) -> None:
    runs = [run(tmp_path, number, 10 - number, size=600_000) for number in range(1, 5)]
    assert await old(tmp_path, run_megabytes=1) == {one.name for one in runs[:3]}
    assert await old(tmp_path, run_megabytes=2) == {runs[0].name}
    assert await old(tmp_path) == set()


async def test_what_was_put_aside_and_what_was_never_finished(tmp_path: Path) -> None:
    names = ("snapshot.damaged.json", "journal.damaged-12.db", ".snapshot.json.abc.tmp", "snapshot.json", "cockpit-id")
    for name in names:
        (tmp_path / name).write_text("x")
        os.utime(tmp_path / name, (0, 0))
    draft = run(tmp_path, 1, 3)
    draft = draft.rename(draft.with_name(f".{draft.name}"))
    age(draft, NOW - timedelta(days=3))
    fresh = run(tmp_path, 2, 0)
    fresh = fresh.rename(fresh.with_name(f".{fresh.name}"))
    age(fresh, NOW)
    assert await old(tmp_path) == {*names[:3], draft.name}


async def test_it_removes_only_below_its_own_folder(tmp_path: Path) -> None:
    state, outside = tmp_path / "state", tmp_path / "outside"
    attic = FileAttic(state)
    folder = run(state, 1, 60)
    outside.mkdir()
    (outside / "mine").write_text("mine")
    (state / "link").symlink_to(outside)
    for path in (outside / "mine", state / "link" / "mine", state, state / ".." / "outside" / "mine"):
        with pytest.raises(Failure):
            await attic.remove(Remains(RemainsKind.RUN, str(path), NOW, 1))
    (folder / "away").symlink_to(outside)
    await attic.remove(Remains(RemainsKind.RUN, str(folder), NOW, 1))
    await attic.remove(Remains(RemainsKind.RUN, str(folder), NOW, 1))
    assert not folder.exists() and not list(folder.parent.iterdir())
    assert (outside / "mine").read_text() == "mine"
