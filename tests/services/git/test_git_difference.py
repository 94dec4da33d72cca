"""What a worktree holds beyond a commit: all of it told, nothing of it run, nothing written."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from msgspec import structs
from services.git.yard import WORK, Yard, commit, executable, git, service

from soda_tui.cockpit.ports.place import Place
from soda_tui.domain.failure import Failure
from soda_tui.domain.text import clean
from soda_tui.domain.work import FileChange

pytestmark = pytest.mark.anyio


@pytest.fixture
async def place(yard: Yard) -> Place:
    """A clone whose worktree stands on the work's branch."""
    place = yard.clone()
    await service().prepare(place, WORK, yard.first)
    return place


async def test_nothing(yard: Yard, place: Place) -> None:
    difference = await service().difference(place, yard.first)
    assert (difference.files, difference.lines, difference.cut) == ((), (), False)


async def test_all_kinds_of_change(yard: Yard, place: Place) -> None:
    root = Path(place.worktree)
    commit(root, "done.py", "one\ntwo\n")
    git(root, "mv", "src/main.py", "src/moved.py")
    root.joinpath("README").write_text("y\n")
    root.joinpath("image").write_bytes(b"\0\1\2")
    git(root, "add", "image")
    root.joinpath("ünï\x1b[31mtracked\n").write_text("not shown")
    difference = await service().difference(place, yard.first)
    assert difference.files == (
        FileChange("README", 1, 1),
        FileChange("done.py", 2, 0),
        FileChange("image", None, None),
        FileChange("src/main.py", 0, 1),
        FileChange("src/moved.py", 1, 0),
        FileChange("ünïtracked", None, None, untracked=True),
    )
    assert not difference.cut
    assert {"-x", "+y", "+two", "+print('hello')", "-print('hello')"} <= set(difference.lines)
    assert not any("not shown" in line for line in difference.lines)
    assert difference.lines[-1] == "+print('hello')"


async def test_hostile_content(yard: Yard, place: Place) -> None:
    Path(place.worktree, "README").write_bytes(
        b"\x1b]0;owned\n\x1b[2Jnext\n\xe2\x80\xaetrojan\n\x1bPnever ended\n\xff\xfe bytes\nlast\n"
    )
    lines = (await service().difference(place, yard.first)).lines
    start = lines.index("-x")
    assert lines[start + 2 :] == ("+", "+next", "+trojan", "+", "+�� bytes", "+last")
    assert not any(ord(char) < 32 and char != "\t" for line in lines for char in line)


async def test_much_is_cut_and_that_is_said(yard: Yard, place: Place) -> None:
    readme = Path(place.worktree, "README")
    readme.write_text("long " * 1000)
    difference = await service().difference(place, yard.first)
    assert max(map(len, difference.lines)) == 2001
    assert not difference.cut
    readme.write_text("line\n" * 30_000)
    difference = await service().difference(place, yard.first)
    assert (len(difference.lines), difference.cut) == (20_000, True)
    assert difference.files == (FileChange("README", 30_000, 1),)
    readme.write_text("x" * 9 * 1024 * 1024)
    assert (await service().difference(place, yard.first)).cut
    git(place.worktree, "checkout", "-q", "README")
    for number in range(501):
        Path(place.worktree, f"new{number}").touch()
    difference = await service().difference(place, yard.first)
    assert (len(difference.files), difference.cut) == (500, True)


async def test_a_screen_does_not_wait_for_it(yard: Yard, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    cleaned: list[int] = []

    def watched(text: str) -> str:
        with pytest.raises(RuntimeError):
            asyncio.get_running_loop()
        cleaned.append(len(text))
        return clean(text)

    monkeypatch.setattr("soda_tui.services.git.difference.clean", watched)
    Path(place.worktree, "README").write_text("y")
    await service().difference(place, yard.first)
    assert cleaned


async def test_programs_that_attributes_name_do_not_run(yard: Yard, place: Place) -> None:
    program = yard.root / "program"
    executable(program, f"touch {yard.root}/ran; cat")
    for key in ("diff.evil.textconv", "diff.evil.command", "diff.external", "core.pager", "interactive.diffFilter"):
        git(place.path, "config", key, str(program))
    git(place.path, "config", "color.ui", "always")
    git(place.path, "config", "diff.noprefix", "true")
    Path(place.worktree, ".gitattributes").write_text("* diff=evil\n")
    Path(place.worktree, "README").write_text("y\n")
    assert "+y" in (await service().difference(place, yard.first)).lines
    assert not (yard.root / "ran").exists()


async def test_no_lock_is_taken_and_nothing_written(yard: Yard, place: Place) -> None:
    found = Path(git(place.worktree, "rev-parse", "--absolute-git-dir"))
    # Git looks at whole seconds.
    os.utime(Path(place.worktree, "README"), (1, 1))
    (found / "index.lock").touch()
    before = {path: path.stat().st_mtime_ns for path in Path(place.path, ".git").rglob("*")}
    assert (await service().difference(place, yard.first)).files == ()
    assert {path: path.stat().st_mtime_ns for path in Path(place.path, ".git").rglob("*")} == before
    (found / "index.lock").unlink()
    index = (found / "index").read_bytes()
    await service().difference(place, yard.first)
    assert (found / "index").read_bytes() == index


async def test_where_git_cannot_say(yard: Yard, place: Place) -> None:
    for asked, base in (
        (place, "f" * 40),
        (place, "--cached"),
        (structs.replace(place, worktree=str(yard.root)), yard.first),
    ):
        with pytest.raises(Failure):
            await service().difference(asked, base)
