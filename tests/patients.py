"""A patient for the doctor: one repository that is in order, on a machine that is, and faults to be planted in it."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from soda_tui import wiring
from soda_tui.domain.configuration.settings import Settings
from soda_tui.domain.failure import Failure
from soda_tui.domain.health.finding import Examination
from soda_tui.domain.labels import LabelNames, definitions
from soda_tui.sandbox import acts
from soda_tui.sandbox.people import People
from soda_tui.sandbox.world import World
from soda_tui.services.config.reading import load
from soda_tui.services.paths import Paths
from soda_tui.wiring.health import examined

ROCKET = "acme/rocket"
TOKEN = "gho_patient0000000000000000000000000000"
LOGIN = "you"


@dataclass
class Patient:
    """A home with a configuration, a clone and an agent, on an embedded GitHub that is reached over http."""

    root: Path
    world: World
    url: str
    environ: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        world = self.world
        world.user(LOGIN, "You")
        world.add_token(TOKEN, LOGIN)
        repository = world.create_repository(ROCKET, permissions={LOGIN: "WRITE"})
        for label in definitions(LabelNames(), "agent001"):
            acts.create_label(world, repository, label.name, label.color, label.description)
        bin = self.root / "bin"
        bin.mkdir()
        self.program("agent", 'test "$1" = --version && echo "agent 1.0"')
        header = f"http.{self.url}/.extraHeader=Authorization: Bearer {TOKEN}"
        origin = f"{self.url}/{ROCKET}.git"
        subprocess.run(
            ["git", "-c", header, "clone", "--quiet", origin, str(self.clone)],
            check=True,
            capture_output=True,
            timeout=60,
        )
        self.environ |= {"GH_TOKEN": TOKEN, "GITHUB_API_URL": self.url, "PATH": f"{bin}:{os.environ['PATH']}"}
        self.paths.state.mkdir(parents=True, mode=0o700)
        self.configure()

    @property
    def paths(self) -> Paths:
        """Where the cockpit's files are."""
        return Paths.below(self.root / "cockpit")

    @property
    def clone(self) -> Path:
        """The clone."""
        return self.root / "rocket"

    @property
    def people(self) -> People:
        """Those who work on GitHub."""
        return People(self.world)

    def git(self, *arguments: str) -> str:
        """Run git in the clone."""
        command = ["git", "-C", str(self.clone), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.strip()

    def program(self, name: str, script: str) -> Path:
        """Put a program on the machine."""
        path = self.root / "bin" / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    def configure(self, repository: str = "", others: str = "") -> None:
        """Write the configuration: keys of the repository, and other sections."""
        file = self.paths.config_file
        file.parent.mkdir(parents=True, exist_ok=True)
        agent = '[agent]\ncommand = ["agent", "{prompt}"]\nversion = ["agent", "--version"]\n'
        known = f'[[repository]]\nname = "{ROCKET}"\npath = "{self.clone}"\n'
        file.write_text(f"{agent if '[agent]' not in others else ''}{others}\n{known}{repository}\n")

    def examine(self, *, quick: bool = False, probe: bool = False) -> Examination:
        """What the doctor finds."""
        call = wiring.Invocation(self.environ)
        settings, problem = Settings(), None
        try:
            settings = load(self.paths, self.environ, {})
        except Failure as failure:
            problem = failure.problem
        return asyncio.run(examined(self.paths, settings, call, quick=quick, probe=probe, problem=problem))

    @contextmanager
    def environment(self, changes: Mapping[str, str | None]) -> Iterator[None]:
        """Other variables for a while; None takes one away."""
        before = dict(self.environ)
        self.environ |= {name: value for name, value in changes.items() if value is not None}
        for name in changes:
            if changes[name] is None:
                self.environ.pop(name, None)
        yield
        self.environ = before


def now() -> datetime:
    """The real clock, which expiry and skew are told by."""
    return datetime.now(UTC)
