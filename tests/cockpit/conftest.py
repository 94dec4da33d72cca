"""An engine on the embedded GitHub in this process, with real clones, worktrees and agent processes."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs
from stations import Calm, OpenPair, OpenStation, Station, git, no_waiting

from soda_tui import wiring
from soda_tui.domain.configuration.profiles import Profile
from soda_tui.domain.configuration.settings import Enrolment, Settings
from soda_tui.domain.naming import RepositoryName
from soda_tui.sandbox.demo import Demo
from soda_tui.sandbox.transport import SandboxTransport
from soda_tui.services.paths import Paths


@pytest.fixture
def demo(tmp_path: Path, new_demo: Callable[[Path], Demo]) -> Demo:
    """The demo's world, on the real clock."""
    return new_demo(tmp_path / "github")


@pytest.fixture
def station(tmp_path: Path, demo: Demo) -> OpenStation:
    """Open cockpits; those of one name share their folder, as calls of one installation do.

    With `apart` the cockpit has clones of its own, as on another machine; `account` is whose token it has, `called`
    what its owner calls it, and `renamed` the names that it knows repositories by instead of those of old.
    """

    @asynccontextmanager
    async def opening(
        name: str = "one",
        agent: tuple[str, ...] = (),
        *,
        apart: bool = False,
        account: str | None = None,
        called: str | None = None,
        renamed: Mapping[str, str] | None = None,
        **changes: object,
    ) -> AsyncIterator[Station]:
        seen = replace(demo, places=own_clones(demo, tmp_path / name / "src")) if apart else demo
        seen = replace(seen, token=token_of(demo, account)) if account else seen
        seen = replace(seen, places=under_new_names(seen, renamed)) if renamed else seen
        async with open_station(seen, tmp_path / name, agent, called, **changes) as opened:
            yield opened

    return opening


@pytest.fixture
def calm(tmp_path: Path, new_demo: Callable[[Path], Demo]) -> Calm:
    """Open a cockpit on a GitHub of its own, which is the same but for what the test does to the other."""

    @asynccontextmanager
    async def opening() -> AsyncIterator[tuple[Station, Demo]]:
        undisturbed = new_demo(tmp_path / "calm")
        async with open_station(undisturbed, tmp_path / "calm-cockpit", ()) as opened:
            yield opened, undisturbed

    return opening


@pytest.fixture
def pair(tmp_path: Path, new_demo: Callable[[Path], Demo]) -> OpenPair:
    """Open two cockpits on machines of their own, and the GitHub between them; by name, to be opened again."""
    worlds: dict[str, Demo] = {}

    @asynccontextmanager
    async def opening(
        name: str, agent: tuple[str, ...] = (), **changes: object
    ) -> AsyncIterator[tuple[Station, Station]]:
        folder = tmp_path / name
        if name not in worlds:
            worlds[name] = new_demo(folder / "github")
        demo = worlds[name]
        apart = replace(demo, places=own_clones(demo, folder / "other" / "src"))
        async with (
            open_station(demo, folder, agent, None, **changes) as one,
            open_station(apart, folder / "other", agent, None, **changes) as other,
        ):
            yield one, other

    return opening


def own_clones(demo: Demo, folder: Path) -> tuple[tuple[RepositoryName, Path], ...]:
    """Clones of the demo's repositories in a folder, made at the first call."""
    for _, path in demo.places:
        if not (folder / path.name).exists():
            git(path, "clone", "--quiet", git(path, "remote", "get-url", "origin"), str(folder / path.name))
    return tuple((name, folder / path.name) for name, path in demo.places)


def under_new_names(demo: Demo, renamed: Mapping[str, str]) -> tuple[tuple[RepositoryName, Path], ...]:
    """The demo's repositories and clones, some of them by other names."""
    places = []
    for found, path in demo.places:
        owner, _, name = renamed.get(found.full, found.full).partition("/")
        places.append((RepositoryName(found.host, owner, name), path))
    return tuple(places)


def token_of(demo: Demo, login: str) -> str:
    """The token of somebody who may write to all of the demo's repositories."""
    token = f"gho_{login:0<36}"
    demo.world.user(login, login.title())
    demo.world.add_token(token, login)
    for found, _ in demo.places:
        demo.people.permit(found.full, login, "WRITE")
    return token


@asynccontextmanager
async def open_station(
    demo: Demo, folder: Path, agent: tuple[str, ...], called: str | None = None, **changes: object
) -> AsyncIterator[Station]:
    """A cockpit in a folder of its own."""
    command = (sys.executable, "-m", "soda_tui.sandbox.scripted_agent", "--pace", "0", *agent)
    enrolments = [Enrolment(found, str(path), agent=Profile(command=command)) for found, path in demo.places]
    chosen = tuple(structs.replace(one, **changes) for one in enrolments)
    call = wiring.Invocation({"GH_TOKEN": demo.token})
    transport = SandboxTransport(demo.world, no_waiting)
    settings = Settings(chosen, cockpit_name=called)
    paths = Paths.below(folder)
    async with wiring.opened(paths, settings, call, transport, sleep=no_waiting) as opened:
        yield Station(opened, demo, paths.state)
