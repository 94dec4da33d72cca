"""A report as one HTML file: no scripts, nothing from a network, and what others wrote is text and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import tzinfo
from html import escape

from soda_tui.domain import sentences as say
from soda_tui.domain.chronicle.figures import Span
from soda_tui.domain.chronicle.past import Course
from soda_tui.domain.chronicle.reporting import Report
from soda_tui.domain.chronicle.words import chart_rows, course_words, figure_rows, kind_words, mended_words
from soda_tui.domain.text import one_line

_HEAD = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>soda-tui report</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; } td, th { text-align: left; padding: .15rem 1rem .15rem 0; vertical-align: top; }
svg { display: block; } rect { fill: #3b82a0; } svg text { font: 12px system-ui, sans-serif; fill: currentColor; }
:root { color-scheme: light dark; }
</style>
"""
_ROW, _LABELS, _WIDTH = 18, 110, 400


def html(report: Report, zone: tzinfo | None) -> str:
    """The report; `zone` is that of its times."""
    return _HEAD + "\n".join(_parts(report, zone)) + "\n</html>\n"


def _parts(report: Report, zone: tzinfo | None) -> Iterator[str]:
    since, until = (f"{at.astimezone(zone):%Y-%m-%d %H:%M %Z}" for at in (report.since, report.until))
    yield f"<h1>{_text(since)} to {_text(until)}</h1>"
    yield f"<p>{_text(', '.join(report.repositories))}</p>"
    yield _table(figure_rows(report.figures))
    yield "<h2>What was done</h2>"
    yield _list([_course(course) for course in report.done], say.REPORT_NOTHING_DONE())
    yield from _chart("Handed over", report.figures.spans, lambda span: span.handed_over)
    yield from _chart("Merged", report.figures.spans, lambda span: span.merged)
    yield "<h2>What waits for a person</h2>"
    waits = [f"<b>{_text(one.repository)}</b> {_text(one.message)}" for one in report.waits]
    yield _list(waits, say.REPORT_NOTHING_WAITS())
    if report.decided:
        yield "<h2>What the loops decided last</h2>"
        said = [(one.repository, f"{one.at.astimezone(zone):%Y-%m-%d %H:%M}", one.why) for one in report.decided]
        yield _list([f"<b>{_text(name)}</b>, {at}: {_text(why)}" for name, at, why in said], "")
    yield "<h2>What failed</h2>"
    kinds = report.figures.kinds
    if kinds:
        yield _bars([(kind_words(kind.kind), kind.count) for kind in kinds])
    mends = [
        f"<b>{_text(kind_words(kind.kind))}</b>, {mended_words(kind)}: {_text(kind.mends)}"
        f"<br>The latest, in {_text(kind.repository)}: {_text(kind.latest)}"
        for kind in kinds
    ]
    yield _list(mends, say.REPORT_NOTHING_FAILED())


def _text(words: str) -> str:
    """Foreign words as text, in elements and in attributes."""
    return escape(one_line(words), quote=True)


def _table(rows: Iterable[tuple[str, str]]) -> str:
    return f"<table>{''.join(f'<tr><th>{_text(name)}<td>{_text(value)}' for name, value in rows)}</table>"


def _list(items: Sequence[str], nothing: str) -> str:
    return f"<ul>{''.join(f'<li>{item}' for item in items)}</ul>" if items else f"<p>{_text(nothing)}</p>"


def _course(course: Course) -> str:
    name = f"{_text(course.repository)} {course.issue} {_text(course.title)}"
    if course.url is not None and course.url.startswith("https://"):
        name = f'<a href="{_text(course.url)}">{name}</a>'
    return f"{name}: {_text(course_words(course))}"


def _chart(name: str, spans: Sequence[Span], number: Callable[[Span], int]) -> Iterator[str]:
    if rows := chart_rows(spans, number):
        yield f"<h3>{_text(name)}</h3>"
        yield _bars(rows)


def _bars(rows: Sequence[tuple[str, int]]) -> str:
    """Horizontal bars, each with its number."""
    most = max((count for _, count in rows), default=0) or 1
    drawn = []
    for place, (name, count) in enumerate(rows):
        top, long = place * _ROW, count / most * _WIDTH
        drawn.append(
            f'<text x="0" y="{top + 13}">{_text(name)}</text>'
            f'<rect x="{_LABELS}" y="{top + 3}" width="{long:.1f}" height="{_ROW - 5}"/>'
            f'<text x="{_LABELS + long + 6:.1f}" y="{top + 13}">{count}</text>'
        )
    width, height = _LABELS + _WIDTH + 50, len(rows) * _ROW
    return f'<svg width="{width}" height="{height}" role="img">{"".join(drawn)}</svg>'
