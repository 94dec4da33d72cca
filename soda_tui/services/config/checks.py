"""Checks of the configuration: every value where it stands, so that the message can name file, line and key."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

import msgspec

from soda_tui.domain.failure import Failure
from soda_tui.domain.nearness import nearest
from soda_tui.domain.sentences import CONFIG_UNKNOWN_KEY, CONFIG_VALUE
from soda_tui.services.config.document import Document, failure
from soda_tui.services.config.keys import Key, keys
from soda_tui.services.config.sections import SECTIONS, Defaults, ProfileNames
from soda_tui.services.files import expand
from soda_tui.services.profiles import built_in

if TYPE_CHECKING:
    from soda_tui.services.config.tomllines import KeyPath

_FIELD = re.compile(r"at `\$\.(\w+)")
_COMMANDS = ("command", "resume", "interactive", "version", "token_command")

Table = dict[str, Any]


class Checks:
    """What is right in a document; what is not raises a Failure, or is one of the warnings."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.warnings: list[str] = []

    def table(self, value: object, at: KeyPath) -> Table:
        """A value that must be a table; raises a Failure."""
        if not isinstance(value, dict):
            raise self.wrong(at, "a table")
        return value

    def section(self, parent: Table, at: KeyPath, kind: type[msgspec.Struct]) -> Table:
        """What a part of a table says of its keys."""
        return self.check(self.table(parent.get(str(at[-1]), {}), at), kind, at)

    def check(self, table: Table, kind: type[msgspec.Struct], at: KeyPath, others: tuple[str, ...] = ()) -> Table:
        """What is said of the keys of a section, each right; unknown ones are warnings. Raises a Failure."""
        known = kind.__struct_fields__
        for name in table:
            if name not in known:
                self.unknown((*at, name), (*known, *others))
        try:
            msgspec.convert(table, kind)
        except msgspec.ValidationError as error:
            name = _field(error)
            raise self.wrong((*at, name), _right(kind, name)) from None
        for name in table:
            if name in known and not self.is_sound(name, table[name]):
                raise self.wrong((*at, name), _right(kind, name))
        return {name: table[name] for name in table if name in known}

    def is_sound(self, name: str, value: Any) -> bool:
        """Whether a value is right in what its type does not say."""
        if name in _COMMANDS:
            return bool(value[:1] != [""])
        if name == "like":
            return not value or bool(built_in(value))
        return name not in {"profile", "profiles"} or self.are_profiles(value)

    def are_profiles(self, names: Any) -> bool:
        """Whether all of these are names of profiles that there are."""
        try:
            # As a part: msgspec 0.22 frees the patterns of a union that something is converted to by itself.
            checked = msgspec.convert({"profile": names}, Defaults)
        except msgspec.ValidationError:
            return False
        own = self.table(self.document.data.get("profile", {}), ("profile",))
        return all(name in own or built_in(name) for name in listed(checked.profile))

    def converts(self, key: Key, value: object) -> bool:
        """Whether a value, as text may have it, is right for a key."""
        try:
            made = msgspec.convert({key.name: value}, SECTIONS[key.section], strict=False)
        except msgspec.ValidationError:
            return False
        return self.is_sound(key.name, getattr(made, key.name))

    def text(self, table: Table, at: KeyPath, key: str, right: str, default: str = "") -> str:
        """A word that must be said; raises a Failure."""
        value = table.get(key, default)
        if not isinstance(value, str) or not value or "\0" in value:
            raise self.wrong((*at, key), right)
        return value

    def path(self, text: str) -> str:
        """A path in the file is meant from the file's own folder."""
        return os.path.normpath(self.document.file.parent / expand(text))

    def wrong(self, at: KeyPath, right: str) -> Failure:
        """The failure of a value where it stands; `right` says what it may be."""
        file, line = self.document.file, self.document.line(at)
        return failure(CONFIG_VALUE(file=file, line=line, key=dotted(at), right=right))

    def unknown(self, at: KeyPath, known: tuple[str, ...]) -> None:
        """Note a key that means nothing."""
        file, line = self.document.file, self.document.line(at)
        near = hint(str(at[-1]), known)
        self.warnings.append(CONFIG_UNKNOWN_KEY(file=file, line=line, key=dotted(at), hint=near))


def listed(names: ProfileNames) -> tuple[str, ...]:
    """Names of profiles, whether one is said or several."""
    return tuple(filter(None, (names,) if isinstance(names, str) else names))


def dotted(at: KeyPath) -> str:
    """A key as a person writes it: `repository.labels.ready`; which repository is told by the line."""
    return ".".join(part for part in at if isinstance(part, str))


def hint(name: str, known: tuple[str, ...]) -> str:
    """What may have been meant by a name that nobody knows."""
    near = nearest(name, known)
    return f"Did you mean {near}?" if near else "soda-tui config get lists all."


def _right(kind: type[msgspec.Struct], name: str) -> str:
    return next(key.right for key in keys("", kind) if key.name == name)


def _field(error: msgspec.ValidationError) -> str:
    place = _FIELD.search(str(error))
    assert place is not None, error
    return place[1]
