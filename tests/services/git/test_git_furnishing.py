"""What is brought from the clone into a worktree: ignored files only, inside both, and nothing is written over."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from stations import git

from soda_tui.cockpit.ports.place import Place
from soda_tui.domain.failure import Failure
from soda_tui.domain.naming import RepositoryName
from soda_tui.services.git.service import GitService

pytestmark = pytest.mark.anyio

BROUGHT = "soda-tui-brought"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A clone with ignored files, and a worktree of it."""
    clone, worktree = tmp_path / "clone", tmp_path / "worktree"
    clone.mkdir()
    git(clone, "init", "--quiet")
    (clone / ".gitignore").write_text(".env\n/deps\nconfig/local*\n/out\n")
    (clone / "config").mkdir()
    (clone / "config" / "own.toml").write_text("tracked\n")
    git(clone, "add", ".")
    git(clone, "commit", "--quiet", "--message", "First")
    git(clone, "worktree", "add", "--quiet", "-b", "work", str(worktree))
    (clone / ".env").write_text("SECRET=1\n")
    (clone / ".env").chmod(0o600)
    (clone / "deps").mkdir()
    (clone / "deps" / "one").write_text("dependency\n")
    (clone / "config" / "local.toml").write_text("local\n")
    return Place(RepositoryName("github.com", "a", "b"), str(clone), str(worktree))


@pytest.fixture
def service() -> GitService:
    """Git without tokens."""
    return GitService(lambda _: None, lambda _: None)


def names(folder: Path) -> list[str]:
    """What is in a folder."""
    return sorted(path.name for path in folder.iterdir())


async def furnish(service: GitService, place: Place, *copy: str, link: tuple[str, ...] = ()) -> tuple[str, ...]:
    return await service.furnish(place, copy, link)


async def refused(service: GitService, place: Place, *copy: str, link: tuple[str, ...] = ()) -> str:
    with pytest.raises(Failure) as caught:
        await service.furnish(place, copy, link)
    return str(caught.value)


async def test_files_are_copied_and_folders_linked_and_git_sees_nothing_of_it(
    service: GitService, place: Place
) -> None:
    clone, worktree = Path(place.path), Path(place.worktree)
    for _ in range(2):
        said = await furnish(service, place, ".env", "config/local.toml", "absent.env", link=("deps",))
        assert len(said) == 1 and "absent.env" in said[0]
        assert (worktree / ".env").read_text() == "SECRET=1\n" and (worktree / ".env").stat().st_mode & 0o777 == 0o600
        assert (worktree / "config" / "local.toml").read_text() == "local\n"
        assert (worktree / "deps").readlink() == clone / "deps" and (worktree / "deps" / "one").exists()
        assert git(worktree, "status", "--short", "--untracked-files=all") == ""
    (clone / ".env").write_text("SECRET=2\n")
    assert await furnish(service, place, ".env") == ()
    assert (worktree / ".env").read_text() == "SECRET=2\n"


async def test_what_others_put_there_is_left_as_it_is(service: GitService, place: Place) -> None:
    clone, worktree = Path(place.path), Path(place.worktree)
    (worktree / ".env").write_text("OWN=1\n")
    (worktree / "deps").mkdir()
    said = await furnish(service, place, ".env", "config/own.toml", link=("deps",))
    assert [name in words for name, words in zip((".env", "config/own.toml", "deps"), said, strict=True)] == [True] * 3
    assert (worktree / ".env").read_text() == "OWN=1\n" and not (worktree / "deps").is_symlink()
    (worktree / ".env").unlink()
    assert await furnish(service, place, ".env") == ()
    (worktree / ".env").write_text("changed by an agent\n")
    (clone / ".env").write_text("SECRET=3\n")
    assert len(await furnish(service, place, ".env")) == 1
    assert (worktree / ".env").read_text() == "changed by an agent\n"


async def test_a_copy_that_was_cut_off_is_finished(service: GitService, place: Place) -> None:
    worktree = Path(place.worktree)
    await furnish(service, place, ".env")
    (worktree / ".env").write_text("SEC")
    assert await furnish(service, place, ".env") == ()
    assert (worktree / ".env").read_text() == "SECRET=1\n"
    found = Path(git(worktree, "rev-parse", "--absolute-git-dir"), BROUGHT)
    for damaged in (b"{", b"[]", b'{"a": 1}', b"\xff"):
        found.write_bytes(damaged)
        (worktree / ".env").write_text("SEC")
        assert len(await furnish(service, place, ".env")) == 1


async def test_what_an_agent_could_commit_is_refused_with_the_line_that_helps(
    service: GitService, place: Place
) -> None:
    clone, worktree = Path(place.path), Path(place.worktree)
    (clone / "notes.txt").write_text("mine\n")
    message = await refused(service, place, ".env", "notes.txt")
    assert "/notes.txt" in message and "info/exclude" in message
    assert not (worktree / "notes.txt").exists() and not (worktree / ".env").exists()
    (clone / ".gitignore").write_text("modules/\n")
    (worktree / ".gitignore").write_text("modules/\n")
    (clone / "modules").mkdir()
    assert "without a slash" in await refused(service, place, link=("modules",))
    (clone / ".git" / "info" / "exclude").write_text("/modules\n")
    assert await furnish(service, place, link=("modules",)) == ()


async def test_nothing_leads_out_of_clone_or_worktree(service: GitService, place: Place, tmp_path: Path) -> None:
    clone, worktree = Path(place.path), Path(place.worktree)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "id").write_text("secret\n")
    (clone / "local-link").symlink_to(outside / "id")
    (clone / "loop").symlink_to("loop")
    (clone / "inner").symlink_to(".git")
    for name in ("local-link", "loop", "inner/config", "../outside/id", str(outside / "id"), ".git/config"):
        assert "leads out" in await refused(service, place, name)
        assert "leads out" in await refused(service, place, link=(name,))
    (clone / "out").mkdir()
    (clone / "out" / "local").write_text("x\n")
    (worktree / "out").symlink_to(outside)
    assert "leads out" in await refused(service, place, "out/local")
    assert names(outside) == ["id"]
    assert "no file" in await refused(service, place, "deps")
    os.truncate(clone / ".env", (16 << 20) + 1)
    assert "16 MiB" in await refused(service, place, ".env")
    os.mkfifo(clone / "config" / "local.pipe")
    assert "no file" in await refused(service, place, "config/local.pipe")
    assert names(worktree) == [".git", ".gitignore", "config", "out"]
