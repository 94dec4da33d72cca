"""`logs`: which run's, how much of it, and in which form."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from soda_tui.__main__ import main
from soda_tui.cockpit.ports.runs import Launch
from soda_tui.domain.configuration.profiles import Profile
from soda_tui.services.agents import launching
from soda_tui.services.agents.processes import boot_id, look
from soda_tui.services.agents.records import LOG, End, Reason, State, write_end, write_state
from soda_tui.services.paths import Paths

Logs = Callable[..., str]
KEY = "github.com/acme/rocket"


def line(kind: str, *blocks: object) -> str:
    """A line of claude's stream."""
    return json.dumps({"type": kind, "session_id": "s", "message": {"id": "m", "role": kind, "content": blocks}})


STREAM = "\n".join(
    [
        *(line("assistant", {"type": "text", "text": f"word {number}"}) for number in range(20_000)),
        line("assistant", {"type": "tool_use", "id": "t", "name": "Bash", "input": {"command": "pytest -q"}}),
        line("user", {"type": "tool_result", "tool_use_id": "t", "content": "ok", "is_error": False}),
        line("assistant", {"type": "text", "text": "all \x1b[31mdone"}),
    ]
)


@pytest.fixture
def runs(tmp_path: Path) -> list[Path]:
    """Two runs that have ended, the older one's log a plain text, the newer one's a stream of claude's."""
    (tmp_path / "config.toml").write_text(f'[[repository]]\nname = "acme/rocket"\npath = "{tmp_path}"\n')
    root, made = Paths.standard({}).state / "runs", []
    for format, text in (("text", "one\r\n\ntwo\nthree"), ("claude", STREAM)):
        profile = Profile(command=("true",), format=format)  # type: ignore[arg-type]
        launch = Launch(KEY, "R_1", 12, "agent001/12-fix", 1, str(tmp_path), profile, "")
        limits, now = launching.Limits(), datetime.now(UTC)
        folder = launching.create(root, launch, tmp_path / "lock", tmp_path / "STOP", limits, now)
        (folder / LOG).write_text(text, newline="")
        write_end(folder, End(Reason.ENDED, 0, None, now))
        made.append(folder)
    return made


@pytest.fixture
def logs(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Logs:
    """What the command prints, on standard error where it fails."""

    def run(*arguments: str, exit: int = 0) -> str:
        assert main(["--config", str(tmp_path / "config.toml"), "logs", *arguments]) == exit
        out, err = capfdbinary.readouterr()
        return (err if exit else out).decode()

    return run


def test_the_readable_log_and_its_end(runs: list[Path], logs: Logs) -> None:
    whole = logs()
    assert whole.startswith("word 0\nword 1\n") and whole.endswith("Bash  pytest -q  ✓\nall done\n")
    assert len(whole.splitlines()) == 20_002
    for count in (0, 1, 3, 15_000):
        assert logs("--tail", str(count)).splitlines() == whole.splitlines()[20_002 - count :]


def test_raw_bytes_and_their_end(runs: list[Path], logs: Logs) -> None:
    assert logs("--raw") == STREAM
    assert logs("--raw", "--tail", "2") == "\n".join(STREAM.splitlines()[-2:])
    assert logs("--raw", "--run", runs[0].name, "--tail", "2") == "two\nthree"
    assert logs("--run", runs[0].name) == "one\ntwo\nthree\n"


def test_a_run_is_named_by_the_beginning_of_its_number(runs: list[Path], logs: Logs) -> None:
    assert logs("--run", runs[0].name[:-2]) == "one\ntwo\nthree\n"
    for wrong in ("nothing", runs[0].name[:4]):
        said = logs("--run", wrong, exit=2)
        assert wrong in said and runs[0].name in said and "issue 12" in said


def test_following_from_the_end(runs: list[Path], tmp_path: Path) -> None:
    log = runs[1] / LOG
    (runs[1] / "end.json").rename(tmp_path / "end.json")
    write_state(runs[1], State((look(os.getpid()) or pytest.fail()).process, boot_id()))
    command = [sys.executable, "-m", "soda_tui", "--config", str(tmp_path / "config.toml"), "logs", "-f", "--tail", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        timer = threading.Timer(30, process.kill)
        timer.start()
        assert process.stdout is not None
        assert process.stdout.readline() == b"Bash  pytest -q  \xe2\x9c\x93\n"
        with log.open("a") as file:
            file.write("\n" + line("assistant", {"type": "text", "text": "and more"}))
        assert process.stdout.readline() == b"all done\n"
        (tmp_path / "end.json").replace(runs[1] / "end.json")
        assert process.stdout.read() == b"and more\n"
        timer.cancel()
