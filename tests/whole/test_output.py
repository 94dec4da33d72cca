"""What commands print, and what they do where it cannot be printed."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from machines import Machine
from msgspec import structs
from tui.shown import agent, repository, snapshot

from soda_tui import report
from soda_tui.__main__ import main
from soda_tui.cli.parser import build_parser
from soda_tui.cli.status import lasting
from soda_tui.domain.codes import NeedCode, Status
from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.model import Clone, Error, Need
from soda_tui.domain.work import Difference, FileChange, Work
from soda_tui.sandbox.demo import TOKEN

_SECONDS = 30.0
HOSTILE = "x\x9b31;7mOWNED\x9d0;title\x9c\u202eevil"


def shell(machine: Machine, command: str) -> subprocess.CompletedProcess[str]:
    program = f'{sys.executable} -m soda_tui --config "{machine.config}"'
    return subprocess.run(
        ["sh", "-c", command.replace("soda-tui", program)],
        env=machine.environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_nothing_foreign_reaches_the_terminal_raw(capsys: pytest.CaptureFixture[str]) -> None:
    shown = repository(
        name=HOSTILE,
        clone=Clone(HOSTILE, False, 0, 0, HOSTILE),
        needs=(Need(NeedCode.CLONE_PROBLEM, HOSTILE),),
        error=Error(ErrorCode.NETWORK, HOSTILE, None),
    )
    report.table(snapshot(shown), "2026-05-04")
    change = FileChange(HOSTILE, 1, 1, untracked=False)
    report.difference(Work(12, HOSTILE, "/work", (), Difference((change,), (f"+{HOSTILE}",), cut=False)))
    printed = capsys.readouterr().out
    assert "xOWNEDevil" in printed
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", printed)


def test_the_table_shows_states_as_the_screen_does(capsys: pytest.CaptureFixture[str]) -> None:
    known = snapshot(repository(agent=agent(Status.CLAIMED)), repository("acme/far", agent=agent(Status.ELSEWHERE)))
    report.table(known, "2026-05-04")
    printed = capsys.readouterr().out
    assert "◎ claimed" in printed and "◇ elsewhere" in printed


@pytest.mark.parametrize("command", ["status", "status --json", "pop nosuch --json", "diff --json", "keys"])
def test_a_full_disk_is_a_sentence_everywhere(machine: Machine, command: str) -> None:
    done = shell(machine, f"soda-tui {command} >/dev/full")
    assert (done.returncode, done.stdout) == (1, "")
    assert "No space left" in done.stderr and "unexpected" not in done.stderr and "Traceback" not in done.stderr


def test_a_reader_that_has_gone_is_no_failure(machine: Machine) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "soda_tui", "--config", str(machine.config), "status"]
    done = subprocess.run(
        command, env=machine.environment, stdout=writing, stderr=subprocess.PIPE, text=True, timeout=60, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("command", ["status --json", "status", "pop nosuch"])
def test_closed_streams_end_in_no_traceback(machine: Machine, command: str) -> None:
    done = shell(machine, f"soda-tui {command} >&-")
    assert done.returncode in {1, 2} and "Traceback" not in done.stderr
    assert shell(machine, f"soda-tui {command} 2>&-").returncode in {0, 2}
    assert shell(machine, f"soda-tui {command} 2>/dev/full").returncode in {0, 2, 120}


def test_something_unexpected_names_the_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from soda_tui.services import programlog

    def broken(_: object) -> None:
        programlog.start(tmp_path / "logs", "warning")
        raise ZeroDivisionError("by hand")

    monkeypatch.setattr("soda_tui.cli.status.status", broken)
    assert main(["status"]) == 1
    said = capsys.readouterr().err
    log = tmp_path / "logs" / "soda-tui.log"
    assert "by hand" in said and str(log) in said and "Traceback" in log.read_text()


def test_what_can_be_repeated_counts_before_and_after_the_command() -> None:
    words = ["--set", "cockpit.interval=60", "--repo", "a", "status", "--set", "cockpit.name=x", "--repo", "b"]
    parsed = build_parser().parse_args(words)
    assert parsed.settings == ["cockpit.interval=60", "cockpit.name=x"]
    assert parsed.repo == ["a", "b"]
    nested = build_parser().parse_args(
        ["--set", "a.b=1", "issue", "--set", "c.d=2", "new", "--title", "t", "--set", "e.f=3"]
    )
    assert nested.settings == ["a.b=1", "c.d=2", "e.f=3"]
    assert build_parser().parse_args(["status"]).settings == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("lanch",), "soda-tui: there is no command lanch. Did you mean launch?"),
        (("zzz",), "soda-tui: there is no command zzz. soda-tui --help lists what there is."),
        (("--refesh",), "soda-tui: there is no option --refesh. Did you mean --refresh?"),
        (("pop", "--isue", "3"), "soda-tui pop: there is no option --isue. Did you mean --issue?"),
        (("pop", "a", "b", "c"), "soda-tui pop: b c is more than it takes, so nothing was done."),
        (("config", "gett"), "soda-tui config: there is no command gett. Did you mean get?"),
        (("report", "--format", "htm"), "--format: htm is not one of md, json, html. Did you mean html?"),
        (("pop", "--issue", "x\x9b31m"), "--issue: should be the number of an issue, such as 12, and not x"),
        (("logs", "--tail", "-1"), "--tail: should be how many: 0, or a whole number such as 20, and not -1"),
        (("status", "--max-age", "soon"), "--max-age: should be a number of seconds, such as 30, and not soon"),
        (("report", "--since", "3"), "--since: should be a number with its unit, such as 90s, 45m, 8h or 2d"),
    ],
)
def test_a_slip_of_the_finger_is_told_in_words(
    words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    told = capsys.readouterr().err
    assert said in told.splitlines()[-1] and "invalid" not in told


def test_only_what_lasts_is_news() -> None:
    working = repository(agent=agent(Status.WORKING))
    assert working.agent.run is not None
    now = datetime.now(UTC)
    heard = structs.replace(
        working,
        fetched_at=now,
        agent=structs.replace(working.agent, run=structs.replace(working.agent.run, last_output_at=now)),
    )
    assert heard != working and lasting(heard) == lasting(working)
    failing = structs.replace(working, error=Error(ErrorCode.NETWORK, "gone", now))
    assert lasting(failing) == lasting(structs.replace(working, error=Error(ErrorCode.NETWORK, "gone", None)))
    assert lasting(failing) != lasting(working)
    assert lasting(structs.replace(working, queue=())) != lasting(working)


def test_a_watch_tells_of_one_that_cannot_be_read_and_of_all_others(machine: Machine) -> None:
    clone = machine.clone("acme/teapot")
    machine.config.write_text(machine.config.read_text() + f'[[repository]]\nname = "acme/gone"\npath = "{clone}"\n')
    command = [sys.executable, "-m", "soda_tui", "--config", str(machine.config), "--watch"]
    with subprocess.Popen(command, env=machine.environment, stdout=subprocess.PIPE) as watching:
        try:
            assert watching.stdout is not None
            assert select.select([watching.stdout], [], [], _SECONDS)[0]
            first = watching.stdout.readline()
        finally:
            watching.kill()
    assert b'"acme/gone"' in first and b"not_found" in first and b'"acme/rocket"' in first


def test_who_is_not_admitted_is_waited_for(machine: Machine) -> None:
    machine.demo.people.close_issue("acme/rocket", 7)
    machine.run("status")
    machine.run("--status-line", "--check")
    refused = {"GH_TOKEN": "gho_wrong00000000000000000000000000000000"}
    said = machine.run("status", "--check", exit=4, environment=refused).stdout
    assert said.count("refused the token") == 1
    assert "! 1 needs you" in machine.run("--status-line", "--check", exit=10).stdout
    machine.run("status")
    machine.run("--status-line", "--check")


def test_each_configuration_has_its_own_in_the_one_snapshot(machine: Machine) -> None:
    machine.run("pop")
    other = machine.home / "two.toml"
    one = machine.config
    other.write_text(f'[[repository]]\nname = "acme/teapot"\npath = "{machine.clone("acme/teapot")}"\n')
    shell(machine, f'soda-tui --config "{other}" --refresh')
    assert "1 claimed" in machine.run("--status-line").stdout
    assert "1 idle" in shell(machine, f'soda-tui --config "{other}" --status-line').stdout
    one.write_text("# nothing\n")
    assert "Nothing was read yet" in machine.run("--status-line", exit=9).stderr


def test_a_text_that_is_too_long_is_refused_not_cut(machine: Machine) -> None:
    issues = machine.demo.world.repository("acme/rocket").issues
    before, text = len(issues), machine.home / "long.md"
    text.write_text("x" * 65537)
    for body in (("--body", "x" * 65537), ("--body-file", str(text))):
        assert "65536 characters" in machine.run("issue", "new", "--title", "t", *body, exit=2).stderr
        machine.run("issue", "comment", "4", *body, exit=2)
    assert len(issues) == before and not issues[4].comments


def test_edits_of_issues_can_be_rehearsed(machine: Machine) -> None:
    issues = machine.demo.world.repository("acme/rocket").issues
    before, labels = len(issues), {label.name for label in issues[4].labels}
    new = ("issue", "new", "--title", "a title", "--dry-run")
    assert "a title" in machine.run(*new, "--label", "route:ready").stdout
    machine.run(*new, "--label", "nonsense", exit=2)
    assert "+route:blocked" in machine.run("issue", "label", "4", "--add", "route:blocked", "--dry-run").stdout
    assert "nothing was changed" in machine.run("issue", "comment", "4", "--body", "x", "--dry-run").stdout
    assert len(issues) == before and not issues[4].comments
    assert {label.name for label in issues[4].labels} == labels


def test_an_interrupt_ends_the_question(machine: Machine) -> None:
    machine.demo.people.delete_label("acme/rocket", "route:blocked")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "soda_tui", "--config", str(machine.config), "init"]
    with (
        os.fdopen(ours, "rb", buffering=0),
        subprocess.Popen(
            command, env=machine.environment, stdin=theirs, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as asking,
    ):
        os.close(theirs)
        said, deadline = b"", time.monotonic() + _SECONDS
        assert asking.stderr is not None
        while b"[y/N]" not in said and time.monotonic() < deadline:
            said += os.read(asking.stderr.fileno(), 1000)
        asking.send_signal(signal.SIGINT)
        try:
            assert asking.wait(_SECONDS) == 7
        finally:
            asking.kill()
    names = {label.name for label in machine.demo.world.repository("acme/rocket").labels.values()}
    assert "route:blocked" not in names


def test_the_sandbox_says_its_token() -> None:
    command = [sys.executable, "-m", "soda_tui.sandbox.server", "--help"]
    assert TOKEN in subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
