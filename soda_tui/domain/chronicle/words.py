"""The words of the record: spans of time, parts, standings and kinds, as history and report say them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from soda_tui.domain.chronicle.figures import Figures, Kind, Span
from soda_tui.domain.chronicle.past import Course, RunTold, Standing
from soda_tui.domain.runs.usage import amount
from soda_tui.domain.text import counted, one_line

STANDINGS = {
    Standing.AT_WORK: "at work",
    Standing.IN_REVIEW: "in review",
    Standing.MERGED: "merged",
    Standing.CLOSED: "closed without a merge",
    Standing.DROPPED: "closed by somebody",
    Standing.GIVEN_UP: "given to a person",
    Standing.RELEASED: "back in the queue",
    Standing.ELSEWHERE: "no longer held here",
}


def took(seconds: float | None) -> str:
    """A span of time in at most two units, `?` where it is not known: 41 s, 12 min, 3 h 20 min, 2 d 4 h."""
    if seconds is None:
        return "?"
    minutes, left = divmod(round(seconds), 60)
    if not minutes:
        return f"{left} s"
    hours, minutes = divmod(minutes, 60)
    if not hours:
        return f"{minutes} min"
    days, left = divmod(hours, 24)
    return f"{days} d {left} h" if days > 1 else f"{hours} h {minutes} min"


def part(some: int, all_: int) -> str:
    """So many of all, and what part that is."""
    return f"{some} of {all_} ({some / all_:.0%})" if all_ else "none yet"


def kind_words(kind: str) -> str:
    """A kind of mishap as it is read."""
    return kind.replace("_", " ")


def used(tokens: int | None, cost: float | None) -> str:
    """What was used by the agents' own account; nothing where nothing is known."""
    money = f"${cost:.2f}" if cost else ""
    return ", ".join(filter(None, (f"{amount(tokens)} tokens" if tokens else "", money)))


def course_words(course: Course) -> str:
    """What became of an issue, and what it took, on one line."""
    request = f" (PR {course.pull_request})" if course.pull_request else ""
    known = [f"{STANDINGS[course.standing]}{request}"]
    known += [counted(course.attempts, "attempt")] if course.attempts else []
    known += [took(course.seconds)] if course.seconds is not None else []
    known += filter(None, [used(course.tokens, course.cost)])
    return ", ".join(known)


def run_words(run: RunTold) -> str:
    """One run on one line."""
    began = f"{run.began:%Y-%m-%d %H:%M} UTC" if run.began else "not started"
    attempt = f"attempt {run.attempt}" if run.attempt else ""
    known = [began, attempt, one_line(run.profile), took(run.seconds), one_line(run.how)]
    mishap = f"[{kind_words(run.mishap)}]" if run.mishap else ""
    return "  ".join(filter(None, [*known, mishap, used(run.tokens, run.cost)]))


def chart_rows(spans: Sequence[Span], number: Callable[[Span], int]) -> Sequence[tuple[str, int]]:
    """The numbers of the parts of the time in which there is something, each by when that begins.

    That is the day, and the hour where not all are days.
    """
    days = all(span.since.hour == 0 for span in spans)
    form = "%m-%d" if days else "%m-%d %H:%M"
    return [(f"{span.since:{form}}", number(span)) for span in spans if number(span)]


def mended_words(kind: Kind) -> str:
    """How those of a kind were put right."""
    counts = (
        (kind.by_itself, "put right by itself"),
        (kind.by_person, "left to a person"),
        (kind.open, "still open"),
    )
    return ", ".join(f"{count} {words}" for count, words in counts if count)


def figure_rows(found: Figures) -> Iterable[tuple[str, str]]:
    """The figures, each with its name."""
    ended = found.merged + found.closed + found.given_up
    yield "popped", str(found.popped)
    yield "handed over", str(found.handed_over)
    yield "merged", part(found.merged, ended) if ended else "0"
    yield "given to a person", str(found.given_up)
    yield "runs that left work", part(found.runs_well, found.runs)
    yield "time of runs", took(found.seconds)
    yield "used", used(found.tokens, found.cost) or "not told"
    yield "from pop to merge", _to_merge(found)
    yield "acts of people", str(found.touches)
    yield "drift repaired", str(found.repaired)
    yield "failures put right without a person", "none yet" if found.recovered is None else f"{found.recovered:.0%}"


def _to_merge(found: Figures) -> str:
    if found.to_merge_median is None:
        return "none yet"
    return f"{took(found.to_merge_median)} median, {took(found.to_merge_p90)} p90"
