"""Cloning: with the token, which is seen nowhere, and without anybody's hooks."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from services.git.yard import NAME, TOKEN, executable, git

from soda_tui.domain.failure import Failure
from soda_tui.sandbox.fast_import import Change
from soda_tui.sandbox.server import SandboxServer
from soda_tui.sandbox.world import World
from soda_tui.services.git.environment import HANDED
from soda_tui.services.git.service import GitService
from soda_tui.services.scanning import LocalClones

pytestmark = pytest.mark.anyio
WHEN = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SandboxServer]:
    """A private repository, whose files name a filter."""
    world = World(tmp_path / "world", lambda: WHEN)
    files = {"README.md": "read\n", ".gitattributes": "*.md filter=own\n"}
    history = [Change("Begin", files, "Ada <ada@example.org>", WHEN)]
    world.create_repository(NAME.full, permissions={"ada": "WRITE"}, history=history)
    world.create_repository("acme/empty", permissions={"ada": "WRITE"}, history=())
    world.add_token(TOKEN, "ada")
    with SandboxServer(world) as made:
        yield made


def over(server: SandboxServer, token: str | None = TOKEN) -> GitService:
    """The service with a token, told that the host's API is the server's."""
    return GitService(lambda _host: token, lambda _host: f"{server.url}/graphql")


async def test_the_token_clones_and_is_seen_nowhere(
    server: SandboxServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, proof = tmp_path / "seen", tmp_path / "proof"
    # Only its own processes, beside which others of the machine may have tokens of theirs.
    executable(tmp_path / "filter", f"ps -axwwe -o args | grep -F {tmp_path} >{seen}; env >>{seen}; cat")
    executable(tmp_path / "template" / "hooks" / "post-checkout", f"touch {proof}")
    settings = {"filter.own.smudge": tmp_path / "filter", "init.templateDir": tmp_path / "template"}
    for number, (key, value) in enumerate(settings.items()):
        monkeypatch.setenv(f"GIT_CONFIG_KEY_{number}", key)
        monkeypatch.setenv(f"GIT_CONFIG_VALUE_{number}", str(value))
    monkeypatch.setenv("GIT_CONFIG_COUNT", str(len(settings)))
    path = tmp_path / "src" / "deep" / "rocket"
    service = over(server)
    assert await service.clone(NAME, str(path)) is None
    assert git(path, "status", "--porcelain") == "" and (path / "README.md").read_text() == "read\n"
    assert git(path, "remote", "get-url", "origin") == f"{server.url}/{NAME.full}.git"
    assert git(path, "rev-parse", "--abbrev-ref", "@{upstream}") == "origin/main"
    assert "filter" in seen.read_text() or sys.platform != "linux"
    for text in (seen.read_text(), *(one.read_text("latin-1") for one in path.rglob("*") if one.is_file())):
        assert TOKEN not in text and "extraheader" not in text.lower() and HANDED not in text
    assert not proof.exists()
    assert await service.clone(type(NAME)(NAME.host, "acme", "empty"), str(path.parent / "empty")) is None
    await service.close()


async def test_what_fails_leaves_nothing_behind(
    server: SandboxServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "src" / "rocket"
    stranger = over(server, None)
    with pytest.raises(Failure):
        await stranger.clone(NAME, str(path))
    assert list(path.parent.iterdir()) == []
    await stranger.close()
    service = over(server)
    path.mkdir()
    (path / "mine").touch()
    with pytest.raises(Failure, match="nothing was cloned over it"):
        await service.clone(NAME, str(path))
    assert [one.name for one in path.iterdir()] == ["mine"]
    monkeypatch.setenv("GIT_CONFIG_COUNT", "2")
    for number, (key, value) in enumerate({"filter.own.smudge": "false", "filter.own.required": "true"}.items()):
        monkeypatch.setenv(f"GIT_CONFIG_KEY_{number}", key)
        monkeypatch.setenv(f"GIT_CONFIG_VALUE_{number}", value)
    other = tmp_path / "src" / "unfilled"
    said = await service.clone(NAME, str(other))
    assert said is not None and git(other, "rev-parse", "HEAD")
    await service.close()


async def test_what_is_broken_off_never_looks_like_a_clone(
    server: SandboxServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, filling = tmp_path / "src" / "rocket", tmp_path / "filling"
    executable(tmp_path / "filter", f"touch {filling}; exec sleep 60")
    for name, value in (("COUNT", "1"), ("KEY_0", "filter.own.smudge"), ("VALUE_0", str(tmp_path / "filter"))):
        monkeypatch.setenv(f"GIT_CONFIG_{name}", value)
    service = over(server)
    cloning = asyncio.create_task(service.clone(NAME, str(path)))
    end = time.monotonic() + 30
    while not filling.exists() and not cloning.done() and time.monotonic() < end:
        await asyncio.sleep(0.02)
    half = [one.name for one in path.parent.iterdir()]
    assert half and path.name not in half, "what a kill would leave is beside it"
    assert (await LocalClones(service).scan(str(path.parent))).clones == ()
    cloning.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cloning
    assert list(path.parent.iterdir()) == []

    await service.close()


async def test_of_two_that_clone_at_once_one_gives_way(server: SandboxServer, tmp_path: Path) -> None:
    path, service = tmp_path / "src" / "rocket", over(server)
    done = await asyncio.gather(*(service.clone(NAME, str(path)) for _ in range(2)), return_exceptions=True)
    assert None in done
    (gone,) = [one for one in done if one is not None]
    assert isinstance(gone, Failure) and gone.problem.message == (
        f"{path} is there already, so nothing was cloned over it."
    )
    assert [one.name for one in path.parent.iterdir()] == ["rocket"] and git(path, "status", "--porcelain") == ""
    await service.close()
