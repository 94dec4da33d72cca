"""What settings are changed for: all repositories, a group of them, or one."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from soda_tui.domain import sentences as say
from soda_tui.domain.configuration.configured import Setting
from soda_tui.domain.setting_up import Place


class Scope(Struct, frozen=True):
    """The repositories that a change is written for; without any it is written for all."""

    title: str
    keys: tuple[str, ...] = ()


def scopes(places: Sequence[Place]) -> tuple[Scope, ...]:
    """All first, then groups of more than one, then each repository."""
    groups: dict[str, list[str]] = {}
    for place in places:
        if place.group:
            groups.setdefault(place.group, []).append(place.key)
    return (
        Scope(say.SETTINGS_ALL()),
        *(Scope(say.SETTINGS_GROUP(group=name), tuple(keys)) for name, keys in groups.items() if len(keys) > 1),
        *(Scope(place.name, (place.key,)) for place in places),
    )


def joined(found: Sequence[Sequence[Setting]]) -> tuple[tuple[Setting, ...], frozenset[str]]:
    """The settings of the first repository, and the keys of which another one has another value."""
    first, *others = found
    values = [{one.key: one.value for one in settings} for settings in others]
    return tuple(first), frozenset(one.key for one in first if any(has.get(one.key) != one.value for has in values))
