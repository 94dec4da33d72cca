"""`auto` as it is called in a terminal: what Ctrl-C leaves, and how it ends."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest
from machines import ROCKET, Machine


@pytest.mark.wide
def test_ctrl_c_ends_the_loops_and_leaves_the_agents_at_work(machine: Machine) -> None:
    good = machine.config.read_text().replace(json.dumps(machine.agent), json.dumps(["sleep", "60"]))
    machine.config.write_text(good)
    command = [sys.executable, "-m", "soda_tui", "--config", str(machine.config), "auto", ROCKET]
    with subprocess.Popen(
        command, env=machine.environment, cwd=machine.home, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ) as auto:
        assert auto.stdout is not None
        said = ""
        while "The agent works on" not in said:
            line = auto.stdout.readline()
            assert line, f"it ended: {said}"
            said += line
        assert "read yet" not in said and "Nobody works it" not in said and "github.com" not in said
        with subprocess.Popen(
            command,
            env=machine.environment,
            cwd=machine.home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        ) as other:
            assert other.stdout is not None and "The agent works on" in other.stdout.readline()
            other.send_signal(signal.SIGINT)
            assert "worked by another soda-tui of this machine" in other.stdout.read() and other.wait(30) == 0
        assert machine.repository()["loop"]["mode"] == "on"
        auto.send_signal(signal.SIGINT)
        said = auto.stdout.read()
        assert auto.wait(30) == 0
    assert "1 agent at work (acme/rocket) goes on" in said
    shown = machine.repository()
    assert shown["agent"]["run"]["pid"] is not None
    assert shown.get("loop") is None or shown["loop"]["mode"] == "off"
    machine.run("stop", ROCKET, "--yes")
    machine.run("auto", exit=3)
    assert machine.run("auto", "--status").stdout == f"{ROCKET}: off.\n"
    machine.run("auto", ROCKET, "--on")
    assert machine.run("auto", "--status").stdout.startswith(f"{ROCKET}: on. Nobody works it now")
    assert machine.repository()["loop"]["why"].startswith("Nobody works it now")


@pytest.mark.wide
def test_what_cannot_work_turns_nothing_on(machine: Machine) -> None:
    assert "There is no profile nobody" in machine.run("auto", ROCKET, "--profile", "nobody", exit=2).stderr
    assert "90s, 45m, 8h or 2d" in machine.run("auto", ROCKET, "--for", "9x", exit=2).stderr
    assert machine.repository().get("loop") is None


@pytest.mark.wide
def test_it_says_what_came_of_what_it_began(machine: Machine) -> None:
    command = [sys.executable, "-m", "soda_tui", "--config", str(machine.config), "auto", ROCKET, "--max-issues", "1"]
    with subprocess.Popen(
        command, env=machine.environment, cwd=machine.home, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ) as auto:
        assert auto.stdout is not None
        said = ""
        while "Bottled " not in said:
            line = auto.stdout.readline()
            assert line, f"it ended: {said}"
            said += line
        auto.send_signal(signal.SIGINT)
        assert auto.wait(30) == 0
    assert "/pull/" in said.splitlines()[-1] and said.count("Bottled ") == 1
