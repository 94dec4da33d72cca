"""What keeps a host from being read: one event, however many of its repositories it concerns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.model import Error, Repository
from soda_tui.domain.sharing import LIMITS

# What is said of these for one repository is said for all of them, and nothing is to be done about it there.
PASSING = {
    ErrorCode.RATE_LIMIT: "API points used up",
    ErrorCode.SECONDARY_LIMIT: "asked to slow down",
    ErrorCode.TIMEOUT: "no answer in time",
    ErrorCode.SERVER: "answers with errors",
}
_WORDS = {**PASSING, ErrorCode.NETWORK: "not reached", ErrorCode.AUTHENTICATION: "token refused or missing"}


class HostTrouble(Struct, frozen=True):
    """One error of a host's repositories, the one that lasts longest; `all` is how many the host has."""

    host: str
    error: Error
    repositories: tuple[Repository, ...]
    all: int

    @property
    def words(self) -> str:
        """What it is, until when, and for how many, in the few words that a line has room for."""
        end, count = self.error.retry_at, len(self.repositories)
        until = f" until {end:%H:%M} UTC" if end is not None else ""
        part = f" ({count} of {self.all})" if count < self.all else ""
        return f"{_WORDS[self.error.code]}{until}{part}"


def host_troubles(repositories: Iterable[Repository]) -> tuple[HostTrouble, ...]:
    """What whole hosts are in: a limit always is that, all else where several are told the same, or the only one is."""
    found = tuple(repositories)
    counts = Counter(one.host for one in found)
    alike: dict[tuple[str, str], list[Repository]] = {}
    for one in found:
        if one.error is not None and one.error.code in _WORDS:
            what = one.error.code if one.error.code in LIMITS else one.error.message
            alike.setdefault((one.host, what), []).append(one)
    return tuple(
        HostTrouble(host, _longest(some), tuple(some), counts[host])
        for (host, what), some in alike.items()
        if what in LIMITS or len(some) > 1 or counts[host] == 1
    )


def _longest(repositories: Iterable[Repository]) -> Error:
    errors = [one.error for one in repositories if one.error is not None]
    return max(errors, key=lambda error: error.retry_at.timestamp() if error.retry_at is not None else 0.0)
