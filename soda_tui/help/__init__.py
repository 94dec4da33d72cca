"""The help topics of the package: Markdown that the command prints and the screen shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

TOPICS: Mapping[str, str] = {
    "agents": "profiles, the prompt, whose words an agent is told, sitting down with it, limits and ends",
    "worktrees": "where agents work, what is installed there, what work must pass before it is handed over",
    "unattended": "the loop: what it does by itself, what fails, caps, the service, the record",
    "landing": "pull requests: feedback from checks and reviews, merging, bundles",
    "notices": "what you are told of, and by what means",
    "drift": "what comes apart between ledger, GitHub, git and processes, and what mends it",
    "incidents": "something is wrong now: stop it, see it, mend it",
    "recovery": "where work is when it seems lost, and how it comes back",
    "machines": "several machines, several people, one repository",
    "github": "what is asked of GitHub within its limits, and repositories that are renamed",
    "security": "what an agent can reach; tokens, several hosts and accounts; texts of strangers, clones",
}
"""Each topic, which is also a file's name, and what it is about."""


def topic(name: str) -> str:
    """The Markdown of a topic that is one of `TOPICS`, without the marks of what writes its tables."""
    return re.sub(r"<!--.*?-->\n\n", "", (Path(__file__).parent / f"{name}.md").read_text("utf-8"))
