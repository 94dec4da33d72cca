"""The real `gh` on an embedded GitHub: it asks a host of its own over plain http, with the sandbox as the proxy."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shutil import which
from typing import Any

from soda_tui.sandbox.demo import TOKEN

HOST = "github.localhost"
# Others ask otherwise; what this one asks is kept in the sandbox's schema.
VERSION = "2.23."


@cache
def missing() -> str | None:
    """Why `gh` cannot be had here; None where it can."""
    found = which("gh")
    if found is None:
        return "gh is not installed"
    said = subprocess.run([found, "--version"], capture_output=True, text=True, timeout=60, check=True).stdout
    return None if said.startswith(f"gh version {VERSION}") else f"the sandbox knows what gh {VERSION}x asks: {said}"


@dataclass(frozen=True)
class GitHubCli:
    """`gh` for the person whose token is the demo's, in a home of its own."""

    home: Path
    url: str

    @property
    def environment(self) -> dict[str, str]:
        """The environment of `gh`, and of git where it works together with it."""
        header = f"Authorization: Bearer {TOKEN}"
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "GH_CONFIG_DIR": str(self.home / "gh"),
            "GH_HOST": HOST,
            "GH_TOKEN": TOKEN,
            "GH_PROMPT_DISABLED": "1",
            "GH_NO_UPDATE_NOTIFIER": "1",
            "http_proxy": self.url,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_COUNT": "3",
            "GIT_CONFIG_KEY_0": "http.extraHeader",
            "GIT_CONFIG_VALUE_0": header,
            "GIT_CONFIG_KEY_1": "user.name",
            "GIT_CONFIG_VALUE_1": "You",
            "GIT_CONFIG_KEY_2": "user.email",
            "GIT_CONFIG_VALUE_2": "you@example.org",
        }

    def run(self, *arguments: str, directory: Path | None = None, exit: int = 0) -> str:
        """What `gh` says, and where it fails, what it complains of; held to its exit code."""
        done = self._run("gh", *arguments, directory=directory)
        assert done.returncode == exit, f"gh {arguments}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout if exit == 0 else done.stderr

    def json(self, *arguments: str, fields: str) -> Any:
        """These fields as JSON."""
        return json.loads(self.run(*arguments, "--json", fields))

    def git(self, *arguments: str, directory: Path | None = None) -> str:
        """What git says in the same surroundings."""
        done = self._run("git", *arguments, directory=directory)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def clone(self, name: str) -> Path:
        """A clone whose origin is the host that `gh` knows."""
        path = self.home / name.partition("/")[2]
        self.git("clone", "--quiet", f"http://{HOST}/{name}.git", str(path))
        return path

    def _run(self, *command: str, directory: Path | None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            env=self.environment,
            cwd=directory or self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
