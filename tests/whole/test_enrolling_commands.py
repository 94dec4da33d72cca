"""`enroll --scan` and `enroll --org` as they are run: listed, chosen, cloned, enrolled."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from machines import Machine
from whole.test_terminal import terminal

from soda_tui.sandbox.demo import TOKEN, Demo

pytestmark = pytest.mark.wide


@dataclass
class Bare(Machine):
    """A machine without a configuration, whose GitHub is a host of its own, so that clones name it."""

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "GITHUB_SERVER_URL": self.url, "SODA_TUI_CONFIG": str(self.config)}

    def enroll(self, *arguments: str, exit: int = 0, environment: dict[str, str] | None = None) -> Any:
        """Enrol, without `--config`, which would want the file to be there."""
        done = subprocess.run(
            [sys.executable, "-m", "soda_tui", "enroll", *arguments],
            env={**self.environment, **(environment or {})},
            cwd=self.home / "src", stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == exit, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done


@pytest.fixture
def machine(tmp_path: Path, url: str, demo: Demo) -> Bare:
    """A home with an empty folder for clones."""
    made = Bare(tmp_path / "me", url, demo)
    (made.home / "src").mkdir(parents=True)
    return made


def test_what_an_account_has_is_cloned_and_enrolled_when_it_is_named(machine: Bare) -> None:
    demo = machine.demo
    demo.world.repository("acme/teapot").archived = True
    listed = machine.enroll("--org", "acme", "--dry-run").stdout
    assert "acme/rocket" in listed and "not cloned yet" in listed and "archived on GitHub" in listed
    assert not machine.config.exists() and list((machine.home / "src").iterdir()) == []

    assert "has to be said" in machine.enroll("--org", "acme", exit=7).stderr
    assert "Clone 2 repositories" in machine.enroll("--org", "acme", "all", exit=7).stderr
    assert "archived on GitHub" in machine.enroll("--org", "acme", "teapot", "--yes", exit=2).stderr
    machine.enroll("--org", "acme", "--yes", exit=9)  # nothing is cloned that was not named
    assert not machine.config.exists() and list((machine.home / "src").iterdir()) == []

    done = machine.enroll("--org", "ACME", "rocket", "--yes")
    clone = machine.home / "src" / "rocket"
    assert f"Cloned acme/rocket to {clone}." in done.stdout and f"Enrolled acme/rocket at {clone}." in done.stdout
    assert (clone / "README.md").is_file() and TOKEN not in (clone / ".git" / "config").read_text()
    assert TOKEN not in (machine.home / "git.log").read_text()
    assert machine.repository()["agent"]["status"] == "idle"

    again = json.loads(machine.enroll("--org", "acme", "--json").stdout)
    assert {one["name"]["name"]: one["standing"] for one in again["offers"]} == {
        "rocket": "enrolled",
        "lantern": "missing",
        "teapot": "barred",
    }
    assert again["done"] == []
    assert "does not exist" in machine.enroll("--org", "nobody", exit=1).stderr
    assert "There is no token" in machine.enroll("--org", "acme", exit=4, environment={"GH_TOKEN": ""}).stderr


def test_clones_below_a_folder_are_enrolled(machine: Bare) -> None:
    assert "soda-tui enroll --org ORG" in machine.enroll("--scan", ".", exit=9).stderr
    for name in ("acme/rocket", "acme/lantern"):
        machine.clone(name)
    for key in ("\x03", "\x04"):
        with terminal(machine.home, "enroll", "--scan", "~/src", environment=machine.environment) as screen:
            screen.wait_for("enter for those with *")
            screen.press(key)
            assert screen.wait_for_end() == 9 and not machine.config.exists()
    done = machine.enroll("--scan", "~/src", "--yes")
    assert "  1 * acme/lantern" in done.stdout and done.stdout.count("Enrolled acme/") == 2
    assert "Labels of acme/" not in done.stdout
    names = {one["name"] for one in machine.json("status")["repositories"]}
    assert names == {"acme/rocket", "acme/lantern"}
    assert "(enrolled)" in machine.enroll("--scan", ".", exit=9).stdout
    assert "Give one of them" in machine.enroll("acme/rocket", "--path", ".", "--scan", ".", exit=2).stderr


def test_a_rehearsal_writes_nothing(machine: Bare) -> None:
    clone = machine.home / "src" / "pot"
    subprocess.run(["git", "init", "--quiet", str(clone)], check=True, timeout=30)
    done = machine.enroll("acme/rocket", "--path", str(clone), "--dry-run")
    assert f"Would enrol acme/rocket at {clone}" in done.stdout
    assert not machine.config.exists() and not list(machine.config.parent.glob("*.toml"))
