"""A worktree goes only when nobody is in it, nothing is at stake, and what goes for good was named as it is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from services.git.yard import WORK, Yard, commit, git, service

from soda_tui.cockpit.ports.place import Place
from soda_tui.domain.failure import Failure
from soda_tui.domain.stakes import Ignored
from soda_tui.services.git.inhabitants import inhabitants

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
IDENTITY = {f"GIT_{role}_{part}": "x@y.z" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}


def worktree(yard: Yard) -> tuple[Place, Path]:
    place, folder = yard.clone(), yard.root / "fresh" / "12"
    git(place.path, "worktree", "add", "-q", "-b", WORK, str(folder), "origin/main")
    Path(place.path, ".git/info/exclude").write_text("built\nbuild/\n")
    return Place(place.name, place.path, str(folder)), folder


async def refusal(here: Place, ignored: Ignored) -> str:
    with pytest.raises(Failure) as caught:
        await service().remove_worktree(here, ignored)
    assert Path(here.worktree).exists()
    return caught.value.problem.message


async def test_it_goes_only_when_nothing_is_at_stake_and_its_ignored_files_are_as_they_were_named(yard: Yard) -> None:
    here, folder = worktree(yard)
    git_service = service()
    (folder / "build" / "deep").mkdir(parents=True)
    (folder / "build" / "deep" / "cache").write_text("x\n")
    (folder / "built").write_text("x\n")
    (folder / "new").write_text("work\n")
    assert "new" in await refusal(here, await git_service.ignored(here))
    rescue = await git_service.rescue(here, 12, NOW)
    assert rescue is not None
    await git_service.clear(here, rescue)
    seen = await git_service.ignored(here)
    assert seen.names == ("build/", "built") and "ignored" in await refusal(here, Ignored())
    inner = folder / "build" / "deep" / "cache"
    before = inner.stat()
    for write in (lambda: inner.write_text("y\n"), (folder / "build" / "later").touch):
        write()
        assert "ignored" in await refusal(here, seen)
        assert (await git_service.ignored(here)).names == seen.names
    (folder / "build" / "later").unlink()
    os.utime(inner, ns=(before.st_atime_ns, before.st_mtime_ns))
    await git_service.remove_worktree(here, seen)
    assert not folder.exists() and str(folder) not in git(here.path, "worktree", "list")
    assert git(here.path, "show", f"{rescue.branch}:new") == "work"


@pytest.mark.parametrize("case", ["detached", "locked", "the ancestor's folder", "the clone"])
async def test_it_stays_where_something_speaks_against_it(yard: Yard, case: str) -> None:
    here, folder = worktree(yard)
    ignored = await service().ignored(here)
    if case == "detached":
        git(folder, "switch", "-q", "--detach")
        commit(folder, "alone")
    elif case == "locked":
        git(here.path, "worktree", "lock", str(folder))
    elif case == "the ancestor's folder":
        (folder / ".agent-workspace").mkdir()
        (folder / ".agent-workspace" / "notes").write_text("x\n")
        with pytest.raises(Failure, match=r"\.agent-workspace/notes"):
            await service().ignored(here)
    else:
        here = Place(here.name, here.path, here.path)
    await refusal(here, ignored)
    assert Path(here.path, "README").exists()


async def test_it_stays_where_somebody_put_a_stop_file_though_git_ignores_that(yard: Yard) -> None:
    here, folder = worktree(yard)
    Path(here.path, ".git", "info", "exclude").write_text(".agent-workspace/\n")
    (folder / ".agent-workspace").mkdir()
    (folder / ".agent-workspace" / "STOP").touch()
    with pytest.raises(Failure, match=r"\.agent-workspace/"):
        await service().ignored(here)


async def test_changes_in_the_ancestors_folder_count_that_git_was_told_not_to_see(yard: Yard) -> None:
    here, folder = worktree(yard)
    commit(folder, ".agent-workspace/state", "theirs\n")
    git(folder, "update-index", "--skip-worktree", ".agent-workspace/state")
    (folder / ".agent-workspace" / "state").write_text("changed\n")
    assert ".agent-workspace/state" in await refusal(here, Ignored())


async def test_it_stays_while_a_process_has_its_folder_there(yard: Yard) -> None:
    here, folder = worktree(yard)
    (folder / "deep").mkdir()
    with subprocess.Popen(["cat"], cwd=folder / "deep", stdin=subprocess.PIPE) as process:
        with pytest.raises(Failure, match=rf"cat \({process.pid}\)"):
            await service().ignored(here)
        assert f"cat ({process.pid})" in await refusal(here, Ignored())
        process.communicate()
    (folder / "deep").rmdir()
    assert inhabitants(str(folder)) == []
    await service().remove_worktree(here, await service().ignored(here))


async def test_a_git_that_only_looks_is_nobody_who_lives_there(yard: Yard) -> None:
    _, folder = worktree(yard)
    with subprocess.Popen(["git", "cat-file", "--batch"], cwd=folder, stdin=subprocess.PIPE) as git_of_mine:
        another = f"""
import sys
from soda_tui.services.git import inhabitants
moments = iter([None, None])
def sleep(_seconds):
    if next(moments, sys) is sys:
        print("waited", flush=True)
        sys.stdin.readline()
inhabitants.sleep = sleep
print(inhabitants.inhabitants({str(folder)!r}))
"""
        command = [sys.executable, "-c", another]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as looking:
            assert looking.stdout is not None
            assert looking.stdout.readline() == "waited\n"
            git_of_mine.communicate()
            assert looking.communicate("\n" * 50)[0].splitlines()[-1] == "[]"


@pytest.mark.parametrize("gone", [False, True])
async def test_commits_that_only_its_own_log_and_refs_hold_stay(yard: Yard, gone: bool) -> None:
    here, folder = worktree(yard)
    parked = [commit(folder, "below", "1"), commit(folder, "amended", "2")][1:]
    git(folder, "reset", "-q", "--hard", yard.first)
    tree = git(folder, "rev-parse", "HEAD^{tree}")
    for ref in ("refs/worktree/mine", "refs/bisect/bad"):
        command = ["git", "-C", str(folder), "commit-tree", "-p", "HEAD", "-m", ref, tree]
        made = subprocess.run(command, env={**os.environ, **IDENTITY}, capture_output=True, text=True, check=True)
        parked.append(made.stdout.strip())
        git(folder, "update-ref", ref, parked[-1])
    parked.append(git(folder, "hash-object", "-w", "README"))
    git(folder, "update-ref", "refs/worktree/blob", parked[-1])
    if gone:
        shutil.rmtree(folder)
        await service().forget_worktree(here)
    else:
        await service().remove_worktree(here, await service().ignored(here))
    assert str(folder) not in git(here.path, "worktree", "list")
    found = git(here.path, "for-each-ref", "--format=%(refname:lstrip=3)", "refs/soda/parked").split()
    assert sorted(found) == sorted(parked)


async def test_what_was_archived_outlives_a_pruning_of_tags(yard: Yard) -> None:
    place, git_service = yard.clone(), service()
    git(place.path, "switch", "-q", "-c", WORK)
    oid = commit(place.path, "work")
    git(place.path, "switch", "-q", "main")
    tag = await git_service.archive(place, WORK, oid)
    assert await git_service.drop_branch(place, WORK, oid)
    git(place.path, "fetch", "--quiet", "--prune", "--prune-tags")
    assert git(place.path, "tag", "--list", tag) == ""
    git(place.path, "reflog", "expire", "--expire=now", "--all")
    git(place.path, "gc", "--quiet", "--prune=now")
    git(place.path, "branch", WORK, oid)
