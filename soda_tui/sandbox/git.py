"""The sandbox's own git: one process for one command, and nothing of the user's configuration."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

_SECONDS = 60


class GitError(Exception):
    """A git command of the sandbox failed; the message is what git said."""


def run_git(path: Path, arguments: Sequence[str], stdin: bytes, extra: Mapping[str, str]) -> bytes:
    """Run git on a bare repository and give its output; raises GitError."""
    done = subprocess.run(
        ["git", f"--git-dir={path}", *arguments],
        input=stdin,
        capture_output=True,
        timeout=_SECONDS,
        env={**git_environment(), **extra},
        check=False,
    )
    if done.returncode != 0:
        raise GitError(done.stderr.decode(errors="replace").strip() or f"git {arguments[0]}: {done.returncode}")
    return done.stdout


def git_environment() -> dict[str, str]:
    """The environment for the sandbox's own git: nothing of the user's configuration, no prompt."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {
        **kept,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }
