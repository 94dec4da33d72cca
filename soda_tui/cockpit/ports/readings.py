"""The port of what the fronts of this machine read of GitHub, for one another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from soda_tui.cockpit.ports.github import Target
from soda_tui.domain.facts import RemoteFacts
from soda_tui.domain.failure import Problem
from soda_tui.domain.model import Account
from soda_tui.domain.sharing import Told


class Readings(Protocol):
    """What was read as one account, `reader` is its key, once for all fronts; not to share it costs points only."""

    @property
    def put_aside(self) -> str | None:
        """A sentence once a file was found damaged and put aside by this process."""

    async def own(self, reader: str, targets: Sequence[Target], every: float, within: Callable[[], float]) -> bool:
        """Become, or stay, who polls these repositories each so many seconds; whether nobody else is.

        `within` tells the number of seconds in which all are really looked at, which may be more: points get scarce.
        """

    def promised(self, reader: str) -> float:
        """The seconds in which whoever polls looks at all, as last told; 0 where nobody does."""

    def leave(self, reader: str) -> None:
        """Leave the account to another front."""

    def changed(self, reader: str) -> bool:
        """Whether there may be something new since the last `told`; cheap enough to be asked each second."""

    async def told(self, reader: str, targets: Sequence[Target]) -> Told:
        """What there is of these repositories, as far as just these targets were asked for.

        Facts in which nothing changed are the same object as before.
        """

    async def tell(
        self,
        reader: str,
        targets: Sequence[Target],
        moment: int,
        found: Mapping[str, RemoteFacts | Problem],
        account: Account | None,
        spent: int = 0,
    ) -> None:
        """Tell what GitHub said, asked at that moment; nothing newer is replaced.

        `spent` are the points that this front has used of the account since it told the last time.
        """
