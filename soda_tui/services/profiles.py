"""Profiles on this machine: those that are built in, those that the person has configured, and their programs."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from soda_tui.domain.configuration.passing import passed_on
from soda_tui.domain.configuration.profiles import Candidate, Profile
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.sentences import NO_SUCH_PROFILE
from soda_tui.domain.text import shorten
from soda_tui.services import files, interpreter
from soda_tui.services.github.auth import TOKEN_VARIABLES
from soda_tui.services.programs import ask

_FOLDER = Path(__file__).parent.parent / "profiles"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")
_LONGEST_VERSION = 80


def built_in_names() -> tuple[str, ...]:
    """The names of the profiles in the package."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


@cache
def built_in(name: str) -> Mapping[str, Any]:
    """The keys of a profile in the package; none where there is no such one."""
    path = _FOLDER / f"{name}.toml"
    return tomllib.loads(path.read_text("utf-8")) if _NAME.match(name) and path.exists() else {}


class LocalProfiles:
    """The port `Profiles`: `configured` are the person's own, `environ` the variables that programs are found by."""

    def __init__(self, configured: Mapping[str, Profile], environ: Mapping[str, str]) -> None:
        self._configured = configured
        self._environ = environ

    def names(self) -> tuple[str, ...]:
        """The names of all profiles: the person's own as configured, then the others."""
        return tuple(dict.fromkeys((*self._configured, *built_in_names())))

    def named(self, name: str) -> Profile:
        """The profile of this name; raises a Failure where there is none."""
        if name in self._configured:
            return self._configured[name]
        keys = built_in(name)
        if not keys:
            sentence = NO_SUCH_PROFILE(name=name, choices=", ".join(self.names()))
            raise Failure(Problem(ErrorCode.USAGE, sentence))
        return msgspec.convert({**keys, "name": name}, Profile)

    def find(self, profiles: Sequence[Profile], *folders: str) -> tuple[Candidate, ...]:
        """Where the programs of these profiles are; one that is named from the agent's directory on, in these folders.

        An agent's directory comes with its claim; what is in it is looked for in the clone before.
        """
        return tuple(self._candidate(profile, folders) for profile in profiles)

    async def version(self, profile: Profile) -> str | None:
        """What the program says its version is, in one line; None where it says nothing within seconds."""
        program = self._path(profile.version[0]) if profile.version else None
        if program is None:
            return None
        environment = passed_on(self._environ, profile, TOKEN_VARIABLES)
        said, _ = await asyncio.to_thread(ask, (program, *profile.version[1:]), environment)
        return shorten(said.partition("\n")[0], _LONGEST_VERSION) or None

    def _candidate(self, profile: Profile, folders: Sequence[str]) -> Candidate:
        path = self._path(profile.program, folders)
        return Candidate(profile, path, interpreter=interpreter.missing(path, self._environ) if path else None)

    def _path(self, program: str, folders: Sequence[str] = ()) -> str | None:
        """The program's file, where there is one that can be started."""
        if os.sep not in program:
            return shutil.which(program, path=self._environ.get("PATH")) if program else None
        named = files.expand(program)
        places = [str(named)] if named.is_absolute() else [str(Path(folder, named)) for folder in folders]
        return next(filter(shutil.which, places), None)
