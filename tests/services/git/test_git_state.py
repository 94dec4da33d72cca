"""Looking at clones and worktrees: what is there, what is wrong, and nothing written."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from msgspec import structs
from services.git.yard import NAME, WORK, Yard, commit, executable, git, service

from soda_tui.cockpit.ports.place import Place
from soda_tui.domain.failure import ErrorCode
from soda_tui.services.git.process import Deadlines

pytestmark = pytest.mark.anyio


async def problem(place: Place) -> str:
    """The sentence about a clone that cannot be used."""
    clone = (await service().inspect(place, None, None)).clone
    assert clone.problem is not None
    assert clone.problem.code is ErrorCode.CLONE
    return clone.problem.message


async def test_a_clean_clone(yard: Yard) -> None:
    place = yard.clone()
    facts = await service().inspect(place, WORK, yard.first)
    assert facts.clone.problem is None
    assert (facts.clone.branch, facts.clone.oid, facts.clone.dirty) == ("main", yard.first, False)
    assert (facts.clone.ahead, facts.clone.behind) == (0, 0)
    assert facts.worktree is None
    assert facts.work_oid is None


async def test_ahead_and_behind_and_no_upstream(yard: Yard) -> None:
    place = yard.clone()
    yard.grow()
    git(place.path, "fetch", "-q")
    commit(place.path, "mine")
    clone = (await service().inspect(place, None, None)).clone
    assert (clone.ahead, clone.behind) == (1, 1)
    git(place.path, "switch", "-q", "-c", "local", "--no-track")
    clone = (await service().inspect(place, None, None)).clone
    assert (clone.branch, clone.ahead, clone.behind) == ("local", None, None)


async def test_the_folders_of_tracked_files(yard: Yard, tmp_path: Path) -> None:
    place = yard.clone()
    Path(place.path, "build").mkdir()
    Path(place.path, "build", "out").write_text("")
    commit(place.path, "docs/deep/\nodd name")
    top = str(Path(place.path).resolve())
    assert await service().directories(place.path) == {top, f"{top}/src", f"{top}/docs/deep"}
    assert await service().directories(str(tmp_path / "none")) == frozenset()


async def test_a_worktree_with_work(yard: Yard) -> None:
    place = yard.clone()
    await service().prepare(place, WORK, yard.first)
    head = commit(place.worktree, "done.py")
    commit(place.worktree, "again.py")
    Path(place.worktree, "README").write_text("changed")
    Path(place.worktree, "new\x1b[31m file\nwith\ttricks").write_text("")
    Path(place.worktree, ".agent-workspace").mkdir()
    Path(place.worktree, ".agent-workspace", "state").write_text("")
    facts = await service().inspect(place, WORK, yard.first)
    assert facts.worktree is not None
    assert facts.worktree.branch == WORK
    assert facts.worktree.commits == 2
    assert set(facts.worktree.changes) == {"README", "new file with tricks"}
    assert facts.worktree.busy is None
    assert facts.work_oid == facts.worktree.oid != head
    assert facts.clone.dirty is False


async def test_changes_are_bounded_and_unknown_bases_are_unknown(yard: Yard) -> None:
    place = yard.clone()
    await service().prepare(place, WORK, yard.first)
    for number in range(120):
        Path(place.worktree, f"file{number}").write_text("")
    worktree = (await service().inspect(place, WORK, "f" * 40)).worktree
    assert worktree is not None
    assert len(worktree.changes) == 100
    assert worktree.commits is None


async def test_a_users_own_way_of_showing_status_does_not_hide_changes(yard: Yard) -> None:
    place = yard.clone()
    git(place.path, "config", "status.showUntrackedFiles", "no")
    Path(place.path, "new").write_text("")
    assert (await service().inspect(place, None, None)).clone.dirty is True


async def test_the_checkout_is_clone_and_worktree_at_once(yard: Yard) -> None:
    place = yard.clone()
    facts = await service().inspect(structs.replace(place, worktree=place.path), None, yard.first)
    assert facts.worktree is not None
    assert (facts.worktree.branch, facts.worktree.commits) == ("main", 0)


async def test_a_folder_of_another_clone_is_no_worktree_of_this_one(yard: Yard) -> None:
    place, other = yard.clone(), yard.clone("other")
    assert (await service().inspect(structs.replace(place, worktree=other.path), None, None)).worktree is None


async def test_an_unusual_default_branch_and_an_empty_repository(tmp_path: Path) -> None:
    yard = Yard(tmp_path, "trunk/ünïcode")
    assert (await service().inspect(yard.clone(), None, None)).clone.branch == "trunk/ünïcode"
    bare = tmp_path / "empty.git"
    subprocess.run(["git", "init", "-q", "--bare", str(bare)], check=True)
    subprocess.run(["git", "clone", "-q", str(bare), str(tmp_path / "empty")], check=True, stderr=subprocess.DEVNULL)
    place = Place(NAME, str(tmp_path / "empty"), str(tmp_path / "empty"))
    facts = await service().inspect(place, WORK, "f" * 40)
    assert facts.clone.problem is None
    assert (facts.clone.branch, facts.clone.oid, facts.work_oid) == ("main", None, None)
    assert facts.worktree is not None
    assert (facts.worktree.oid, facts.worktree.commits) == (None, None)


async def test_detached_is_no_problem(yard: Yard) -> None:
    place = yard.clone()
    git(place.path, "switch", "-q", "--detach")
    clone = (await service().inspect(place, None, None)).clone
    assert (clone.branch, clone.oid, clone.problem) == (None, yard.first, None)


async def test_in_the_middle_of_a_rebase(yard: Yard) -> None:
    place = yard.clone()
    await service().prepare(place, WORK, yard.first)
    for directory in (place.path, place.worktree):
        commit(directory, "README", directory)
        git(directory, "switch", "-q", "-c", f"b-{Path(directory).parent.name}", yard.first)
        commit(directory, "README", "other")
        git(directory, "rebase", "main" if directory == place.path else WORK, check=False)
    assert "in the middle of a rebase" in await problem(place)
    worktree = (await service().inspect(place, WORK, None)).worktree
    assert worktree is not None
    assert worktree.busy == "a rebase"
    assert worktree.branch == f"b-{Path(place.worktree).parent.name}"
    git(place.worktree, "rebase", "--abort")
    git(place.worktree, "rebase", "--apply", WORK, check=False)
    worktree = (await service().inspect(place, WORK, None)).worktree
    assert worktree is not None
    assert (worktree.busy, worktree.branch) == ("a rebase", f"b-{Path(place.worktree).parent.name}")
    git(place.worktree, "rebase", "--abort")
    git(place.worktree, "switch", "-q", "--detach")
    git(place.worktree, "rebase", WORK, check=False)
    worktree = (await service().inspect(place, WORK, None)).worktree
    assert worktree is not None
    assert (worktree.busy, worktree.branch) == ("a rebase", None)


async def test_the_clones_work_branches(yard: Yard) -> None:
    place = yard.clone()
    wanted = ["agent001/12", "agent001/13-next", "agent002/1-ünïcode", "work-7"]
    for name in (*wanted, "agent001/notes", "agent01/12-x", "my/agent001/12-x", "work-x", "work-7-x"):
        git(place.path, "branch", name)
    git(place.path, "tag", "work-8")
    yard.grow("agent001/14-theirs")
    git(place.path, "fetch", "-q")
    branches = (await service().inspect(place, None, None)).branches
    assert [(branch.name, branch.oid) for branch in branches] == [(name, yard.first) for name in wanted]
    assert all(branch.committed_at is not None for branch in branches)
    lines = "".join(f"create refs/heads/work-{number} {yard.first}\n" for number in range(1000, 1600))
    subprocess.run(["git", "-C", place.path, "update-ref", "--stdin"], input=lines, text=True, check=True)
    assert len((await service().inspect(place, None, None)).branches) == 500


async def test_a_missing_clone_and_a_plain_folder(yard: Yard) -> None:
    place = yard.clone()
    assert "is not there" in await problem(structs.replace(place, path=str(yard.root / "gone")))
    inside = Path(place.path, "plain")
    inside.mkdir()
    assert "not the top of a git clone" in await problem(structs.replace(place, path=str(inside)))


async def test_a_bare_clone_and_one_without_origin(yard: Yard) -> None:
    place = yard.clone()
    assert "is bare" in await problem(structs.replace(place, path=str(yard.remote)))
    git(place.path, "remote", "rename", "origin", "upstream")
    assert "no remote called origin" in await problem(place)


async def test_a_clone_that_git_does_not_trust(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    place = yard.clone()
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert "safe.directory" in await problem(place)


async def test_a_slow_clone_is_a_sentence(yard: Yard) -> None:
    facts = await service(Deadlines(local=0)).inspect(yard.clone(), None, None)
    assert facts.clone.problem is not None
    assert facts.clone.problem.code is ErrorCode.GIT_TIMEOUT


async def test_looking_takes_no_lock_and_writes_nothing(yard: Yard, tmp_path: Path) -> None:
    place = yard.clone()
    await service().prepare(place, WORK, yard.first)
    executable(tmp_path / "watcher", f"touch {tmp_path}/asked")
    git(place.path, "config", "core.fsmonitor", str(tmp_path / "watcher"))
    # A touched file makes a plain `git status` write the index anew.
    Path(place.path, "README").touch()
    Path(place.path, ".git", "index.lock").touch()

    def written() -> dict[str, int]:
        return {str(path): path.stat().st_mtime_ns for path in Path(place.path, ".git").rglob("*")}

    before = written()
    facts = await service().inspect(place, WORK, yard.first)
    assert facts.clone.problem is None
    assert written() == before
    assert not (tmp_path / "asked").exists()


async def test_where_a_path_belongs(yard: Yard, tmp_path: Path) -> None:
    place = yard.clone()
    assert await service().toplevel(str(Path(place.path, "src"))) == str(Path(place.path).resolve())
    assert await service().remote_url(place.path) == yard.remote.as_uri()
    assert await service().toplevel(str(tmp_path)) is None
    assert await service().toplevel(str(tmp_path / "gone")) is None
    Path(place.path, "src", ".git").mkdir()
    assert await service().toplevel(str(Path(place.path, "src"))) is None, "it is damaged, not a folder of the other"
    git(place.path, "remote", "remove", "origin")
    assert await service().remote_url(place.path) is None
