"""Sitting down at an agent's terminal with the program as it is installed, from a shell and from the cockpit."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import pytest
from machines import Machine
from screens import Screen

# Answers to each line, and ends with "end".
AGENT = 'echo ready; while read -r line; do echo "heard <$line>"; [ "$line" = end ] && exit; done'


@pytest.fixture
def machine(machine: Machine) -> Machine:
    """A machine whose agent has a terminal."""
    agent = json.dumps(["sh", "-c", AGENT, "{prompt_path}"])
    rest = machine.config.read_text().partition("[[repository]]")[2]
    told = '[cockpit]\nleave_key = "ctrl+g"\n'
    machine.config.write_text(f'{told}[agent]\ncommand = {agent}\nterminal = "pty"\n[[repository]]{rest}')
    return machine


def on(machine: Machine, *arguments: str) -> dict[str, object]:
    """The program on a terminal of its own."""
    words = [sys.executable, "-m", "soda_tui", "--config", str(machine.config), *arguments]
    return {
        "words": words,
        "rows": 40,
        "columns": 120,
        "environment": {**machine.environment, "TERM": "xterm-256color"},
    }


@pytest.mark.skipif(sys.platform != "linux", reason="terminals as Linux has them")
def test_attaching_by_command_and_by_key(machine: Machine, screens: Callable[..., Screen]) -> None:
    assert "No agent runs in acme/rocket" in machine.run("attach", exit=9).stderr
    assert "No agent runs in acme/rocket" in machine.run("message", "hello", exit=9).stderr
    assert "in quotes" in machine.run("message", "acme/rocket", "hello", "you", exit=2).stderr
    assert machine.json("pop", "--launch")["problem"] is None
    assert "Attaching needs a terminal" in machine.run("attach", exit=7).stderr
    assert "attach, and type there" in machine.run("message", "rocket", "hello", exit=7).stderr

    shell = screens(**on(machine, "attach"))
    shell.until(b"ctrl+g comes back")
    shell.until(b"ready")
    shell.type(b"from the shell\r")
    shell.until(b"heard <from the shell>")
    shell.type(b"\x07")
    assert shell.ended() == 0 and shell.cooked() and b"the agent goes on" in shell.said

    cockpit = screens(**on(machine))
    cockpit.until(b"heard <from the shell>")
    cockpit.type(b"T")
    cockpit.until(b"ctrl+g comes back")
    cockpit.until(b"heard <from the shell>")
    cockpit.type(b"from the cockpit\r")
    cockpit.until(b"heard <from the cockpit>")
    cockpit.type(b"\x07")
    cockpit.until(b"You have left the agent")
    cockpit.type(b"T")
    cockpit.until(b"ctrl+g comes back")
    cockpit.until(b"heard <from the cockpit>")
    cockpit.type(b"end\r")
    cockpit.until(b"The agent has ended")
    cockpit.type(b"q")
    assert cockpit.ended() == 0 and cockpit.cooked()
