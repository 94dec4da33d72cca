"""The chronicle: what is told of given acts, decisions and runs, and how it is written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs
from tui.shown import repository

from soda_tui.domain.attention import inbox
from soda_tui.domain.chronicle.courses import chronicle
from soda_tui.domain.chronicle.figures import figures, overall
from soda_tui.domain.chronicle.html import html
from soda_tui.domain.chronicle.lines import history_lines
from soda_tui.domain.chronicle.markdown import bar, markdown
from soda_tui.domain.chronicle.mending import ADVICE, advice
from soda_tui.domain.chronicle.mishaps import BROKEN_OFF, NO_MISHAPS
from soda_tui.domain.chronicle.past import Chronicle, Mended, Past, Standing
from soda_tui.domain.chronicle.reporting import report
from soda_tui.domain.codes import Checks, NeedCode, Review
from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.journal import Decision, Finished, JournalEntry, JournalOutcome, JournalStep
from soda_tui.domain.loop.troubles import Trouble
from soda_tui.domain.model import Need, PullRequestEntry, Snapshot
from soda_tui.domain.runs.events import Event, EventKind, Tokens
from soda_tui.domain.runs.facts import RunFacts, RunState
from soda_tui.domain.runs.progress import progress_of

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
KEY = "github.com/acme/rocket"
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)> & [x](javascript:1) `@ada` closes #7 | *b*\x1b[31m'


SAID = ((0.5, "turned_on", True), (1, "wait", False), (2, "changed", True))


def at(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


def act(verb: str, issue: int, hours: float, *, loop: bool = True, **changes: object) -> JournalEntry:
    """An act that was done within a minute."""
    began = at(hours)
    entry = JournalEntry(f"{verb}{hours}", KEY, verb, issue, f"agent001/{issue}-x", 1, "5b1f0c9e", began)
    ended = structs.replace(
        entry.end(began + timedelta(minutes=1), "Done.", well=True), unattended=loop, title="Fix it"
    )
    return structs.replace(ended, **changes)


def run(name: str, issue: int, hours: float, exit: int | None = 0, tokens: int = 0, **changes: object) -> RunFacts:
    """A run of half an hour; its agent claims so many tokens for all of its session so far."""
    events = [Event(EventKind.USAGE, tokens=Tokens(output=tokens), cumulative=True, session="s")] if tokens else []
    state, ended = RunState.ENDED, at(hours + 0.5)
    facts = RunFacts(
        name, issue, "b", state, None, at(hours), ended, ended, exit, False, "/x", progress=progress_of(events)
    )
    return structs.replace(facts, **changes)


def told(*acts: JournalEntry, runs: tuple[RunFacts, ...] = (), decisions: tuple[Decision, ...] = ()) -> Chronicle:
    return chronicle(Past(KEY, "acme/rocket", tuple(reversed(acts)), decisions, tuple(reversed(runs))))


def merged(issue: int, number: int, hours: float, *, well: bool = True) -> JournalEntry:
    return act("tidy", issue, hours, loop=False, finished=(Finished(issue, number, well, at(hours)),))


def test_the_way_of_an_issue_is_told_from_its_first_pop_to_its_merge() -> None:
    url = "https://github.com/acme/rocket/pull/30"
    one = told(
        act("pop", 12, 0),
        act("launch", 12, 0.1),
        act("reset", 12, 1),
        act("pop", 12, 2, attempt=2),
        act("bottle", 12, 3, pull_request=url),
        merged(12, 30, 5),
        runs=(run("1", 12, 0.1, tokens=1000), run("2", 12, 2.1, tokens=1500, attempt=2)),
    )
    (course,) = one.issues
    assert (course.standing, course.attempts, course.pull_request, course.url) == (Standing.MERGED, 2, 30, url)
    assert (course.popped_at, course.handed_over_at, course.ended_at) == (NOW, at(3) + timedelta(minutes=1), at(5))
    assert (course.seconds, course.tokens) == (3600, 1500)
    assert [each.tokens for each in course.runs] == [500, 1000]
    found = overall(one)
    assert (found.to_merge_median, found.to_merge_p90, found.success) == (5 * 3600, 5 * 3600, 1.0)


@pytest.mark.parametrize(
    "last,standing",
    [
        (act("bottle", 12, 1), Standing.IN_REVIEW),
        (act("give-up", 12, 1), Standing.GIVEN_UP),
        (act("reset", 12, 1), Standing.RELEASED),
        (merged(12, 30, 1, well=False), Standing.CLOSED),
        (
            act("repair", 12, 1, steps=(JournalStep("StopAgent", ""), JournalStep("ReleaseClaim", ""))),
            Standing.RELEASED,
        ),
        (act("repair", 12, 1, finished=(Finished(12, None, merged=False, at=None),)), Standing.DROPPED),
        (act("stop", 12, 1), Standing.AT_WORK),
        (act("bottle", 12, 1, outcome=JournalOutcome.FAILED), Standing.AT_WORK),
    ],
)
def test_the_last_act_that_was_done_tells_where_an_issue_stands(last: JournalEntry, standing: Standing) -> None:
    assert [course.standing for course in told(act("pop", 12, 0), last).issues] == [standing]


def test_what_was_done_within_one_second_is_told_in_the_order_in_which_it_was_done() -> None:
    (course,) = told(act("bottle", 12, 1), merged(12, 40, 1)).issues
    assert course.standing is Standing.MERGED


def test_what_is_held_here_no_more_is_not_said_to_be_at_work() -> None:
    past = Past(KEY, "acme/rocket", (act("pop", 12, 0), act("bottle", 13, 1)))
    for held, standings in ((None, "at_work"), (12, "at_work"), (0, "elsewhere"), (14, "elsewhere")):
        found = chronicle(structs.replace(past, held=held)).issues
        assert {course.issue: course.standing for course in found} == {12: standings, 13: "in_review"}


@pytest.mark.parametrize(
    "later,mended",
    [
        ((), Mended.OPEN),
        ((act("launch", 12, 2),), Mended.OPEN),
        ((act("launch", 12, 2), act("bottle", 12, 3)), Mended.BY_ITSELF),
        ((act("launch", 12, 2, loop=False), act("bottle", 12, 3)), Mended.BY_PERSON),
        ((act("give-up", 12, 2),), Mended.BY_PERSON),
        ((act("bottle", 13, 2),), Mended.OPEN),
        ((merged(12, 30, 2),), Mended.BY_ITSELF),
    ],
)
def test_what_was_done_first_after_a_crash_tells_who_put_it_right(
    later: tuple[JournalEntry, ...], mended: Mended
) -> None:
    (mishap,) = told(act("pop", 12, 0), *later, runs=(run("1", 12, 0.1, exit=1),)).mishaps
    assert (mishap.kind, mishap.mended) == (Trouble.CRASH, mended)


def test_what_a_loop_says_of_a_run_counts_and_each_failure_is_counted_once() -> None:
    decisions = (
        Decision(KEY, at(1), "launch", "Again.", 12, run="1", trouble="no_commits", answer="feed_back"),
        Decision(KEY, at(2), "ended", "GitHub did not answer.", 12, trouble="network", answer="again"),
        Decision(KEY, at(3), "ended", "Another was faster.", 12, trouble="taken", answer="pass"),
        Decision(KEY, at(4), "watch", "The agent works."),
    )
    one = told(
        act("pop", 12, 0),
        act("bottle", 12, 2, outcome=JournalOutcome.FAILED, code=ErrorCode.NETWORK),
        act("bottle", 12, 5, loop=False, outcome=JournalOutcome.FAILED, code=ErrorCode.GIT),
        act("pop", 13, 6, outcome=JournalOutcome.BROKEN_OFF, ended=None),
        runs=(run("1", 12, 0.1), run("2", 12, 4, exit=-15, stopped=True), run("3", 12, 4.6)),
        decisions=decisions,
    )
    assert sorted(mishap.kind for mishap in one.mishaps) == [
        BROKEN_OFF,
        Trouble.GIT,
        Trouble.NETWORK,
        Trouble.NO_COMMITS,
    ]


def test_the_figures_are_those_of_their_time() -> None:
    acts, runs = [], []
    for day in range(10):
        acts += [
            act("pop", day + 1, 24 * day),
            act("bottle", day + 1, 24 * day + 1),
            merged(day + 1, day + 50, 24 * day + day + 2),
        ]
        runs += [run(f"{day}", day + 1, 24 * day + 0.1, tokens=100 * (day + 1))]
    foreign = merged(95, 99, 30)  # nothing of it was done here
    one = told(
        *acts, foreign, act("pop", 90, 1), act("give-up", 90, 2), act("stop", 5, 3, loop=False), runs=tuple(runs)
    )
    assert any(course.issue == 95 for course in one.issues)
    whole, first = overall(one), figures([one], NOW, at(24), UTC)
    assert (whole.popped, whole.merged, whole.given_up, whole.touches) == (11, 10, 1, 1)
    assert whole.success == pytest.approx(10 / 11)
    assert whole.to_merge_median == pytest.approx(6.5 * 3600)
    assert whole.to_merge_p90 == pytest.approx(10.1 * 3600)
    assert whole.tokens == 1000
    assert (first.popped, first.merged, first.given_up, first.runs) == (3, 1, 1, 1)
    assert sum(span.merged for span in whole.spans) == 10 and len(whole.spans) <= 31
    assert [span.since.hour for span in first.spans[:3]] == [12, 15, 18]
    nothing = overall(told())
    assert (nothing.success, nothing.recovered, nothing.to_merge_median, nothing.kinds) == (None, None, None, ())


@pytest.mark.parametrize("days", [7, 2])
def test_the_parts_of_a_report_begin_by_the_clock_on_the_wall_also_where_that_is_put_forward_or_back(days: int) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    for month, day in ((3, 29), (10, 25)):
        until = datetime(2026, month, day + 2, 12, tzinfo=berlin)
        spans = figures([], until - timedelta(days=days), until, berlin).spans
        assert {span.since.hour % (24 if days == 7 else 3) for span in spans} == {0}
        assert spans[-1].since <= until < spans[-1].since + timedelta(days=1)


def test_every_trouble_has_advice_of_its_own() -> None:
    assert {*Trouble, BROKEN_OFF} - NO_MISHAPS - {Trouble.UNEXPECTED} == ADVICE.keys()
    assert advice("of another version") == advice(Trouble.UNEXPECTED)


class Elements(HTMLParser):
    """The elements and attributes of a document, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def test_what_others_wrote_is_text_in_every_format() -> None:
    one = told(
        act("pop", 12, 0, title=HOSTILE),
        act("bottle", 12, 1, pull_request="javascript:alert(1)"),
        act("pop", 13, 2, loop=False, title=HOSTILE, outcome=JournalOutcome.FAILED, message=HOSTILE),
        merged(12, 30, 3),
        runs=(run("1", 12, 0.1, exit=None, problem=HOSTILE, profile=HOSTILE),),
    )
    one = structs.replace(one, repository=HOSTILE)
    made = report([one], Snapshot(1, at(24), True, (), ()), NOW, at(24), UTC)
    page = Elements()
    page.feed(html(made, UTC))
    assert not page.found & {"script", "img", "iframe", "link"} and "a" not in page.found
    assert not {name for name in page.attributes if name.startswith("on")} and "src" not in page.attributes
    assert "<script>alert(1)</script>" in page.text and "\x1b" not in page.text
    text = markdown(made, UTC)
    assert (
        "\\<script\\>" in text and "\\[x\\](" in text and "@ada" not in text and "#7" not in text and "\x1b" not in text
    )
    assert len([line for line in history_lines(one) if "\x1b" in line]) == 0


