"""Where work cannot be kept, or cannot be brought back as it was, nothing is cleared; what was broken off goes on."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
from pathlib import Path

import pytest
from services.git.rescuing import AT, kept, put, ready, refused, shape, state
from services.git.yard import WORK, Yard, commit, git, service

from soda_tui.domain.failure import Failure
from soda_tui.services.git import indexlock

pytestmark = pytest.mark.anyio


async def test_in_the_middle_of_a_merge_it_is_kept_but_not_cleared(yard: Yard) -> None:
    place = await ready(yard)
    commit(place.worktree, "README", "one\n")
    git(place.worktree, "switch", "-q", "-c", "side", yard.first)
    commit(place.worktree, "README", "two\n")
    git(place.worktree, "merge", WORK, check=False)
    put(place.worktree, b"new")
    rescue = await kept(place)
    assert "<<<<<<<" in git(place.path, "show", f"{rescue.branch}:README")
    before = state(place)
    with pytest.raises(Failure, match="a merge"):
        await service().clear(place, rescue)
    assert state(place) == before
    stakes = await service().stakes(place)
    assert stakes.busy == "a merge" and stakes.at_risk


async def test_a_lock_of_another_git(yard: Yard) -> None:
    place = await ready(yard)
    put(place.worktree, b"new")
    lock = Path(git(place.worktree, "rev-parse", "--absolute-git-dir"), "index.lock")
    lock.touch()
    assert (await service().stakes(place)).locks == (str(lock),)
    rescue = await kept(place)
    with pytest.raises(Failure, match=r"index\.lock"):
        await service().clear(place, rescue)
    assert lock.exists() and Path(place.worktree, "new").exists()
    lock.unlink()
    await service().clear(place, rescue)
    assert not Path(place.worktree, "new").exists()


async def test_submodules_and_repositories_inside_are_refused(yard: Yard) -> None:
    place = await ready(yard)
    url = yard.remote.as_uri()
    git(place.worktree, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", url, "sub")
    git(place.worktree, "commit", "-q", "-m", "Add sub")
    assert await service().rescue(place, 12, AT) is None
    put(place.worktree, b"sub/own")
    assert (await service().stakes(place)).submodules == ("sub",)
    assert "sub" in await refused(place)
    Path(place.worktree, "sub", "own").unlink()
    commit(Path(place.worktree, "sub"), "committed")
    assert "sub" in await refused(place)
    git(Path(place.worktree, "sub"), "reset", "-q", "--hard", "HEAD^")
    subprocess.run(["git", "init", "-q", f"{place.worktree}/deep/nested"], check=True)
    commit(f"{place.worktree}/deep/nested", "file")
    assert "deep/nested" in await refused(place)


async def test_where_it_cannot_be_looked_at_or_kept_it_is_refused(yard: Yard) -> None:
    place = await ready(yard)
    put(place.worktree, b"new", b"work\n")
    oid = git(place.worktree, "hash-object", "new")
    blocked = Path(place.path, ".git", "objects", oid[:2])
    blocked.write_text("no room here")
    await refused(place)
    blocked.unlink()
    index = Path(git(place.worktree, "rev-parse", "--absolute-git-dir"), "index")
    content = index.read_bytes()
    index.write_bytes(b"garbage")
    await refused(place)
    index.write_bytes(content)
    shutil.rmtree(place.worktree)
    Path(place.worktree).mkdir()
    for asked in (service().stakes(place), service().rescue(place, 12, AT)):
        with pytest.raises(Failure, match="not there"):
            await asked


@pytest.mark.parametrize("name", ["README", "new", "later"])
async def test_what_changed_after_the_rescue_is_not_cleared(yard: Yard, name: str) -> None:
    place = await ready(yard)
    for each in (b"README", b"new"):
        put(place.worktree, each, b"one\n")
    rescue = await kept(place)
    put(place.worktree, name.encode(), b"two\n")
    with pytest.raises(Failure):
        await service().clear(place, rescue)
    assert Path(place.worktree, name).read_text() == "two\n"
    again = await kept(place)
    await service().clear(place, again)
    assert git(place.worktree, "status", "--porcelain") == ""
    assert git(place.path, "show", f"{again.branch}:{name}") == "two"
    assert git(place.path, "show", f"{rescue.branch}:new") == "one"


async def test_clearing_that_was_broken_off_goes_on_without_a_second_rescue(yard: Yard) -> None:
    place = await ready(yard)
    for name in (b"README", b"new", b"staged"):
        put(place.worktree, name, b"one\n")
    git(place.worktree, "add", "staged")
    put(place.worktree, b"staged", b"two\n")
    rescue = await kept(place)
    for removed in ("README", "new"):
        Path(place.worktree, removed).unlink()
    again = await kept(place)
    assert (again.branch, again.oid) == (rescue.branch, rescue.oid)
    await service().clear(place, again)
    assert git(place.worktree, "status", "--porcelain") == ""


async def test_a_lock_of_our_own_that_a_kill_left_behind(yard: Yard) -> None:
    place = await ready(yard)
    put(place.worktree, b"new")
    rescue = await kept(place)
    found = Path(git(place.worktree, "rev-parse", "--absolute-git-dir"))
    shutil.copyfile(found / "index", found / "soda-tui-cleared")
    (found / "index.lock").hardlink_to(found / "soda-tui-cleared")
    await service().clear(place, rescue)
    assert git(place.worktree, "status", "--porcelain") == ""
    assert not (found / "index.lock").exists() and not (found / "soda-tui-cleared").exists()


@pytest.mark.parametrize("left", ["nothing", "the lock", "the index"])
async def test_a_look_at_the_lock_does_not_hinder_who_takes_it(
    yard: Yard, monkeypatch: pytest.MonkeyPatch, left: str
) -> None:
    place = await ready(yard)
    found = Path(git(place.worktree, "rev-parse", "--absolute-git-dir"))
    ours = found / "soda-tui-cleared"
    if left == "the index":
        ours.hardlink_to(found / "index")
    else:
        ours.write_text("half")
    if left == "the lock":
        (found / "index.lock").hardlink_to(ours)
    before = (found / "index").read_bytes()
    with ours.open("rb") as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)
        monkeypatch.setattr(indexlock, "sleep", lambda _seconds: fcntl.flock(looking, fcntl.LOCK_UN))
        if left == "the lock":
            # Who looks at it takes it away.
            (found / "index.lock").unlink()
        with indexlock.locked_index(place.worktree) as install:
            assert (found / "index.lock").read_bytes() == b""
            with pytest.raises(Failure), indexlock.locked_index(place.worktree):
                pass
            copy = yard.root / "copy"
            copy.write_bytes(before)
            install(copy)
    assert (found / "index").read_bytes() == before
    assert not (found / "index.lock").exists() and not ours.exists()


async def test_a_filling_that_was_broken_off_is_nobodys_work(yard: Yard) -> None:
    place = await ready(yard)
    found = Path(git(place.worktree, "rev-parse", "--absolute-git-dir"))
    (found / "soda-tui-checkout").write_text(f"{WORK}\n{yard.first}\n{yard.first}")
    Path(place.worktree, "README").unlink()
    (found / "index.lock").touch()
    stakes = await service().stakes(place)
    assert not stakes.at_risk and stakes.locks == ()
    put(place.worktree, b"own")
    with pytest.raises(Failure, match="own"):
        await service().stakes(place)


async def test_ignored_files_in_the_way_of_what_comes_back(yard: Yard) -> None:
    place = await ready(yard)
    Path(place.path, ".git", "info", "exclude").write_text("*.o\n")
    Path(place.worktree, "README").unlink()
    put(place.worktree, b"README/main.o")
    put(place.worktree, b"new")
    rescue = await kept(place)
    before = shape(place.worktree)
    with pytest.raises(Failure, match="README"):
        await service().clear(place, rescue)
    assert shape(place.worktree) == before


async def test_without_a_place_for_temporary_files_it_refuses(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    place = await ready(yard)
    put(place.worktree, b"new")
    monkeypatch.setattr("tempfile.tempdir", str(yard.root / "gone"))
    assert "No such file" in await refused(place)
