"""Nothing that a person or an agent has not committed gets lost: it is kept first, seen to be kept, and comes back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from services.git.rescuing import AT, BRANCH, ODD, bring, kept, put, ready, shape, there_and_back
from services.git.yard import WORK, Yard, commit, executable, git, service

from soda_tui.domain.failure import Failure

pytestmark = pytest.mark.anyio


async def test_all_kinds_of_work_are_kept_and_come_back(yard: Yard) -> None:
    place = await ready(yard)
    for file in ("gone", "renamed", "deep/changed", "tool", "link", "becomes", "folder/of/one"):
        commit(place.worktree, file, f"{file}\n")
    root = Path(place.worktree)
    for name in ODD:
        put(root, name)
        put(root, b"new/in folders/" + name.replace(b"/", b"_"), name)
    (root / "gone").unlink()
    git(root, "mv", "renamed", "other")
    put(root, b"deep/changed", b"changed\n\x00\xff")
    (root / "tool").chmod(0o755)
    (root / "link").unlink()
    (root / "link").symlink_to("nowhere/at/all")
    (root / "new" / "link").symlink_to("/etc")
    (root / "becomes").unlink()
    put(root, b"becomes/a folder", b"")
    shutil.rmtree(root / "folder")
    put(root, b"folder", b"a file now\n")
    executable(root / "new" / "tool", "true")
    put(root, b"wanted", b"soon\n")
    git(root, "add", "--intent-to-add", "wanted")
    rescue = await there_and_back(place)
    assert (rescue.branch, rescue.worktree, rescue.detached) == (BRANCH, place.worktree, False)
    assert git(place.path, "rev-parse", f"{rescue.branch}^") == git(place.worktree, "rev-parse", "HEAD")
    assert (
        rescue.files
        == int(git(place.path, "diff-tree", "-r", "--no-renames", "--name-only", f"{BRANCH}^", BRANCH).count("\n")) + 1
    )


async def test_nothing_at_stake_makes_nothing(yard: Yard) -> None:
    place = await ready(yard)
    Path(place.path, ".git", "info", "exclude").write_text("cache\n")
    put(place.worktree, b"cache/warm")
    put(place.worktree, b".agent-workspace/state")
    assert await service().rescue(place, 12, AT) is None
    stakes = await service().stakes(place)
    assert (stakes.files, stakes.ignored, stakes.at_risk) == ((), 1, False)
    assert git(place.path, "branch", "--list", "soda-rescue/*") == ""


async def test_ignored_files_are_never_touched(yard: Yard) -> None:
    place = await ready(yard)
    Path(place.path, ".git", "info", "exclude").write_text("cache\n*.o\n")
    for name in (b"cache/warm", b"src/new/main.o", b"src/new/main.c"):
        put(place.worktree, name)
    rescue = await there_and_back(place)
    held = git(place.path, "ls-tree", "-r", "--name-only", rescue.branch).split("\n")
    assert "src/new/main.c" in held and "src/new/main.o" not in held and "cache/warm" not in held


async def test_what_was_staged_is_kept_beside_what_is_on_disk(yard: Yard) -> None:
    place = await ready(yard)
    put(place.worktree, b"README", b"staged\n")
    put(place.worktree, b"only", b"in the index\n")
    git(place.worktree, "add", "README", "only")
    put(place.worktree, b"README", b"on disk\n")
    Path(place.worktree, "only").unlink()
    rescue = await there_and_back(place)
    assert git(place.path, "show", f"{rescue.branch}:README") == "on disk"
    assert git(place.path, "show", f"{rescue.branch}^2:README") == "staged"
    assert git(place.path, "show", f"{rescue.branch}^2:only") == "in the index"


async def test_staged_and_gone_again_is_work_too(yard: Yard) -> None:
    place = await ready(yard)
    put(place.worktree, b"README", b"staged\n")
    git(place.worktree, "add", "README")
    put(place.worktree, b"README", b"x")
    assert git(place.worktree, "diff", "HEAD", "--name-only") == ""
    rescue = await kept(place)
    assert git(place.path, "show", f"{rescue.branch}^2:README") == "staged"
    await service().clear(place, rescue)
    assert git(place.worktree, "status", "--porcelain") == ""


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
async def test_changes_that_git_was_told_not_to_see(yard: Yard, flag: str) -> None:
    place = await ready(yard)
    git(place.worktree, "update-index", flag, "README")
    put(place.worktree, b"README", b"hidden\n")
    assert git(place.worktree, "status", "--porcelain") == ""
    assert (await service().stakes(place)).changes == ("README",)
    rescue = await kept(place)
    assert git(place.path, "show", f"{rescue.branch}:README") == "hidden"
    await service().clear(place, rescue)
    assert Path(place.worktree, "README").read_text() == "x"


async def test_a_sparse_checkout(yard: Yard) -> None:
    place = await ready(yard)
    commit(place.worktree, "far/away", "far\n")
    git(place.worktree, "sparse-checkout", "set", "src")
    assert not Path(place.worktree, "far").exists()
    put(place.worktree, b"src/main.py", b"changed\n")
    put(place.worktree, b"elsewhere/new", b"new\n")
    rescue = await kept(place)
    assert git(place.path, "show", f"{rescue.branch}:far/away") == "far"
    assert git(place.path, "show", f"{rescue.branch}:elsewhere/new") == "new"
    await service().clear(place, rescue)
    assert git(place.worktree, "status", "--porcelain") == ""
    assert not Path(place.worktree, "far").exists()


async def test_a_detached_head_with_commits_of_its_own(yard: Yard) -> None:
    place = await ready(yard)
    git(place.worktree, "switch", "-q", "--detach")
    assert await service().rescue(place, 12, AT) is None
    lone = commit(place.worktree, "unnamed")
    rescue = await kept(place)
    assert rescue.detached and rescue.files == 0
    assert git(place.path, "branch", "--contains", lone) == rescue.branch
    await service().prepare(place, WORK, yard.first)
    bring(rescue.undo)
    assert git(rescue.folder, "rev-parse", "HEAD") == lone
    git(place.worktree, "switch", "-q", "--detach", lone)
    assert await service().rescue(place, 12, AT) is None
    put(place.worktree, b"more")
    lone = commit(place.worktree, "again")
    put(place.worktree, b"more")
    before = shape(place.worktree)
    rescue = await kept(place)
    await service().clear(place, rescue)
    await service().prepare(place, WORK, yard.first)
    bring(rescue.undo)
    assert (git(rescue.folder, "rev-parse", "HEAD"), shape(rescue.folder)) == (lone, before)


async def test_before_the_first_commit(yard: Yard) -> None:
    place = await ready(yard)
    git(place.worktree, "switch", "-q", "--orphan", "empty")
    put(place.worktree, b"first")
    rescue = await kept(place)
    await service().clear(place, rescue)
    assert shape(place.worktree) == {}
    assert git(place.path, "show", f"{rescue.branch}:first") == "work"


async def test_work_that_git_was_told_not_to_see_is_not_switched_away(yard: Yard) -> None:
    place = await ready(yard)
    git(place.worktree, "update-index", "--assume-unchanged", "README")
    put(place.worktree, b"README", b"hidden\n")
    with pytest.raises(Failure, match="README"):
        await service().prepare(place, "agent001/13-next", yard.first)
    assert Path(place.worktree, "README").read_text() == "hidden\n"


async def test_a_worktree_with_a_line_feed_in_its_name(yard: Yard) -> None:
    place = await ready(yard)
    git(place.path, "worktree", "add", "-q", "-b", "other", str(yard.root / "two\nlines"))
    assert [path.endswith("two lines") for path in (await service().stakes(place)).worktrees] == [False, True]


async def test_the_whole_inspection(yard: Yard) -> None:
    place = await ready(yard)
    elsewhere = str(yard.root / "elsewhere")
    git(place.path, "worktree", "add", "-q", "--detach", elsewhere)
    put(place.path, b"README", b"stashed\n")
    git(place.path, "stash", "push", "-q")
    put(place.worktree, b".gitattributes", b"*.bin filter=lfs\n")
    put(place.worktree, b"large.bin", b"version https://git-lfs.github.com/spec/v1\n")
    git(place.worktree, "add", ".")
    git(place.worktree, "commit", "-q", "-m", "Large")
    put(place.worktree, b"\xff\x1b[31m", b"")
    stakes = await service().stakes(place)
    assert (stakes.stashes, stakes.unpushed, stakes.lfs, stakes.lone) == (1, 1, True, False)
    assert set(stakes.worktrees) == {place.path, elsewhere}
    assert len(stakes.untracked) == 1 and "\x1b" not in stakes.untracked[0]


async def test_a_branch_goes_only_when_something_else_holds_it(yard: Yard) -> None:
    place = yard.clone()
    git(place.path, "branch", "done", yard.first)
    assert not await service().drop_branch(place, "done", "f" * 40)
    assert await service().drop_branch(place, "done", yard.first)
    assert await service().drop_branch(place, "done", yard.first)
    git(place.path, "switch", "-q", "-c", "own")
    own = commit(place.path, "own")
    assert not await service().drop_branch(place, "own", own)
    git(place.path, "branch", "soda-rescue/1-x", own)
    assert not await service().drop_branch(place, "own", own)
    git(place.path, "switch", "-q", "main")
    assert await service().drop_branch(place, "own", own)
    assert not await service().drop_branch(place, "soda-rescue/1-x", own)
    assert git(place.path, "rev-parse", "soda-rescue/1-x") == own


async def test_a_parked_commit_keeps_its_ref_until_another_one_holds_it(yard: Yard) -> None:
    place = yard.clone()
    drops: list[str] = []
    for name, base in (("one", "main"), ("two", "one"), ("aside", "main")):
        git(place.path, "switch", "-q", "-c", name, base)
        drops.append(commit(place.path, name))
        git(place.path, "update-ref", f"refs/soda/remote/{name}", drops[-1])
    blob = git(place.path, "hash-object", "-w", "README")
    git(place.path, "update-ref", f"refs/soda/parked/{blob}", blob)
    git(place.path, "switch", "-q", "main")

    def parked() -> set[str]:
        return set(git(place.path, "for-each-ref", "--format=%(refname:lstrip=3)", "refs/soda/parked").split())

    one, two, aside = drops
    assert await service().drop_branch(place, "one", one)
    # Not by what only seems to be below another.
    git(place.path, "replace", "--graft", aside, one)
    assert await service().drop_branch(place, "aside", aside)
    assert parked() == {one, aside, blob}
    assert await service().drop_branch(place, "two", two)
    assert parked() == {two, aside, blob}
    git(place.path, "reflog", "expire", "--expire=now", "--all")
    for name in ("one", "two", "aside"):
        git(place.path, "update-ref", "-d", f"refs/soda/remote/{name}")
    git(place.path, "gc", "--quiet", "--prune=now")
    assert all(git(place.path, "cat-file", "-t", oid) == "commit" for oid in drops)
