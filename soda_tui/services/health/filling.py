"""Whether a clone has its files and its index: without them, whoever commits everything deletes all that there is."""

from __future__ import annotations

import os
from pathlib import Path

from soda_tui.services.git.process import Deadlines, Runner
from soda_tui.services.health.aside import aside


async def refilling(runner: Runner, path: str, deadlines: Deadlines) -> str:
    """What git is told to bring a clone's files back, taking nothing that is there; nothing where it has them."""
    listed = await runner.run(path, "ls-files", "-z", deadline=deadlines.local)
    if listed.code != 0:
        return ""
    if listed.out:
        gone = await runner.run(path, "ls-files", "-z", "--deleted", deadline=deadlines.local)
        # In the middle of a merge a file is listed once for each side.
        return "checkout -- ." if set(gone.out.split(b"\0")) == set(listed.out.split(b"\0")) else ""
    committed = await runner.run(path, "ls-tree", "-r", "-z", "--name-only", "HEAD", deadline=deadlines.local)
    names = [os.fsdecode(name) for name in committed.out.split(b"\0") if name]
    if committed.code != 0 or not names:
        return ""
    here = await aside(lambda: any(os.path.lexists(Path(path, name)) for name in names))
    return "reset" if here else "checkout HEAD -- ."
