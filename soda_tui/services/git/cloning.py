"""Cloning: the history is fetched with the token and without files, the files are written without the token."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from soda_tui.domain import sentences
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.naming import RepositoryName
from soda_tui.services import files
from soda_tui.services.git.access import Access
from soda_tui.services.git.environment import configuration, ssh
from soda_tui.services.git.problems import problem, words
from soda_tui.services.git.process import Deadlines, Finished, Runner
from soda_tui.services.git.scratch import Throwaway

# Hidden, so that no search for clones goes in; one that a kill left there goes with a later clone.
_BESIDE = ".soda-tui-cloning-"


class Cloning:
    """Clones with git as the cockpit runs it: nobody is asked, no hook runs, the token is in no argument and no URL."""

    def __init__(self, runner: Runner, access: Access, deadlines: Deadlines) -> None:
        self._runner = runner
        self._access = access
        self._deadlines = deadlines

    async def clone(self, name: RepositoryName, path: str) -> str | None:
        """Clone a repository to a path where nothing is; raises a Failure.

        It is made whole beside that, where nobody looks for clones: one that is broken off never looks like one.
        Why its files could not be written, where only that failed.
        """
        parent = Path(path).parent
        try:
            await asyncio.to_thread(parent.mkdir, parents=True, exist_ok=True)
            if await asyncio.to_thread(os.path.lexists, path):
                raise _in_the_way(path)
            beside = await asyncio.to_thread(Throwaway, str(parent), _BESIDE)
        except OSError as error:
            raise files.failure(error, parent, sentences.CLONE_NO_FOLDER) from error
        try:
            made = str(beside.path / Path(path).name)
            await self._fetch(name, made, path)
            unfilled = await self._fill(made)
            await asyncio.to_thread(_move, made, path)
        finally:
            await asyncio.to_thread(beside.close)
        return unfilled

    async def _fetch(self, name: RepositoryName, made: str, path: str) -> None:
        access, handed = await asyncio.to_thread(self._access.of, name)
        finished = await self._runner.run(
            str(Path(made).parent),
            *("clone", "--no-checkout", "--no-recurse-submodules", "--quiet", "--origin=origin"),
            *("--", self._access.url(name), made),
            deadline=self._deadlines.transfer,
            variables={**ssh(os.environ, None), **configuration(os.environ, access), **handed},
            network=True,
        )
        if finished.code != 0:
            raise Failure(problem(finished, path))

    async def _fill(self, path: str) -> str | None:
        if (await self._here(path, "rev-parse", "--verify", "--quiet", "HEAD")).code != 0:
            return None  # nothing was committed yet
        filled = await self._here(path, "checkout", "--quiet")
        return words(filled.err) if filled.code != 0 else None

    async def _here(self, path: str, *arguments: str) -> Finished:
        return await self._runner.run(path, *arguments, deadline=self._deadlines.checkout)


def _move(made: str, path: str) -> None:
    """Put a whole clone in its place, where nothing has come up meanwhile."""
    try:
        Path(made).rename(path)
    except OSError as error:
        if os.path.lexists(path):
            raise _in_the_way(path) from error
        raise files.failure(error, Path(path), sentences.CLONE_NO_FOLDER) from error


def _in_the_way(path: str) -> Failure:
    return Failure(Problem(ErrorCode.REFUSED, sentences.CLONE_IN_THE_WAY(path=path)))
