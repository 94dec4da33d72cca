"""Nothing that a person or an agent has not committed gets lost: it is kept first, seen to be kept, and comes back."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from services.git.yard import WORK, Yard, commit, executable, git, service

from soda_tui.cockpit.ports.place import Place
from soda_tui.domain.failure import Failure
from soda_tui.domain.stakes import Rescue
from soda_tui.services.git import indexlock
from soda_tui.services.git.service import GitService

pytestmark = pytest.mark.anyio

AT = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
BRANCH = "soda-rescue/12-20260504T120000Z"
ODD = b"two\nlines", b"-rf", b"\xff\xfe not utf-8", b" space ", b'quo"te', b"*", b":(top)x", b"fol der/\t.txt"
Shape = dict[bytes, tuple[int, bytes]]


def shape(directory: str | Path) -> Shape:
    """Every file below a directory but git's own: its kind and whether it can be executed, and its bytes."""
    found: Shape = {}
    for folder, folders, names in os.walk(directory):
        folders[:] = [name for name in folders if name != ".git"]
        for path in (Path(folder, name) for name in (*names, *folders)):
            mode = path.lstat().st_mode
            if path.name == ".git" or stat.S_ISDIR(mode):
                continue
            content = os.fsencode(path.readlink()) if stat.S_ISLNK(mode) else path.read_bytes()
            found[os.fsencode(path.relative_to(directory))] = (stat.S_IFMT(mode) | mode & stat.S_IXUSR, content)
    return found


