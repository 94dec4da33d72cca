"""Spans of time, as they are said."""

from __future__ import annotations

import pytest

from soda_tui.domain.times import limit_words


@pytest.mark.parametrize(
    "seconds,words",
    [
        (5400, "90 minutes"),
        (60, "1 minute"),
        (1.0, "1 second"),
        (90, "90 seconds"),
        (2.7, "3 seconds"),
        (700, "12 minutes"),
    ],
)
def test_a_limit_is_said_without_fractions(seconds: float, words: str) -> None:
    assert limit_words(seconds) == words
