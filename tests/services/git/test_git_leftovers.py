"""What was left over in a clone, seen with few processes, and parted from only where nothing gets lost."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from services.git.yard import WORK, Yard, commit, executable, git, service

from soda_tui.cockpit.ports.place import Place
from soda_tui.domain.failure import Failure
from soda_tui.services.git.process import Finished, Runner

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def branch(place: Place, name: str, *files: str, start: str = "origin/main") -> str:
    """A local branch with a commit for each file."""
    git(place.path, "switch", "-q", "--no-track", "-c", name, start)
    for file in files:
        commit(place.path, file, f"{file}\n")
    oid = git(place.path, "rev-parse", "HEAD")
    git(place.path, "switch", "-q", "main")
    return oid


def worktree(place: Place, path: Path, name: str = WORK) -> Place:
    git(place.path, "worktree", "add", "-q", "-b", name, str(path), "origin/main")
    return Place(place.name, place.path, str(path))


async def test_branches_are_counted_wherever_they_are(yard: Yard) -> None:
    place = yard.clone()
    both = branch(place, "agent001/1-both", "a", "b")
    git(place.path, "push", "-q", "origin", "agent001/1-both")
    ahead = branch(place, "agent001/2-ahead", "c")
    git(place.path, "push", "-q", "origin", "agent001/2-ahead")
    git(place.path, "switch", "-q", "agent001/2-ahead")
    commit(place.path, "d", "d\n")
    commit(place.path, "e", "e\n")
    git(place.path, "switch", "-q", "main")
    branch(place, "agent001/3-apart", "f")
    git(place.path, "push", "-q", "origin", "agent001/3-apart")
    git(place.path, "switch", "-q", "agent001/3-apart")
    git(place.path, "commit", "-q", "--amend", "-m", "other")
    git(place.path, "switch", "-q", "main")
    branch(place, "work-4", "g")
    branch(place, "bundle/20250101_0101__issues_1_2", "h")
    branch(place, "topic", "i")
    there = yard.grow("agent001/5-there")
    on_top = branch(place, "agent001/6-on-top", "j", start="agent001/1-both")

    found = {one.name: one for one in (await service().leftovers(place, "main", ())).branches}
    assert "topic" not in found and "bundle/20250101_0101__issues_1_2" in found
    one = found["agent001/1-both"]
    assert (one.here, one.there, one.commits, one.unpushed, one.held) == (both, both, 2, 0, True)
    assert (one.files, one.added, one.removed, one.within) == (2, 2, 0, (on_top,))
    assert found["agent001/2-ahead"].there == ahead and not found["agent001/2-ahead"].diverged
    assert (found["agent001/2-ahead"].commits, found["agent001/2-ahead"].unpushed) == (3, 2)
    assert found["agent001/3-apart"].diverged and found["agent001/3-apart"].held is False
    assert (found["work-4"].there, found["work-4"].commits, found["work-4"].held) == (None, 1, False)
    assert (found["agent001/5-there"].here, found["agent001/5-there"].there) == (None, there)
    assert found["agent001/6-on-top"].commits == 3 and found["agent001/6-on-top"].base == yard.first


async def test_without_the_remote_what_was_fetched_last_is_told_with_the_reason(yard: Yard) -> None:
    place = yard.clone()
    yard.grow("agent001/5-there")
    assert (await service().leftovers(place, "main", ())).problem is None
    branch(place, "agent001/6-here", "x")
    yard.remote.rename(yard.root / "away")
    found = await service().leftovers(place, "main", ())
    assert found.problem is not None
    assert {one.name for one in found.branches} == {"agent001/5-there", "agent001/6-here"}


async def test_a_branch_that_left_the_remote_is_no_longer_told_to_be_there(yard: Yard) -> None:
    place = yard.clone()
    oid = yard.grow("agent001/5-there")
    await service().leftovers(place, "main", ())
    git(yard.remote, "update-ref", "-d", "refs/heads/agent001/5-there")
    assert not (await service().leftovers(place, "main", ())).branches
    # What the clone had of it is not lost for that.
    assert git(place.path, "rev-parse", "refs/soda/remote/agent001/5-there") == oid


async def test_only_what_the_remote_has_now_is_held(yard: Yard) -> None:
    place, git_service = yard.clone(), service()
    here = worktree(place, yard.root / "here", "agent001/12-a")
    commit(here.worktree, "a")
    git(here.worktree, "push", "-q", "origin", "agent001/12-a")

    async def held() -> bool:
        (one,) = (await git_service.leftovers(place, "main", ())).branches
        return one.held

    assert await held()
    git(yard.remote, "update-ref", "-d", "refs/heads/agent001/12-a")
    # What was fetched of it, a rescue and the tag of an archive are all in this very clone.
    Path(here.worktree, "new").touch()
    assert await git_service.rescue(here, 12, NOW) is not None
    await git_service.archive(place, "agent001/12-a", git(here.worktree, "rev-parse", "HEAD"))
    assert git(place.path, "rev-parse", "refs/remotes/origin/agent001/12-a") and not await held()
    git(place.path, "push", "-q", "origin", "agent001/12-a:refs/heads/agent001/13-b")
    one = (await git_service.leftovers(place, "main", ())).branch("agent001/12-a")
    assert one is not None and one.held and one.there is None
    yard.remote.rename(yard.root / "away")
    assert not any(one.held for one in (await git_service.leftovers(place, "main", ())).branches)


async def test_what_is_archived_can_be_dropped_and_brought_back(yard: Yard) -> None:
    place, git_service = yard.clone(), service()
    oid = branch(place, WORK, "a")
    assert not await git_service.drop_branch(place, WORK, oid)
    assert await git_service.archive(place, WORK, oid) == f"soda-archive/{WORK}"
    assert await git_service.archive(place, WORK, oid) == f"soda-archive/{WORK}"
    assert await git_service.drop_branch(place, WORK, oid)
    git(place.path, "branch", WORK, f"soda-archive/{WORK}")
    git(place.path, "switch", "-q", WORK)
    other = commit(place.path, "b")
    git(place.path, "switch", "-q", "main")
    assert await git_service.archive(place, WORK, other) == f"soda-archive/{WORK}-2"
    assert git(place.path, "rev-parse", f"soda-archive/{WORK}") == oid


async def test_a_rescue_tells_its_files_and_is_pushed_only_by_name(yard: Yard) -> None:
    place, git_service = yard.clone(), service()
    here = worktree(place, yard.root / "here")
    (yard.root / "here" / "README").write_text("changed\n")
    (yard.root / "here" / "notes").write_text("new\n")
    (yard.root / "here" / ".env").write_text("KEY=1\n")
    rescue = await git_service.rescue(here, 12, NOW)
    assert rescue is not None
    (one,) = (await git_service.leftovers(place, "main", ())).rescues
    assert (one.name, one.oid, one.files, one.untracked) == (rescue.branch, rescue.oid, 3, (".env", "notes"))
    assert not (one.held or one.lone)
    files = {each.path: (each.new, each.doubt is not None) for each in await git_service.rescued(place, rescue.branch)}
    assert files == {"README": (False, False), "notes": (True, False), ".env": (True, True)}
    assert await git_service.unpushed_below(place, rescue.branch) == 0
    executable(Path(place.path, ".git/hooks/pre-push"), "echo not this >&2; exit 1")
    with pytest.raises(Failure, match="not this"):
        await git_service.push_rescue(place, rescue.branch, rescue.oid)
    assert rescue.branch not in yard.heads()
    Path(place.path, ".git/hooks/pre-push").unlink()
    await git_service.push_rescue(place, rescue.branch, rescue.oid)
    assert yard.heads()[rescue.branch] == rescue.oid
    assert (await git_service.leftovers(place, "main", ())).rescues[0].held


async def test_a_rescue_of_many_files_is_read_with_few_processes(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    place, git_service = yard.clone(), service()
    here = worktree(place, yard.root / "here")
    folder = yard.root / "here"
    for number in range(200):
        (folder / f"{number:03}.txt").write_text(f"{number}\n" if number else "")
    for name in ("big-1", "big-2", "big-3", "too-big"):
        (folder / name).write_bytes(name.encode() * (1_000_000 if name == "too-big" else 800_000))
    (folder / "\udcff.txt").write_text(f"token ghp_{'a' * 36}\n")
    rescue = await git_service.rescue(here, 12, NOW)
    assert rescue is not None
    asked: list[str] = []
    run = Runner.run

    async def counted(this: Runner, directory: str, *arguments: str, **named: Any) -> Finished:
        asked.extend(word for word in arguments if word.startswith("--batch"))
        return await run(this, directory, *arguments, **named)

    monkeypatch.setattr(Runner, "run", counted)
    files = {each.path: each for each in await git_service.rescued(place, rescue.branch)}
    assert asked == ["--batch-check", "--batch", "--batch"]
    assert list(files) == sorted(files) and len(files) == 205
    assert files["007.txt"].size == 2 and files["000.txt"].size == 0 and files["big-2"].size == 4_000_000
    assert {path for path, one in files.items() if one.doubt} == {"too-big", "\udcff.txt"}


async def test_a_secret_that_was_only_staged_is_seen(yard: Yard) -> None:
    place, git_service = yard.clone(), service()
    here = worktree(place, yard.root / "here")
    note = yard.root / "here" / "notes"
    note.write_text(f"token ghp_{'a' * 36}\n")
    git(here.worktree, "add", "notes")
    note.write_text("harmless\n")
    rescue = await git_service.rescue(here, 12, NOW)
    assert rescue is not None
    (one,) = await git_service.rescued(place, rescue.branch)
    assert one.doubt is not None


async def test_directories_are_told_by_what_became_of_them(yard: Yard) -> None:
    place, git_service = yard.clone(), service()
    fresh, single = yard.root / "fresh", yard.root / "single"
    worktree(place, fresh / "12", "agent001/12-a")
    worktree(place, fresh / "13", "agent001/13-b")
    worktree(place, fresh / "14", "agent001/14-c")
    worktree(place, yard.root / "mine", "topic")
    (fresh / "15").mkdir()
    (fresh / "14" / "staged").write_text("only staged\n")
    git(fresh / "14", "add", "staged")
    for name in ("13", "14"):
        subprocess.run(["mv", str(fresh / name), str(yard.root / f"gone-{name}")], check=True)
    found = await git_service.leftovers(place, "main", (str(single), str(fresh)))
    told = {Path(one.path).name: (one.gone, one.known, one.held) for one in found.directories}
    assert told == {
        "12": (False, True, False),
        "13": (True, True, True),
        "14": (True, True, False),
        "15": (False, False, False),
    }
    assert {one.name: one.directory for one in found.branches}["agent001/12-a"] == str(fresh / "12")
    await git_service.forget_worktree(Place(place.name, place.path, str(fresh / "13")))
    with pytest.raises(Failure):
        await git_service.forget_worktree(Place(place.name, place.path, str(fresh / "14")))
    listed = git(place.path, "worktree", "list")
    assert str(fresh / "13") not in listed and str(fresh / "14") in listed and str(yard.root / "mine") in listed


async def test_the_ancestors_files_are_named(yard: Yard) -> None:
    place = yard.clone()
    Path(place.path, ".my-little-soda").mkdir()
    Path(place.path, "my-little-soda.toml").touch()
    Path(place.path, ".agent-workspace").mkdir()
    Path(place.path, ".agent-workspace", "STOP").touch()
    found = await service().leftovers(place, "main", ())
    assert [Path(path).name for path in found.ancestor] == [".my-little-soda", "my-little-soda.toml"]


async def test_more_than_a_hundred_branches_take_seconds(yard: Yard, capsys: pytest.CaptureFixture[str]) -> None:
    place = yard.clone()
    feed = []
    for number in range(1, 151):
        feed.append(f"commit refs/heads/agent001/{number}-work\nmark :{2 * number}\n")
        feed.append("committer A <a@b.c> 1700000000 +0000\ndata 3\none\n" + f"from {yard.first}\n")
        feed.append(f"M 100644 inline file-{number}\ndata 2\nx\n\n")
        feed.append(f"commit refs/heads/agent001/{number}-work\ncommitter A <a@b.c> 1700000001 +0000\ndata 3\ntwo\n")
        feed.append(f"from :{2 * number}\nM 100644 inline file-{number}\ndata 4\nx\ny\n\n")
    script = "".join(feed).encode()
    subprocess.run(["git", "-C", place.path, "fast-import", "--quiet"], input=script, check=True)
    git(place.path, "push", "-q", "origin", *(f"agent001/{number}-work" for number in range(1, 76)))
    began = time.monotonic()
    found = await service().leftovers(place, "main", ())
    seconds = time.monotonic() - began
    with capsys.disabled():
        sys.stdout.write(f"\n150 branches looked at in {seconds:.2f} s\n")
    assert len(found.branches) == 150 and {one.commits for one in found.branches} == {2}
    assert {(one.files, one.added) for one in found.branches} == {(1, 2)}
    assert seconds < 5


async def test_refs_on_commits_that_the_remote_keeps_are_spent_and_no_others(yard: Yard) -> None:
    """A squashed pull request's head, and what lies below it; not what is young, needed, unique or there still."""
    place, git_service = yard.clone(), service()
    kept = branch(place, "agent001/1-squashed", "a", "b")
    only = branch(place, "agent001/2-only", "c")
    there = branch(place, "agent001/3-there", "d")
    git(place.path, "push", "-q", "origin", "agent001/1-squashed:refs/pull/9/head", "agent001/3-there")
    tracked = ("agent001/1-squashed", "agent001/3-there", "agent001/4-needed", "soda/ledger")
    for name in tracked:
        git(place.path, "update-ref", f"refs/soda/remote/{name}", there if name == "agent001/3-there" else kept)
    for oid in (kept, f"{kept}^", only):
        git(place.path, "update-ref", f"refs/soda/parked/{git(place.path, 'rev-parse', oid)}", oid)
    later = datetime.now(UTC) + timedelta(days=1)

    found = await git_service.spent_refs(place, later, {"agent001/4-needed"})
    below = git(place.path, "rev-parse", f"{kept}^")
    gone = {f"refs/soda/parked/{kept}", f"refs/soda/parked/{below}", "refs/soda/remote/agent001/1-squashed"}
    assert {one.name for one in found} == gone
    assert await git_service.spent_refs(place, later - timedelta(days=30), ()) == ()
    await git_service.forget_refs(place, found)
    left = set(git(place.path, "for-each-ref", "--format=%(refname)", "refs/soda").split())
    assert left == {f"refs/soda/parked/{only}", *(f"refs/soda/remote/{name}" for name in tracked[1:])}
    with pytest.raises(Failure):
        await git_service.forget_refs(place, found)
    git(place.path, "remote", "set-url", "origin", str(Path(place.path) / "nowhere"))
    assert await git_service.spent_refs(place, later, ()) == ()
