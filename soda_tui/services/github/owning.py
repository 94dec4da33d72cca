"""What an account owns: its repositories, for whoever chooses some to enrol."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from soda_tui.domain.enrolling import Owned, Owner
from soda_tui.domain.failure import Failure
from soda_tui.domain.naming import RepositoryName
from soda_tui.services.github import decode, errors, wire
from soda_tui.services.github.connection import Connection
from soda_tui.services.github.queries import Document
from soda_tui.services.github.wire import PageInfo, Wired

_MOST_PAGES = 3
_MOST_NAMED = 50
_WRITE = frozenset({"WRITE", "MAINTAIN", "ADMIN"})


class Account(Wired, frozen=True):
    """Whose a repository is."""

    login: str


class Row(Wired, frozen=True):
    """A repository of the list."""

    name: str
    owner: Account
    is_archived: bool
    is_fork: bool
    pushed_at: datetime | None = None
    viewer_permission: str | None = None


class Rows(Wired, frozen=True):
    """A page of the list."""

    total_count: int
    page_info: PageInfo
    nodes: tuple[Row | None, ...] | None = None


class OwnerOf(Wired, frozen=True):
    """An account's answer."""

    login: str
    repositories: Rows


async def owner(connection: Connection, login: str) -> Owner:
    """An account with at most three hundred repositories; raises a Failure where there is no such account."""
    found: list[Row] = []
    answer = await _page(connection, login, None)
    for page in range(_MOST_PAGES):
        found += decode.present(answer.repositories.nodes)
        info = answer.repositories.page_info
        if not info.has_next_page or not info.end_cursor or page == _MOST_PAGES - 1:
            break
        answer = await _page(connection, login, info.end_cursor)
    listed = tuple(_owned(connection.host, row) for row in found)
    return Owner(answer.login, listed, max(answer.repositories.total_count, len(listed)))


async def owned(connection: Connection, login: str, names: Sequence[str]) -> tuple[Owned, ...]:
    """Those of an account's repositories with these names that the token can see, of at most fifty names."""
    document = Document()
    aliases = [document.owned(login, name) for name in names[:_MOST_NAMED]]
    reply = await connection.read(document)
    rows = (wire.read(reply.data.get(alias), Row) for alias in aliases)
    return tuple(_owned(connection.host, row) for row in rows if row is not None)


def _owned(host: str, row: Row) -> Owned:
    name = RepositoryName(host, row.owner.login, row.name)
    return Owned(name, row.pushed_at, row.is_archived, row.viewer_permission in _WRITE, row.is_fork)


async def _page(connection: Connection, login: str, after: str | None) -> OwnerOf:
    document = Document()
    alias = document.owner(login, after)
    reply = await connection.read(document)
    if row := errors.first(reply.rows_of(alias)):
        raise Failure(errors.problem(row, connection.host, login, reply.sso))
    answer = wire.read(reply.data.get(alias), OwnerOf)
    if answer is None:
        raise Failure(errors.not_found(connection.host, login))
    return answer
