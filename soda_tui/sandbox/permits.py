"""Who may do what: ids turned into things, and the permission that a mutation needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from soda_tui.sandbox.context import Context
from soda_tui.sandbox.errors import Refused, not_found, not_permitted
from soda_tui.sandbox.model import Permission, Repository, User

_T = TypeVar("_T")


def of_kind(at: Context, node_id: str, kind: type[_T]) -> _T:
    """The thing that an id names; raises Refused (NOT_FOUND) where it is none or of another kind."""
    found = at.world.node(node_id, at.token)
    if not isinstance(found, kind):
        raise not_found(f"{kind.__name__} node with the global id of '{node_id}'")
    return found


def users(at: Context, ids: Sequence[str]) -> list[User]:
    """The people of the ids; apps and organizations are none."""
    found = [of_kind(at, each, User) for each in ids]
    for user in found:
        if user.bot or user.organization:
            raise not_found(f"User node with the global id of '{user.id}'")
    return found


def permit(at: Context, repository: Repository, least: Permission, mutation: str) -> None:
    """Raise FORBIDDEN where the user may not do this in the repository, or where it is archived."""
    may = at.world.permission(repository, at.user)
    if may is None or may < least:
        raise not_permitted(at.user.login, mutation)
    if repository.archived:
        raise Refused("FORBIDDEN", "Repository was archived so is read-only.")
