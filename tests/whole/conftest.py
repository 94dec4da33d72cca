"""The whole program against the embedded GitHub on a loopback port, with real clones over its http remotes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from machines import ROCKET, Machine

from soda_tui.sandbox.demo import Demo
from soda_tui.sandbox.server import SandboxServer


@pytest.fixture
def demo(tmp_path: Path, new_demo: Callable[[Path], Demo]) -> Demo:
    """The demo's world, on the real clock."""
    return new_demo(tmp_path / "github")


@pytest.fixture
def url(demo: Demo) -> Iterator[str]:
    """The embedded GitHub on a port of its own."""
    with SandboxServer(demo.world) as server:
        yield server.url


@pytest.fixture
def machine(tmp_path: Path, url: str, demo: Demo) -> Machine:
    """A machine with one repository enrolled."""
    made = Machine(tmp_path / "me", url, demo)
    made.configure()
    made.run("enroll", ROCKET, "--path", str(made.clone(ROCKET)))
    return made