def test_a_report_lists_what_the_inbox_does() -> None:
    one = told(act("pop", 12, 0))
    review = PullRequestEntry(31, "Mend it", "b", 13, Checks.SUCCESS, Review.NONE, False, "u/31", lack=None)
    view = repository(needs=(Need(NeedCode.GIVEN_UP, "12 was given up.", issue=12),), pull_requests=(review,))
    shown = Snapshot(1, NOW, True, (), (view,))
    made = report([structs.replace(one, key=view.key)], shown, NOW, at(24), UTC)
    assert [found.message for found in made.waits] == [need.message for _, need in inbox(shown)]
    assert "12 was given up." in markdown(made, UTC) and "31" in markdown(made, UTC)


def test_a_chart_has_no_row_of_nothing() -> None:
    one = told(act("pop", 12, 0), act("bottle", 12, 30), merged(12, 30, 100))
    made = report([one], Snapshot(1, NOW, True, (), ()), NOW, at(24 * 7), UTC)
    rows = markdown(made, UTC).partition("### Handed over")[2].partition("#")[0].split("\n")
    assert [row.split()[:2] for row in rows if row] == [["05-05", "1"]]
    assert html(made, UTC).count("<rect") == 2


def test_an_issue_that_somebody_closed_has_ended_and_nobody_put_its_failure_right() -> None:
    closed = act("repair", 12, 2, finished=(Finished(12, None, merged=False, at=None),))
    one = told(act("pop", 12, 0), closed, runs=(run("1", 12, 0.1, exit=3),))
    (course,) = one.issues
    assert course.ended and course.ended_at == at(2) + timedelta(minutes=1)
    assert "closed by somebody, 1 attempt" in "\n".join(history_lines(one))
    assert (overall(one).closed, one.mishaps[0].mended) == (1, Mended.BY_PERSON)


def test_what_people_said_to_a_loop_counts_as_theirs() -> None:
    said = [Decision(KEY, at(hours), event, "It is.", touch=touch) for hours, event, touch in SAID]
    assert overall(told(act("pop", 12, 0), decisions=tuple(said))).touches == 2


def test_bars_are_as_long_as_their_numbers() -> None:
    assert [len(bar(number, 4)) for number in (0, 1, 2, 4)] == [0, 8, 15, 30]
    assert bar(0, 0) == ""
