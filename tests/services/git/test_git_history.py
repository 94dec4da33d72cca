"""What the commits say."""

from __future__ import annotations

from pathlib import Path

import pytest
from services.git.yard import WORK, Yard, commit, executable, git, service

from soda_tui.domain.failure import ErrorCode, Failure

pytestmark = pytest.mark.anyio


async def test_containing(yard: Yard) -> None:
    place = yard.clone()
    later = commit(place.path, "later")
    assert await service().holds(place, yard.first, later)
    assert await service().holds(place, yard.first, "main")
    assert not await service().holds(place, later, yard.first)
    with pytest.raises(Failure) as caught:
        await service().holds(place, "f" * 40, later)
    assert "f" * 40 in caught.value.problem.message
    with pytest.raises(Failure):
        await service().holds(place, "--all", later)


async def test_where_two_histories_meet(yard: Yard) -> None:
    place = yard.clone()
    one = commit(place.path, "one")
    git(place.path, "switch", "-q", "-c", WORK, yard.first)
    two = commit(place.path, "two")
    git(place.path, "switch", "-q", "--orphan", "apart")
    apart = commit(place.path, "apart")
    assert await service().merge_base(place, one, two) == yard.first
    assert await service().merge_base(place, "main", yard.first) == yard.first
    assert await service().merge_base(place, one, WORK) == yard.first
    assert await service().merge_base(place, one, apart) is None
    for name in ("f" * 40, "--all"):
        with pytest.raises(Failure) as caught:
            await service().merge_base(place, one, name)
        assert name in caught.value.problem.message


async def test_commits_are_told_oldest_first(yard: Yard) -> None:
    place = yard.clone()
    executable(
        yard.root / "gpg",
        "cat >/dev/null; echo '[GNUPG:] SIG_CREATED ' >&2;"
        " echo '-----BEGIN PGP SIGNATURE-----'; echo '-----END PGP SIGNATURE-----'",
    )
    git(place.path, "config", "gpg.program", str(yard.root / "gpg"))
    git(place.path, "config", "commit.gpgSign", "true")
    git(place.path, "config", "log.showSignature", "true")
    git(place.path, "config", "color.ui", "always")
    one = commit(place.path, "one", message="Do one\n\nBecause.\n\n\x1b[31mRed.\x1b[0m")
    two = commit(place.path, "two", message="Do two \u202e")
    told = await service().commits(place, yard.first, "HEAD")
    assert [(c.oid, c.subject, c.body) for c in told] == [(one, "Do one", "Because.\n\nRed."), (two, "Do two", "")]
    assert await service().commits(place, two, two) == ()
    with pytest.raises(Failure) as caught:
        await service().commits(place, "gone", "HEAD")
    assert caught.value.problem.code is ErrorCode.GIT


async def test_of_many_commits_the_newest_hundred(yard: Yard) -> None:
    place = yard.clone()
    for number in range(105):
        git(place.path, "commit", "-q", "--allow-empty", "-m", f"Step {number}")
    told = await service().commits(place, yard.first, "HEAD")
    assert [told[0].subject, told[-1].subject, len(told)] == ["Step 5", "Step 104", 100]


async def test_files(yard: Yard) -> None:
    place = yard.clone()
    commit(place.path, ".github/pull_request_template.md", "## What\r\n\x1b[2Jwhy ü")
    Path(place.path, "link.md").symlink_to("/etc/passwd")
    commit(place.path, "folder.md/file")
    git(place.path, "add", "link.md")
    git(place.path, "commit", "-q", "-m", "link")
    head = git(place.path, "rev-parse", "HEAD")
    paths = ["gone.md", "folder.md", "link.md", "*.md", "-x", ".github/pull_request_template.md", "README"]
    assert await service().file(place, head, paths) == "## What\nwhy ü"
    assert await service().file(place, head, paths, limit=7) == "## What"
    assert await service().file(place, head, paths[:4]) is None
    assert await service().file(place, yard.first, [".github/pull_request_template.md", "README"]) == "x"
    with pytest.raises(Failure):
        await service().file(place, WORK, paths)
