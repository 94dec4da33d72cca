"""What the user's own git says, hooks, filters, line ends, signing, names, changes nothing of what is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from services.git.rescuing import AT, BRANCH, ODD, kept, put, ready, refused, shape, there_and_back
from services.git.yard import WORK, Yard, executable, git, service

from soda_tui.domain.failure import Failure

pytestmark = pytest.mark.anyio


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
