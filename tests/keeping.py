"""What must be there still, and be the same, after whatever was done to cockpits' repositories."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stations import KEY, Station, git

from soda_tui.domain.model import Repository
from soda_tui.domain.naming import LEDGER_BRANCH
from soda_tui.sandbox.demo import Demo


def essence(view: Repository, demo: Demo) -> Mapping[str, Any]:
    """What must be the same after an action however it was disturbed."""
    tree, run = view.agent.worktree, view.agent.run
    ledger = demo.world.repository("acme/rocket").remote
    log = git(ledger.path, "log", "--format=%B%x00", f"--branches={LEDGER_BRANCH}")
    events = [line.partition(": ")[2] for line in log.splitlines() if line.startswith("Soda-Event: ")]
    return {
        "status": view.agent.status,
        "issue": (view.agent.issue, view.agent.branch, view.agent.attempt),
        "queue": [entry.number for entry in view.queue],
        "excluded": [(entry.number, entry.code) for entry in view.excluded],
        "pull requests": [(entry.number, entry.branch) for entry in view.pull_requests],
        "drift": [drift.kind for drift in view.drift],
        "unfinished": view.unfinished,
        "worktree": tree and (tree.branch, tree.dirty, tree.commits),
        "running": run is not None and run.pid is not None,
        "events": events,
        "labels": {
            number: sorted(label.name for label in issue.labels)
            for number, issue in demo.world.repository("acme/rocket").issues.items()
        },
    }


def fingerprint(folders: list[Path]) -> frozenset[str]:
    """Every commit, stash and content of a file that is there, tracked, untracked or ignored."""
    found: set[str] = set()
    for folder in folders:
        found |= set(git(folder, "rev-list", "--all", "--reflog", "--objects", "--no-object-names").split())
        for path in folder.rglob("*"):
            if path.is_file() and ".git" not in path.relative_to(folder).parts:
                content = path.read_bytes()
                found.add(hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest())
    return frozenset(found)


def places(*stations: Station) -> list[Path]:
    """The clones and worktrees of cockpits."""
    clones = [Path(station.opened.resolve(KEY).path) for station in stations]
    listed = [line for clone in clones for line in git(clone, "worktree", "list", "--porcelain").splitlines()]
    found = (Path(line.removeprefix("worktree ")) for line in listed if line.startswith("worktree "))
    return [path for path in found if path.exists()]
