"""Rebinding: which keys a person wants for which actions, checked against the registry and against each other."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import ACTIONS, Action

Keys = Mapping[str, tuple[str, ...]]
"""The keys of actions that have others than their own, by the action's name, in Textual's spelling."""

MOST = 8

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
# While something is read nothing is done to a repository, so its keys can mean something else there.
_APART = frozenset({("page", "repo"), ("page", "all"), ("page", "pane"), ("page", "view")})


def spelled(key: str) -> str | None:
    """A key as Textual spells it (`?` is question_mark), None where it is no key."""
    if len(key) == 1:
        return _character(key)
    modifiers = _MODIFIERS.match(key)
    name = key[modifiers.end() :] if modifiers else key
    if len(name) == 1:
        named = _character(name)
        return f"{modifiers[0]}{named}" if modifiers and named else None
    if name in _NAMED or name in _punctuation():
        return key
    return None


def rebound(keys: Keys) -> tuple[Action, ...]:
    """The registry with these keys in force."""
    return tuple(replace(action, keys=keys.get(action.name, action.keys)) for action in ACTIONS)


def settle(wanted: Mapping[str, Sequence[str]]) -> tuple[Keys, Mapping[str, str]]:
    """The rebindings that can stand, and a sentence for each name of the others, whose own keys stay.

    Where two actions would share a key, the one that was rebound gives way, the later of two that were.
    """
    known = {action.name: action for action in ACTIONS}
    kept: dict[str, tuple[str, ...]] = {}
    faults: dict[str, str] = {}
    for name, keys in wanted.items():
        if name not in known:
            close = get_close_matches(name, known, n=1)
            hint = f"Did you mean {close[0]}?" if close else "soda-tui keys lists all names."
            faults[name] = say.KEYS_UNKNOWN(name=name, hint=hint)
            continue
        right = [spelled(key) for key in keys]
        wrong = [key for key, found in zip(keys, right, strict=True) if found is None]
        if wrong or not keys or len(keys) > MOST:
            faults[name] = say.KEYS_WRONG(name=name, key=wrong[0] if wrong else f"a list of {len(keys)}")
        else:
            kept[name] = tuple(dict.fromkeys(found for found in right if found is not None))
    while clash := _clash(kept):
        name, other, key = clash
        del kept[name]
        faults[name] = say.KEYS_CLASH(name=name, key=key, other=other)
    return kept, faults


def _clash(kept: Keys) -> tuple[str, str, str] | None:
    """The last rebinding that shares a key with another action, with that action and the key."""
    actions = rebound(kept)
    for name in reversed(list(kept)):
        for other in actions:
            shared = [key for key in kept[name] if key in other.keys]
            if other.name != name and shared and not apart(name, other.name):
                return name, other.name, shared[0]
    return None


def apart(one: str, other: str) -> bool:
    """Whether two actions never wait for keys at the same time."""
    scopes = one.split(".")[0], other.split(".")[0]
    return scopes in _APART or scopes[::-1] in _APART


def _character(character: str) -> str | None:
    if character.isalnum():
        return character
    if not character.isprintable():
        return None
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return _RENAMED.get(name, name) or None


def _punctuation() -> frozenset[str | None]:
    return frozenset(_character(chr(code)) for code in range(33, 127) if not chr(code).isalnum())
