"""Batching: how much one request asks of a host, and how many go at once; a host that struggles is asked for less."""

from __future__ import annotations

from msgspec import Struct, structs

# Twenty-four repositories cost one point; more cost two, and GitHub needs longer than it allows itself.
MOST_REPOSITORIES = 24
MOST_IN_FLIGHT = 2
_CLEAN = 10


class Batching(Struct, frozen=True):
    """How many repositories one request asks for, and how many requests may be under way at once.

    `clean` counts the answers since it was changed last; `lean` leaves out what can be done without for a while.
    """

    repositories: int = MOST_REPOSITORIES
    in_flight: int = MOST_IN_FLIGHT
    clean: int = 0
    lean: bool = False

    def struggled(self) -> Batching:
        """After a request that was too much for the host: half as much from now on."""
        return structs.replace(self, repositories=max(self.repositories // 2, 1), clean=0, lean=True)

    def slowed(self) -> Batching:
        """After the host asked us to slow down: first fewer at once, then less in each."""
        if self.in_flight > 1:
            return structs.replace(self, in_flight=self.in_flight // 2, clean=0)
        return structs.replace(self, repositories=max(self.repositories // 2, 1), clean=0)

    def answered(self) -> Batching:
        """After a whole answer: twice as much after each ten of them."""
        if self == _ALL:
            return self
        if self.clean + 1 < _CLEAN:
            return structs.replace(self, clean=self.clean + 1)
        return Batching(min(self.repositories * 2, MOST_REPOSITORIES), min(self.in_flight * 2, MOST_IN_FLIGHT))


_ALL = Batching()
