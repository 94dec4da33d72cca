"""Folders for one piece of work: gone when it is left, and after a while when its process was killed in it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from soda_tui.services.git.scratch import Throwaway

_KILLED = """
import os, sys
from soda_tui.services.git.scratch import Throwaway
kept = Throwaway(sys.argv[1])
os.kill(os.getpid(), 9)
"""


def test_what_a_killed_process_left_goes_at_a_later_use(tmp_path: Path) -> None:
    root, far = tmp_path / "root", tmp_path / "far"
    (root / "soda-tui-other").mkdir(parents=True)
    done = subprocess.run([sys.executable, "-c", _KILLED, str(root)], check=False)
    assert done.returncode == -signal.SIGKILL
    (left,) = root.glob("soda-tui-git-*")
    far.mkdir()
    (far / "file").touch()
    (left / "objects").symlink_to(far)
    with Throwaway(str(root)) as live:
        assert left.exists(), "a git of it may still be at work"
        for each in (left, live, root / "soda-tui-other"):
            os.utime(each, (0, 0))
        with Throwaway(str(root)) as other:
            assert not left.exists() and live.exists() and other.exists()
    assert [path.name for path in root.iterdir()] == ["soda-tui-other"] and (far / "file").exists()
