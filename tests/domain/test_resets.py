"""When a limit ends, by the words of the agents' programs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from soda_tui.domain.runs.events import Event, EventKind
from soda_tui.domain.runs.progress import progress_of
from soda_tui.domain.transcripts import parser
from soda_tui.domain.transcripts.resets import reset_by, with_reset

HERE = timezone(timedelta(hours=2))
SAID = datetime(2026, 2, 3, 14, 20, 30, tzinfo=HERE)


@pytest.mark.parametrize(
    ("text", "resets"),
    [
        ("You've hit your usage limit. Try again in 3 hours 5 minutes.", SAID + timedelta(hours=3, minutes=5)),
        ("… or try again in 3 days 5 hours 32 minutes.", SAID + timedelta(days=3, hours=5, minutes=32)),
        ("Please try again in 20s.", SAID + timedelta(seconds=20)),
        ("try again in 1 hour, 2 minutes and 3 seconds", SAID + timedelta(hours=1, minutes=2, seconds=3)),
        ("try again at 3:05 PM.", SAID.replace(hour=15, minute=5, second=0)),
        ("try again at 9:05 AM.", SAID.replace(day=4, hour=9, minute=5, second=0)),
        ("try again at Feb 5th, 2026 3:05 PM.", SAID.replace(day=5, hour=15, minute=5, second=0)),
        ("5-hour limit reached ∙ resets 3pm", SAID.replace(hour=15, minute=0, second=0)),
        ("Your limit will reset at 12am (UTC).", datetime(2026, 2, 4, tzinfo=UTC)),
        ("resets 3pm (America/New_York)", datetime(2026, 2, 3, 20, tzinfo=UTC)),
        ("You've hit your weekly limit · resets Feb 9, 3am", SAID.replace(day=9, hour=3, minute=0, second=0)),
        ("resets at 17:30", SAID.replace(hour=17, minute=30, second=0)),
        ("Try again in a moment.", None),
        ("It gave up in 5 tries at 7 files.", None),
        ("try again at 99:99", None),
        ("resets 3pm (Mars/Olympus)", None),
        ("resets 3pm (../../etc/passwd)", SAID.replace(hour=15, minute=0, second=0)),
        ("try again at Feb 31, 2026 3:05 PM", None),
        ("try again at Feb 3, 1999 3:05 PM", None),
        ("try again in 9999 days", None),
        ("in 1 day " * 1000, SAID + timedelta(days=1)),
        ("", None),
    ],
)
def test_words_that_tell_when_a_limit_ends(text: str, resets: datetime | None) -> None:
    assert reset_by(text, SAID) == resets


def test_only_limits_that_hold_and_have_no_time_get_one() -> None:
    text = "Try again in 2 hours."
    known = Event(EventKind.LIMIT, text, ok=False, resets_at=SAID)
    over, talk = Event(EventKind.LIMIT, text, ok=True), Event(EventKind.TEXT, text)
    assert with_reset([known, over, talk], SAID) == [known, over, talk]
    message = "You've hit your usage limit. Try again in 3 hours 5 minutes."
    reads = parser("codex")
    events = reads.feed(
        b'{"type":"error","message":"%s"}\n{"type":"turn.failed","error":{"message":"%s"}}\n'
        % (message.encode(), message.encode())
    )
    assert progress_of(with_reset(events, SAID)).resets_at == SAID + timedelta(hours=3, minutes=5)
