"""A repository's history in lines, for the terminal and for the screen."""

from __future__ import annotations

from collections.abc import Iterator

from soda_tui.domain import sentences as say
from soda_tui.domain.chronicle.figures import overall
from soda_tui.domain.chronicle.past import Chronicle, Course
from soda_tui.domain.chronicle.words import course_words, figure_rows, kind_words, mended_words, run_words
from soda_tui.domain.text import one_line, shorten

_TITLE = 60
_MOST_ISSUES = 200
_MOST_RUNS = 20
_MOST_DECISIONS = 10


def history_lines(told: Chronicle) -> Iterator[str]:
    """The figures of a repository, its kinds of failures, then each issue with its runs."""
    yield one_line(told.repository)
    if told.issues or told.mishaps:
        yield from _figures(told)
    else:
        yield f"  {say.NOTHING_DONE_YET(repository=told.repository)}"
    if told.decisions:
        yield "  decided lately"
    for one in told.decisions[:_MOST_DECISIONS]:
        yield f"      {one.at:%Y-%m-%d %H:%M} UTC  {one_line(one.why)}"


def _figures(told: Chronicle) -> Iterator[str]:
    found = overall(told)
    width = max(len(name) for name, _ in figure_rows(found))
    for name, value in figure_rows(found):
        yield f"  {name:<{width}}  {value}"
    for kind in found.kinds:
        yield f"  ✕ {kind_words(kind.kind)}: {kind.count} ({mended_words(kind)})"
    for course in told.issues[:_MOST_ISSUES]:
        yield from _course(course)
    if len(told.issues) > _MOST_ISSUES:
        yield f"  and {len(told.issues) - _MOST_ISSUES} earlier ones"


def _course(course: Course) -> Iterator[str]:
    yield f"  #{course.issue} {shorten(course.title, _TITLE)}".rstrip() + f": {course_words(course)}"
    for run in course.runs[:_MOST_RUNS]:
        yield f"      {run_words(run)}"
    if len(course.runs) > _MOST_RUNS:
        yield f"      and {len(course.runs) - _MOST_RUNS} earlier ones"
