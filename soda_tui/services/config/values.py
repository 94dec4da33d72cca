"""The values of the configuration that hold, each with where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from soda_tui.domain import sentences as say
from soda_tui.domain.configuration.configured import Setting, Source
from soda_tui.services.config.document import Document
from soda_tui.services.config.slots import Slot, holds
from soda_tui.services.config.tomllines import KeyPath

# What a cockpit that is open reads anew as soon as the file has changed.
_AT_ONCE = frozenset({"cockpit.max_agents"})


def setting(
    slot: Slot,
    document: Document,
    environ: Mapping[str, str],
    options: Mapping[str, object],
    index: int | None = None,
    own: Slot | None = None,
) -> Setting:
    """The value at a place; with `index` that of this repository, whose own place is `own`.

    Everything is known to be right: the settings as a whole were made of it.
    """
    value, source, place = _found(slot, document, environ, options, index, own)
    default = msgspec.to_builtins(slot.key.default)
    environment = slot.key.environment
    return Setting(
        slot.name,
        default if source is Source.DEFAULT else value,
        source,
        place,
        default,
        slot.key.meaning,
        slot.key.right,
        environment,
        slot.key.repository,
        slot.name in _AT_ONCE,
    )


def _found(
    slot: Slot,
    document: Document,
    environ: Mapping[str, str],
    options: Mapping[str, object],
    index: int | None,
    own: Slot | None,
) -> tuple[Any, Source, str | None]:
    variable = slot.key.environment
    if options.get(slot.name) is not None:
        return slot.read(options[slot.name]), Source.OPTION, say.FROM_OPTION()
    if variable and environ.get(variable):
        return slot.read(environ[variable]), Source.ENVIRONMENT, variable
    places: list[tuple[KeyPath, Source]] = (
        [] if index is None or own is None else [(("repository", index, *own.path), Source.REPOSITORY)]
    )
    for path, source in (*places, (slot.path, Source.FILE)):
        if holds(document.data, path):
            value: Any = document.data
            for part in path:
                value = value[part]
            return value, source, say.FROM_LINE(file=document.file, line=document.line(path))
    return None, Source.DEFAULT, None
