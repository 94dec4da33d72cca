"""Substitutes: the profiles that take over in a loop from one that cannot be started, crashed, or is at a limit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from soda_tui.cockpit.ports.runs import Profiles
from soda_tui.domain.choosing import wanted
from soda_tui.domain.configuration.profiles import Profile
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.facts import RepositoryFacts, find_issue

# For so long it is taken for known which programs are here: a loop asks each second.
_KNOWN = timedelta(seconds=30)


class Choices(NamedTuple):
    """The profiles that a launch takes which names none, that of the newest run, and those that take over as they can.

    Those that take over are in their order, and can be started here.
    """

    own: tuple[str, ...] = ()
    used: str = ""
    here: tuple[str, ...] = ()


class Substitutes:
    """Knows for some seconds which programs are here."""

    def __init__(self, profiles: Profiles) -> None:
        self._profiles = profiles
        self._known: dict[str, tuple[Sequence[Profile], datetime, tuple[str, ...]]] = {}

    def of(self, enrolment: Enrolment, facts: RepositoryFacts, issue: int | None, now: datetime) -> Choices:
        """The choices for the agent on an issue; none where there is no such issue. Raises a Failure."""
        found = find_issue(facts.remote, issue) if facts.remote is not None and issue is not None else None
        if found is None:
            return Choices()
        own = wanted(enrolment, found.labels).profiles
        names = tuple(profile.name for profile in own)
        used = facts.run.profile if facts.run is not None else ""
        substitutes = tuple(map(self._profiles.named, enrolment.auto.profiles)) or own
        # Whoever has one profile alone has nobody to take its place.
        return Choices(names, used, self._startable(enrolment, substitutes, now) if substitutes != own[:1] else ())

    def _startable(self, enrolment: Enrolment, profiles: Sequence[Profile], now: datetime) -> tuple[str, ...]:
        known = self._known.get(enrolment.key)
        if known is None or known[0] != profiles or now - known[1] > _KNOWN:
            here = self._profiles.find(profiles, enrolment.path)
            known = profiles, now, tuple(one.profile.name for one in here if one.fault is None)
            self._known[enrolment.key] = known
        return known[2]
