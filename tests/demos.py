"""Copies of the demo's world: each has files and records of its own, in a fifth of the time that building one takes."""

from __future__ import annotations

import copy
import shutil
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from stations import git

from soda_tui.sandbox.demo import Demo, build_demo


def pattern(root: Path) -> Demo:
    """The demo's world on the real clock, in few files: its objects packed, and without git's samples of hooks."""
    demo = build_demo(root, lambda: datetime.now(UTC))
    for repository in demo.world.repositories:
        remote = repository.remote
        # The sandbox starts a process for each packed commit that it does not know yet.
        for oid in git(remote.path, "rev-list", "--all").splitlines():
            remote.commit(oid)
        git(remote.path, "repack", "-adq")
    for _, path in demo.places:
        git(path, "repack", "-adq")
        for sample in (path / ".git" / "hooks").glob("*.sample"):
            sample.unlink()
    return demo


def copied(original: Demo, root: Path) -> Demo:
    """The same world below `root`, which must not exist."""
    shutil.copytree(original.root, root, symlinks=True)
    known = original.world
    own: dict[int, object] = {id(known.lock): threading.RLock(), id(known.faults._lock): threading.Lock()}
    common = (commit for one in known.repositories for commit in one.remote._commits.values())
    world, people = copy.deepcopy((known, original.people), own | {id(commit): commit for commit in common})
    world.root = root
    for repository in world.repositories:
        repository.remote.path = root / repository.remote.path.relative_to(original.root)
    places = tuple((name, root / path.relative_to(original.root)) for name, path in original.places)
    for _, path in places:
        config = path / ".git" / "config"
        config.write_text(config.read_text().replace(str(original.root), str(root)))
    return replace(original, world=world, people=people, root=root, places=places)
