"""Setting up: what is so of each step of it."""

from __future__ import annotations

from msgspec import Struct


class SignIn(Struct, frozen=True):
    """Whose token a host knows, and where it came from; `problem` is why nothing is known of that."""

    host: str
    login: str | None = None
    source: str | None = None
    problem: str | None = None


class Lacking(Struct, frozen=True):
    """The labels that `init` would create and correct; `problem` is why that could not be looked at."""

    key: str
    name: str
    created: tuple[str, ...] = ()
    corrected: tuple[str, ...] = ()
    problem: str | None = None

    @property
    def count(self) -> int:
        """How many labels would change."""
        return len(self.created) + len(self.corrected)


class First(Struct, frozen=True):
    """What pop would take in a repository; without a number, `words` say why nothing."""

    key: str
    name: str
    number: int | None
    words: str


class Place(Struct, frozen=True):
    """An enrolled repository as settings are made for it; `group` is empty where it is in none."""

    key: str
    name: str
    group: str
