"""The port of what loops remember."""

from __future__ import annotations

from typing import Protocol

from soda_tui.domain.loop.record import Record, Wish


class Loops(Protocol):
    """For each repository what people wish of its loop, what its owner remembers, and who owns it."""

    def wish(self, key: str) -> Wish:
        """What is wished of a loop; off where nobody has said anything.

        Raises a Failure where it is damaged or of another version: nobody acts on it then, or writes in its place.
        """

    def record(self, key: str) -> Record:
        """What its owner remembers; raises a Failure as `wish`."""

    def say(self, key: str, wish: Wish) -> None:
        """Wish; raises a Failure where it cannot be written."""

    def keep(self, key: str, record: Record) -> None:
        """Remember; for the owner alone. Raises a Failure where it cannot be written."""

    def own(self, key: str) -> bool:
        """Become the loop's owner, unless another process is; whether this one is. Raises a Failure."""

    def is_owned(self, key: str) -> bool:
        """Whether some process owns the loop now, this one or another."""

    def disown(self, key: str) -> None:
        """Leave the loop to another process."""
