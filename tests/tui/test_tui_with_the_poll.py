"""What comes with a poll besides, where it has a place: sub-issues, auto-merge, merge queue, a token's end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import structs
from tui.frozen import FrozenCockpit
from tui.shown import NOW, PEEK, QUEUE, TRIO

from soda_tui.domain.codes import Checks, ExcludedCode, Review, Unseen
from soda_tui.domain.lack import Lack
from soda_tui.domain.model import ExcludedEntry, Outlook, PullRequestEntry, Snapshot, SubIssues
from soda_tui.tui.app import SodaApp
from soda_tui.tui.peek_lines import issue_lines
from soda_tui.tui.text import plain
from soda_tui.tui.widgets import queue_list, review_list
from soda_tui.tui.widgets.status_bar import StatusBar

WAITS = PullRequestEntry(40, "Boil faster", "agent001/9-a", 9, Checks.PENDING, Review.APPROVED, False, "u", True)
QUEUED = structs.replace(WAITS, number=41, auto_merge=False, merge_queue=2)


def test_sub_issues_stand_beside_the_priority() -> None:
    entry = structs.replace(QUEUE[1], sub_issues=SubIssues(5, 2))
    assert "2/5" in queue_list.row(entry, 60, 3, marked=False).plain
    assert "/" not in queue_list.row(QUEUE[1], 60, 3, marked=False).plain


def test_what_github_does_with_a_pull_request_is_said_where_there_is_room() -> None:
    assert "auto-merge" in review_list.row(None, WAITS, 100).plain
    assert "merge queue 2" in review_list.row(None, QUEUED, 100).plain
    assert "auto-merge" not in review_list.row(None, WAITS, 60).plain


def test_what_is_hidden_from_the_token_is_said_beside_what_is_seen() -> None:
    unseen = structs.replace(QUEUE[1], hidden=(Unseen.BLOCKERS,))
    assert "blockers unseen" in queue_list.row(unseen, 60, 3, marked=False).plain
    dark, marked = (
        structs.replace(WAITS, checks=Checks.HIDDEN, lack=Lack.CHECKS_HIDDEN),
        ExcludedEntry(5, "Work", ExcludedCode.READY_TO_MERGE, "marked"),
    )
    assert "ready to land" in review_list.row(marked, WAITS, 100).plain
    assert "ready" not in (shown := review_list.row(marked, dark, 100).plain) and shown.count("checks not visible") == 1
    assert "auto-merge unseen" in review_list.row(None, structs.replace(WAITS, hidden=(Unseen.AUTO_MERGE,)), 100).plain
    peek = structs.replace(PEEK, entry=structs.replace(PEEK.entry, hidden=(Unseen.BLOCKERS,)))
    told = "".join(span.text for line in issue_lines(peek, []) for span in line.spans)
    assert "whether it waits for others is hidden from your token" in told


def test_peek_says_how_many_sub_issues_are_done() -> None:
    peek = structs.replace(PEEK, entry=structs.replace(PEEK.entry, sub_issues=SubIssues(5, 2)))
    told = "\n".join("".join(span.text for span in line.spans) for line in issue_lines(peek, [QUEUED]))
    assert "2 of 5 sub-issues done" in told
    assert "merge queue 2" in told
    assert plain(peek.entry.title) in told


@pytest.mark.anyio
async def test_a_token_that_expires_soon_stands_in_the_bar() -> None:
    def with_token(days: float) -> Snapshot:
        until = NOW + timedelta(days=days)
        accounts = tuple(structs.replace(each, token_expires_at=until) for each in TRIO.accounts)
        return structs.replace(TRIO, accounts=accounts)

    async with SodaApp(FrozenCockpit(with_token(6)), clock=lambda: NOW).run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        bar = pilot.app.query_one(StatusBar)
        assert bar.holds(f"token until {NOW + timedelta(days=6):%d %b}")
        bar.snapshot = with_token(8)
        assert not bar.holds("token until")
        bar.snapshot = with_token(1 / 480)
        assert bar.holds(f"token until {NOW + timedelta(minutes=3):%H:%M} UTC, 3m")
        bar.snapshot = with_token(-1)
        assert bar.holds("token expired")


@pytest.mark.anyio
@pytest.mark.parametrize(
    "outlook,words",
    [
        (Outlook(40, 148, 260, 30), ""),
        (Outlook(40, 3012, 260, 30), ": 3,012 used outside the cockpit"),
        (Outlook(40, 12, 4900, 30), ": may not last"),
        (Outlook(40, 4900, 3, 2580, 86.0), ": read every 43 min, 4,900 used outside the cockpit"),
    ],
)
async def test_what_becomes_of_the_points_stands_in_the_bar_only_where_it_matters(outlook: Outlook, words: str) -> None:
    told = tuple(structs.replace(each, outlook=outlook) for each in TRIO.accounts)
    cockpit = FrozenCockpit(structs.replace(TRIO, accounts=told, repositories=TRIO.repositories[:1]))
    app = SodaApp(cockpit, clock=lambda: NOW)
    async with app.run_test(size=(200, 40)) as pilot:
        await pilot.pause()
        [line] = app.query_one(StatusBar).make()
        assert f"API 4,812/5,000 resets in 38m{words}" in line.plain and ("38m:" in line.plain) == bool(words)
        await pilot.press("R")
        await pilot.pause()
        said = [one.text for one in app.messages]
        assert any("Not fetched again" in one for one in said) == (outlook.slower > 1)
