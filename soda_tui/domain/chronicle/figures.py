"""Figures: what a span of time came to, over any number of repositories."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo

from msgspec import Struct

from soda_tui.domain.chronicle.mending import advice
from soda_tui.domain.chronicle.past import Chronicle, Course, Mended, Mishap, Standing

# A chart has no more bars than these.
_MOST_SPANS = 31
_STEPS = (timedelta(hours=3), timedelta(days=1), timedelta(days=7), timedelta(days=28), timedelta(days=365))


class Kind(Struct, frozen=True):
    """How often a kind of mishap happened, how each was put right, and what would keep it from happening again.

    `latest` is the sentence of the newest one, and `repository` where that was.
    """

    kind: str
    count: int
    by_itself: int
    by_person: int
    open: int
    latest: str
    repository: str
    mends: str


class Span(Struct, frozen=True):
    """A part of the time, from this moment of local time on: what was handed over, merged, and went wrong in it."""

    since: datetime
    handed_over: int
    merged: int
    mishaps: int


class Figures(Struct, frozen=True):
    """What was done, how well, and at what cost; rates are from 0 to 1, times are seconds, null where none is known.

    `success` is the merged part of the issues whose work ended (merged, closed, or given to a person), `runs_well` the
    number of ended runs that left work, `recovered` the part of what went wrong and is over that no person put right.
    `to_merge_median` and `to_merge_p90` are from the first pop to the merge. `touches` counts the acts of people.
    """

    popped: int
    handed_over: int
    merged: int
    closed: int
    given_up: int
    success: float | None
    runs: int
    runs_well: int
    seconds: float
    tokens: int
    cost: float | None
    to_merge_median: float | None
    to_merge_p90: float | None
    touches: int
    repaired: int
    mishaps: int
    recovered: float | None
    kinds: tuple[Kind, ...]
    spans: tuple[Span, ...]


def figures(chronicles: Sequence[Chronicle], since: datetime, until: datetime, zone: tzinfo | None) -> Figures:
    """The figures from one moment to another; `zone` is where the days of the spans begin, None for this machine's."""

    def within(at: datetime | None) -> bool:
        return at is not None and since <= at <= until

    courses = [course for one in chronicles for course in one.issues if course.worked_here]
    ended = Counter(course.standing for course in courses if course.ended and within(course.ended_at))
    merged = [course for course in courses if course.standing is Standing.MERGED and within(course.ended_at)]
    runs = [run for course in courses for run in course.runs if run.seconds is not None and within(run.began)]
    costs = [run.cost for run in runs if run.cost is not None]
    where = [(one.repository, mishap) for one in chronicles for mishap in one.mishaps if within(mishap.at)]
    wrong = [mishap for _, mishap in where]
    over = [mishap for mishap in wrong if mishap.mended is not Mended.OPEN]
    spent = sorted(_to_merge(merged))
    return Figures(
        popped=sum(within(course.popped_at) for course in courses),
        handed_over=sum(within(course.handed_over_at) for course in courses),
        merged=len(merged),
        closed=ended[Standing.CLOSED] + ended[Standing.DROPPED],
        given_up=ended[Standing.GIVEN_UP],
        success=_part(len(merged), ended.total()),
        runs=len(runs),
        runs_well=sum(run.mishap is None for run in runs),
        seconds=sum(run.seconds or 0.0 for run in runs),
        tokens=sum(run.tokens or 0 for run in runs),
        cost=sum(costs) if costs else None,
        to_merge_median=_quantile(spent, 0.5),
        to_merge_p90=_quantile(spent, 0.9),
        touches=sum(within(at) for one in chronicles for at in one.touched),
        repaired=sum(within(at) for one in chronicles for at in one.repaired),
        mishaps=len(wrong),
        recovered=_part(sum(mishap.mended is Mended.BY_ITSELF for mishap in over), len(over)),
        kinds=_kinds(where),
        spans=_spans(courses, wrong, since, until, zone),
    )


def overall(told: Chronicle) -> Figures:
    """The figures of all that is known of a repository."""
    times = [at for course in told.issues for at in (course.popped_at, course.handed_over_at, course.ended_at)]
    times += [run.began for course in told.issues for run in course.runs]
    times += [*told.touched, *told.repaired, *(mishap.at for mishap in told.mishaps)]
    known = [at for at in times if at is not None] or [datetime.fromtimestamp(0, UTC)]
    return figures([told], min(known), max(known), UTC)


def _to_merge(merged: Iterable[Course]) -> Iterable[float]:
    for course in merged:
        if course.popped_at is not None and course.ended_at is not None:
            yield max((course.ended_at - course.popped_at).total_seconds(), 0.0)


def _part(some: int, all_: int) -> float | None:
    return some / all_ if all_ else None


def _quantile(numbers: Sequence[float], part: float) -> float | None:
    """The quantile of sorted numbers, between the two nearest; None of nothing."""
    if not numbers:
        return None
    place = (len(numbers) - 1) * part
    below = int(place)
    above = min(below + 1, len(numbers) - 1)
    return numbers[below] + (numbers[above] - numbers[below]) * (place - below)


def _kinds(where: Sequence[tuple[str, Mishap]]) -> tuple[Kind, ...]:
    """The kinds, the commonest first."""
    newest = {mishap.kind: (name, mishap) for name, mishap in sorted(where, key=lambda found: found[1].at)}
    counts = Counter((mishap.kind, mishap.mended) for _, mishap in where)
    kinds = [
        Kind(
            kind=kind,
            count=sum(counts[kind, mended] for mended in Mended),
            by_itself=counts[kind, Mended.BY_ITSELF],
            by_person=counts[kind, Mended.BY_PERSON],
            open=counts[kind, Mended.OPEN],
            latest=mishap.what,
            repository=name,
            mends=advice(kind),
        )
        for kind, (name, mishap) in newest.items()
    ]
    return tuple(sorted(kinds, key=lambda found: (-found.count, found.kind)))


def _spans(
    courses: Iterable[Course], wrong: Iterable[Mishap], since: datetime, until: datetime, zone: tzinfo | None
) -> tuple[Span, ...]:
    """The time in parts that are equal by the clock on the wall; the first begins with the day in which it falls."""
    first, last = (at.astimezone(zone).replace(tzinfo=None) for at in (since, until))
    begin = datetime.combine(first, time.min)
    step = next((one for one in _STEPS if (last - begin) / one <= _MOST_SPANS), _STEPS[-1])
    begin += step * max(int((first - begin) / step), 0)
    count = min(int((last - begin) / step) + 1, _MOST_SPANS + 1)
    walls = (begin + step * at for at in range(max(count, 0)))
    begins = [at.astimezone() if zone is None else at.replace(tzinfo=zone) for at in walls]
    moments = [at.astimezone(UTC) for at in begins]

    def places(times: Iterable[datetime | None]) -> Counter[int]:
        return Counter(bisect_right(moments, at) - 1 for at in times if at is not None and since <= at <= until)

    handed = places(course.handed_over_at for course in courses)
    merged = places(course.ended_at for course in courses if course.standing is Standing.MERGED)
    failed = places(mishap.at for mishap in wrong)
    return tuple(Span(at, handed[place], merged[place], failed[place]) for place, at in enumerate(begins))
