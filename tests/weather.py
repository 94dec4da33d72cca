"""Bad weather: everything that can go wrong between a cockpit and GitHub, or on the machine that it runs on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

from estates import TOKEN, VIEWER, Estate

from soda_tui.sandbox.faults import Fault

_MOST, _AT_ONCE = 0.3, 3
_LIMITS = {Fault.RATE_LIMIT, Fault.RATE_LIMITED}
_FIELDS = (
    "Issue.issueDependenciesSummary",
    "PullRequest.statusCheckRollup",
    "PullRequest.reviewDecision",
    "Repository.pullRequests",
    "Repository.viewerPermission",
)
_CLOCKS = (-7200, -60, 0, 30, 600, 3600)


class Weather:
    """Gusts, each something else; what lasts ends by itself. `waits` tells whether a limit's wait lasts."""

    def __init__(self, estate: Estate, random: Random, waits: Callable[[], bool]) -> None:
        self.seen: set[str] = set()
        self._estate, self._random, self._waits = estate, random, waits
        self._lasting: dict[str, tuple[float, Callable[[], None]]] = {}

    @property
    def hidden(self) -> Collection[str]:
        """The repositories, by their keys, that are not to be seen whole at the moment."""
        return self._lasting.keys()

    def blow(self) -> None:
        """Let something go wrong, and let end what has lasted."""
        reset = self._estate.now() + timedelta(seconds=self._random.randrange(30, 600))
        self._estate.bucket.reset_at = min(self._estate.bucket.reset_at, reset)
        for key, (until, end) in list(self._lasting.items()):
            if self._estate.loop.time() >= until:
                del self._lasting[key]
                end()
        # While nothing is sent, what is ordered would only pile up.
        strike = self._fault if self._estate.world.faults.waiting < _AT_ONCE else self._hide
        self._random.choice((strike, strike, strike, self._hide, self._damage, self._set_clock))()

    def clear(self) -> None:
        """Fair weather."""
        self._estate.world.faults.clear()
        for _, end in self._lasting.values():
            end()
        self._lasting.clear()

    def _fault(self) -> None:
        fault = self._random.choice(tuple(Fault))
        times = 1 if fault in _LIMITS else self._random.choice((1, 1, 2, 4, 9))
        matching = self._random.choice((*[""] * 8, "mutation", "rest GET"))
        times = 1 if matching else times
        seconds = self._random.choice((5, 20, 90))
        skip = self._random.randrange(3)
        self._estate.world.faults.order(fault, times=times, matching=matching, skip=skip, seconds=seconds)
        self.seen.add(fault)

    def _hide(self) -> None:
        """Keep a repository, or a field of it, from the token for a while."""
        key = self._random.choice([key for key in self._estate.names if key not in self._lasting])
        if len(self._lasting) > _MOST * len(self._estate.names):
            return
        name, people = self._estate.names[key], self._estate.people
        until = self._estate.loop.time() + self._random.randrange(20, 400)
        match self._random.randrange(3):
            case 0:
                people.require_sso(name, VIEWER)
                self._lasting[key] = until, lambda: people.require_sso(name, VIEWER, False)
            case 1:
                people.permit(name, VIEWER, None)
                self._lasting[key] = until, lambda: people.permit(name, VIEWER, "WRITE")
            case _:
                field = f"{name}:{self._random.choice(_FIELDS)}"
                self._forbid(lambda fields: fields | {field})
                self._lasting[key] = until, lambda: self._forbid(lambda fields: fields - {field})
        self.seen.add("hidden")

    def _forbid(self, change: Callable[[frozenset[str]], frozenset[str]]) -> None:
        token = self._estate.world.tokens[TOKEN]
        self._estate.world.tokens[TOKEN] = replace(token, forbidden=change(token.forbidden))

    def _damage(self) -> None:
        """Let a disk spoil one of the cockpit's own files."""
        files = [path for path in self._files() if path.is_file()]
        if files:
            self.spoil(self._random.choice(files))

    def _files(self) -> Iterator[Path]:
        folder = self._estate.folder
        for place in ("readings", "cache"):
            yield from sorted((folder / place).rglob("*"))

    def spoil(self, path: Path) -> None:
        """Leave something else in a file than was written there."""
        content = path.read_bytes()
        spoilt = (b"", content[: len(content) // 2], self._random.randbytes(200), b"[]", b'{"repositories": 3}')
        path.write_bytes(self._random.choice(spoilt))
        self.seen.add(f"damaged {path.suffix}")

    def _set_clock(self) -> None:
        """Somebody sets the machine's clock; not while a wait lasts, which nobody could then hold a client to."""
        if not self._waits():
            self._estate.set_by = timedelta(seconds=self._random.choice(_CLOCKS))
            self.seen.add("clock")
