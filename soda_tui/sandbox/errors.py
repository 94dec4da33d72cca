"""Refusals, in the shapes that GitHub gives them."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A GraphQL error with GitHub's `type`; `extensions` as GitHub adds them."""

    def __init__(self, kind: str, message: str, **extensions: Any) -> None:
        super().__init__(message)
        self.kind = kind
        self.extensions = extensions


def not_found(what: str) -> Refused:
    """`what` could not be resolved."""
    return Refused("NOT_FOUND", f"Could not resolve to {what}.")


def unprocessable(message: str) -> Refused:
    """The change was understood and cannot be made."""
    return Refused("UNPROCESSABLE", message)


def not_permitted(login: str, mutation: str) -> Refused:
    """The user may not do this."""
    return Refused("FORBIDDEN", f"{login} does not have the correct permissions to execute `{mutation}`")
