"""The help topics of the package: Markdown that the command prints and the screen shows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

TOPICS: Mapping[str, str] = {
    "incidents": "something is wrong now: stop it, see it, mend it",
    "recovery": "where work is when it seems lost, and how it comes back",
    "machines": "several machines, several people, one repository",
    "security": "what an agent can reach, and what keeps tokens and texts apart",
}
"""Each topic, which is also a file's name, and what it is about."""


def topic(name: str) -> str:
    """The Markdown of a topic that is one of `TOPICS`."""
    return (Path(__file__).parent / f"{name}.md").read_text("utf-8")
