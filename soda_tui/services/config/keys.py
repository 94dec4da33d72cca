"""The keys of the configuration, from which checks and reference are made."""

from __future__ import annotations

from functools import cache
from typing import Any, get_type_hints

from msgspec import Struct, structs

from soda_tui.services.config.sections import PARTS, SECTIONS, Account, Host

PREFIX = "SODA_TUI_"


class Key(Struct, frozen=True):
    """One key of a section: `right` says what it may be, `environment` names its variable where it has one.

    `repository` is true where `[[repository]]` may say it too, there or in a part of the same name.
    """

    section: str
    name: str
    default: object
    meaning: str
    right: str
    environment: str | None
    repository: bool


@cache
def keys(section: str, table: type[Struct]) -> tuple[Key, ...]:
    """The keys of a section, in the order in which they are documented."""
    hints = get_type_hints(table, include_extras=True)
    return tuple(_key(section, field, hints[field.name].__metadata__) for field in structs.fields(table))


def _key(section: str, field: structs.FieldInfo, metadata: tuple[Any, ...]) -> Key:
    notes = [note for note in metadata if note.extra]
    scalar = not isinstance(field.default, tuple) and section in SECTIONS
    return Key(
        section,
        field.name,
        field.default,
        notes[0].description,
        notes[0].extra["right"],
        f"{PREFIX}{section}__{field.name}".upper() if scalar else None,
        section == "defaults" or section in PARTS,
    )


def reference() -> tuple[Key, ...]:
    """Every key of the configuration, for the documentation."""
    named: list[tuple[str, type[Struct]]] = [
        *SECTIONS.items(),
        ('hosts."HOST"', Host),
        ('hosts."HOST".accounts.NAME', Account),
    ]
    return tuple(key for section, table in named for key in keys(section, table))
