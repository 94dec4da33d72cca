"""Names of keys: as people write them, and as Textual spells them."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_NAMED = frozenset(
    ["up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete"]
    + ["backspace", "tab", "enter", "escape", "space"]
    + [f"f{number}" for number in range(1, 25)]
)
_MODIFIERS = re.compile(r"(?:(?:ctrl|shift|alt|super|hyper|meta)\+)+")
_RENAMED = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
_SHORT = {"pagedown": "PgDn", "pageup": "PgUp", "escape": "esc"}


def spelled(key: str) -> str | None:
    """A key as Textual spells it (`?` is question_mark), None where it is no key."""
    if len(key) == 1:
        return _character(key)
    modifiers = _MODIFIERS.match(key)
    name = key[modifiers.end() :] if modifiers else key
    if len(name) == 1:
        named = _character(name)
        return f"{modifiers[0]}{named}" if modifiers and named else None
    return key if name in _NAMED or name in _punctuation() else None


def key_name(key: str) -> str:
    """A key of Textual's spelling as people write it."""
    return _SHORT.get(key) or _punctuation().get(key, key)


def control(key: str) -> bytes:
    """What a terminal sends for ctrl+ and a letter or one of `]^_\\`."""
    return bytes((ord(key[-1].upper()) & 0x1F,))


def _character(character: str) -> str | None:
    if character.isalnum():
        return character
    if not character.isprintable():
        return None
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return _RENAMED.get(name, name) or None


@cache
def _punctuation() -> dict[str, str]:
    found = {_character(chr(code)): chr(code) for code in range(33, 127) if not chr(code).isalnum()}
    return {name: character for name, character in found.items() if name}
