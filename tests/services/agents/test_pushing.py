"""An agent's git has nowhere to push to, fetches as ever, and no configuration of the user's is changed for that."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from soda_tui.services.agents import launching
from soda_tui.services.agents.pushing import REASON

IDENTITY = ("-c", "user.name=Someone", "-c", "user.email=someone@example.com", "-c", "protocol.file.allow=always")


def git(path: Path, *arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run git in a directory, by default as the user does."""
    command = ["git", "-C", str(path), *IDENTITY, *arguments]
    environment = {**(environment or os.environ), "GIT_TERMINAL_PROMPT": "0", "GIT_SSH_COMMAND": "false"}
    return subprocess.run(command, capture_output=True, text=True, timeout=30, env=environment, check=False)


def said(path: Path, *arguments: str) -> str:
    """What git prints as it succeeds."""
    done = git(path, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone with a commit, in a folder whose name means something in patterns, and its remote beside it."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "global"))
    for name in ("origin.git", "other.git"):
        said(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", name)
    path = tmp_path / "a [b] *c\\d"
    said(tmp_path, "clone", "--quiet", str(tmp_path / "origin.git"), str(path))
    said(path, "commit", "--quiet", "--allow-empty", "--message", "First")
    said(path, "push", "--quiet", "origin", "HEAD:main")
    return path


def environment(tmp_path: Path, directory: Path) -> dict[str, str]:
    """The environment of an agent in the directory."""
    folder = tmp_path / "run"
    folder.mkdir(exist_ok=True)
    plain = launching.agent_environment(os.environ, {}, "r1")
    return launching.without_push(folder, str(directory), plain)


def heads(path: Path) -> str:
    """Every ref of a repository."""
    return said(path, "for-each-ref", "--format=%(refname) %(objectname)")


SETTINGS = {
    "plain": (),
    "a push URL": (("remote.origin.pushUrl", "{other}"),),
    "two push URLs": (("remote.origin.pushUrl", "{other}"), ("remote.origin.pushUrl", "{origin}/../other.git")),
    "a rewritten push": (("url.{other}.pushInsteadOf", "{origin}"),),
    "a push URL that is rewritten": (("remote.origin.pushUrl", "x:.git"), ("url.{prefix}.insteadOf", "x:")),
    "ssh": (("remote.origin.pushUrl", "git@github.com:acme/rocket.git"),),
    "a default of its own": (("remote.pushDefault", "{other}"),),
    "signing": (("push.gpgSign", "false"),),
}


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_no_remote_takes_a_push(tmp_path: Path, clone: Path, settings: tuple[tuple[str, str], ...]) -> None:
    places = {"origin": tmp_path / "origin.git", "other": tmp_path / "other.git"}
    values = {**places, "prefix": tmp_path / "other"}
    for key, value in settings:
        said(clone, "config", "--add", key.format_map(values), value.format_map(values))
    worktree = tmp_path / "worktree"
    said(clone, "worktree", "add", "--quiet", "-b", "work", str(worktree))
    config = (clone / ".git/config").read_bytes()
    before = [heads(place) for place in places.values()]
    added = environment(tmp_path, worktree)
    for directory in (clone, worktree, worktree / ".." / "worktree"):
        pushed = git(directory, "push", "origin", "HEAD:refs/heads/agent", environment=added)
        assert pushed.returncode != 0 and REASON in pushed.stderr, pushed
        assert git(directory, "push", environment=added).returncode != 0
        assert git(directory, "fetch", "origin", environment=added).returncode == 0
    assert [heads(place) for place in places.values()] == before
    assert (clone / ".git/config").read_bytes() == config
    if settings != SETTINGS["ssh"]:
        assert said(clone, "push", "--porcelain", "origin", "HEAD:refs/heads/agent")


def test_other_ways_to_the_remote_are_closed_too(tmp_path: Path, clone: Path) -> None:
    """A push URL that is the fetch URL too or rewritten whole, a remote that the agent adds, and a plain URL."""
    origin = tmp_path / "origin.git"
    said(clone, "config", "remote.origin.pushUrl", str(origin))
    said(clone, "config", "--add", "remote.origin.pushUrl", "x:")
    said(clone, "config", f"url.{tmp_path / 'other.git'}.insteadOf", "x:")
    added = environment(tmp_path, clone)
    said(clone, "remote", "add", "another", str(tmp_path / "other.git"))
    before = heads(origin), heads(tmp_path / "other.git")
    for where in ("origin", "another", str(origin), f"file://{origin}"):
        assert git(clone, "push", where, "HEAD:refs/heads/agent", environment=added).returncode != 0
    assert git(clone, "fetch", "--all", environment=added).returncode == 0
    assert (heads(origin), heads(tmp_path / "other.git")) == before


def test_every_remote_is_told(tmp_path: Path, clone: Path) -> None:
    for name in ("fork", 'odd"na.me'):
        said(clone, "config", f"remote.{name}.url", f"ssh://git@example.com/{name}.git")
    added = environment(tmp_path, clone)
    for name in ("origin", "fork", 'odd"na.me'):
        assert REASON in git(clone, "push", name, "HEAD:refs/heads/agent", environment=added).stderr


def test_repositories_of_the_agents_own_are_left_alone(tmp_path: Path, clone: Path) -> None:
    """The tests of a project may push between repositories that they make."""
    added = environment(tmp_path, clone)
    bare, own = clone / "scratch.git", clone / "scratch"
    assert git(clone, "init", "--quiet", "--bare", str(bare), environment=added).returncode == 0
    assert git(clone, "clone", "--quiet", str(bare), str(own), environment=added).returncode == 0
    assert git(own, "commit", "--quiet", "--allow-empty", "--message", "x", environment=added).returncode == 0
    assert git(own, "push", "--quiet", "origin", "HEAD:main", environment=added).returncode == 0


def test_without_a_repository_nothing_is_added(tmp_path: Path) -> None:
    plain = launching.agent_environment(os.environ, {}, "r1")
    assert launching.without_push(tmp_path, str(tmp_path), plain) == plain
