"""Local changes, in real clones and worktrees."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path

import pytest
import watchfiles

from soda_tui.services.watch import FileWatch

pytestmark = pytest.mark.anyio
MARK = "mark"


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True)


def make(folder: Path) -> Path:
    folder.mkdir()
    git(folder, "init")
    git(folder, "commit", "--allow-empty", "-m", "first")
    return folder


class Seen:
    """What a watch tells, in steps: a change in a clone of our own after each marks where the step ends."""

    def __init__(self, marker: Path) -> None:
        self._marker = marker
        self._keys: set[str] = set()
        self._told = asyncio.Event()
        self._marks = 0

    def tell(self, keys: set[str]) -> None:
        self._keys |= keys
        self._told.set()

    async def after(self, act: Callable[[], object], key: str | None = None) -> set[str]:
        """The keys told between an act and the mark behind it, and of `key` where that must be among them."""
        await asyncio.to_thread(act)
        async with asyncio.timeout(20):
            while not {MARK, key or MARK} <= self._keys:
                self._told.clear()
                self._marks += 1
                await asyncio.to_thread(git, self._marker, "update-ref", f"refs/heads/m{self._marks}", "HEAD")
                # A mark made before the watch's first look is part of what that finds, and never told.
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._told.wait(), 1)
        keys, self._keys = self._keys - {MARK}, set()
        return keys


@asynccontextmanager
async def watching(tmp_path: Path, folders: Mapping[str, Sequence[str]]) -> AsyncIterator[Seen]:
    """A watch that is awake."""
    marker = await asyncio.to_thread(make, tmp_path / "marker")
    seen = Seen(marker)

    async def follow() -> None:
        async for keys in FileWatch(look_again=0.2).changes({**folders, MARK: [str(marker)]}):
            seen.tell(keys)

    task = asyncio.create_task(follow())
    try:
        await seen.after(lambda: None)
        yield seen
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def nothing() -> None:
    """No act."""


async def test_what_git_changes_is_told_with_its_repository(tmp_path: Path) -> None:
    clone, other, worktree = make(tmp_path / "clone"), tmp_path / "other", tmp_path / "worktree"
    git(tmp_path, "clone", str(clone), str(other))
    git(clone, "worktree", "add", str(worktree))
    folders = {"one": (str(clone), str(worktree)), "two": (str(other), str(tmp_path / "none"))}
    async with watching(tmp_path, folders) as seen:
        (worktree / "file").write_text("x")
        for place, words, key in (
            (clone, ("switch", "-c", "topic"), "one"),
            (worktree, ("switch", "-c", "agent001/12-fix"), "one"),
            (worktree, ("add", "file"), "one"),
            (worktree, ("commit", "-m", "work"), "one"),
            (other, ("fetch",), "two"),
            (other, ("pack-refs", "--all"), "two"),
            (clone, ("switch", "-"), "one"),
        ):
            await seen.after(nothing)
            assert await seen.after(partial(git, place, *words), key) == {key}, words


async def test_a_worktree_and_a_clone_that_come_later_are_found(tmp_path: Path) -> None:
    clone, late, worktree = make(tmp_path / "clone"), tmp_path / "late", tmp_path / "worktree"
    async with watching(tmp_path, {"late": (str(late), str(worktree))}) as seen:
        assert await seen.after(lambda: git(tmp_path, "clone", str(clone), str(late)), "late") == {"late"}
        await seen.after(lambda: git(late, "worktree", "add", str(worktree)), "late")
        await seen.after(nothing)
        assert await seen.after(lambda: git(worktree, "switch", "--detach"), "late") == {"late"}


async def test_files_objects_and_private_refs_are_no_news(tmp_path: Path) -> None:
    clone = make(tmp_path / "clone")
    async with watching(tmp_path, {"one": (str(clone),)}) as seen:

        def act() -> None:
            (clone / "file").write_text("x")
            (clone / ".git" / "objects" / "ab").mkdir(exist_ok=True)
            (clone / ".git" / "index.lock").write_text("")
            (clone / ".git" / "COMMIT_EDITMSG").write_text("x")
            git(clone, "update-ref", "refs/soda/private", "HEAD")
            git(clone, "--no-optional-locks", "status")

        assert await seen.after(act) == set()


async def test_without_notices_from_the_system_it_looks_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> object:
        raise OSError("too many watches")

    monkeypatch.setattr(watchfiles.main, "RustNotify", refuse)
    clone = make(tmp_path / "clone")
    async with watching(tmp_path, {"one": (str(clone),)}) as seen:
        assert await seen.after(lambda: git(clone, "switch", "-c", "topic"), "one") == {"one"}


@asynccontextmanager
async def told_edits(watch: FileWatch, folders: Mapping[str, Sequence[str]]) -> AsyncIterator[asyncio.Queue[set[str]]]:
    """What a watch of edits tells."""
    queue: asyncio.Queue[set[str]] = asyncio.Queue()

    async def follow() -> None:
        async for keys in watch.edits(folders):
            queue.put_nowait(keys)

    task = asyncio.create_task(follow())
    try:
        yield queue
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def edited(queue: asyncio.Queue[set[str]], file: Path) -> set[str]:
    """The keys that are told of a file that is written until somebody notices, for the watch may not be awake yet."""
    async with asyncio.timeout(20):
        while queue.empty():
            await asyncio.to_thread(file.write_text, "x")
            await asyncio.sleep(0)
    return queue.get_nowait()


async def test_edits_are_told_with_their_repository_and_nothing_below_the_folders(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one / "src" / "deep", two):
        folder.mkdir(parents=True)
    folders = {"one": (str(one), str(one / "src")), "two": (str(two),)}
    async with told_edits(FileWatch(), folders) as queue:
        assert await edited(queue, one / "src" / "file") == {"one"}
        (one / "src" / "deep" / "file").write_text("not watched")
        while await edited(queue, two / "file") != {"two"}:
            pass


async def test_too_many_folders_are_told_in_turn(tmp_path: Path) -> None:
    folders = {key: [str(tmp_path / key)] for key in ("one", "two")} | {"many": [str(tmp_path)] * 3}
    for key in folders:
        (tmp_path / key).mkdir()
    async with told_edits(FileWatch(in_turn=0.05, most=2), folders) as queue:
        async with asyncio.timeout(20):
            while "many" not in await queue.get():
                pass
        while "one" not in await edited(queue, tmp_path / "one" / "file"):
            pass


async def test_edits_where_the_system_does_not_tell_are_looked_for_in_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> object:
        raise OSError("too many watches")

    monkeypatch.setattr(watchfiles.main, "RustNotify", refuse)
    folders = {key: [str(tmp_path)] for key in ("one", "two")}
    async with told_edits(FileWatch(in_turn=0.01), folders) as queue, asyncio.timeout(20):
        assert [await queue.get() for _ in range(3)] == [{"one"}, {"two"}, {"one"}]
