"""In which order repositories are shown, and which of them stand together as a group."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from msgspec import Struct

from soda_tui.domain.attention import attention
from soda_tui.domain.configuration.preferences import Order
from soda_tui.domain.model import Repository

UNGROUPED = ""


class Group(Struct, frozen=True):
    """Repositories that stand together under their group's name; `UNGROUPED` for those that have none."""

    name: str
    repositories: tuple[Repository, ...]
    folded: bool = False


def arranged(repositories: Iterable[Repository], order: Order, folded: Collection[str] = ()) -> tuple[Group, ...]:
    """All repositories in order; a group stands where its first one does. Without any group there is one, unfolded."""
    groups: dict[str, list[Repository]] = {}
    for repository in _in_order(repositories, order):
        groups.setdefault(repository.group or UNGROUPED, []).append(repository)
    foldable = any(groups)
    return tuple(Group(name, tuple(found), foldable and name in folded) for name, found in groups.items())


def is_grouped(groups: Iterable[Group]) -> bool:
    """Whether headings are due: some repository has a group."""
    return any(group.name for group in groups)


def _in_order(repositories: Iterable[Repository], order: Order) -> list[Repository]:
    keys: dict[Order, Callable[[Repository], tuple[object, ...]]] = {
        Order.CONFIGURED: lambda _: (),
        Order.ATTENTION: lambda repository: (attention(repository),),
        Order.NAME: lambda repository: (repository.name.casefold(), repository.host),
    }
    return sorted(repositories, key=keys[order])
