"""Real repositories for the tests of git: a bare remote, and as many clones of it as wanted."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from soda_tui.cockpit.ports.place import Place
from soda_tui.domain.failure import ErrorCode, Failure
from soda_tui.domain.ledger import Entry, LedgerState
from soda_tui.domain.naming import RepositoryName
from soda_tui.services.git.process import Deadlines
from soda_tui.services.git.service import GitService

NAME = RepositoryName("github.com", "acme", "rocket")
TOKEN = "ghp_1234567890abcdefghijklmnopqrstuvwxyz"
WORK = "agent001/12-fix-the-crash"


def git(directory: Path | str, *arguments: str, check: bool = True) -> str:
    """The output of a git command."""
    done = subprocess.run(["git", "-C", str(directory), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0 or not check, done.stderr
    return done.stdout.strip()


def commit(directory: Path | str, name: str, content: str = "x", message: str | None = None) -> str:
    """Commit a file; its object id."""
    path = Path(directory, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    git(directory, "add", "--", name)
    git(directory, "commit", "-q", "-m", message or f"Add {name}")
    return git(directory, "rev-parse", "HEAD")


def executable(path: Path, script: str) -> None:
    """A shell script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def service(deadlines: Deadlines | None = None, token: str | None = TOKEN) -> GitService:
    """The service as wiring makes it."""
    return GitService(lambda _host: token, lambda _host: None, deadlines)


async def refusal(place: Place, branch: str, start: str) -> str:
    """The sentence with which both the question and the deed are refused."""
    with pytest.raises(Failure) as asked:
        await service().can_prepare(place, branch, start)
    with pytest.raises(Failure) as caught:
        await service().prepare(place, branch, start)
    assert asked.value.problem == caught.value.problem
    assert caught.value.problem.code is ErrorCode.REFUSED
    return caught.value.problem.message


def entry(nonce: str, event: str = "popped", cockpit: str = "5b1f0c9e") -> Entry:
    """A ledger entry; the state does not matter here."""
    return Entry(event, 12, cockpit, nonce, LedgerState())


@dataclass
class Yard:
    """A remote with one commit, in a folder of its own."""

    root: Path
    branch: str = "main"
    remote: Path = field(init=False)
    first: str = field(init=False)

    def __post_init__(self) -> None:
        self.remote = self.root / "rocket.git"
        subprocess.run(["git", "init", "-q", "--bare", "-b", self.branch, str(self.remote)], check=True)
        git(self.remote, "config", "uploadpack.allowFilter", "true")
        seed = self.root / "seed"
        subprocess.run(["git", "init", "-q", "-b", self.branch, str(seed)], check=True)
        commit(seed, "README", message="Begin")
        self.first = commit(seed, "src/main.py", "print('hello')\n")
        git(seed, "push", "-q", str(self.remote), f"HEAD:refs/heads/{self.branch}")

    def clone(self, name: str = "clone", *options: str) -> Place:
        """A clone of the remote, through its file: URL so that depth and filter count."""
        path = self.root / name
        url = self.remote.as_uri()
        subprocess.run(["git", "clone", "-q", *options, url, str(path)], check=True, env={**os.environ, "LC_ALL": "C"})
        return Place(NAME, str(path), str(self.root / "worktrees" / name))

    def heads(self) -> dict[str, str]:
        """The remote's branches."""
        lines = git(self.remote, "for-each-ref", "--format=%(refname:lstrip=2) %(objectname)", "refs/heads")
        return dict(line.split(" ") for line in lines.splitlines())

    def grow(self, branch: str | None = None, name: str = "more") -> str:
        """A commit that somebody else pushes to a branch of the remote."""
        other = self.root / f"other-{name}"
        subprocess.run(["git", "clone", "-q", str(self.remote), str(other)], check=True)
        oid = commit(other, name)
        git(other, "push", "-q", "origin", f"HEAD:refs/heads/{branch or self.branch}")
        return oid
