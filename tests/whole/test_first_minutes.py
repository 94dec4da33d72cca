"""The first minutes of a person with a token, no clone and no configuration, by key in a real terminal."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from machines import AGENT
from whole.test_terminal import terminal

from soda_tui.sandbox.demo import TOKEN, Demo

NEXT = "]"


def environment(home: Path, url: str) -> dict[str, str]:
    """A home with nothing but a token in the environment, and an agent on the path."""
    program = home / "bin" / "copilot"
    program.parent.mkdir(parents=True)
    command = " ".join(f'"{word}"' for word in (sys.executable, *AGENT))
    program.write_text(f'#!/bin/sh\n[ "$1" = --version ] && exec echo 1.0\nexec {command}\n')
    program.chmod(0o755)
    return {
        "PATH": f"{program.parent}:{os.environ['PATH']}",
        "HOME": str(home),
        "GH_TOKEN": TOKEN,
        "GITHUB_API_URL": url,
        "GITHUB_SERVER_URL": url,
        "GIT_CONFIG_NOSYSTEM": "1",
    }


def run(variables: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """One command, as a person would type it."""
    command = [sys.executable, "-m", "soda_tui", *arguments]
    return subprocess.run(
        command, env=variables, cwd=variables["HOME"], capture_output=True, text=True, timeout=60, check=False
    )


def clone(variables: dict[str, str], url: str, path: Path) -> None:
    """A clone that the person made long ago."""
    header = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "http.extraHeader",
        "GIT_CONFIG_VALUE_0": f"Authorization: Bearer {TOKEN}",
    }
    command = ["git", "clone", "--quiet", url, str(path)]
    subprocess.run(command, check=True, env={**variables, **header}, timeout=60)


@pytest.mark.wide
def test_from_nothing_to_a_merged_pull_request(
    tmp_path: Path, demo: Demo, url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "me"
    variables = environment(home, url)
    for key, value in (("user.name", "You"), ("user.email", "you@example.org")):
        subprocess.run(["git", "config", "--global", key, value], env=variables, check=True, timeout=10)
    monkeypatch.chdir(home)
    clone(variables, f"{url}/acme/rocket.git", home / "src" / "rocket")
    begun, laps = time.monotonic(), list[tuple[str, float]]()

    def lap(name: str) -> None:
        laps.append((name, time.monotonic() - begun))

    with terminal(home, environment=variables, rows=40, columns=120) as screen:
        screen.wait_for("Signed in to")
        screen.wait_for("as you, with the token from GH_TOKEN")
        lap("signed in")
        screen.press(NEXT)
        screen.wait_for("[x] acme/rocket")
        screen.press("\r")
        screen.wait_for("Enrol acme/rocket?")
        screen.press("y")
        screen.wait_for("Enrolled acme/rocket at")
        lap("enrolled")
        screen.press(NEXT)
        screen.wait_for("as they should be")
        screen.press(NEXT)
        screen.wait_for("copilot")
        screen.press("\r")
        screen.wait_for("Use copilot for all repositories")
        screen.press("y")
        screen.wait_for('defaults.profile is "copilot" now')
        screen.press(NEXT)
        screen.wait_for("defaults.setup")
        screen.press(NEXT)
        screen.wait_for("Pop claims an issue")
        screen.press("\r")
        screen.wait_for("That pushes a branch and the claim")
        screen.press("y")
        screen.wait_for("Popped ")
        lap("popped")
        screen.press("\x1b")
        screen.wait_for("claimed")
        examined = run(variables, "doctor")
        assert examined.returncode == 0 and len(examined.stdout.splitlines()) == 1, examined.stdout
        lap("doctor has one line")
        screen.press("a")
        screen.wait_for("is done")
        lap("the agent is done")
        screen.press("b")
        screen.wait_for("Bottled ")
        lap("bottled")
        screen.press("q")
        assert screen.wait_for_end() == 0
    (made,) = [one for one in demo.world.repository("acme/rocket").pull_requests.values() if "Fixes #4" in one.body]
    assert TOKEN not in (home / ".config" / "soda-tui" / "config.toml").read_text()
    landed = run(variables, "--set", "land.without_checks=true", "land", "rocket", str(made.number), "--yes")
    assert landed.returncode == 0 and made.merged_at is not None, landed.stderr
    lap("landed")
    with capsys.disabled():
        sys.stdout.write("".join(f"\n{seconds:6.1f} s  {name}" for name, seconds in laps) + "\n")
