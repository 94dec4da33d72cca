"""What is looked at: edits that git does not know of, a worktree beside GitHub, labels, and a clone in a rebase."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from stations import KEY, OpenStation, Station, git

from soda_tui.cockpit.issues import LabelBook
from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import NeedCode
from soda_tui.domain.model import Repository, Worktree
from soda_tui.domain.naming import RepositoryName
from soda_tui.domain.outcome import Options
from soda_tui.domain.relabelling import Relabelling
from soda_tui.sandbox.demo import Demo

pytestmark = pytest.mark.anyio
OTHER = "github.com/acme/lantern"
PATIENCE = 20


@asynccontextmanager
async def running(station: Station) -> AsyncIterator[None]:
    """The engine's loops, as under the screen."""
    task = asyncio.create_task(station.opened.engine.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(station: Station, true: Callable[[Repository], bool], key: str = KEY) -> Repository:
    """The repository, once it is so."""
    engine = station.opened.engine
    snapshot = engine.snapshot
    async with asyncio.timeout(PATIENCE):
        while True:
            found = next(part for part in snapshot.repositories if part.key == key)
            if true(found):
                return found
            snapshot = await engine.changed(snapshot)


def tree(view: Repository) -> Worktree:
    assert view.agent.worktree is not None
    return view.agent.worktree


async def test_edits_show_in_clone_and_worktree_while_somebody_looks(station: OpenStation) -> None:
    async with station() as opened, running(opened):
        engine = opened.opened.engine
        clone = Path((await until(opened, lambda view: view.clone.dirty is False)).path)
        engine.attend({KEY})
        (clone / "README.md").write_text("changed before anything watches, or after")
        await until(opened, lambda view: view.clone.dirty is True)
        await asyncio.to_thread(git, clone, "--no-optional-locks", "restore", "README.md")
        await until(opened, lambda view: view.clone.dirty is False)
        await engine.act(KEY, Verb.POP)
        worktree = tree(await until(opened, lambda view: view.agent.worktree is not None))
        assert worktree.dirty is False
        (Path(worktree.path) / "new.txt").write_text("untracked files count as well")
        await until(opened, lambda view: tree(view).dirty is True)


async def test_what_comes_into_sight_is_looked_at_once(station: OpenStation) -> None:
    async with station() as opened, running(opened):
        engine = opened.opened.engine
        engine.attend({KEY})
        other = await until(opened, lambda view: view.clone.dirty is False, OTHER)
        Path(other.path, "README.md").write_text("changed out of sight")
        engine.attend({OTHER})
        await until(opened, lambda view: view.clone.dirty is True, OTHER)


async def test_a_worktree_is_compared_with_its_branch_on_github(station: OpenStation, tmp_path: Path) -> None:
    async with station() as opened:
        engine = opened.opened.engine
        await engine.act(KEY, Verb.POP)
        worktree = tree(await opened.view())
        assert (worktree.commits, worktree.ahead, worktree.behind) == (0, 0, 0)
        git(Path(worktree.path), "commit", "--quiet", "--allow-empty", "--message", "mine")
        assert (tree(await opened.view()).ahead, tree(await opened.view()).behind) == (1, 0)

        remote = git(Path(worktree.path), "remote", "get-url", "origin")
        subprocess.run(["git", "clone", "--quiet", remote, str(tmp_path / "else")], check=True)
        git(tmp_path / "else", "switch", "--quiet", worktree.branch or "")
        git(tmp_path / "else", "commit", "--quiet", "--allow-empty", "--message", "theirs")
        git(tmp_path / "else", "push", "--quiet", "origin", "HEAD")
        unknown = tree(await opened.view())
        assert (unknown.ahead, unknown.behind) == (None, None), "the clone has not fetched their commit"
        git(Path(worktree.path), "fetch", "--quiet")
        known = tree(await opened.view())
        assert (known.commits, known.ahead, known.behind) == (1, 1, 1)


async def test_a_clone_in_the_middle_of_a_rebase_does_not_keep_a_claim(station: OpenStation) -> None:
    async with station() as opened:
        engine = opened.opened.engine
        await engine.act(KEY, Verb.POP)
        clone = Path((await opened.view()).path)
        for branch, text in (("topic", "one"), ("main", "two")):
            git(clone, "switch", "--quiet", "-C", branch, "origin/main")
            (clone / "README.md").write_text(text)
            git(clone, "commit", "--quiet", "--all", "--message", text)
        with pytest.raises(subprocess.CalledProcessError):
            git(clone, "rebase", "--quiet", "topic")
        before = git(clone, "status", "--porcelain=v2", "--branch")
        view = await opened.view()
        assert NeedCode.CLONE_PROBLEM in {need.code for need in view.needs}
        outcome = await engine.act(KEY, Verb.RESET, Options(yes=True))
        assert outcome.ok, outcome
        assert (await opened.view()).agent.claim is None
        assert git(clone, "status", "--porcelain=v2", "--branch") == before
        refused = await engine.act(KEY, Verb.POP)
        assert not refused.ok and "a rebase" in refused.message


async def test_labels_are_read_once_and_anew_for_one_that_is_not_known(station: OpenStation, demo: Demo) -> None:
    async with station() as opened:
        engine, name = opened.opened.engine, RepositoryName("github.com", "acme", "rocket")
        github, read = opened.opened.world.github, 0
        labels = github.labels

        async def counted(asked: RepositoryName) -> object:
            nonlocal read
            read += 1
            return await labels(asked)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(github, "labels", counted)
            await (await engine.desk(KEY)).labels()
            await (await engine.desk(KEY)).relabel(1, Relabelling(("route:blocked",), ()))
            assert read == 1
            demo.people.create_label("acme/rocket", "brand-new")
            await (await engine.desk(KEY)).relabel(1, Relabelling(("brand-new",), ()))
            assert read == 2

            now = [datetime(2026, 5, 4, tzinfo=UTC)]
            book = LabelBook(opened.opened.world, lambda: now[0])
            for minutes, expected in ((0, 3), (4, 3), (5, 4), (4, 5)):
                now[0] = datetime(2026, 5, 4, tzinfo=UTC) + timedelta(minutes=minutes)
                await book.labels(name)
                assert read == expected, minutes
