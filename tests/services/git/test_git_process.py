"""Git processes: bounded in time and size, deaf to their surroundings, and a sentence where there is no git."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from services.git.yard import Yard, executable, git

from soda_tui.domain.failure import ErrorCode, Failure
from soda_tui.services.git.environment import configuration, ssh
from soda_tui.services.git.process import Runner

pytestmark = pytest.mark.anyio


def gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody has waited for counts as ended."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return not state.strip() or state.strip().startswith("Z")


async def until(condition: object, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end, "the condition did not come true"
        await asyncio.sleep(0.02)


async def test_the_deadline_ends_git_and_all_that_it_started(yard: Yard, tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    alias = f"alias.hang=!sleep 60 & echo $! >{mark}; wait"
    started = time.monotonic()
    finished = await Runner().run(str(yard.remote), "-c", alias, "hang", deadline=0.5)
    assert finished.code is None
    assert time.monotonic() - started < 10
    await until(lambda: gone(int(mark.read_text())))


async def test_cancelling_ends_git(yard: Yard, tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    alias = f"alias.hang=!sleep 60 & echo $! >{mark}; wait"
    task = asyncio.create_task(Runner().run(str(yard.remote), "-c", alias, "hang", deadline=60))
    await until(lambda: mark.exists() and mark.read_text().strip())
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(lambda: gone(int(mark.read_text())))


async def test_what_git_leaves_running_is_not_waited_for(yard: Yard, tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    alias = f"alias.leave=!sleep 60 & echo $! >{mark}; echo done"
    started = time.monotonic()
    finished = await Runner().run(str(yard.remote), "-c", alias, "leave", deadline=30)
    assert (finished.code, finished.text) == (0, "done")
    assert time.monotonic() - started < 15
    os.kill(int(mark.read_text()), 9)


async def test_output_is_bounded(yard: Yard) -> None:
    alias = "alias.flood=!head -c 20000000 /dev/zero; echo err >&2"
    finished = await Runner().run(str(yard.remote), "-c", alias, "flood", deadline=60)
    assert (finished.code, len(finished.out), finished.err) == (0, 8 * 1024 * 1024, "err\n")


async def test_of_many_rows_only_the_wanted_ones_count(yard: Yard) -> None:
    many = b"H file\0" * 1_500_000
    finished = await Runner().run(
        yard.clone().path, "stripspace", deadline=60, feed=b"S first\0" + many + b"S last\0", rows=b"S "
    )
    assert finished.out == b"S first\0S last\0"


async def test_a_surrounding_git_command_does_not_lead_astray(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    place = yard.clone()
    monkeypatch.setenv("GIT_DIR", str(yard.remote))
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere/index")
    finished = await Runner().run(place.path, "rev-parse", "--absolute-git-dir", deadline=30)
    assert finished.text == f"{Path(place.path).resolve()}/.git"


async def test_a_folder_inside_another_repository_is_not_that_repository(yard: Yard) -> None:
    folder = Path(yard.clone().path, "sub")
    folder.mkdir()
    assert (await Runner().run(str(folder), "status", deadline=30)).code == 128
    assert (await Runner().run(str(folder), "status", deadline=30, upwards=True)).code == 0


async def test_nothing_asks(yard: Yard, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    executable(tmp_path / "window", f"touch {tmp_path}/asked; echo secret")
    for name in ("GIT_ASKPASS", "SSH_ASKPASS", "GIT_EDITOR"):
        monkeypatch.setenv(name, str(tmp_path / "window"))
    place = yard.clone()
    script = f"alias.tty=!tty || true; (: </dev/tty) 2>/dev/null && touch {tmp_path}/asked || true"
    finished = await Runner().run(place.path, "-c", script, "tty", deadline=30)
    assert finished.text == "not a tty"
    filled = "alias.fill=!printf 'protocol=https\\nhost=example.org\\n\\n' | git credential fill"
    await Runner().run(place.path, "-c", filled, "fill", deadline=30)
    assert not (tmp_path / "asked").exists()


async def test_a_missing_git_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Failure) as caught:
        await Runner().run(str(tmp_path), "status", deadline=5)
    assert caught.value.problem.code is ErrorCode.NO_GIT


def test_a_missing_git_is_a_sentence_from_the_first_import_on(tmp_path: Path) -> None:
    script = (
        "import asyncio\n"
        "from soda_tui.cockpit.ports.place import Place\n"
        "from soda_tui.domain.naming import RepositoryName\n"
        "from soda_tui.services.git.service import GitService\n"
        "service = GitService(lambda host: None, lambda host: None)\n"
        "place = Place(RepositoryName('github.com', 'a', 'b'), '/', '/nowhere')\n"
        "print(asyncio.run(service.inspect(place, None, None)).clone.problem)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PATH": str(tmp_path)},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Git was not found" in done.stdout, done.stderr
    assert "Traceback" not in done.stderr


async def test_an_old_git_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    executable(tmp_path / "git", "echo git version 2.25.1")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(Failure) as caught:
        await Runner().run(str(tmp_path), "status", deadline=5)
    assert "2.25.1" in caught.value.problem.message


def test_settings_go_behind_inherited_ones(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in configuration({}, [("my.first", "1")]).items():
        monkeypatch.setenv(name, value)
    for name, value in configuration(os.environ, [("my.second", "2"), ("my.third", "3")]).items():
        monkeypatch.setenv(name, value)
    listed = git(yard.remote, "config", "--get-regexp", "^my").splitlines()
    assert listed == ["my.first 1", "my.second 2", "my.third 3"]


@pytest.mark.parametrize(
    "inherited,configured,command",
    [
        ({}, None, "ssh -o BatchMode=yes"),
        ({"GIT_SSH_COMMAND": "ssh -i key"}, "ssh -v", "ssh -i key -o BatchMode=yes"),
        ({}, "/usr/bin/ssh -F 'my config'", "/usr/bin/ssh -F 'my config' -o BatchMode=yes"),
        ({"GIT_SSH_COMMAND": "plink -batch"}, None, None),
        ({"GIT_SSH": "/opt/plink"}, None, None),
        ({"GIT_SSH_COMMAND": "ssh 'broken"}, None, None),
    ],
)
def test_ssh_is_told_not_to_ask(inherited: dict[str, str], configured: str | None, command: str | None) -> None:
    assert ssh(inherited, configured).get("GIT_SSH_COMMAND") == command


@pytest.mark.wide
@pytest.mark.parametrize("said,code", [(">&2", 0), (">/dev/null", None)])
async def test_what_moves_has_longer(yard: Yard, said: str, code: int | None) -> None:
    """Each word begins the time of silence anew; without a word it ends with the first."""
    alias = f"alias.move=!for each in $(seq 12); do echo $each {said}; sleep 0.25; done"
    finished = await Runner().run(str(yard.remote), "-c", alias, "move", deadline=60, silence=2)
    assert finished.code == code
