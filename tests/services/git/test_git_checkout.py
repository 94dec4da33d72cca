"""Filling a worktree that is killed on the way: it heals, and never at the price of anybody's file."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from services.git.yard import WORK, Yard, commit, executable, git, refusal, service

from soda_tui.cockpit.ports.place import Place
from soda_tui.domain.failure import Failure

pytestmark = pytest.mark.anyio

NEXT = "agent001/13-next"
KILL = "kill -9 0"


class Trap:
    """A filter that does something the first time that git checks out a file ending in `.slow`."""

    def __init__(self, root: Path, doing: str = KILL) -> None:
        self.armed = root / "armed"
        executable(root / "smudge", f'if [ -e "{self.armed}" ]; then rm "{self.armed}"; {doing}; fi; cat')
        for key, value in (("smudge", root / "smudge"), ("clean", "cat"), ("required", "true")):
            git(root, "config", "--global", f"filter.trap.{key}", str(value))

    def set(self) -> None:
        """The next checkout is caught."""
        self.armed.touch()


def grown(yard: Yard) -> tuple[str, str]:
    """Two commits of which each has files that the other has not, or has in another way; the trap is in the middle."""
    other = yard.root / "grower"
    git(yard.root, "clone", "-q", str(yard.remote), str(other))
    Path(other, ".gitattributes").write_text("*.slow filter=trap\n")
    Path(other, ".gitignore").write_text("*.made\n")
    git(other, "add", ".")
    for name in ("a", "gone/a", "m.slow", "z"):
        commit(other, name, f"{name} " * 100)
    one = git(other, "rev-parse", "HEAD")
    git(other, "rm", "-q", "-r", "gone")
    for name in ("a", "gone", "kept.made", "m.slow", "new/a", "z"):
        path = Path(other, name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"new {name} " * 100)
        git(other, "add", "-f", name)
    two = commit(other, "zz")
    git(other, "push", "-q", "origin", "HEAD:main")
    return one, two


async def killed(place: Place, trap: Trap, branch: str, start: str) -> None:
    """A preparation that is killed in the middle, by a real SIGKILL of git and all that belongs to it."""
    trap.set()
    with pytest.raises(Failure):
        await service().prepare(place, branch, start)
    assert not trap.armed.exists()
    assert git(place.worktree, "status", "--porcelain")
    assert Path(git(place.worktree, "rev-parse", "--absolute-git-dir"), "index.lock").exists()


async def problem(place: Place, branch: str, start: str) -> str:
    """The sentence that stands against it, if any."""
    try:
        await service().can_prepare(place, branch, start)
    except Failure as failure:
        return failure.problem.message
    return ""


async def ready(place: Place, branch: str, start: str) -> None:
    """See that nothing stands against it, that asking changes nothing, and that it can be done."""
    before = content(place)
    await service().can_prepare(place, branch, start)
    assert content(place) == before
    await service().prepare(place, branch, start)
    assert git(place.worktree, "branch", "--show-current") == branch
    assert git(place.worktree, "rev-parse", "HEAD") == start
    assert git(place.worktree, "status", "--porcelain") == ""
    assert git(place.worktree, "diff", "--stat", start) == ""
    left = Path(git(place.worktree, "rev-parse", "--absolute-git-dir")).glob("soda-tui*")
    assert [path.name for path in left] == []


def content(place: Place) -> dict[str, tuple[int, bytes]]:
    """All files of a worktree, where it exists, and of its git directory, whole."""
    if not Path(place.worktree).exists():
        return {}
    folders = (place.worktree, git(place.worktree, "rev-parse", "--absolute-git-dir"))
    paths = (path for folder in folders for path in Path(folder).rglob("*"))
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"") for path in paths}


@pytest.fixture
async def first(yard: Yard) -> tuple[Place, Trap, str, str]:
    """A first checkout that was killed; its commit, and a later one."""
    trap = Trap(yard.root)
    one, two = grown(yard)
    place = yard.clone()
    git(place.path, "fetch", "-q")
    await killed(place, trap, WORK, one)
    assert not Path(place.worktree, "z").exists()
    return place, trap, one, two


async def test_a_first_checkout_heals(first: tuple[Place, Trap, str, str]) -> None:
    place, _, one, _ = first
    await ready(place, WORK, one)


async def test_an_index_of_a_surrounding_git_is_not_used(
    first: tuple[Place, Trap, str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place, _, one, _ = first
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    await service().prepare(place, WORK, one)
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert not (tmp_path / "index").exists()
    await ready(place, WORK, one)


async def test_a_first_checkout_heals_for_another_branch(first: tuple[Place, Trap, str, str]) -> None:
    place, _, _, two = first
    await ready(place, NEXT, two)


async def test_what_was_written_in_part_is_written_again(first: tuple[Place, Trap, str, str]) -> None:
    place, _, one, _ = first
    os.truncate(Path(place.worktree, "a"), 50)
    Path(place.worktree, "z").touch()
    Path(place.worktree, "cache.made").write_text("warm")
    await ready(place, WORK, one)
    assert Path(place.worktree, "cache.made").read_text() == "warm"


async def test_healing_that_is_killed_heals(first: tuple[Place, Trap, str, str]) -> None:
    place, trap, one, _ = first
    trap.set()
    with pytest.raises(Failure):
        await service().prepare(place, WORK, one)
    assert not trap.armed.exists()
    await ready(place, WORK, one)


def _changed(place: Place) -> str:
    Path(place.worktree, "a").write_text("mine")
    return "a"


def _grown(place: Place) -> str:
    with Path(place.worktree, "a").open("a") as file:
        file.write("mine")
    return "a"


def _added(place: Place) -> str:
    Path(place.worktree, "mine.py").write_text("mine")
    return "mine.py"


def _linked(place: Place) -> str:
    Path(place.worktree, "z").symlink_to("a")
    return "z"


def _ignored_in_the_way(place: Place) -> str:
    Path(place.worktree, "z").mkdir()
    Path(place.worktree, "z", "mine.made").write_text("mine")
    return "z"


@pytest.mark.parametrize("work", [_changed, _grown, _added, _linked, _ignored_in_the_way])
async def test_a_persons_file_is_left_alone(first: tuple[Place, Trap, str, str], work: Callable[[Place], str]) -> None:
    place, _, one, two = first
    name = work(place)
    before = content(place)
    for branch, start in ((WORK, one), (NEXT, two)):
        sentence = await refusal(place, branch, start)
        assert f"({name})" in sentence
    assert content(place) == before
    if work is _ignored_in_the_way:
        return
    command = re.search(r"run: (.*)$", sentence)
    assert command
    subprocess.run(command[1], shell=True, check=True, capture_output=True)
    if work is not _linked:
        shown = git(place.worktree, "log", "--all", "-p", "-m", "--format=", "--reflog", "--", name)
        assert "mine" in shown
    await ready(place, WORK, one)


async def test_a_persons_commit_ends_it(first: tuple[Place, Trap, str, str]) -> None:
    place, _, one, two = first
    Path(git(place.worktree, "rev-parse", "--absolute-git-dir"), "index.lock").unlink()
    git(place.worktree, "reset", "-q", "--hard")
    git(place.worktree, "switch", "-q", WORK)
    commit(place.worktree, "mine.py")
    Path(place.worktree, "more.py").write_text("mine")
    await service().can_prepare(place, WORK, one)
    await service().prepare(place, WORK, one)
    assert Path(place.worktree, "more.py").read_text() == "mine"
    assert "more.py" in await refusal(place, NEXT, two)


@pytest.mark.parametrize("forward", [False, True])
async def test_a_switch_heals_both_ways(yard: Yard, *, forward: bool) -> None:
    trap = Trap(yard.root)
    one, two = grown(yard)
    place = yard.clone()
    git(place.path, "fetch", "-q")
    await ready(place, WORK, one)
    branch = WORK if forward else NEXT
    await killed(place, trap, branch, two)
    assert Path(place.worktree, "gone").is_file()
    os.truncate(Path(place.worktree, "a"), 50)
    await ready(place, branch, two)
    if forward:
        return
    await killed(place, trap, WORK, one)
    await ready(place, NEXT, two)


async def test_a_lock_that_is_another_gits_stays(yard: Yard) -> None:
    trap = Trap(yard.root)
    one, two = grown(yard)
    place = yard.clone()
    git(place.path, "fetch", "-q")
    await ready(place, WORK, one)
    await killed(place, trap, NEXT, two)
    found = Path(git(place.worktree, "rev-parse", "--absolute-git-dir"))
    lock, began = found / "index.lock", (found / "soda-tui-checkout").stat().st_mtime_ns
    os.utime(lock, ns=(began - 1, began - 1))
    assert "Another git" in await refusal(place, NEXT, two)
    os.utime(lock, ns=(began + 1, began + 1))
    await ready(place, NEXT, two)


async def test_a_switch_with_a_persons_changes(yard: Yard) -> None:
    trap = Trap(yard.root)
    one, two = grown(yard)
    place = yard.clone()
    git(place.path, "fetch", "-q")
    await ready(place, WORK, one)
    await killed(place, trap, NEXT, two)
    Path(git(place.worktree, "rev-parse", "--absolute-git-dir"), "index.lock").unlink()
    Path(place.worktree, "a").write_text("new a " * 100)
    git(place.worktree, "add", "a")
    before = content(place)
    assert "what is staged" in await refusal(place, NEXT, two)
    assert content(place) == before


async def test_made_and_not_filled(yard: Yard) -> None:
    place = yard.clone()
    git(place.path, "branch", WORK, yard.first)
    git(place.path, "worktree", "add", "-q", "--no-checkout", "--detach", place.worktree, yard.first)
    await ready(place, WORK, yard.first)


RUN = """
import asyncio, sys
from soda_tui.cockpit.ports.place import Place
from soda_tui.domain.naming import RepositoryName
from soda_tui.services.git.service import GitService
path, worktree, branch, start = sys.argv[1:]
place = Place(RepositoryName("github.com", "acme", "rocket"), path, worktree)
asyncio.run(GitService(lambda _: None, lambda _: None).prepare(place, branch, start))
"""


async def test_a_git_that_outlives_its_cockpit_is_left_to_finish(yard: Yard) -> None:
    going, may_go = yard.root / "going", yard.root / "may-go"
    for path in (going, may_go):
        os.mkfifo(path)
    trap = Trap(yard.root, f'echo >"{going}"; read line <"{may_go}"')
    one, _ = grown(yard)
    place = yard.clone()
    git(place.path, "fetch", "-q")
    trap.set()
    cockpit = subprocess.Popen([sys.executable, "-c", RUN, place.path, place.worktree, WORK, one])
    await asyncio.wait_for(asyncio.to_thread(going.read_text), 30)
    cockpit.send_signal(signal.SIGKILL)
    cockpit.wait(30)
    assert "still fills" in await refusal(place, WORK, one)
    await asyncio.wait_for(asyncio.to_thread(may_go.write_text, "\n"), 30)
    async with asyncio.timeout(30):
        while git(place.worktree, "branch", "--show-current") != WORK:
            await asyncio.sleep(0.02)
        while "still fills" in await problem(place, WORK, one):
            await asyncio.sleep(0.02)
    await ready(place, WORK, one)
