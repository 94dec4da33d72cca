"""Files are private, bounded, and old or new but never half."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from soda_tui.domain.failure import ErrorCode, Exit, Failure
from soda_tui.services import files
from soda_tui.services.agents import records
from soda_tui.services.git.problems import problem
from soda_tui.services.git.process import Finished


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_made_is_for_the_user_alone(tmp_path: Path) -> None:
    file = tmp_path / "a" / "b" / "file"
    files.write(file, b"one")
    files.write(file, b"two")
    assert file.read_bytes() == b"two"
    assert mode(file) == 0o600
    assert [mode(tmp_path / "a"), mode(tmp_path / "a" / "b")] == [0o700, 0o700]
    assert list(file.parent.iterdir()) == [file]


def test_reading_is_bounded_and_waits_for_nothing(tmp_path: Path) -> None:
    (tmp_path / "long").write_bytes(b"x" * 100)
    assert files.read(tmp_path / "long", 10) == b"x" * 10
    assert files.read(tmp_path / "missing", 10) is None
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Failure, match="not a regular file"):
        files.read(tmp_path / "pipe", 10)
    with pytest.raises(Failure, match="cannot be read"):
        files.read(tmp_path, 10)


def test_something_in_the_place_of_a_folder_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    for act in (lambda: files.folder(tmp_path / "state"), lambda: files.write(tmp_path / "state" / "x" / "y", b"")):
        with pytest.raises(Failure) as caught:
            act()
        assert caught.value.problem.exit is Exit.CONFIGURATION
        assert str(tmp_path / "state") in caught.value.problem.message


def test_a_folder_in_the_place_of_the_file_leaves_nothing_behind(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "file"
    file.mkdir(parents=True)
    with pytest.raises(Failure, match="could not be written"):
        files.write(file, b"new")
    assert list(file.parent.iterdir()) == [file]


def test_a_writer_that_is_killed_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    """Killed again and again while it writes, wherever it stands: readers see whole files only."""
    file = tmp_path / "file"
    old, new = b"0" * 300_000, b"1" * 300_000
    files.write(file, old)
    script = (
        "import sys; from pathlib import Path; from soda_tui.services import files\n"
        "print('go', flush=True)\n"
        "while True:\n"
        "    files.write(Path(sys.argv[1]), b'1' * 300_000); files.write(Path(sys.argv[1]), b'0' * 300_000)\n"
    )
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", script, str(file)], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
        ) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"go\n"
            seen = {file.read_bytes() for _ in range(100)}
            writer.kill()
        assert seen | {file.read_bytes()} <= {old, new}


def test_records_of_runs_are_as_durable_as_all_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file's content is on disk before its name is, and the name before anybody counts on it."""
    synced: list[bool] = []
    plain = os.fsync

    def fsync(descriptor: int) -> None:
        synced.append(stat.S_ISDIR(os.fstat(descriptor).st_mode))
        plain(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    records.write_end(tmp_path, records.End(records.Reason.ENDED, 0))
    assert synced == [False, True]
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["end.json"]


def test_a_full_disk_is_told_apart_from_all_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    files.write(tmp_path / "kept", b"before")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Failure) as caught:
        files.write(tmp_path / "kept", b"after")
    assert caught.value.problem.code is ErrorCode.DISK_FULL
    assert str(tmp_path / "kept") in caught.value.problem.message
    assert (tmp_path / "kept").read_bytes() == b"before"
    said = "error: unable to write loose object file: No space left on device\nfatal: unable to write tree"
    assert problem(Finished(128, b"", said), "/clone").code is ErrorCode.DISK_FULL
    theirs = "remote: fatal: write error: No space left on device\nerror: failed to push some refs"
    assert problem(Finished(1, b"", theirs), "/clone").code is ErrorCode.GIT
