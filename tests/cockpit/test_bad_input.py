"""Clones, repositories and surroundings that are not as they should be: a sentence for each, the others unharmed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from stations import KEY, OpenStation, Station

from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import NeedCode, Status
from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.model import Repository, Snapshot
from soda_tui.domain.outcome import Options
from soda_tui.sandbox.demo import Demo
from soda_tui.sandbox.faults import Fault

pytestmark = pytest.mark.anyio
Break = Callable[[Path], None]


def git(path: Path, *arguments: str, check: bool = True) -> None:
    subprocess.run(["git", "-C", str(path), *arguments], check=check, capture_output=True, timeout=30)


def make_bare(clone: Path) -> None:
    shutil.rmtree(clone)
    subprocess.run(["git", "init", "--quiet", "--bare", str(clone)], check=True, timeout=30)


def rebase(clone: Path) -> None:
    (clone / "README.md").write_text("mine\n")
    git(clone, "commit", "--quiet", "--all", "--message", "mine")
    git(clone, "switch", "--quiet", "--create", "other", "HEAD~1")
    (clone / "README.md").write_text("theirs\n")
    git(clone, "commit", "--quiet", "--all", "--message", "theirs")
    git(clone, "rebase", "main", check=False)
    assert (clone / ".git" / "rebase-merge").exists()


@pytest.fixture
def clone(demo: Demo) -> Path:
    return next(path for name, path in demo.places if name.key == KEY)


def others_are_fine(snapshot: Snapshot) -> bool:
    others = [part for part in snapshot.repositories if part.key != KEY]
    return len(others) == 2 and all(
        part.error is None and part.clone.problem is None and part.queue and part.agent.status is Status.IDLE
        for part in others
    )


async def look(here: Station) -> Repository:
    snapshot = await here.opened.engine.refresh()
    assert others_are_fine(snapshot)
    return next(part for part in snapshot.repositories if part.key == KEY)


@pytest.mark.parametrize(
    "damage,words",
    [
        pytest.param(shutil.rmtree, "is not there", id="missing"),
        pytest.param(make_bare, "bare", id="bare"),
        pytest.param(lambda path: git(path, "remote", "remove", "origin"), "origin", id="without origin"),
        pytest.param(rebase, "rebase", id="mid-rebase"),
        pytest.param(lambda path: shutil.rmtree(path / ".git"), "clone", id="no repository"),
    ],
)
async def test_a_clone_that_cannot_be_used(station: OpenStation, clone: Path, damage: Break, words: str) -> None:
    damage(clone)
    async with station() as here:
        view = await look(here)
        assert view.clone.problem is not None and words in view.clone.problem
        assert view.clone.problem.endswith(".")
        assert "clone_problem" in [need.code for need in view.needs]
        refused = await here.opened.engine.act(KEY, Verb.POP)
        assert refused.problem is not None and words in refused.message
        assert others_are_fine(here.opened.engine.snapshot)


async def test_a_detached_head_is_no_obstacle(station: OpenStation, clone: Path) -> None:
    git(clone, "switch", "--quiet", "--detach")
    async with station() as here:
        view = await look(here)
        assert view.clone.branch is None and view.clone.problem is None
        assert (await here.opened.engine.act(KEY, Verb.POP)).ok


async def test_a_renamed_repository_is_still_the_same(station: OpenStation, demo: Demo) -> None:
    async with station() as here:
        await look(here)
        demo.people.rename("acme/rocket", "starship")
        view = await look(here)
        assert view.name == "acme/rocket" and view.url is not None and "starship" in view.url
        assert any("acme/starship" in need.message for need in view.needs)
    async with station("new") as fresh:
        assert any("acme/starship" in need.message for need in (await look(fresh)).needs)


async def test_an_archived_repository_is_only_watched(station: OpenStation, demo: Demo) -> None:
    demo.people.archive("acme/rocket")
    async with station() as here:
        assert (await look(here)).archived
        refused = await here.opened.engine.act(KEY, Verb.POP)
        assert refused.problem is not None and "archived" in refused.message


async def test_an_unknown_repository_leaves_the_others_whole(station: OpenStation, demo: Demo) -> None:
    demo.people.delete_repository("acme/rocket")
    async with station() as here:
        view = await look(here)
        assert view.error is not None and view.error.code is ErrorCode.NOT_FOUND


async def test_without_a_network_the_last_snapshot_stays_and_says_its_age(station: OpenStation, demo: Demo) -> None:
    async with station() as here:
        known = await look(here)
    demo.world.faults.order(Fault.DROP_BEFORE, times=99)
    async with station() as here:
        snapshot = await here.opened.engine.refresh()
        view = next(part for part in snapshot.repositories if part.key == KEY)
        assert view.stale and view.queue == known.queue and view.fetched_at == known.fetched_at
        assert view.error is not None and view.error.code is ErrorCode.NETWORK
        assert not snapshot.complete
        refused = await here.opened.engine.act(KEY, Verb.POP, Options())
        assert refused.problem is not None and refused.problem.code is ErrorCode.NETWORK


async def test_a_clone_of_another_repository_is_never_worked_in(station: OpenStation, demo: Demo) -> None:
    rocket = next(path for name, path in demo.places if name.key == KEY)
    git(rocket, "remote", "set-url", "origin", "https://github.com/acme/another.git")
    async with station() as here:
        refused = await here.opened.engine.act(KEY, Verb.POP, Options(yes=True))
        assert refused.problem is not None and refused.problem.code is ErrorCode.CLONE
        assert "belongs to acme/another" in refused.message
        assert NeedCode.CLONE_PROBLEM in [need.code for need in (await here.view()).needs]
