"""Choosing: which profiles an issue is worked on with, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

from soda_tui.domain import sentences as say
from soda_tui.domain.endings import How
from soda_tui.domain.facts import RunFacts
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.labels import has
from soda_tui.domain.profiles import Candidate, Profile
from soda_tui.domain.settings import Enrolment
from soda_tui.domain.status import how_ended


class Wanted(NamedTuple):
    """Profiles in the order in which they are tried, and why these; there is at least one."""

    profiles: tuple[Profile, ...]
    why: str


def wanted(enrolment: Enrolment, labels: Sequence[str]) -> Wanted:
    """What the configuration says of an issue with these labels: its label goes before its repository."""
    for label, profiles in enrolment.by_label:
        if has(labels, label) and profiles:
            return Wanted(profiles, say.CHOSEN_BY_LABEL(label=label))
    return usual(enrolment)


def usual(enrolment: Enrolment) -> Wanted:
    """What the configuration says of issues that no label singles out."""
    if enrolment.profiles:
        return Wanted(enrolment.profiles, say.CHOSEN_BY_NAME(names=", ".join(one.name for one in enrolment.profiles)))
    return Wanted((enrolment.agent,), say.CHOSEN_BY_NOBODY())


class Use(Struct, frozen=True):
    """A repository that uses a profile, and why it does."""

    repository: str
    why: str


class Installed(Struct, frozen=True):
    """A profile as it is on this machine: `path` is that of its program, None where it is missing."""

    name: str
    program: str
    path: str | None
    version: str | None
    format: str
    prompt: str
    used: tuple[Use, ...]


def installed_of(candidate: Candidate, version: str | None, enrolments: Iterable[Enrolment]) -> Installed:
    """A profile with the repositories that use it, one use for each reason."""
    profile = candidate.profile
    used = tuple(
        Use(enrolment.name.full, one.why)
        for enrolment in enrolments
        for one in (usual(enrolment), *_by_label(enrolment))
        if profile in one.profiles
    )
    return Installed(profile.name, profile.program, candidate.path, version, profile.format, profile.prompt.value, used)


def _by_label(enrolment: Enrolment) -> Iterator[Wanted]:
    return (Wanted(found, say.CHOSEN_BY_LABEL(label=label)) for label, found in enrolment.by_label if found)


def present(candidates: Iterable[Candidate], repository: str) -> tuple[Profile, ...] | Problem:
    """Those whose program is on this machine, the ones at a limit last; or why there is none."""
    configured = [one for one in candidates if one.profile.command]
    if not configured:
        return Problem(ErrorCode.CONFIGURATION, say.NO_AGENT_COMMAND(repository=repository))
    here = sorted((one for one in configured if one.path is not None), key=lambda one: one.limited)
    if here:
        return tuple(one.profile for one in here)
    programs = ", ".join(dict.fromkeys(one.profile.program for one in configured))
    return Problem(ErrorCode.CONFIGURATION, say.AGENT_NOT_INSTALLED(programs=programs, repository=repository))


def is_limited(run: RunFacts, issue: int | None, now: datetime) -> bool:
    """Whether a run has ended at a limit that holds yet; one without an end is taken to hold for the run's issue."""
    if run.stoppable or how_ended(run) is not How.LIMIT:
        return False
    resets_at = run.progress.resets_at if run.progress else None
    return run.issue == issue if resets_at is None else resets_at > now


def passed_over(candidates: Iterable[Candidate], taken: Profile) -> tuple[str, ...]:
    """What is said of those that come before the one that is taken: they are not here, or at a limit."""
    notes = []
    for one in candidates:
        if one.profile == taken:
            break
        sentence = say.AGENT_AT_LIMIT if one.path is not None else say.AGENT_PASSED_OVER
        notes.append(sentence(profile=one.profile.shown, program=one.profile.program, taken=taken.shown))
    return tuple(notes)
