"""What `init` would change: labels to create, and labels whose name, colour or description is not as it should be."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from soda_tui.domain import sentences as say
from soda_tui.domain.changes import Change, CreateLabel, UpdateLabel
from soda_tui.domain.labels import LabelDefinition


class Label(Struct, frozen=True):
    """A label as it exists on GitHub."""

    id: str
    name: str
    color: str
    description: str


class LabelChange(Struct, frozen=True):
    """One change and the words for it."""

    change: Change
    what: str


def label_plan(repository: str, present: Iterable[Label], wanted: Iterable[LabelDefinition]) -> tuple[LabelChange, ...]:
    """The changes that make the wanted labels so; `repository` is its node id. Other labels are left alone."""
    found = {label.name.casefold(): label for label in present}
    changes: list[LabelChange] = []
    for label in wanted:
        there = found.get(label.name.casefold())
        if there is None:
            create = CreateLabel(repository, label.name, label.color, label.description)
            words = say.LABEL_CREATE(name=label.name, color=label.color, description=label.description)
            changes.append(LabelChange(create, words))
        elif differences := _differences(there, label):
            update = UpdateLabel(there.id, label.name, label.color, label.description)
            changes.append(LabelChange(update, say.LABEL_UPDATE(name=there.name, what=", ".join(differences))))
    return tuple(changes)


def _differences(there: Label, wanted: LabelDefinition) -> list[str]:
    pairs = (
        ("name", there.name, wanted.name),
        ("color", there.color.lower(), wanted.color),
        ("description", there.description, wanted.description),
    )
    return [f"{what} {old or 'none'} to {new}" for what, old, new in pairs if old != new]
