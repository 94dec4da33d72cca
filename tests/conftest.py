"""What every test needs: one asynchronous backend, and a home that is not the real one."""

from __future__ import annotations

import gc
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from screens import Screen


def pytest_configure() -> None:
    """Heed interrupts, which a shell that starts the tests in the background has them ignore, and all they start."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """Spare the collector what lives as long as the run: looking through it took a third of the screen's tests."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The engine is asyncio only."""
    return "asyncio"


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
