"""Words for a shell that completes: what the configuration names, read without checking any of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from soda_tui.domain.failure import Failure
from soda_tui.domain.naming import DEFAULT_HOST
from soda_tui.wiring.calling import Invocation

# A shell may expand what it is offered, so nothing is that could mean something to one.
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:-]{0,200}")


def words(call: Invocation, kind: str) -> tuple[str, ...]:
    """The repositories, profiles or keys that there are; none where the configuration cannot be read."""
    from soda_tui.services.config.document import read

    try:
        data = read(call.paths.config_file).data
    except Failure:
        return ()
    made = {"repositories": _repositories, "profiles": _profiles, "keys": _keys}[kind]
    return tuple(word for word in dict.fromkeys(made(data)) if _PLAIN.fullmatch(word))


def _repositories(data: dict[str, Any]) -> Iterator[str]:
    """Every name as a person may type it: in full, and the short one where only one repository has it."""
    tables = data.get("repository")
    full: list[str] = []
    for table in tables if isinstance(tables, list) else ():
        if isinstance(table, dict) and isinstance(table.get("name"), str):
            host = table.get("host", DEFAULT_HOST)
            full.append(table["name"] if host == DEFAULT_HOST else f"{host}/{table['name']}")
    short = [name.rpartition("/")[2] for name in full]
    yield from (name for name in short if short.count(name) == 1)
    yield from full


def _profiles(data: dict[str, Any]) -> Iterator[str]:
    from soda_tui.services.profiles import built_in_names

    own = data.get("profile")
    yield from built_in_names()
    yield from own if isinstance(own, dict) else ()


def _keys(data: dict[str, Any]) -> Iterator[str]:
    from soda_tui.domain.actions import ACTIONS
    from soda_tui.services.config.slots import every

    yield from (slot.name for slot in every(data))
    yield from (f"keys.{action.name}" for action in ACTIONS)
