"""The remote that a clone names is asked of git once for each content of its configuration."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from stations import git

from soda_tui.services.git.origin import Origins
from soda_tui.services.git.process import Deadlines, Finished, Runner

pytestmark = pytest.mark.anyio
URL = "https://github.com/acme/rocket.git"


@pytest.fixture
async def runner() -> AsyncIterator[Runner]:
    """Git as it is."""
    made = Runner()
    yield made
    await made.close()


class Counting:
    """A git that counts how often it is asked."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self.asked = 0

    async def run(self, path: str, *arguments: str, deadline: float) -> Finished:
        self.asked += 1
        return await self._runner.run(path, *arguments, deadline=deadline)


async def test_an_answer_stands_until_the_configuration_changes(tmp_path: Path, runner: Runner) -> None:
    clone = tmp_path / "clone"
    clone.mkdir()
    git(clone, "init", "--quiet")
    asking = Counting(runner)
    origins = Origins(asking, Deadlines())  # type: ignore[arg-type]
    assert (await origins.of(str(clone))).code == 1
    git(clone, "remote", "add", "origin", URL)
    assert [(await origins.of(str(clone))).text for _ in range(3)] == [URL] * 3
    assert asking.asked == 2
    git(clone, "remote", "set-url", "origin", URL + "2")
    assert (await origins.of(str(clone))).text == URL + "2"
    git(clone, "remote", "remove", "origin")
    assert (await origins.of(str(clone))).code == 1


async def test_what_others_files_may_change_is_asked_each_time(tmp_path: Path, runner: Runner) -> None:
    clone, other = tmp_path / "clone", tmp_path / "other.inc"
    clone.mkdir()
    git(clone, "init", "--quiet")
    git(clone, "remote", "add", "origin", URL)
    git(clone, "config", "include.path", str(other))
    origins = Origins(runner, Deadlines())
    assert (await origins.of(str(clone))).text == URL
    other.write_text(f'[remote "origin"]\n\turl = {URL}3\n')
    assert (await origins.of(str(clone))).text == URL + "3"
