"""A report in Markdown, which reads as well in a terminal; what others wrote is no markup in it and calls nobody."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import tzinfo

from soda_tui.domain import sentences as say
from soda_tui.domain.chronicle.figures import Span
from soda_tui.domain.chronicle.past import Course
from soda_tui.domain.chronicle.reporting import Report
from soda_tui.domain.chronicle.words import chart_rows, course_words, figure_rows, kind_words, mended_words
from soda_tui.domain.text import one_line

_MARKUP = re.compile(r"([\\`*_{}\[\]<>|~&])")
# GitHub acts on these wherever a report is pasted; a mark of no width between keeps it from that.
_CALLS = re.compile(r"([@#])(?=\w)")
_MARK = "\u2060"
_BAR = 30
_EIGHTHS = " ▏▎▍▌▋▊▉"


def markdown(report: Report, zone: tzinfo | None) -> str:
    """The report; `zone` is that of its times."""
    return "\n".join(_lines(report, zone)) + "\n"


def bar(number: int, most: int) -> str:
    """A bar as long as the number is of the most, in eighths of a character."""
    eighths = round(number / most * _BAR * 8) if most else 0
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def _lines(report: Report, zone: tzinfo | None) -> Iterator[str]:
    since, until = (f"{at.astimezone(zone):%Y-%m-%d %H:%M %Z}" for at in (report.since, report.until))
    yield from (
        f"# soda-tui, {since} to {until}",
        "",
        ", ".join(map(_plain, report.repositories)),
        "",
        "## Figures",
        "",
    )
    rows = list(figure_rows(report.figures))
    width = max(len(name) for name, _ in rows)
    yield from (f"    {name:<{width}}  {value}" for name, value in rows)
    yield from ("", "## What was done", "")
    yield from [_course(course) for course in report.done] or [say.REPORT_NOTHING_DONE()]
    for name, number in _CHARTS:
        yield from _chart(name, report.figures.spans, number)
    yield from ("", "## What waits for a person", "")
    yield from [f"- {_plain(one.repository)}: {_plain(one.message)}" for one in report.waits] or [
        say.REPORT_NOTHING_WAITS()
    ]
    if report.decided:
        yield from ("", "## What the loops decided last", "")
    for one in report.decided:
        yield f"- {_plain(one.repository)}, {one.at.astimezone(zone):%Y-%m-%d %H:%M}: {_plain(one.why)}"
    yield from ("", "## What failed", "")
    kinds = report.figures.kinds
    if not kinds:
        yield say.REPORT_NOTHING_FAILED()
        return
    width = max(len(kind.kind) for kind in kinds)
    for kind in kinds:
        yield f"    {kind_words(kind.kind):<{width}}{kind.count:>5}  {bar(kind.count, kinds[0].count)}"
    yield ""
    for kind in kinds:
        yield f"- {_plain(kind_words(kind.kind))}, {mended_words(kind)}: {kind.mends}"
        yield f"  The latest, in {_plain(kind.repository)}: {_plain(kind.latest)}"


def _course(course: Course) -> str:
    return f"- {_plain(course.repository)} {course.issue} {_plain(course.title)}: {course_words(course)}"


_CHARTS: Sequence[tuple[str, Callable[[Span], int]]] = (
    ("Handed over", lambda span: span.handed_over),
    ("Merged", lambda span: span.merged),
)


def _chart(name: str, spans: Sequence[Span], number: Callable[[Span], int]) -> Iterator[str]:
    rows = chart_rows(spans, number)
    most = max((count for _, count in rows), default=0)
    if rows:
        yield from ("", f"### {name}", "")
    for name, count in rows:
        yield f"    {name}{count:>5}  {bar(count, most)}"


def _plain(text: str) -> str:
    """Foreign words as they are: no markup, no mention, no reference."""
    return _CALLS.sub(rf"\1{_MARK}", _MARKUP.sub(r"\\\1", one_line(text)))
