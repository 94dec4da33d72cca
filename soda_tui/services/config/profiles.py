"""The profiles of the configuration, and which issues have which."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from soda_tui.domain.configuration.profiles import Profile
from soda_tui.services.config.checks import Checks, Table, listed
from soda_tui.services.config.sections import PROFILE_NAME, Agent, ProfileNames
from soda_tui.services.profiles import built_in

if TYPE_CHECKING:
    from soda_tui.services.config.tomllines import KeyPath

BY_LABEL = "profile_by_label"
_NAMED = "named with at most 40 letters, digits, dots, hyphens or underscores"


class Profiles:
    """Makes each profile once."""

    def __init__(self, checks: Checks) -> None:
        self._checks = checks
        self._made: dict[str, Profile] = {}

    def by_label(self, table: Table, at: KeyPath) -> tuple[tuple[str, tuple[Profile, ...]], ...]:
        """Which profiles issues with a label have; what the repository says of a label goes before what holds for all.

        Labels keep the order of the file, in which the first that an issue carries decides.
        """
        found: dict[str, tuple[str, tuple[Profile, ...]]] = {}
        for place, parent in (((*at, BY_LABEL), table), ((BY_LABEL,), self._checks.document.data)):
            for label, names in self._checks.table(parent.get(BY_LABEL, {}), place).items():
                if not self._checks.are_profiles(names):
                    raise self._checks.wrong((*place, label), PROFILE_NAME)
                found.setdefault(label.casefold(), (label, self.named(names)))
        return tuple(found.values())

    def named(self, names: ProfileNames) -> tuple[Profile, ...]:
        """The profiles of names that are known to be some."""
        return tuple(map(self.one, listed(names)))

    def one(self, name: str) -> Profile:
        """The profile of a name that is known to be one."""
        if name not in self._made:
            if not self._checks.are_profiles(name):
                raise self._checks.wrong(("profile", name), _NAMED)
            tables = self._checks.document.data.get("profile", {})
            self._made[name] = self.make(name, self._checks.section(tables, ("profile", name), Agent))
        return self._made[name]

    def make(self, name: str, said: Table) -> Profile:
        """A profile of what is said of it, and of what holds where nothing is."""
        program = os.path.basename(said["command"][0]) if said.get("command") else ""  # noqa: PTH119 - no path is made
        base = dict(built_in(said.get("like") or name) or built_in(program))
        if said.get("command"):
            # Whether it can be told anything is a matter of the command.
            base.pop("message", None)
        made = msgspec.convert({**base, **said, "environment": _both("environment", base, said)}, Agent, strict=False)
        file = self._checks.path(made.prompt_file) if made.prompt_file else None
        keys = {key: value for key, value in msgspec.structs.asdict(made).items() if key not in {"like", "prompt_file"}}
        return Profile(name=name, prompt_file=file, **keys)


def _both(name: str, base: Mapping[str, Any], said: Table) -> tuple[str, ...]:
    """What a list holds in the profile that is built in and in what is said besides."""
    return tuple(dict.fromkeys((*base.get(name, ()), *said.get(name, ()))))
