"""The user's pre-push hook, asked before the cockpit pushes work: where the work is, and without what the push knows.

Git itself would run it in the clone, which stands on something else, with the credentials of the push in its
environment. The hook is the file that git would take, `core.hooksPath` included. Hooks that newer gits have in their
configuration (`hook.NAME.event`) are not asked.
"""

from __future__ import annotations

import asyncio
import os
import shlex
from pathlib import Path
from typing import NamedTuple

from soda_tui.cockpit.ports.git import RefUpdate
from soda_tui.cockpit.ports.place import Place
from soda_tui.domain import sentences
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.times import limit_words
from soda_tui.services.git.problems import text, words
from soda_tui.services.git.process import Deadlines, Runner
from soda_tui.services.git.refs import HEADS

_NAME = "pre-push"
# An alias is run just as a hook is: at the top of the worktree, with git's own programs and its pointers to the clone.
_ALIAS = "soda-tui-pre-push"
_TOLD, _LINES = 8, 40


class Said(NamedTuple):
    """Why a hook does not want something, in a clause of its own words, and the lines that it said last."""

    words: str
    lines: str


class Hooks:
    """Runs the hooks of clones and worktrees."""

    def __init__(self, runner: Runner, deadlines: Deadlines) -> None:
        self._runner = runner
        self._deadlines = deadlines

    async def pre_push(self, place: Place, url: str, update: RefUpdate) -> Said | None:
        """What the hook says that does not want a branch pushed to `origin`; None where it lets it pass.

        Raises a Failure where it does not end in time.
        """
        directory = place.worktree if await asyncio.to_thread(_is_worktree, place.worktree) else place.path
        hook = await self._find(directory)
        if hook is None or update.oid is None:
            return None
        ref, none = HEADS + update.branch, "0" * len(update.oid)
        finished = await self._runner.run(
            directory,
            *("-c", f"alias.{_ALIAS}=!{shlex.quote(hook)}", _ALIAS, "origin", url),
            deadline=self._deadlines.hooks,
            hooks=True,
            network=True,
            feed=f"{ref} {update.oid} {ref} {update.expected or none}\n".encode(),
        )
        if finished.code is None:
            late = sentences.HOOK_TIMEOUT(path=directory, limit=limit_words(self._deadlines.hooks))
            raise Failure(Problem(ErrorCode.HOOK_REFUSED, late))
        if finished.code == 0:
            return None
        said = [line for line in (*finished.text.splitlines(), *finished.err.splitlines()) if line.strip()]
        lines = "\n".join(words(line) for line in said[-_LINES:])
        return Said(sentences.HOOK_REFUSED(words=words("\n".join(said[-_TOLD:]))), lines)

    async def _find(self, directory: str) -> str | None:
        """The hook's file; None where git would run none."""
        finished = await self._runner.run(
            directory, "rev-parse", "--git-path", f"hooks/{_NAME}", deadline=self._deadlines.local, hooks=True
        )
        hook = str(Path(directory, text(finished, directory)))
        return hook if await asyncio.to_thread(_is_program, hook) else None


def _is_worktree(directory: str) -> bool:
    return os.path.lexists(Path(directory, ".git"))


def _is_program(path: str) -> bool:
    return Path(path).is_file() and os.access(path, os.X_OK)
