"""A commit of everything holds what was named and nothing else, and what is staged is never lost for it."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from services.git.yard import WORK, Yard, commit, entry, executable, git, service

from soda_tui.cockpit.ports.git import RefUpdate
from soda_tui.cockpit.ports.place import Place
from soda_tui.domain.failure import Failure
from soda_tui.services.git.doubts import doubt_of
from soda_tui.services.git.indexlock import locked_index

pytestmark = pytest.mark.anyio

AT = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


async def ready(yard: Yard) -> Place:
    place = yard.clone()
    await service().prepare(place, WORK, yard.first)
    return place


def put(place: Place, name: str, content: str) -> None:
    path = Path(place.worktree, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


def index(place: Place) -> Path:
    return Path(git(place.worktree, "rev-parse", "--absolute-git-dir"), "index")


def hook(place: Place, script: str) -> None:
    executable(Path(place.path, ".git", "hooks", "pre-commit"), script)


async def test_a_version_that_is_only_staged_is_kept_first(yard: Yard) -> None:
    place, git_service = await ready(yard), service()
    put(place, "README", "staged\n")
    put(place, "new", "only in the index\n")
    git(place.worktree, "add", ".")
    put(place, "new", "on disk\n")
    put(place, "README", "x")
    files = await git_service.intake(place)
    before = index(place).read_bytes()
    with pytest.raises(Failure):
        await git_service.commit_all(place, files, "All", None)
    assert index(place).read_bytes() == before
    kept = await git_service.rescue_staged(place, 12, AT)
    assert kept is not None and git(place.path, "show", f"{kept.branch}^2:new") == "only in the index"
    oid = await git_service.commit_all(place, files, "All", kept)
    assert git(place.path, "show", f"{oid}:new") == "on disk" and git(place.worktree, "status", "--porcelain") == ""
    put(place, "new", "again\n")
    git(place.worktree, "add", ".")
    assert await git_service.rescue_staged(place, 12, AT) is None, "what is staged is what is on disk"
    put(place, "more", "work\n")
    git(place.worktree, "add", ".")
    first = await git_service.rescue(place, 12, AT)
    Path(place.worktree, "more").unlink()
    kept = await git_service.rescue_staged(place, 12, AT)
    assert first is not None and kept is not None and git(place.path, "show", f"{kept.branch}^2:more") == "work"
    await git_service.commit_all(place, await git_service.intake(place), "More", kept)


async def test_a_refused_commit_leaves_the_index_as_it_was(yard: Yard) -> None:
    place, git_service = await ready(yard), service()
    put(place, "new", "work\n")
    files, before = await git_service.intake(place), index(place).read_bytes()
    hook(place, "echo not like this >&2; exit 1")
    with pytest.raises(Failure, match="not like this"):
        await git_service.commit_all(place, files, "All", None)
    assert index(place).read_bytes() == before
    assert sorted(each.name for each in index(place).parent.glob("*.lock")) == []


async def test_what_was_not_named_is_neither_committed_nor_pushed(yard: Yard) -> None:
    place, git_service = await ready(yard), service()
    put(place, "new", "work\n")
    put(place, ".agent-workspace/state", "theirs\n")
    git(place.worktree, "add", ".agent-workspace")
    files = await git_service.intake(place)
    assert [one.path for one in files] == ["new"]
    with pytest.raises(Failure, match=r"\.agent-workspace/state"):
        await git_service.commit_all(place, files, "All", None)
    assert git(place.worktree, "rev-parse", "HEAD") == yard.first
    git(place.worktree, "restore", "--staged", ".agent-workspace")
    hook(place, "echo x >made; git add made; echo ghp_" + "a" * 36 + " >new; git add new")
    with pytest.raises(Failure, match=r"made, new .*token") as caught:
        await git_service.commit_all(place, files, "All", None)
    assert git(place.worktree, "rev-parse", "--short=12", "HEAD") in caught.value.problem.message


async def test_what_a_hook_put_in_is_not_pushed_later_unless_it_is_named(yard: Yard) -> None:
    place, git_service = await ready(yard), service()
    put(place, "new", "work\n")
    hook(place, "echo A=1 >.env; git add -f .env; rm .env")
    with pytest.raises(Failure, match=r"\.env"):
        await git_service.commit_all(place, await git_service.intake(place), "All", None)
    executable(Path(place.path, ".git", "hooks", "pre-commit"), "exit 1")
    put(place, "new", "more work\n")
    with pytest.raises(Failure):
        await git_service.commit_all(place, await git_service.intake(place), "More", None)
    Path(place.path, ".git", "hooks", "pre-commit").unlink()
    git(place.worktree, "rm", "--quiet", "--cached", "--ignore-unmatch", ".env")
    head = await git_service.commit_all(place, await git_service.intake(place), "More", None)
    assert ".env" not in git(place.worktree, "ls-tree", "--name-only", head).split()
    with pytest.raises(Failure, match=r"\.env \(named like credentials\)"):
        await git_service.append(place, entry("1"), None, RefUpdate(WORK, head, None), hooks=True)
    assert git(place.path, "ls-remote", "origin", WORK) == ""
    named = RefUpdate(WORK, head, None, (".env",))
    assert (await git_service.append(place, entry("1"), None, named, hooks=True)).mine
    assert git(place.path, "for-each-ref", "refs/soda/unseen") == ""


async def test_a_commit_whose_index_a_kill_left_behind_is_only_finished(yard: Yard) -> None:
    place, git_service = await ready(yard), service()
    put(place, "new", "work\n")
    old = index(place).read_bytes()
    oid = commit(place.worktree, "new", "work\n")
    index(place).write_bytes(old)
    files = await git_service.intake(place)
    assert await git_service.commit_all(place, files, "All", None) == oid
    assert git(place.worktree, "status", "--porcelain") == ""


async def test_a_lock_that_somebody_works_under_is_no_stale_one(yard: Yard) -> None:
    place, git_service = await ready(yard), service()
    put(place, "new", "work\n")
    rescue = await git_service.rescue(place, 12, AT)
    assert rescue is not None
    with locked_index(place.worktree):
        assert (await git_service.stakes(place)).locks == (f"{index(place)}.lock",)
        with pytest.raises(Failure, match=r"index\.lock"):
            await git_service.clear(place, rescue)
        with pytest.raises(Failure, match=r"index\.lock"):
            await git_service.commit_all(place, await git_service.intake(place), "All", None)
        assert Path(place.worktree, "new").exists()
    assert (await git_service.stakes(place)).locks == ()


async def cleared_after(place: Place, mend: Callable[[], object]) -> None:
    """What the system refuses is told with the branch that holds the work, and can be done again once it is mended."""
    rescue = await service().rescue(place, 12, AT)
    assert rescue is not None
    with pytest.raises(Failure, match=rescue.branch):
        await service().clear(place, rescue)
    assert Path(place.worktree, "closed/b").exists()
    mend()
    await service().clear(place, rescue)
    assert git(place.worktree, "status", "--porcelain") == ""


async def test_without_its_lock_nothing_is_taken_away(yard: Yard) -> None:
    place = await ready(yard)
    put(place, "closed/b", "two\n")
    in_the_way = index(place).with_name("soda-tui-cleared")
    in_the_way.mkdir()
    await cleared_after(place, in_the_way.rmdir)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
async def test_a_clearing_that_the_system_stops_goes_on(yard: Yard) -> None:
    place = await ready(yard)
    put(place, "a", "one\n")
    put(place, "closed/b", "two\n")
    closed = Path(place.worktree, "closed")
    closed.chmod(0o555)
    await cleared_after(place, lambda: closed.chmod(0o755))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        *((name, "x") for name in (".pypirc", "home/.netrc", "KubeConfig", ".kube/config", "a/.docker/config.json")),
        *((name, "x") for name in ("id_ecdsa_sk", ".aws/credentials", "deploy_rsa", "my-service-account.json")),
        (".npmrc", "//registry.example/:_authToken=abc\n"),
        ("key.json", '{"type": "service_account", "private_key": "-----BEGIN PRIVATE KEY-----\\nMII"}'),
        ("ctx.yaml", "client-key-data: " + "A" * 40),
    ],
)
def test_credentials_are_known_by_name_or_content(name: str, content: str) -> None:
    assert doubt_of(name, len(content), content.encode()) is not None


@pytest.mark.parametrize("name", ["config.json", "src/config", ".npmrc", "id_rsa.pub", ".env.example", "identity.py"])
def test_ordinary_files_are_not_doubted(name: str) -> None:
    assert doubt_of(name, 9, b"_authToken=${TOKEN}\n_password = self.password\n") is None
