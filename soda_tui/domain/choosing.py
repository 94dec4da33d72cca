"""Choosing: which profiles an issue is worked on with, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from msgspec import Struct

from soda_tui.domain import sentences as say
from soda_tui.domain.configuration.profiles import Candidate, Profile
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.labels import has
from soda_tui.domain.runs.endings import How
from soda_tui.domain.runs.facts import RunFacts
from soda_tui.domain.runs.progress import Progress
from soda_tui.domain.status import how_ended
from soda_tui.domain.transcripts import UNCOUNTED


class Wanted(NamedTuple):
    """Profiles in the order in which they are tried, and why these; there is at least one."""

    profiles: tuple[Profile, ...]
    why: str


def wanted(enrolment: Enrolment, labels: Sequence[str]) -> Wanted:
    """What the configuration says of an issue with these labels: its label goes before its repository."""
    label, profiles = _labelled(enrolment, labels)
    return Wanted(profiles, say.CHOSEN_BY_LABEL(label=label)) if profiles else usual(enrolment)


def prompt_file(enrolment: Enrolment, labels: Sequence[str], profile: Profile) -> str | None:
    """The template for a profile on an issue: its label's goes before the repository's, and both before any other."""
    labelled = profile.prompt_file if profile in _labelled(enrolment, labels)[1] else None
    return labelled or enrolment.prompt_file or profile.prompt_file or enrolment.agent.prompt_file


def _labelled(enrolment: Enrolment, labels: Sequence[str]) -> tuple[str, tuple[Profile, ...]]:
    found = ((label, profiles) for label, profiles in enrolment.by_label if has(labels, label) and profiles)
    return next(found, ("", ()))


def usual(enrolment: Enrolment) -> Wanted:
    """What the configuration says of issues that no label singles out."""
    if enrolment.profiles:
        return Wanted(enrolment.profiles, say.CHOSEN_BY_NAME(names=", ".join(one.name for one in enrolment.profiles)))
    return Wanted((enrolment.agent,), say.CHOSEN_BY_NOBODY())


def uncounted(enrolment: Enrolment) -> tuple[str, ...]:
    """The profiles that a cap of tokens does not bound where there is one: their agents do not say what they use."""
    if not enrolment.auto.tokens_per_day:
        return ()
    profiles = (*usual(enrolment).profiles, *(one for _, named in enrolment.by_label for one in named))
    return tuple(dict.fromkeys(one.shown for one in profiles if one.format in UNCOUNTED))


class Use(Struct, frozen=True):
    """A repository that uses a profile, and why it does; `taken` says that of several a launch would start this one.

    Usage limits are left out of that: they are looked up for a launch.
    """

    repository: str
    why: str
    taken: bool


class Installed(Struct, frozen=True):
    """A profile as it is on this machine: `path` is that of its program, None where it is missing.

    `fault` says in words why it cannot be started, None where nothing is known against it.
    """

    name: str
    program: str
    path: str | None
    version: str | None
    format: str
    prompt: str
    used: tuple[Use, ...]
    fault: str | None


def installed_of(
    candidate: Candidate, version: str | None, enrolments: Iterable[Enrolment], candidates: Iterable[Candidate]
) -> Installed:
    """A profile with the repositories that use it, one use for each reason; `candidates` are all that there are."""
    profile = candidate.profile
    startable = [one.profile for one in candidates if one.fault is None]

    def is_taken(one: Wanted) -> bool:
        return len(one.profiles) > 1 and next((it for it in one.profiles if it in startable), None) == profile

    used = tuple(
        Use(enrolment.name.full, one.why, is_taken(one))
        for enrolment in enrolments
        for one in (usual(enrolment), *_by_label(enrolment))
        if profile in one.profiles
    )
    prompt, fault = profile.prompt.value, candidate.fault
    return Installed(profile.name, profile.program, candidate.path, version, profile.format, prompt, used, fault)


def _by_label(enrolment: Enrolment) -> Iterator[Wanted]:
    return (Wanted(found, say.CHOSEN_BY_LABEL(label=label)) for label, found in enrolment.by_label if found)


def present(candidates: Iterable[Candidate], repository: str) -> tuple[Profile, ...] | Problem:
    """Those whose program can be started on this machine, the ones at a limit last; or why there is none."""
    configured = [one for one in candidates if one.profile.command]
    if not configured:
        return Problem(ErrorCode.CONFIGURATION, say.NO_AGENT_COMMAND(repository=repository))
    here = sorted((one for one in configured if one.fault is None), key=lambda one: one.limited)
    if here:
        return tuple(one.profile for one in here)
    faults = "; ".join(dict.fromkeys(one.fault or "" for one in configured))
    return Problem(ErrorCode.CONFIGURATION, say.AGENT_NOT_INSTALLED(faults=faults, repository=repository))


def at_limit(
    here: Iterable[RunFacts], elsewhere: Iterable[RunFacts], issue: int | None, now: datetime
) -> frozenset[str]:
    """The profiles that have come to a limit that holds yet, in this repository or elsewhere on this machine.

    What has got on since in any run is at none; what has no name is not the same in two repositories. A limit of which
    nobody said when it ends is taken to hold for the issue, for as long as the short ones of agents do.
    """
    runs = [(run, issue) for run in here] + [(run, None) for run in elsewhere if run.profile]
    limited: set[str] = set()
    free: set[str] = set()
    for run, number in sorted(runs, key=lambda one: one[0].last_output_at or _LONG_AGO, reverse=True):
        progress = run.progress or Progress()
        if run.profile not in free and _is_limited(run, number, now):
            limited.add(run.profile)
        elif not progress.limited and (progress.messages or progress.calls):
            free.add(run.profile)
    return frozenset(limited)


_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_UNTOLD = timedelta(hours=5)


def _is_limited(run: RunFacts, issue: int | None, now: datetime) -> bool:
    if run.stoppable or how_ended(run) is not How.LIMIT:
        return False
    if run.progress is not None and run.progress.resets_at is not None:
        return run.progress.resets_at > now
    return run.issue == issue and now - (run.last_output_at or _LONG_AGO) < _UNTOLD


def passed_over(candidates: Iterable[Candidate], taken: Profile) -> tuple[str, ...]:
    """What is said of those that come before the one that is taken: they cannot be started here, or are at a limit."""
    notes = []
    for one in candidates:
        if one.profile == taken:
            break
        sentence = say.AGENT_PASSED_OVER if one.fault else say.AGENT_AT_LIMIT
        notes.append(sentence(profile=one.profile.shown, fault=one.fault, taken=taken.shown))
    return tuple(notes)
