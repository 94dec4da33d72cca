"""The configuration for commands: read with where it comes from, changed by key, edited, and taken over."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from soda_tui.domain.configuration.configured import Configured
from soda_tui.wiring.calling import Invocation, settings_of
from soda_tui.wiring.enrolling import resolve

if TYPE_CHECKING:
    from soda_tui.domain.ancestor import Takeover
    from soda_tui.domain.configuration.configured import Written
    from soda_tui.services.config.draft import Draft


def configured(call: Invocation, name: str | None, repository: str | None) -> Configured:
    """A key, all keys of a section, or all; raises a Failure where the configuration is broken or there is no such."""
    from soda_tui.services.config.document import read
    from soda_tui.services.config.slots import every, slot_of
    from soda_tui.services.config.values import setting

    made = settings_of(call, call.paths)
    document = read(call.paths.config_file)
    key = resolve(call, repository).key if repository is not None else None
    index = None if key is None else [one.key for one in made.repositories].index(key)
    data = document.data if index is None else document.data["repository"][index]
    slots = every(data, of_repository=index is not None)
    if name is not None:
        of_section = [slot for slot in slots if slot.name.startswith(f"{name}.")]
        slots = tuple(of_section) or (slot_of(name, data, of_repository=index is not None),)
    found = []
    for slot in slots:
        wide = slot_of(slot.name, document.data) if index is not None else slot
        found.append(setting(wide, document, call.environ, call.options or {}, index, slot))
    return Configured(str(document.file), key, tuple(found), made.warnings)


def assign(call: Invocation, name: str, typed: Sequence[str] | str, repositories: Sequence[str] = ()) -> Written:
    """Set a key of the file to words or a line, for these repositories or for all; raises a Failure."""
    from soda_tui.services.config.edit import assign as write

    return write(call.paths, name, typed, _keys(call, repositories))


def remove(call: Invocation, name: str, repositories: Sequence[str] = ()) -> Written:
    """Take a key out of the file; raises a Failure where it is not in it."""
    from soda_tui.services.config.edit import remove as take_out

    return take_out(call.paths, name, _keys(call, repositories))


def draft(call: Invocation) -> Draft:
    """A copy of the configuration for an editor, checked and put in place afterwards."""
    from soda_tui.services.config.draft import Draft

    return Draft.of(call.paths)


def takeover(call: Invocation, repository: str) -> tuple[str, Path, Takeover]:
    """What the ancestor's configuration in a clone would become: for which repository, the file, and what of it.

    Raises a Failure where there is none, or it cannot be read.
    """
    from soda_tui.services.ancestor import read

    enrolment = resolve(call, repository)
    own = configured(call, None, enrolment.key).settings
    said = frozenset(one.key for one in own if one.source == "repository")
    path, found = read(Path(enrolment.path), said)
    return enrolment.key, path, found


def take_over(call: Invocation, repository: str, found: Takeover) -> tuple[Written, ...]:
    """Write what is taken over into the configuration; raises a Failure."""
    from soda_tui.services.config.edit import assign_all

    return assign_all(call.paths, {one.key: one.value for one in found.taken}, repository)


def config_file(call: Invocation) -> Path:
    """Where the configuration is, or would be."""
    return call.paths.config_file


def _keys(call: Invocation, repositories: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(resolve(call, each).key for each in repositories))
