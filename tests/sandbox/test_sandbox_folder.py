"""The demo's folder: what a killed demo left goes with the next one, and what lives, or is not ours, stays."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from pathlib import Path

import pytest

from soda_tui.sandbox.folder import demo_folder, sweep

STOP, LOCKS = "state/STOP", "state/locks"
KILLED = (
    "import os, signal\n"
    "from soda_tui.sandbox.folder import demo_folder\n"
    f"with demo_folder({STOP!r}, {LOCKS!r}) as root:\n"
    "    (root / 'file').touch()\n"
    "    print(root, flush=True)\n"
    "    os.kill(os.getpid(), signal.SIGKILL)\n"
)


@pytest.fixture
def left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a demo that was killed has left."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-c", KILLED], env={"TMPDIR": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    folder = Path(done.stdout.strip())
    assert folder.parent == tmp_path and (folder / "file").exists(), done.stderr
    return folder


def test_a_killed_demo_is_taken_away_by_the_next(left: Path) -> None:
    with demo_folder(STOP, LOCKS) as root:
        assert not left.exists()
        assert root.is_dir() and root.stat().st_mode & 0o77 == 0
    assert not root.exists()


def test_a_demo_that_lives_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with demo_folder(STOP, LOCKS) as one, demo_folder(STOP, LOCKS) as two:
        assert one.is_dir() and two.is_dir() and one != two


def test_an_agent_that_outlived_its_demo_is_stopped_first(left: Path, tmp_path: Path) -> None:
    (left / LOCKS).mkdir(parents=True)
    with (left / LOCKS / "run-1.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        sweep(tmp_path, STOP, LOCKS)
        assert (left / STOP).exists()
    sweep(tmp_path, STOP, LOCKS)
    assert not left.exists()


def test_what_no_demo_made_is_left_alone(left: Path, tmp_path: Path) -> None:
    foreign = tmp_path / "soda-demo-foreign"
    foreign.mkdir()
    elsewhere = left.rename(tmp_path / "elsewhere")
    (tmp_path / "soda-demo-link").symlink_to(elsewhere)
    sweep(tmp_path, STOP, LOCKS)
    assert foreign.exists() and (elsewhere / "file").exists()
