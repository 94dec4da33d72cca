"""Looking at clones: one on a disk that hangs keeps nobody, and its remedies mend."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest
from services.git.yard import Yard, git

from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.health.facts import CloneLook
from soda_tui.domain.naming import RepositoryName
from soda_tui.services.git.access import Access
from soda_tui.services.git.gitdir import git_dir
from soda_tui.services.health import clones
from soda_tui.services.health.clones import Clones


def enrolled(path: str, name: str = "rocket") -> Enrolment:
    """A repository with its clone."""
    return Enrolment(RepositoryName("github.com", "acme", name), path)


async def looked(path: str, *others: Enrolment) -> CloneLook:
    """A clone as it is."""
    looking = Clones(Access(lambda _: None, lambda _: None))
    try:
        return await looking.look(enrolled(path), (), others)
    finally:
        await looking.close()


def test_a_disk_that_hangs_keeps_neither_the_others_nor_the_end(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    place, answers = yard.clone(), threading.Event()

    def hangs(directory: str | Path) -> Path | None:
        if str(directory) == "/dead":
            answers.wait()
        return git_dir(directory)

    monkeypatch.setattr(clones, "git_dir", hangs)
    monkeypatch.setattr(clones, "_PATIENCE", 0.1)
    # What would wait for it for ever is let go in the end, so that the test fails.
    late = threading.Timer(20, answers.set)
    late.start()

    async def both() -> tuple[CloneLook, bool]:
        well = await looked(place.path, enrolled("/dead", "dead"), enrolled(place.path, "twin"))
        try:
            async with asyncio.timeout(0.1):
                await looked("/dead")
        except TimeoutError:
            return well, True
        return well, False

    well, timed_out = asyncio.run(both())
    assert timed_out and not answers.is_set(), "the program ends although the disk does not answer"
    assert well.same_as == "acme/twin" and well.facts.problem is None
    late.cancel()
    answers.set()


def test_files_that_are_gone_are_brought_back_by_what_is_said(yard: Yard) -> None:
    place = yard.clone()
    path = Path(place.path)
    assert asyncio.run(looked(place.path)).refilling == ""
    for index, files in ((False, False), (False, True), (True, False)):
        if not index:
            (path / ".git" / "index").unlink()
        if not files:
            for name in git(path, "ls-tree", "-r", "--name-only", "HEAD").splitlines():
                (path / name).unlink()
        remedy = asyncio.run(looked(place.path)).refilling
        git(path, *remedy.split())
        assert git(path, "status", "--porcelain") == "", remedy
        assert asyncio.run(looked(place.path)).refilling == ""


def test_what_pushes_elsewhere_is_taken_out_where_it_stands(
    yard: Yard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, user = yard.clone(), tmp_path / "gitconfig"
    user.touch()
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(user))
    url = git(place.path, "remote", "get-url", "origin")
    for where, key in (
        ("--local", "url.file:///elsewhere.git.pushInsteadOf"),
        ("--global", "url.file:///elsewhere.git.pushInsteadOf"),
        ("--global", "remote.origin.pushurl"),
        ("--local", "remote.origin.pushurl"),
    ):
        git(place.path, "config", where, key, "file:///elsewhere.git" if key.endswith("url") else url)
        found = asyncio.run(looked(place.path))
        assert found.elsewhere is not None and found.unpushing.startswith(f"git -C {place.path} config ")
        git(place.path, *found.unpushing.split()[3:])
        assert asyncio.run(looked(place.path)).elsewhere is None, found.unpushing
