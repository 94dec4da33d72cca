"""Machines for tests: the program as it is installed, in a home of its own, on an embedded GitHub on a port."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which
from typing import Any

from soda_tui.sandbox.demo import TOKEN, Demo

ROCKET = "acme/rocket"
AGENT = ["-m", "soda_tui.sandbox.scripted_agent", "--pace", "0"]


@dataclass
class Machine:
    """A person's machine: a home of its own, clones over http, and the program as it is installed."""

    home: Path
    url: str
    demo: Demo
    agent: list[str] = field(default_factory=lambda: [sys.executable, *AGENT])

    @property
    def environment(self) -> dict[str, str]:
        """The environment of every program that runs here."""
        return {
            "PATH": f"{self.recording_git()}:{os.environ['PATH']}",
            "HOME": str(self.home),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GITHUB_API_URL": self.url,
            "GH_TOKEN": TOKEN,
            "COLUMNS": "120",
        }

    def recording_git(self) -> Path:
        """A folder with a git that notes its arguments before it is git."""
        folder = self.home / "bin"
        program = folder / "git"
        if not program.exists():
            folder.mkdir(parents=True)
            program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" >>"{self.home}/git.log"\nexec {which("git")} "$@"\n')
            program.chmod(0o755)
        return folder

    def git_calls(self, *verbs: str) -> int:
        """How often git was called with one of these verbs so far."""
        log = self.home / "git.log"
        lines = log.read_text().splitlines() if log.exists() else []
        return sum(verb in line.split() for line in lines for verb in verbs)

    @property
    def config(self) -> Path:
        """The configuration file."""
        return self.home / "config.toml"

    def clone(self, name: str) -> Path:
        """The clone of a repository, made with the token in the environment and nowhere else."""
        path = self.home / "src" / name.partition("/")[2]
        if not path.exists():
            header = {
                "GIT_CONFIG_COUNT": "1",
                "GIT_CONFIG_KEY_0": f"http.{self.url}/.extraHeader",
                "GIT_CONFIG_VALUE_0": f"Authorization: Bearer {TOKEN}",
            }
            command = ["git", "clone", "--quiet", f"{self.url}/{name}.git", str(path)]
            subprocess.run(command, check=True, env={**self.environment, **header}, timeout=60)
        return path

    def configure(self) -> None:
        """Write the configuration with the scripted agent, before anything is enrolled."""
        self.home.mkdir(exist_ok=True)
        self.config.write_text(f"# mine\n[agent]\ncommand = {json.dumps(self.agent)}\n")

    def run(
        self,
        *arguments: str,
        exit: int = 0,
        environment: dict[str, str] | None = None,
        directory: Path | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run the program and hold it to its exit code."""
        done = subprocess.run(
            [sys.executable, "-m", "soda_tui", "--config", str(self.config), *arguments],
            env={**self.environment, **(environment or {})},
            cwd=directory or self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == exit, f"{arguments}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def json(self, *arguments: str, exit: int = 0, environment: dict[str, str] | None = None) -> Any:
        """Run the program with `--json` and read its document."""
        done = self.run(*arguments, "--json", exit=exit, environment=environment)
        assert done.stderr == "", done.stderr
        return json.loads(done.stdout)

    def repository(self, name: str = ROCKET) -> Any:
        """One repository as `--refresh --json` shows it."""
        document = self.json("status", "--repo", name)
        return document["repositories"][0]
