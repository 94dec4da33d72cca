"""How an issue came to its text: who labelled it and when, who changed it since, and what was said below it."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class Labelled(Struct, frozen=True):
    """A label that was put on; `login` is None where that account is gone."""

    label: str
    at: datetime
    login: str | None


class Edit(Struct, frozen=True):
    """A change of the text, or of the title; `login` is None where that account is gone."""

    at: datetime
    login: str | None
    title: bool = False


class History(Struct, frozen=True):
    """What is known of an issue's text besides the text; `association` is what its author is to the repository.

    Both lists have the newest hundred at least of what GitHub keeps, in no order.
    """

    author: str | None
    association: str
    labelled: tuple[Labelled, ...] = ()
    edits: tuple[Edit, ...] = ()


class Comment(Struct, frozen=True):
    """A comment; `hidden` says that somebody has minimized it."""

    author: str | None
    association: str
    at: datetime
    body: str
    edited_at: datetime | None = None
    hidden: bool = False
