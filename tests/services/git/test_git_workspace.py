"""The agent's worktree: made, used again, and never at the price of anybody's work."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Awaitable
from dataclasses import replace
from pathlib import Path

import pytest
from services.git.yard import WORK, Yard, commit, executable, git, service

from soda_tui.domain.failure import Failure
from soda_tui.domain.model import ErrorCode

pytestmark = pytest.mark.anyio

NEXT = "agent001/13-next"


async def refusal(doing: Awaitable[None]) -> str:
    """The sentence of a refusal."""
    with pytest.raises(Failure) as caught:
        await doing
    assert caught.value.problem.code is ErrorCode.REFUSED
    return caught.value.problem.message


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
    assert ".env" in await refusal(service().prepare(place, NEXT, tracked))
    assert ".env" in await refusal(service().prepare(place, WORK, tracked))
    assert Path(place.worktree, ".env").read_text() == "secret"


async def test_uncommitted_work_is_not_touched(yard: Yard) -> None:
    place = yard.clone()
    await service().prepare(place, WORK, yard.first)
    for name in ("a", "b", "c", "d"):
        Path(place.worktree, name).write_text("work")
    sentence = await refusal(service().prepare(place, NEXT, yard.first))
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
    assert "README" in await refusal(service().prepare(place, WORK, ahead))
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
    sentence = await refusal(service().prepare(place, WORK, ahead))
    assert own in sentence
    assert ahead in sentence
    assert standing(place.worktree) == (WORK, own)


async def test_a_branch_that_another_directory_stands_on(yard: Yard) -> None:
    place = yard.clone()
    git(place.path, "switch", "-q", "-c", WORK)
    assert place.path in await refusal(service().prepare(place, WORK, yard.first))
    git(place.path, "switch", "-q", "main")
    git(place.path, "worktree", "add", "-q", str(yard.root / "elsewhere"), WORK)
    assert "elsewhere" in await refusal(service().prepare(place, WORK, yard.first))
    assert not Path(place.worktree).exists()


async def test_a_folder_of_something_else_is_left_alone(yard: Yard) -> None:
    place = yard.clone()
    Path(place.worktree).mkdir(parents=True)
    Path(place.worktree, "precious").write_text("")
    assert "left alone" in await refusal(service().prepare(place, WORK, yard.first))
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
    assert lost[:12] in await refusal(service().prepare(place, WORK, yard.first))


async def test_in_the_middle_of_a_merge(yard: Yard) -> None:
    place = yard.clone()
    await service().prepare(place, WORK, yard.first)
    commit(place.worktree, "README", "one")
    git(place.worktree, "switch", "-q", "-c", "side", yard.first)
    commit(place.worktree, "README", "two")
    git(place.worktree, "merge", WORK, check=False)
    assert "a merge" in await refusal(service().prepare(place, NEXT, yard.first))


async def test_a_tag_with_the_branchs_name_is_not_the_branch(yard: Yard) -> None:
    place = yard.clone()
    ahead = commit(place.path, "ahead")
    git(place.path, "tag", WORK, ahead)
    await service().prepare(place, WORK, yard.first)
    assert standing(place.worktree) == (WORK, yard.first)
    assert git(place.worktree, "status", "--porcelain") == ""


async def test_the_users_own_checkout(yard: Yard) -> None:
    place = yard.clone()
    place = replace(place, worktree=place.path)
    await service().prepare(place, WORK, yard.first)
    assert standing(place.path) == (WORK, yard.first)
    Path(place.path, "README").write_text("mine")
    assert "README" in await refusal(service().prepare(place, NEXT, yard.first))


async def test_starts_and_names_that_cannot_be(yard: Yard) -> None:
    place = yard.clone()
    assert "--orphan" in await refusal(service().prepare(place, "--orphan", yard.first))
    with pytest.raises(Failure) as caught:
        await service().prepare(place, WORK, "f" * 40)
    assert caught.value.problem.code is ErrorCode.GIT
    Path(place.worktree).parent.write_text("a file where a folder should be")
    assert "untouched" in await refusal(service().prepare(place, WORK, yard.first))
