"""The terminal is told what happened: after a shell that had it, and through tmux."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from whole.test_terminal import NOTICE, NOTIFY, Terminal, terminal

# It holds the terminal until the work is done, and has been told as far as that can be while it does.
SHELL = """#!/bin/sh
printf 'in a %s\\n' shell
until grep -qs ' done"' "$TMPDIR"/soda-demo-*/state/told.json; do sleep 0.1; done
printf 'out of the %s\\n' shell
"""


def launch(screen: Terminal) -> None:
    """Have an agent work on the first issue."""
    screen.wait_for("The test bench")
    screen.press("P")
    screen.wait_for("Popped 4 in acme/rocket")
    screen.press("a")
    screen.wait_for("The agent works on 4")


@pytest.mark.wide
def test_a_notice_waits_until_a_shell_has_given_the_terminal_back(tmp_path: Path) -> None:
    shell = tmp_path / "shell"
    shell.write_text(SHELL)
    shell.chmod(0o755)
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TMPDIR": str(tmp_path), "SHELL": str(shell)}
    with terminal(tmp_path, "--demo", *NOTIFY, environment=environment) as screen:
        launch(screen)
        screen.press("t")
        screen.wait_for("in a shell")
        screen.wait_for_bytes(b"out of the shell")
        assert NOTICE not in screen.raw
        screen.wait_for_bytes(NOTICE)
        screen.wait_for_bytes(b"\a\a")
        screen.press("q")
        assert screen.wait_for_end() == 0
    assert screen.raw.count(NOTICE) == 1


@pytest.mark.wide
@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_tmux_hands_a_notice_on_where_it_may(tmp_path: Path) -> None:
    (tmp_path / "tmux.conf").write_text("set -g allow-passthrough on\nset -g default-shell /bin/sh\n")
    # The path of a socket is short.
    with TemporaryDirectory(prefix="soda-tmux-") as sockets:
        tmux = ("tmux", "-S", f"{sockets}/s", "-f", str(tmp_path / "tmux.conf"))
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
        try:
            with terminal(
                tmp_path, "--demo", *NOTIFY, environment=environment, inside=(*tmux, "-u", "new-session")
            ) as screen:
                launch(screen)
                screen.wait_for_bytes(NOTICE)
        finally:
            subprocess.run([*tmux, "kill-server"], check=False, capture_output=True, timeout=10)
