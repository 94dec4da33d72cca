"""What every test needs: one asynchronous backend, and a home that is not the real one."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from demos import copied, pattern
from screens import Screen

from soda_tui.sandbox.demo import Demo

MEMORY = Path("/dev/shm")
# A run leaves nothing of what passed; what the busiest tests make at once is a tenth of this.
ROOM = 1 << 30


def pytest_configure() -> None:
    """Have tests, and all they start, heed interrupts, keep what Python compiled, and work in memory where they can.

    A shell that starts the tests in the background has interrupts ignored. Where nothing compiled is kept, each worker
    compiles all tests (7 s) and each program all it imports. To make a file takes ten times as long on a disk.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if "TMPDIR" not in os.environ and is_roomy(MEMORY):
        tempfile.tempdir = os.environ["TMPDIR"] = str(MEMORY)


def is_roomy(folder: Path) -> bool:
    """Whether a test can work there: write, and start the programs that it wrote."""
    return (
        os.access(folder, os.W_OK)
        and shutil.disk_usage(folder).free >= ROOM
        and not os.statvfs(folder).f_flag & os.ST_NOEXEC
    )


def pytest_collection_finish() -> None:
    """Spare the collector what lives as long as the run, and look at the rest more rarely.

    Looking through it all took a third of the screen's tests.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(7000)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The engine is asyncio only."""
    return "asyncio"


@pytest.fixture(scope="session")
def new_demo(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Demo]:
    """Makes the demo's world in a folder, on the real clock."""
    return partial(copied, pattern(tmp_path_factory.mktemp("pattern") / "github"))


@pytest.fixture(autouse=True)
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder for each test, with no token and no git configuration from outside."""
    home = tmp_path / "home"
    home.mkdir()
    for name in (
        "GH_TOKEN",
        "GITHUB_TOKEN",
        "MY_LITTLE_SODA_GITHUB_TOKEN",
        "GITHUB_API_URL",
        "GITHUB_GRAPHQL_URL",
        "GH_HOST",
        "SODA_TUI_CONFIG",
    ):
        monkeypatch.delenv(name, raising=False)
    for name, folder in (
        ("HOME", ""),
        ("XDG_CONFIG_HOME", ".config"),
        ("XDG_STATE_HOME", ".local/state"),
        ("XDG_DATA_HOME", ".local/share"),
        ("XDG_CACHE_HOME", ".cache"),
        ("XDG_RUNTIME_DIR", ".run"),
    ):
        monkeypatch.setenv(name, str(home / folder))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / ".gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    identity = "[user]\n\tname = Test\n\temail = test@example.org\n"
    (home / ".gitconfig").write_text(f"{identity}[init]\n\tdefaultBranch = main\n")
    return home


@pytest.fixture
def screens() -> Iterator[Callable[..., Screen]]:
    """Makes terminals with a program on each, of which nothing is left."""
    made: list[Screen] = []

    def make(*arguments: Any, **options: Any) -> Screen:
        made.append(Screen(*arguments, **options))
        return made[-1]

    yield make
    for screen in made:
        screen.close()
