"""`config` and `help` as they are called: an editor on a terminal, the ancestor's file, topics of real commands."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from machines import ROCKET, Machine

from soda_tui.help import TOPICS, topic


def on_a_terminal(machine: Machine, editor: Path, answer: str = "") -> tuple[int, str]:
    """`config edit` with this editor, on a terminal of its own; how it ended, and what it said."""
    command = [sys.executable, "-m", "soda_tui", "--config", str(machine.config), "config", "edit"]
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        command,
        env={**machine.environment, "VISUAL": str(editor)},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    os.write(ours, answer.encode())
    said = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:
            break
        if not piece:
            break
        said += piece
    os.close(ours)
    return running.wait(30), " ".join(said.decode().split())


@pytest.mark.wide
def test_an_edit_is_checked_and_the_old_file_kept_until_it_is_right(machine: Machine, tmp_path: Path) -> None:
    before = machine.config.read_text()
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nprintf "[cockpit]\\ninterval = 1\\n" >>"$1"\n')
    editor.chmod(0o755)
    code, said = on_a_terminal(machine, editor, "n\n")
    line = before.count("\n") + 2
    assert code == 3 and f"line {line}: cockpit.interval should be" in said and machine.config.read_text() == before
    draft = re.search(r"Your changes are in (\S+)", said)
    assert draft and "interval = 1" in Path(draft[1]).read_text()
    editor.write_text('#!/bin/sh\nprintf "[cockpit]\\ninterval = 11\\n" >>"$1"\n')
    assert on_a_terminal(machine, editor)[0] == 0
    assert machine.json("config", "get", "cockpit.interval")["settings"][0]["value"] == 11
    editor.write_text("#!/bin/sh\nexit 3\n")
    code, said = on_a_terminal(machine, editor)
    assert code == 1 and "exit 3" in said
    machine.run("config", "edit", exit=2)


@pytest.mark.wide
def test_the_ancestor_is_taken_over_once_and_only_after_a_yes(machine: Machine) -> None:
    file = machine.clone(ROCKET) / "my-little-soda.toml"
    file.write_text('[github]\ntoken = "ghp_x"\n[agents.process_management]\ntimeout_minutes = 45\n')
    before = machine.config.read_text()
    refused = machine.run("config", "import", ROCKET, exit=7)
    assert "limits.run_minutes" in refused.stdout and "--yes" in refused.stderr and "ghp_x" not in refused.stdout
    assert machine.config.read_text() == before
    machine.run("config", "import", ROCKET, "--yes")
    assert machine.config.read_text() == f"{before}[repository.limits]\nrun_minutes = 45\n"
    machine.run("config", "import", ROCKET, "--yes", exit=9)
    found = machine.json("config", "get", "limits.run_minutes", "--repo", ROCKET)["settings"]
    assert [(one["value"], one["source"]) for one in found] == [(45, "repository")]
    shadowed = machine.run("config", "set", "cockpit.interval", "60", environment={"SODA_TUI_COCKPIT__INTERVAL": "90"})
    assert "SODA_TUI_COCKPIT__INTERVAL" in shadowed.stderr
    told = machine.run("config", "unset", "cockpit.interval", environment={"SODA_TUI_COCKPIT__INTERVAL": "90"})
    assert "and is 90.0 now, from SODA_TUI_COCKPIT__INTERVAL" in told.stdout and "default" not in told.stdout
    words = ("config", "set", "agent.command")
    wrong = machine.run(*words, "claude", "--print", exit=2).stderr
    assert "config set KEY -- WORD" in wrong and wrong.count("usage:") == 1 and len(wrong.splitlines()) < 8
    machine.run(*words, "--repo", ROCKET, "--", "claude", "--print")
    found = machine.json("config", "get", "agent.command", "--repo", ROCKET)["settings"]
    assert found[0]["value"] == ["claude", "--print"]


@pytest.mark.wide
def test_a_topic_is_plain_where_nobody_reads_it_and_a_command_has_its_own_help(machine: Machine) -> None:
    assert machine.run("help", "security").stdout == topic("security")
    assert all(name in machine.run("help").stdout for name in TOPICS)
    assert "--fresh" in machine.run("help", "pop").stdout
    machine.run("help", "nothing", exit=2)
