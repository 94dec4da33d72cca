"""Homes for measuring: so many repositories enrolled, with their clones and a snapshot on disk."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from msgspec import structs
from tui.shown import PRIORITIES, QUEUE, entry, repository, snapshot

from soda_tui.domain.codes import PriorityName
from soda_tui.domain.model import Clone, QueueEntry
from soda_tui.services.document import encode
from soda_tui.services.paths import Paths

# Nothing listens there: for programs that ask GitHub nothing.
_NOWHERE = "http://127.0.0.1:9"
PROGRAM = (sys.executable, "-m", "soda_tui")


def title(repository: int) -> str:
    """The title of a repository's first issue, which is on no other."""
    return f"Marker-{repository:02}-here"


def environment(home: Path, api: str = _NOWHERE) -> dict[str, str]:
    """The environment of a program with this home."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "GH_TOKEN": "bench",
        "GITHUB_API_URL": api,
        "GIT_CONFIG_NOSYSTEM": "1",
    }


def enrolled(home: Path, repositories: int, issues: int) -> list[str]:
    """Enrol so many repositories with so many issues each in a home, and return the command that shows them."""
    clone = home / "clone"
    clone.mkdir(parents=True)
    for arguments in (["init", "-q", "-b", "main"], ["commit", "-q", "--allow-empty", "-m", "first"]):
        identity = ["-c", "user.name=bench", "-c", "user.email=bench@example.org"]
        subprocess.run(["git", *identity, *arguments], cwd=clone, check=True, env=environment(home))
    parts, blocks = [], ["[cockpit]\ninterval = 30\n"]
    for number in range(1, repositories + 1):
        name, path = f"acme/r{number:02}", home / "src" / f"r{number:02}"
        shutil.copytree(clone, path)
        with (path / ".git" / "config").open("a") as file:
            file.write(f'[remote "origin"]\n\turl = https://github.com/{name}.git\n')
        blocks.append(f'[[repository]]\nname = "{name}"\npath = "{path}"\n')
        parts.append(
            repository(name, path=str(path), clone=Clone("main", False, 0, 0, None), queue=_queue(number, issues))
        )
    config = home / "config.toml"
    config.write_text("\n".join(blocks))
    kept = encode(structs.replace(snapshot(*parts), taken_at=datetime.now(UTC)))
    os.environ["HOME"] = str(home)
    state = Paths.standard({}, str(config)).state
    state.mkdir(parents=True)
    (state / "snapshot.json").write_bytes(kept)
    return [*PROGRAM, "--config", str(config)]


def _queue(number: int, issues: int) -> tuple[QueueEntry, ...]:
    names = sorted(PRIORITIES, key=lambda name: -PRIORITIES[name])
    return (
        entry(1, title(number), PriorityName.UNBLOCKER),
        *(
            entry(issue, f"{QUEUE[issue % len(QUEUE)].title} ({issue})", names[issue * len(names) // (issues + 1)])
            for issue in range(2, issues + 1)
        ),
    )
