"""Clones are found below a folder, bounded and through no link, and nothing in them is run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from services.git.yard import commit, executable, git

from soda_tui.domain.failure import Failure
from soda_tui.services import scanning
from soda_tui.services.git.service import GitService
from soda_tui.services.scanning import LocalClones

pytestmark = pytest.mark.anyio


def clone(path: Path, url: str | None = None) -> Path:
    """A repository that a clone could be."""
    path.mkdir(parents=True)
    git(path, "init", "-q")
    if url is not None:
        git(path, "remote", "add", "origin", url)
    return path


async def found(top: Path) -> dict[str, str | None]:
    """The repositories by the path of their clones, below the folder."""
    git_service = GitService(lambda _: None, lambda _: None)
    try:
        scan = await LocalClones(git_service).scan(str(top))
    finally:
        await git_service.close()
    assert scan.folder == str(top.resolve())
    return {os.path.relpath(one.path, top.resolve()): one.name.full if one.name else None for one in scan.clones}


async def test_clones_are_found_and_nothing_else(tmp_path: Path) -> None:
    top = tmp_path / "src"
    rocket = clone(top / "rocket", "https://github.com/acme/rocket.git")
    commit(rocket, "a")
    git(rocket, "worktree", "add", "-q", str(top / "rocket-worktree"))
    clone(top / "work" / "deep" / "teapot", "git@github.com:acme/teapot.git")
    clone(top / "work" / "alias", "git@github.com-work:acme/lamp.git")
    clone(top / "bare-of-remotes")
    for passed in ("node_modules", ".cache", "rocket/inside", "vendor", "1/2/3/4/5/6"):
        clone(top / passed / "left-out", "https://github.com/acme/left-out")
    git(tmp_path, "init", "-q", "--bare", str(top / "mirror.git"))
    (top / "loop").symlink_to(top)
    (top / "work" / "elsewhere").symlink_to(rocket)
    assert await found(top) == {
        "bare-of-remotes": None,
        "rocket": "acme/rocket",
        "work/alias": None,
        "work/deep/teapot": "acme/teapot",
    }
    assert await found(top / "loop" / "rocket") == {".": "acme/rocket", "inside/left-out": "acme/left-out"}


async def test_a_home_that_is_a_repository_lends_its_name_to_nothing_below(tmp_path: Path) -> None:
    top = clone(tmp_path / "me", "https://github.com/me/dotfiles")
    clone(top / "src" / "rocket", "https://github.com/acme/rocket")
    clone(top / "src" / "damaged", "https://github.com/acme/damaged")
    (top / "src" / "damaged" / ".git" / "config").write_text("[remote\n")
    (top / "src" / "empty" / ".git").mkdir(parents=True)
    assert await found(top) == {
        ".": "me/dotfiles",
        "src/damaged": None,
        "src/empty": None,
        "src/rocket": "acme/rocket",
    }
    service = GitService(lambda _: None, lambda _: None)
    problems = {Path(one.path).name: one.problem for one in (await LocalClones(service).scan(str(top))).clones}
    assert "bad config line 1" in problems["damaged"] and "no remote" not in problems["damaged"]
    assert "is not the top of a git clone" in problems["empty"]
    await service.close()


async def test_a_hostile_clone_runs_nothing(tmp_path: Path) -> None:
    top, proof = tmp_path / "src", tmp_path / "proof"
    evil = clone(top / "evil", "https://github.com/acme/evil")
    program = tmp_path / "program"
    executable(program, f"touch {proof}")
    for key in ("core.fsmonitor", "core.sshCommand", "core.pager", "credential.helper", "alias.remote", "core.editor"):
        git(evil, "config", key, f"!{program}" if key.startswith("alias") else str(program))
    executable(evil / ".git" / "hooks" / "post-checkout", f"touch {proof}")
    (evil / ".env").write_text("GH_TOKEN=stolen\n")
    assert await found(top) == {"evil": "acme/evil"}
    assert not proof.exists()


async def test_a_search_has_an_end_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        clone(tmp_path / "src" / f"one-{number}", f"https://github.com/acme/one-{number}")
    monkeypatch.setattr(scanning, "_MOST_CLONES", 4)
    service = GitService(lambda _: None, lambda _: None)
    scan = await LocalClones(service).scan(str(tmp_path / "src"))
    assert len(scan.clones) == 4 and "there may be more clones" in scan.cut
    late = await LocalClones(service, iter(range(0, 1000, 11)).__next__).scan(str(tmp_path / "src"))
    assert late.clones == () and "After 0 folders" in late.cut
    await service.close()


async def test_what_is_no_folder_is_a_sentence(tmp_path: Path) -> None:
    service = GitService(lambda _: None, lambda _: None)
    (tmp_path / "file").touch()
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    for path in ("missing", "file", "circle"):
        with pytest.raises(Failure, match="no folder that can be read"):
            await LocalClones(service).scan(str(tmp_path / path))
    assert await LocalClones(service).names(str(tmp_path / "missing")) == frozenset()
    await service.close()
