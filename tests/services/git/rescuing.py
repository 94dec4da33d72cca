"""Rescuing in a test: a worktree as it is on disk and in git, kept, emptied, and brought back."""

from __future__ import annotations

import os
import stat
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from services.git.yard import WORK, Yard, git, service

from soda_tui.cockpit.ports.place import Place
from soda_tui.domain.failure import Failure
from soda_tui.domain.stakes import Rescue
from soda_tui.services.git.service import GitService

AT = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)

BRANCH = "soda-rescue/12-20260504T120000Z"

ODD = b"two\nlines", b"-rf", b"\xff\xfe not utf-8", b" space ", b'quo"te', b"*", b":(top)x", b"fol der/\t.txt"

Shape = dict[bytes, tuple[int, bytes]]


def shape(directory: str | Path) -> Shape:
    """Every file below a directory but git's own: its kind and whether it can be executed, and its bytes."""
    found: Shape = {}
    for folder, folders, names in os.walk(directory):
        folders[:] = [name for name in folders if name != ".git"]
        for path in (Path(folder, name) for name in (*names, *folders)):
            mode = path.lstat().st_mode
            if path.name == ".git" or stat.S_ISDIR(mode):
                continue
            content = os.fsencode(path.readlink()) if stat.S_ISLNK(mode) else path.read_bytes()
            found[os.fsencode(path.relative_to(directory))] = (stat.S_IFMT(mode) | mode & stat.S_IXUSR, content)
    return found


def put(directory: str | Path, name: bytes, content: bytes = b"work\n") -> None:
    path = Path(directory, os.fsdecode(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def state(place: Place) -> tuple[Shape, str, str, bytes]:
    """What a rescue must leave alone: files, branch, what is staged, and the index itself."""
    index = Path(git(place.worktree, "rev-parse", "--absolute-git-dir"), "index")
    kept = index.read_bytes() if index.exists() else b""
    staged = git(place.worktree, "ls-files", "--stage", "-z")
    index.write_bytes(kept)
    return shape(place.worktree), Path(index.parent, "HEAD").read_text(), staged, kept


async def ready(yard: Yard) -> Place:
    place = yard.clone()
    await service().prepare(place, WORK, yard.first)
    return place


async def kept(place: Place, git_service: GitService | None = None) -> Rescue:
    """A rescue that leaves the worktree as it was."""
    before = state(place)
    rescue = await (git_service or service()).rescue(place, 12, AT)
    assert state(place) == before
    assert rescue is not None
    return rescue


async def there_and_back(place: Place) -> Rescue:
    """Keep, clear and undo: the files are the same again."""
    before = shape(place.worktree)
    rescue = await kept(place)
    await service().clear(place, rescue)
    assert git(place.worktree, "status", "--porcelain") == ""
    assert not (await service().stakes(place)).at_risk
    cleared = shape(place.worktree)
    bring(rescue.undo)
    apart = shape(rescue.folder)
    # Beside the clone are the files that git has, as git puts them on disk today, with just those of the rescue.
    assert before.items() - cleared.items() <= apart.items() and not (cleared.keys() - before.keys()) & apart.keys()
    bring(rescue.back)
    assert shape(place.worktree) == before
    return rescue


def bring(line: str) -> None:
    done = subprocess.run(line, shell=True, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


async def refused(place: Place) -> str:
    """The sentence with which a rescue is refused; nothing is touched, no branch is left."""
    before = shape(place.worktree)
    with pytest.raises(Failure) as caught:
        await service().rescue(place, 12, AT)
    assert shape(place.worktree) == before
    assert git(place.path, "branch", "--list", "soda-rescue/*") == ""
    return caught.value.problem.message