def put(directory: str | Path, name: bytes, content: bytes = b"work\n") -> None:
    path = Path(directory, os.fsdecode(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def state(place: Place) -> tuple[Shape, str, str, bytes]:
    """What a rescue must leave alone: files, branch, what is staged, and the index itself."""
    index = Path(git(place.worktree, "rev-parse", "--absolute-git-dir"), "index")
    kept = index.read_bytes() if index.exists() else b""
    staged = git(place.worktree, "ls-files", "--stage", "-z")
    index.write_bytes(kept)
    return shape(place.worktree), Path(index.parent, "HEAD").read_text(), staged, kept


async def ready(yard: Yard) -> Place:
    place = yard.clone()
    await service().prepare(place, WORK, yard.first)
    return place


async def kept(place: Place, git_service: GitService | None = None) -> Rescue:
    """A rescue that leaves the worktree as it was."""
    before = state(place)
    rescue = await (git_service or service()).rescue(place, 12, AT)
    assert state(place) == before
    assert rescue is not None
    return rescue


async def there_and_back(place: Place) -> Rescue:
    """Keep, clear and undo: the files are the same again."""
    before = shape(place.worktree)
    rescue = await kept(place)
    await service().clear(place, rescue)
    assert git(place.worktree, "status", "--porcelain") == ""
    assert not (await service().stakes(place)).at_risk
    cleared = shape(place.worktree)
    bring(rescue.undo)
    apart = shape(rescue.folder)
    # Beside the clone are the files that git has, as git puts them on disk today, with just those of the rescue.
    assert before.items() - cleared.items() <= apart.items() and not (cleared.keys() - before.keys()) & apart.keys()
    bring(rescue.back)
    assert shape(place.worktree) == before
    return rescue


def bring(line: str) -> None:
    done = subprocess.run(line, shell=True, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


async def refused(place: Place) -> str:
    """The sentence with which a rescue is refused; nothing is touched, no branch is left."""
    before = shape(place.worktree)
    with pytest.raises(Failure) as caught:
        await service().rescue(place, 12, AT)
    assert shape(place.worktree) == before
    assert git(place.path, "branch", "--list", "soda-rescue/*") == ""
    return caught.value.problem.message


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


async def test_a_submodule_of_another_branch_is_in_nobodys_way(yard: Yard) -> None:
    place = await ready(yard)
    url = yard.remote.as_uri()
    git(place.worktree, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", url, "deep/sub")
    git(place.worktree, "commit", "-q", "-m", "Add sub")
    await service().prepare(place, "agent001/13-next", yard.first)
    assert git(place.worktree, "status", "--porcelain") == "?? deep/"
    assert not (await service().stakes(place)).at_risk
    facts = await service().inspect(place, None, None)
    assert facts.worktree is not None
    assert facts.worktree.changes == ()
    put(place.worktree, b"deep/work")
    before = shape(place.worktree)
    rescue = await kept(place)
    await service().clear(place, rescue)
    assert shape(place.worktree) == {name: one for name, one in before.items() if name != b"deep/work"}
    await service().prepare(place, WORK, git(place.path, "rev-parse", WORK))
    assert git(place.worktree, "status", "--porcelain") == ""
    await service().prepare(place, "agent001/13-next", yard.first)
    put(place.worktree, b"deep/sub/own")
    assert (await service().stakes(place)).submodules == ("deep/sub/",)


async def test_filters_of_the_users_count_and_a_missing_one_refuses(yard: Yard) -> None:
    place = await ready(yard)
    git(place.path, "config", "filter.upper.clean", "tr a-z A-Z")
    git(place.path, "config", "filter.upper.smudge", "tr A-Z a-z")
    put(place.worktree, b".gitattributes", b"*.up filter=upper\n")
    put(place.worktree, b"word.up", b"word\n")
    rescue = await there_and_back(place)
    assert git(place.path, "show", f"{rescue.branch}:word.up") == "WORD"
    git(place.path, "branch", "-D", rescue.branch)
    put(place.worktree, b"Mixed.up", b"Mixed\n")
    assert "Mixed.up" in await refused(place)
    for required in ("true", "false"):
        git(place.path, "config", "filter.upper.required", required)
        git(place.path, "config", "filter.upper.clean", "no-such-program")
        assert "no-such-program" in await refused(place)


async def test_line_ends_that_git_would_change_for_good_are_kept(yard: Yard) -> None:
    place = await ready(yard)
    git(place.path, "config", "core.safecrlf", "true")
    put(place.worktree, b".gitattributes", b"* text=auto\n")
    put(place.worktree, b"mixed", b"one\r\ntwo\n")
    put(place.worktree, b"crlf", b"one\r\ntwo\r\n")
    await there_and_back(place)


async def test_what_git_would_not_give_back_is_kept_as_it_is(yard: Yard) -> None:
    place = await ready(yard)
    put(place.worktree, b".gitattributes", b"*.bat text eol=crlf\n*.c ident\n")
    put(place.worktree, b"tool.bat", b"one\r\n")
    git(place.worktree, "add", ".")
    git(place.worktree, "commit", "-q", "-m", "Attributes")
    git(place.path, "config", "core.autocrlf", "true")
    for number in range(120):
        put(place.worktree, b"new/%d, it's.txt" % number, b"one\ntwo\n")
    for name in ODD:
        put(place.worktree, name)
    put(place.worktree, b"tool.bat", b"two\n")
    put(place.worktree, b"main.c", b"/* $Id: mine $ */\n")
    put(place.worktree, b"as usual", b"one\r\n")
    Path(place.worktree, "new", "0, it's.txt").chmod(0o755)
    rescue = await there_and_back(place)
    assert git(place.path, "ls-tree", "-r", "--name-only", f"{rescue.branch}^2") == git(
        place.path, "ls-tree", "-r", "--name-only", f"{rescue.branch}^1"
    )
    listed = await service().leftovers(place, "main", ())
    assert [one.verbatim for one in listed.rescues] == [True]
    # The same bytes in git's eyes, and yet others on disk, are no rescue that is there already.
    put(place.worktree, b"tool.bat", b"two\r\n")
    another = await service().rescue(place, 12, AT)
    assert another is not None
    assert another.oid != rescue.oid


async def test_hooks_signing_and_a_missing_name_do_not_matter(yard: Yard, empty_home: Path) -> None:
    place = await ready(yard)
    for hook in (
        "pre-commit",
        "commit-msg",
        "post-commit",
        "reference-transaction",
        "post-checkout",
        "post-index-change",
    ):
        executable(Path(place.path, ".git", "hooks", hook), f"touch {yard.root}/ran; exit 1")
    (empty_home / ".gitconfig").write_text("[user]\n\tname =\n\temail =\n[commit]\n\tgpgSign = true\n")
    put(place.worktree, b"new")
    await service().clear(place, await kept(place))
    assert not (yard.root / "ran").exists()
    assert "gpgsig" not in git(place.path, "cat-file", "commit", BRANCH)


async def test_names_that_are_taken(yard: Yard) -> None:
    place = await ready(yard)
    put(place.worktree, b"new", b"1")
    assert (await kept(place)).branch == BRANCH
    assert (await kept(place)).branch == BRANCH
    put(place.worktree, b"new", b"2")
    assert (await kept(place)).branch == f"{BRANCH}-2"
    put(place.worktree, b"new", b"1")
    assert (await kept(place)).branch == BRANCH
    git(place.path, "branch", "-D", BRANCH, f"{BRANCH}-2")
    git(place.path, "branch", "soda-rescue")
    with pytest.raises(Failure, match="soda-rescue"):
        await service().rescue(place, 12, AT)


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


async def test_work_that_git_was_told_not_to_see_is_not_switched_away(yard: Yard) -> None:
    place = await ready(yard)
    git(place.worktree, "update-index", "--assume-unchanged", "README")
    put(place.worktree, b"README", b"hidden\n")
    with pytest.raises(Failure, match="README"):
        await service().prepare(place, "agent001/13-next", yard.first)
    assert Path(place.worktree, "README").read_text() == "hidden\n"


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
