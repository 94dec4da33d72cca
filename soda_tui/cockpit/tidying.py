"""Tidying up by itself: when it is tried, and how long it rests after it could not be done."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from soda_tui.domain import ledger
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.facts import RepositoryFacts
from soda_tui.domain.finished import closed_since, finished_work
from soda_tui.domain.landing import issues_of
from soda_tui.domain.releasing import unwanted

_LONGEST = timedelta(hours=1)
_READERS = frozenset({"READ", "TRIAGE"})


def untidy(enrolment: Enrolment, facts: RepositoryFacts) -> tuple[int, ...]:
    """The issues whose work a person has ended in the browser, or GitHub is to merge by itself no longer.

    Those that were tried and let go of are among them once they are closed; none where nothing may be changed, or is
    known.
    """
    remote = facts.remote
    unknown = facts.problem is not None or facts.runs_problem is not None
    unusable = facts.local is None or facts.local.clone.problem is not None
    if remote is None or unknown or unusable:
        return ()
    if enrolment.read_only or remote.archived or remote.permission in _READERS:
        return ()
    state = ledger.decode(remote.ledger).state
    merges = (number for one, _ in unwanted(remote, enrolment.land, state) for number in issues_of(one, state))
    ended = (done.issue for done, _ in finished_work(remote, state))
    return (*ended, *merges, *closed_since(remote, state))


class _Rest(Struct, frozen=True):
    issues: tuple[int, ...]
    tries: int
    until: datetime


class Tidying:
    """Remembers what could not be tidied up: each try costs points, so the next one waits twice as long."""

    def __init__(self, interval: float) -> None:
        self._interval = timedelta(seconds=interval)
        self._rests: dict[str, _Rest] = {}

    def due(self, key: str, issues: tuple[int, ...], now: datetime) -> bool:
        """Whether to try now."""
        rest = self._rests.get(key)
        return bool(issues) and (rest is None or rest.issues != issues or now >= rest.until)

    def ended(self, key: str, issues: tuple[int, ...], now: datetime, *, well: bool) -> None:
        """Note how a try ended."""
        rest = self._rests.pop(key, None)
        if not well:
            tries = rest.tries + 1 if rest is not None and rest.issues == issues else 1
            pause = min(self._interval * 2 ** min(tries - 1, 10), _LONGEST)
            self._rests[key] = _Rest(issues, tries, now + pause)
