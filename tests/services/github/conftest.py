"""One world for each test of the GitHub service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from services.github.scene import TOKEN, Clock, Scene

from soda_tui.sandbox.world import World


@pytest.fixture
async def scene(tmp_path: Path, anyio_backend: str) -> AsyncIterator[Scene]:
    """An empty world in which `me` has a token."""
    clock = Clock()
    world = World(tmp_path / "world", clock)
    world.add_token(TOKEN, "me")
    made = Scene(tmp_path, clock, world)
    yield made
    await made.close()
