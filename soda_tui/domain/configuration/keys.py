"""Rebinding: which keys a person wants for which actions, checked against the registry and against each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import ACTIONS, Action
from soda_tui.domain.configuration.keynames import spelled
from soda_tui.domain.nearness import nearest

Keys = Mapping[str, tuple[str, ...]]
"""The keys of actions that have others than their own, by the action's name, in Textual's spelling."""

MOST = 8

# What is read, and a list in a dialogue or beside a pane, has the keys before everything that stands behind it.
_BEHIND = frozenset({"repo", "all", "pane", "view"})
_BEFORE = frozenset({"page", "list"})


def rebound(keys: Keys) -> tuple[Action, ...]:
    """The registry with these keys in force."""
    return tuple(action._replace(keys=keys.get(action.name, action.keys)) for action in ACTIONS)


def settle(wanted: Mapping[str, Sequence[str]]) -> tuple[Keys, Mapping[str, str]]:
    """The rebindings that can stand, and a sentence for each name of the others, whose own keys stay.

    Where two actions would share a key, the one that was rebound gives way, the later of two that were.
    """
    known = {action.name: action for action in ACTIONS}
    kept: dict[str, tuple[str, ...]] = {}
    faults: dict[str, str] = {}
    for name, keys in wanted.items():
        if name not in known:
            near = nearest(name, known)
            hint = f"Did you mean {near}?" if near else "soda-tui keys lists all names."
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
    scopes = {one.split(".")[0], other.split(".")[0]}
    return scopes == _BEFORE or bool(scopes & _BEFORE and scopes & _BEHIND)
