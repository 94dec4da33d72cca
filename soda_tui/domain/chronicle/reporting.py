"""The report: what was done in a span of time, what waits for a person, what failed, and what would mend that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from msgspec import Struct

from soda_tui.domain import sentences as say
from soda_tui.domain.attention import inbox
from soda_tui.domain.chronicle.figures import Figures, figures
from soda_tui.domain.chronicle.past import Chronicle, Course, Standing
from soda_tui.domain.model import Snapshot

_MOST = 500
_ORDER = (
    Standing.MERGED,
    Standing.IN_REVIEW,
    Standing.AT_WORK,
    Standing.GIVEN_UP,
    Standing.CLOSED,
    Standing.DROPPED,
    Standing.RELEASED,
    Standing.ELSEWHERE,
)


class Waits(Struct, frozen=True):
    """Something that waits for a person."""

    repository: str
    message: str


class Decided(Struct, frozen=True):
    """What a loop decided, when and why."""

    repository: str
    at: datetime
    why: str


class Report(Struct, frozen=True):
    """All that a report says, whatever it is written in; `done` has each issue that something happened to.

    `decided` is what each loop decided last.
    """

    since: datetime
    until: datetime
    repositories: tuple[str, ...]
    figures: Figures
    done: tuple[Course, ...]
    waits: tuple[Waits, ...]
    decided: tuple[Decided, ...]


def report(
    told: Sequence[Chronicle], snapshot: Snapshot, since: datetime, until: datetime, zone: tzinfo | None
) -> Report:
    """The report of a span of time; what could not be read is said among what waits."""
    done = [course for one in told for course in one.issues if _happened(course, since, until)]
    unread = [
        Waits(one.name, say.REPORT_UNREAD(repository=one.name, problem=one.error.message))
        for one in snapshot.repositories
        if one.error is not None
    ]
    needed = [Waits(one.name, need.message) for one, need in inbox(snapshot)]
    return Report(
        since=since,
        until=until,
        repositories=tuple(one.repository for one in told),
        figures=figures(told, since, until, zone),
        done=tuple(sorted(done, key=lambda course: _ORDER.index(course.standing))[:_MOST]),
        waits=(*unread, *needed),
        decided=tuple(
            Decided(one.repository, one.decisions[0].at, one.decisions[0].why)
            for one in told
            if one.decisions and since <= one.decisions[0].at <= until
        ),
    )


def _happened(course: Course, since: datetime, until: datetime) -> bool:
    times = (course.popped_at, course.handed_over_at, course.ended_at, *(run.began for run in course.runs))
    return any(at is not None and since <= at <= until for at in times)
