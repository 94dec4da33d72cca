"""The rows of a zoomed repository: its queue and what is left out of it, its pull requests, its runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from soda_tui.domain import sentences as say
from soda_tui.domain.codes import Checks, DriftKind, ExcludedCode
from soda_tui.domain.model import Drift, ExcludedEntry, PullRequestEntry, QueueEntry, Repository
from soda_tui.domain.repairs import repair_words, watched_words
from soda_tui.domain.runs.facts import RunFacts
from soda_tui.tui.looks import DRIFT, LAND, LEFT_OUT
from soda_tui.tui.runs import claimed, duration, end_word, size_words
from soda_tui.tui.text import Line, Span, make_line, plain, wrap
from soda_tui.tui.tones import Tone
from soda_tui.tui.widgets.heading import heading
from soda_tui.tui.widgets.queue_list import row as queue_row
from soda_tui.tui.widgets.review_list import states
from soda_tui.tui.widgets.row_list import Row

_INDENT = 5
_MOST_LINES = 6


def queue_rows(repository: Repository) -> list[Row]:
    """The queue in order, then every routed issue that is not in it, with the reason below it."""
    numbers = [found.number for found in repository.queue] + [found.number for found in repository.excluded]
    digits = len(str(max(numbers, default=1)))
    count = f"{len(repository.queue)}{'+' if repository.truncated else ''}"
    rows = [_title("Queue", count)]
    if not repository.queue:
        rows.append(_sentence(say.QUEUE_IS_EMPTY() if repository.fetched_at else say.NOT_READ_YET()))
    rows += [_queued(entry, digits) for entry in repository.queue]
    if repository.excluded:
        rows += [_gap(), _title("Left out", str(len(repository.excluded)))]
    return [*rows, *(_left_out(entry, digits) for entry in repository.excluded)]


def request_rows(repository: Repository) -> list[Row]:
    """All open pull requests, with the issue that each closes."""
    landing = {found.number for found in repository.excluded if found.code is ExcludedCode.READY_TO_MERGE}
    return [_request(found, lands=found.issue in landing) for found in repository.pull_requests]


def run_rows(runs: Sequence[RunFacts], sizes: Mapping[str, int]) -> list[Row]:
    """The runs, newest first."""
    return [_run(found, sizes.get(found.id)) for found in runs]


def drift_rows(repository: Repository, width: int) -> list[Row]:
    """Each drift: its kind, how grave it is and since when, what happened, and what mends it; wrapped for a width.

    Below them what is only watched yet.
    """
    kinds = Counter[DriftKind]()
    rows = []
    for drift in repository.drift:
        kinds[drift.kind] += 1
        rows += [_drift(drift, kinds[drift.kind], width), _gap()]
    if repository.watched and not rows:
        rows += [_sentence(say.NO_DRIFT(repository=repository.name)), _gap()]
    for watched in repository.watched:
        rows += [_watched(watched_words(watched), width), _gap()]
    return rows[:-1]


def _watched(words: str, width: int) -> Row:
    texts = wrap(plain(words), width - 1, _MOST_LINES)

    def make(width: int, marked: bool) -> list[Line]:
        return [make_line(width, [Span(f" {text}", Tone.QUIET)]) for text in texts]

    return Row(None, make, len(texts))


def _title(word: str, count: str) -> Row:
    return Row(None, lambda width, marked: [heading(word, count, (), width)])


def _sentence(text: str) -> Row:
    return Row(None, lambda width, marked: [make_line(width, [Span(f" {text}", Tone.QUIET, shrink=True)])])


def _gap() -> Row:
    return Row(None, lambda width, marked: [make_line(width, ())])


def _queued(entry: QueueEntry, digits: int) -> Row:
    def make(width: int, marked: bool) -> list[Line]:
        return [queue_row(entry, width, digits, marked=marked)]

    return Row(("issue", entry.number), make)


def _left_out(entry: ExcludedEntry, digits: int) -> Row:
    def make(width: int, marked: bool) -> list[Line]:
        lands = entry.code is ExcludedCode.READY_TO_MERGE
        word = Span(f"  {LEFT_OUT[entry.code]}", LAND.tone if lands else Tone.QUIET)
        left = [
            Span("▸" if marked else " ", Tone.KEY),
            Span(f"{LAND.glyph if lands else '·'}  ", LAND.tone if lands else Tone.FAINT),
            Span(f"{f'#{entry.number}':>{digits + 1}} ", Tone.QUIET),
            Span(plain(entry.title), Tone.STRONG if marked else Tone.TEXT, shrink=True),
        ]
        ground = Tone.CURSOR if marked else None
        indent = " " * (digits + 6)
        reason = [Span(indent), Span(plain(entry.reason), Tone.QUIET, shrink=True)]
        return [make_line(width, left, [word], ground=ground), make_line(width, reason, ground=ground)]

    return Row(("issue", entry.number), make, 2)


def _request(request: PullRequestEntry, *, lands: bool) -> Row:
    def make(width: int, marked: bool) -> list[Line]:
        closes = f"closes #{request.issue}" if request.issue is not None else "closes no issue here"
        left = [
            Span("▸" if marked else " ", Tone.KEY),
            Span(f"PR {request.number} ", Tone.QUIET),
            Span(plain(request.title), Tone.STRONG if marked else Tone.TEXT, shrink=True),
        ]
        right = [Span(f"  {LAND.word}", LAND.tone)] if lands and request.checks is not Checks.HIDDEN else []
        below = [Span(f"   {closes}", Tone.QUIET), Span(f"  {plain(request.branch)}", Tone.FAINT, shrink=True)]
        ground = Tone.CURSOR if marked else None
        return [
            make_line(width, left, [*right, *states(request, lands=lands)], ground=ground),
            make_line(width, below, ground=ground),
        ]

    return Row(("request", request.number), make, 2)


def _drift(drift: Drift, place: int, width: int) -> Row:
    look = DRIFT[drift.severity]
    since = f"  since {drift.since:%Y-%m-%d %H:%M} UTC" if drift.since else ""
    kind = drift.kind.value.replace("_", " ")
    texts = wrap(plain(drift.message), width - _INDENT, _MOST_LINES)
    mends = wrap(plain(repair_words(drift.repair)), width - _INDENT, _MOST_LINES)

    def make(width: int, marked: bool) -> list[Line]:
        ground = Tone.CURSOR if marked else None
        left = [
            Span("▸ " if marked else "  ", Tone.KEY),
            Span(f"{look.glyph} {kind}", look.tone, shrink=True),
            Span(f"  {drift.severity.value}", look.tone),
        ]
        indent = Span(" " * (_INDENT - 1))
        tone = Tone.KEY if drift.repair else Tone.QUIET
        return [
            make_line(width, left, [Span(since, Tone.FAINT)], ground=ground),
            *(make_line(width, [indent, Span(text, Tone.TEXT)], ground=ground) for text in texts),
            *(make_line(width, [indent, Span(text, tone)], ground=ground) for text in mends),
        ]

    return Row(("drift", drift.kind, place), make, 1 + len(texts) + len(mends))


def _run(run: RunFacts, size: int | None) -> Row:
    def make(width: int, marked: bool) -> list[Line]:
        started = f"{run.started_at:%Y-%m-%d %H:%M} UTC" if run.started_at else "not started"
        attempt = f" attempt {run.attempt}" if run.attempt and run.attempt > 1 else ""
        word, tone = end_word(run)
        left = [
            Span("▸ " if marked else "  ", Tone.KEY),
            Span(f"{started:<20}  ", Tone.STRONG if marked else Tone.TEXT),
            Span(f"{duration(run):>8}  ", Tone.QUIET, rank=1),
            Span(f"#{run.issue}{attempt}  ", Tone.QUIET),
            Span(word, tone, shrink=True),
        ]
        tokens, cost = claimed(run)
        right = [
            Span(f"  {tokens}" if tokens else "", Tone.QUIET, rank=3),
            Span(f"  {cost}" if cost else "", Tone.QUIET, rank=2),
            Span(f"  {size_words(size):>8}" if size is not None else "", Tone.FAINT),
        ]
        return [make_line(width, left, right, ground=Tone.CURSOR if marked else None)]

    return Row(("run", run.id), make)
