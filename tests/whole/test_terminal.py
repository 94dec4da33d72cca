"""The screen in a real pseudo-terminal: the whole way from pop to pull request by key."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from machines import ROCKET, Machine

from soda_tui.domain.text import clean

PATIENCE = 30.0
GONE_WITHIN = 3.0
NOTIFY = ("--set", "notify.terminal=osc9", "--set", "notify.bell=true")
NOTICE = b"\x1b]9;soda-tui: acme/rocket: the work is done. The work on 4 is done: bottle it."


class Terminal:
    """A program in a pseudo-terminal: what it wrote so far, as it is and as plain text, and keys for it."""

    def __init__(self, descriptor: int, process: subprocess.Popen[bytes]) -> None:
        self._descriptor = descriptor
        self.process = process
        self.text = ""
        self.raw = b""

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self._descriptor, keys.encode())

    def wait_for(self, words: str) -> None:
        """Wait until the words have been written since the last wait."""
        end = time.monotonic() + PATIENCE
        while words not in self.text:
            assert self._read(end), f"{words!r} did not come; the end of what did: {self.text[-3000:]}"
        self.text = self.text.partition(words)[2]

    def wait_for_bytes(self, content: bytes) -> None:
        """Wait until these bytes have been written."""
        end = time.monotonic() + PATIENCE
        while content not in self.raw:
            assert self._read(end), f"{content!r} did not come; the end of what did: {self.raw[-3000:]!r}"

    def wait_for_all(self, *words: str) -> None:
        """Wait until all of these have been written since the last wait, in any order."""
        end = time.monotonic() + PATIENCE
        while missing := [each for each in words if each not in self.text]:
            assert self._read(end), f"{missing} did not come; the end of what did: {self.text[-3000:]}"

    def hang_up(self) -> None:
        """Close the terminal under the program, as a window that is closed does."""
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, self._descriptor)
        os.close(null)

    def wait_for_end(self) -> int:
        """Wait until the program has ended, and return its exit status."""
        end = time.monotonic() + PATIENCE
        while self._read(end):
            pass
        return self.process.wait(PATIENCE)

    def _read(self, end: float) -> bool:
        ready, _, _ = select.select([self._descriptor], [], [], max(0.0, end - time.monotonic()))
        try:
            data = os.read(self._descriptor, 65536) if ready else b""
        except OSError:
            return False  # Linux says EIO when the other side is closed
        self.raw += data
        # Cursor moves separate what stands apart; all other sequences are taken out.
        self.text += clean(data.decode(errors="replace"))
        return bool(data)


@contextmanager
def terminal(
    home: Path,
    *arguments: str,
    rows: int = 50,
    columns: int = 180,
    environment: Mapping[str, str] | None = None,
    owned: bool = True,
    inside: Sequence[str] = (),
) -> Iterator[Terminal]:
    """The installed program in a terminal, ended by force at the latest on leaving; `inside` is a command before it.

    One that is `owned` by the program sends it a signal when it is closed.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    environment = environment or {"PATH": os.environ["PATH"], "HOME": str(home), "TMPDIR": str(home)}
    # The first terminal that is opened in a new session is the one that it owns.
    own = ["sh", "-c", ': <"$0" && exec "$@"', os.ttyname(theirs)] if owned else []
    process = subprocess.Popen(
        [*own, *inside, sys.executable, "-m", "soda_tui", *arguments],
        stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        env={**environment, "TERM": "xterm-256color", "LANG": "C.UTF-8"},
    )  # fmt: skip
    os.close(theirs)
    try:
        yield Terminal(ours, process)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        os.close(ours)


def agents_of(folder: Path) -> list[str]:
    """The command lines of processes that work below a folder."""
    found = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True, timeout=10).stdout
    return [line for line in found.splitlines() if str(folder) in line]


def test_from_pop_to_pull_request_by_key(tmp_path: Path) -> None:
    with terminal(tmp_path, "--demo", *NOTIFY) as screen:
        screen.wait_for("acme/teapot")
        screen.wait_for("The test bench")
        screen.press("P")
        screen.wait_for("Popped 4 in acme/rocket")
        screen.press("a")
        screen.wait_for("The agent works on 4")
        screen.wait_for("git ls-files")
        screen.wait_for("is done")
        screen.wait_for_bytes(NOTICE)
        screen.press("b")
        screen.wait_for("Bottled 4 of acme/rocket")
        screen.press("q")
        assert screen.wait_for_end() == 0
    assert list(tmp_path.glob("soda-demo-*")) == []
    assert agents_of(tmp_path) == []


@pytest.mark.parametrize("number", [pytest.param(signal.SIGTERM, marks=pytest.mark.wide), signal.SIGHUP])
def test_the_demo_is_taken_away_however_it_ends(tmp_path: Path, number: signal.Signals) -> None:
    with terminal(tmp_path, "--demo") as screen:
        screen.wait_for("The test bench")
        screen.press("P")
        screen.wait_for("Popped 4 in acme/rocket")
        screen.press("a")
        screen.wait_for("The agent works on 4")
        screen.process.send_signal(number)
        screen.wait_for_end()
    assert list(tmp_path.glob("soda-demo-*")) == []
    assert agents_of(tmp_path) == []


@pytest.mark.parametrize("owned", [True, False])
def test_a_terminal_that_is_gone_keeps_nothing_alive(tmp_path: Path, owned: bool) -> None:
    with terminal(tmp_path, "--demo", owned=owned) as screen:
        screen.wait_for("The test bench")
        screen.hang_up()
        assert screen.process.wait(GONE_WITHIN) == 0
    assert list(tmp_path.glob("soda-demo-*")) == []


@pytest.mark.wide
def test_agents_run_on_when_the_terminal_has_gone(machine: Machine) -> None:
    machine.agent.append("--hang")
    machine.configure()
    machine.run("enroll", ROCKET, "--path", str(machine.clone(ROCKET)))
    machine.run("pop")
    machine.run("launch")
    with terminal(machine.home, "--config", str(machine.config), environment=machine.environment) as screen:
        screen.wait_for("read ")
        screen.hang_up()
        assert screen.process.wait(GONE_WITHIN) == 0
    assert machine.repository()["agent"]["status"] == "working"
    machine.run("stop", "--yes")


def test_without_a_terminal_it_says_what_there_is_instead(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "soda_tui"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30,
        check=False, env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 2 and "--refresh" in done.stderr and done.stdout == ""
