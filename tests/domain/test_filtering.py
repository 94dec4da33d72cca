"""The filter: words speak of a repository or of its rows, and all of them must be met."""

from __future__ import annotations

import pytest
from msgspec import structs
from tui.shown import ATTENTION, STALE, WORKING, repository

from soda_tui.domain.filtering import matching_rows, texts_of, words_of

PLAIN = repository(group="Backend")
ALL = frozenset(entry.number for entry in PLAIN.queue)
TAGGED = structs.replace(
    PLAIN, queue=(structs.replace(PLAIN.queue[0], labels=("route:ready", "Kind/Docs")), *PLAIN.queue[1:])
)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", ALL),
        ("ROCKET", ALL),
        ("backend idle", ALL),
        ("crash", {12}),
        ("#12", {12}),
        ("rocket crash", {12}),
        ("crash cache", None),
        ("uploads retry", {27}),
        ("nothing", None),
        ("idle changelog", {33}),
        ("working", None),
    ],
)
def test_words(text: str, rows: set[int] | None) -> None:
    assert matching_rows(texts_of(PLAIN), words_of(text)) == (None if rows is None else frozenset(rows))


def test_labels_states_and_what_else_is_shown() -> None:
    assert matching_rows(texts_of(TAGGED), words_of("kind/docs")) == frozenset({41})
    assert matching_rows(texts_of(STALE), words_of("stale")) == ALL
    assert matching_rows(texts_of(ATTENTION), words_of("needs you drift")) == frozenset({9})
    assert matching_rows(texts_of(WORKING), words_of("symbolic link")) == frozenset()
    assert matching_rows(texts_of(ATTENTION), words_of("ships")) == frozenset()
    assert matching_rows(texts_of(WORKING), words_of("blocked")) == frozenset()
