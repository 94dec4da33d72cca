"""The ancestor's configuration of a repository: what of it is taken over, and why the rest is not.

A clone's file is anybody's who may push there. So it can say figures of its own repository, which a person then
confirms, and nothing that is run, reached or trusted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from soda_tui.domain import sentences as say
from soda_tui.domain.sentences import Sentence

FILE = "my-little-soda.toml"

_TAKEN = {
    "agents.process_management.timeout_minutes": "limits.run_minutes",
    "autonomous.max_work_hours": "auto.max_work_hours",
}
# The longest beginning decides.
_LEFT: Mapping[str, Sentence] = {
    "github.token": say.LEFT_TOKEN,
    "github.owner": say.LEFT_NAME,
    "github.repo": say.LEFT_NAME,
    "github.rate_limit": say.LEFT_RATE,
    "github": say.LEFT_HOST,
    "observability": say.LEFT_MACHINE,
    "observability.otlp_endpoint": say.LEFT_HOST,
    "agents.process_management": say.LEFT_RUNS,
    "agents.process_management.claude_code_path": say.LEFT_COMMAND,
    "agents.work_continuity": say.LEFT_RUNS,
    "agents.bundle_processing": say.LEFT_BUNDLE,
    "agents.ci_mode": say.LEFT_CI,
    "agents.ci_mode.github_token_strategy": say.LEFT_TOKEN,
    "database": say.LEFT_RUNS,
    "database.url": say.LEFT_HOST,
}
_DEEPEST = 8


class Taken(Struct, frozen=True):
    """A value that becomes a setting of the repository."""

    old: str
    key: str
    value: Any


class Left(Struct, frozen=True):
    """A key that is not taken over, and why; its value is nobody's business."""

    old: str
    reason: str


class Takeover(Struct, frozen=True):
    """What becomes of the ancestor's configuration."""

    taken: tuple[Taken, ...]
    left: tuple[Left, ...]


def new_name(old: str) -> str | None:
    """The setting that a key of the ancestor's becomes; None where it becomes none."""
    return _TAKEN.get(old)


def reason_left(old: str) -> str:
    """Why a key is not taken over."""
    parts = old.split(".")
    for length in range(len(parts), 0, -1):
        if (found := _LEFT.get(".".join(parts[:length]))) is not None:
            return found()
    return say.LEFT_NOTHING()


def flat(data: Mapping[str, Any], before: str = "", depth: int = _DEEPEST) -> Iterator[tuple[str, Any]]:
    """Every key of a document with its value; what is nested too deeply is one value."""
    for name, value in data.items():
        if isinstance(value, dict) and depth:
            yield from flat(value, f"{before}{name}.", depth - 1)
        else:
            yield f"{before}{name}", value
