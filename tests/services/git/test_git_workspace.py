"""The agent's worktree: made, used again, and never at the price of anybody's work."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest
from msgspec import structs
from services.git.yard import WORK, Yard, commit, executable, git, refusal, service

from soda_tui.domain.failure import ErrorCode, Failure

pytestmark = pytest.mark.anyio

NEXT = "agent001/13-next"


def standing(directory: str) -> tuple[str, str]:
    """Branch and commit of a directory."""
    return git(directory, "branch", "--show-current"), git(directory, "rev-parse", "HEAD")


async def test_it_is_made_for_this_user_alone_and_prepared_again_without_harm(yard: Yard) -> None:
    place = yard.clone()
    executable(Path(place.path, ".git", "hooks", "post-checkout"), f"touch {yard.root}/ran")
    for _ in range(2):
        await service().prepare(place, WORK, yard.first)
        assert standing(place.worktree) == (WORK, yard.first)
        assert git(place.worktree, "status", "--porcelain") == ""
    folder = Path(place.worktree)
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder, folder.parent)} == {0o700}
    assert git(place.path, "config", "--get-regexp", r"^branch\.agent", check=False) == ""
    assert standing(place.path) == ("main", yard.first)
    assert not (yard.root / "ran").exists()


async def test_it_is_used_again_and_keeps_what_git_ignores(yard: Yard) -> None:
    place = yard.clone()
    await service().prepare(place, WORK, yard.first)
    Path(place.path, ".git", "info", "exclude").write_text("cache\n")
    Path(place.worktree, "cache").write_text("warm")
    done = commit(place.worktree, "fix.py")
    await service().prepare(place, NEXT, yard.first)
    assert standing(place.worktree) == (NEXT, yard.first)
    assert Path(place.worktree, "cache").read_text() == "warm"
    await service().prepare(place, WORK, yard.first)
    assert standing(place.worktree) == (WORK, done)


async def test_an_ignored_file_is_not_overwritten(yard: Yard) -> None:
    place = yard.clone()
    await service().prepare(place, WORK, yard.first)
    tracked = yard.grow("with-env", ".env")
    await service().fetch(place, ["with-env"])
    Path(place.path, ".git", "info", "exclude").write_text(".env\n")
    Path(place.worktree, ".env").write_text("secret")
    assert ".env" in await refusal(place, NEXT, tracked)
    assert ".env" in await refusal(place, WORK, tracked)
    assert Path(place.worktree, ".env").read_text() == "secret"


async def test_uncommitted_work_is_not_touched(yard: Yard) -> None:
    place = yard.clone()
    await service().prepare(place, WORK, yard.first)
    for name in ("a", "b", "c", "d"):
        Path(place.worktree, name).write_text("work")
    sentence = await refusal(place, NEXT, yard.first)
    assert "a, b, c and 1 more" in sentence
    assert git(place.path, "branch", "--list", NEXT) == ""
    await service().prepare(place, WORK, yard.first)
    assert standing(place.worktree) == (WORK, yard.first)


async def test_a_branch_goes_forward_where_that_is_safe(yard: Yard) -> None:
    place = yard.clone()
    await service().prepare(place, WORK, yard.first)
    ahead = yard.grow()
    await service().fetch(place, ["main"])
    Path(place.worktree, "README").write_text("work")
    assert "README" in await refusal(place, WORK, ahead)
    git(place.worktree, "checkout", "-q", "README")
    await service().prepare(place, WORK, ahead)
    assert standing(place.worktree) == (WORK, ahead)
    git(place.path, "branch", NEXT, yard.first)
    await service().prepare(place, NEXT, ahead)
    assert standing(place.worktree) == (NEXT, ahead)


async def test_a_branch_with_commits_of_its_own_keeps_them(yard: Yard) -> None:
    place = yard.clone()
    git(place.path, "switch", "-q", "-c", WORK)
    own = commit(place.path, "own")
    git(place.path, "switch", "-q", "main")
    ahead = yard.grow()
    await service().fetch(place, ["main"])
    await service().prepare(place, WORK, yard.first)
    assert standing(place.worktree) == (WORK, own)
    sentence = await refusal(place, WORK, ahead)
    assert own in sentence
    assert ahead in sentence
    assert standing(place.worktree) == (WORK, own)


async def test_a_branch_that_another_directory_stands_on(yard: Yard) -> None:
    place = yard.clone()
    git(place.path, "switch", "-q", "-c", WORK)
    assert place.path in await refusal(place, WORK, yard.first)
    git(place.path, "switch", "-q", "main")
    git(place.path, "worktree", "add", "-q", str(yard.root / "elsewhere"), WORK)
    assert "elsewhere" in await refusal(place, WORK, yard.first)
    assert not Path(place.worktree).exists()


async def test_a_folder_of_something_else_is_left_alone(yard: Yard) -> None:
    place = yard.clone()
    Path(place.worktree).mkdir(parents=True)
    Path(place.worktree, "precious").write_text("")
    assert "left alone" in await refusal(place, WORK, yard.first)
    Path(place.worktree, "precious").unlink()
    await service().prepare(place, WORK, yard.first)
    assert standing(place.worktree) == (WORK, yard.first)


async def test_a_worktree_that_somebody_removed_is_made_again(yard: Yard) -> None:
    place = yard.clone()
    await service().prepare(place, WORK, yard.first)
    done = commit(place.worktree, "fix.py")
    shutil.rmtree(place.worktree)
    await service().prepare(place, WORK, yard.first)
    assert standing(place.worktree) == (WORK, done)


async def test_a_worktree_without_a_branch(yard: Yard) -> None:
    place = yard.clone()
    await service().prepare(place, WORK, yard.first)
    git(place.worktree, "switch", "-q", "--detach")
    await service().prepare(place, WORK, yard.first)
    assert standing(place.worktree) == (WORK, yard.first)
    git(place.worktree, "switch", "-q", "--detach")
    lost = commit(place.worktree, "unnamed")
    assert lost[:12] in await refusal(place, WORK, yard.first)


async def test_in_the_middle_of_a_merge(yard: Yard) -> None:
    place = yard.clone()
    await service().prepare(place, WORK, yard.first)
    commit(place.worktree, "README", "one")
    git(place.worktree, "switch", "-q", "-c", "side", yard.first)
    commit(place.worktree, "README", "two")
    git(place.worktree, "merge", WORK, check=False)
    assert "a merge" in await refusal(place, NEXT, yard.first)


async def test_a_tag_with_the_branchs_name_is_not_the_branch(yard: Yard) -> None:
    place = yard.clone()
    ahead = commit(place.path, "ahead")
    git(place.path, "tag", WORK, ahead)
    await service().prepare(place, WORK, yard.first)
    assert standing(place.worktree) == (WORK, yard.first)
    assert git(place.worktree, "status", "--porcelain") == ""


async def test_the_users_own_checkout(yard: Yard) -> None:
    place = yard.clone()
    place = structs.replace(place, worktree=place.path)
    await service().prepare(place, WORK, yard.first)
    assert standing(place.path) == (WORK, yard.first)
    Path(place.path, "README").write_text("mine")
    assert "README" in await refusal(place, NEXT, yard.first)


async def test_starts_and_names_that_cannot_be(yard: Yard) -> None:
    place = yard.clone()
    assert "--orphan" in await refusal(place, "--orphan", yard.first)
    with pytest.raises(Failure) as caught:
        await service().prepare(place, WORK, "f" * 40)
    assert caught.value.problem.code is ErrorCode.GIT
    Path(place.worktree).parent.write_text("a file where a folder should be")
    assert "untouched" in await refusal(place, WORK, yard.first)


async def test_asking_changes_nothing(yard: Yard) -> None:
    place = yard.clone()
    for _ in range(2):
        before = {path: path.stat().st_mtime_ns for path in yard.root.rglob("*")}
        await service().can_prepare(place, NEXT, yard.first)
        assert {path: path.stat().st_mtime_ns for path in yard.root.rglob("*")} == before
        await service().prepare(place, WORK, yard.first)


async def test_all_that_git_ignores_and_the_branch_brings(yard: Yard) -> None:
    place = yard.clone()
    other = yard.root / "other"
    git(yard.root, "clone", "-q", str(yard.remote), str(other))
    git(other, "rm", "-q", "README")
    for name in ("README/file", "made/deep/file", "file.made/below", "folder"):
        tracked = commit(other, name)
    git(other, "push", "-q", "origin", "HEAD:main")
    await service().fetch(place, ["main"])
    await service().prepare(place, WORK, yard.first)
    Path(place.path, ".git", "info", "exclude").write_text("made\n*.made\nfolder\n")
    root = Path(place.worktree)
    root.joinpath("made", "deep").mkdir(parents=True)
    root.joinpath("folder", "empty").mkdir(parents=True)
    await service().can_prepare(place, NEXT, tracked)
    for name in ("folder/file", "made/deep/file", "file.made"):
        root.joinpath(name).write_text("mine")
        assert name.removesuffix("/file") in await refusal(place, NEXT, tracked)
        root.joinpath(name).unlink()
    await service().prepare(place, NEXT, tracked)
    assert standing(place.worktree) == (NEXT, tracked)


async def test_names_that_cannot_be_beside_each_other(yard: Yard) -> None:
    place = yard.clone()
    git(place.path, "branch", "agent001")
    assert "a branch agent001," in await refusal(place, WORK, yard.first)
    git(place.path, "branch", "-m", "agent001", f"{WORK}/more")
    assert f"a branch {WORK}/more," in await refusal(place, WORK, yard.first)
    git(place.path, "branch", "-m", f"{WORK}/more", f"{WORK}-more")
    await service().prepare(place, WORK, yard.first)


async def test_a_branch_that_another_directory_is_rebasing_or_bisecting(yard: Yard) -> None:
    place = yard.clone()
    elsewhere = str(yard.root / "elsewhere")
    git(place.path, "worktree", "add", "-q", "-b", WORK, elsewhere)
    commit(elsewhere, "README", "one")
    git(elsewhere, "switch", "-q", "-c", "side", yard.first)
    two = commit(elsewhere, "README", "two")
    git(elsewhere, "switch", "-q", WORK)
    git(elsewhere, "rebase", two, check=False)
    assert elsewhere in await refusal(place, WORK, yard.first)
    git(elsewhere, "rebase", "--abort")
    git(elsewhere, "bisect", "start", WORK, f"{yard.first}~1")
    git(elsewhere, "switch", "-q", "--detach")
    assert elsewhere in await refusal(place, WORK, yard.first)
    assert not Path(place.worktree).exists()


async def test_in_the_middle_of_a_rebase_of_the_branch(yard: Yard) -> None:
    place = yard.clone()
    await service().prepare(place, WORK, yard.first)
    commit(place.worktree, "README", "one")
    two = commit(place.path, "README", "two")
    git(place.worktree, "rebase", two, check=False)
    assert "a rebase" in await refusal(place, WORK, yard.first)


async def test_a_worktree_that_git_keeps_or_another_git_uses(yard: Yard) -> None:
    place = yard.clone()
    await service().prepare(place, WORK, yard.first)
    lock = Path(git(place.worktree, "rev-parse", "--absolute-git-dir"), "index.lock")
    lock.touch()
    assert str(lock) in await refusal(place, NEXT, yard.first)
    lock.unlink()
    git(place.path, "worktree", "lock", place.worktree)
    shutil.rmtree(place.worktree)
    assert "worktree unlock" in await refusal(place, WORK, yard.first)
