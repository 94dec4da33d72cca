"""What an agent and its commits say in a pull request notifies nobody and closes nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soda_tui.domain.pull_request import commit_message, harmless, pull_request_text

WORDS = ("close", "closes", "closed", "fix", "fixes", "fixed", "resolve", "resolves", "resolved")
REFERENCES = (
    "#3",
    "GH-3",
    "acme/rocket#3",
    "https://github.com/acme/rocket/issues/3",
    "https://github.com/acme/rocket/pull/3",
)
MARK = "\u2060"
# GitHub's own look at a text: a word, perhaps a colon, spaces, and a reference.
CLOSES = re.compile(rf"\b(?:{'|'.join(WORDS)})\b:?\s+(?:[\w.-]+/[\w.-]+)?(?:#|GH-|https?://)", re.IGNORECASE)
MENTIONS = re.compile(r"(?:^|[^A-Za-z0-9_])@[A-Za-z0-9]")


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("reference", REFERENCES)
def test_no_word_of_githubs_closes_an_issue(word: str, reference: str) -> None:
    for text in (f"{word} {reference}", f"{word.upper()}: {reference}", f"It {word.title()}  {reference}, too"):
        assert CLOSES.search(text)
        said = harmless(text)
        assert not CLOSES.search(said) and reference in said
        assert said.replace(MARK, "") == " ".join(text.split())
        title, body = pull_request_text(12, "Crash", f"{text}\n\nmore\n{word}\n{reference}\n", [], None)
        assert not CLOSES.search(title) and not CLOSES.search(body.removesuffix("Fixes #12\n"))


@pytest.mark.parametrize(
    "text",
    ["prefixes #3", "fixing #3", "a fix for #3", "see #3", "closes the door", "fix https handling", "unclosed #3"],
)
def test_what_closes_nothing_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize("text", ["@bob", "ask @bob", "(@bob)", "`@bob", "/@bob", "cc:@acme/team", "\\@bob", ".@bob"])
def test_nobody_is_mentioned(text: str) -> None:
    said = harmless(text)
    assert not MENTIONS.search(said) and said.replace(MARK, "") == text
    _, body = pull_request_text(12, "Crash", f"Done\n\nThanks {text}\n", [], None)
    assert not MENTIONS.search(body)


@pytest.mark.parametrize(
    "text",
    [
        "write to bob@example.com",
        "see https://social.example/@bob for it",
        "see https://github.com/acme/rocket/issues/3",
        "call `@property` twice",
        "``a ` @b`` is code",
        "a` @bob `b",
    ],
)
def test_addresses_links_and_code_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize(
    "text", ["`a` @bob `b`", "`a @bob", "a` @bob `b", "x`` @bob `", "https://@bob", "https://x.y<@bob", "\\` @bob `"]
)
def test_what_only_looks_like_code_or_a_link(text: str) -> None:
    assert f"@{MARK}bob" in harmless(text) or text == "a` @bob `b"


@pytest.mark.parametrize("entity", ["&#64;", "&#064;", "&#x40;", "&commat;", "&COMMAT;"])
def test_an_entity_does_not_come_to_life(entity: str) -> None:
    assert entity not in harmless(f"ask {entity}bob")


def test_the_commit_of_everything_refers_to_nothing() -> None:
    assert commit_message(12, "Fixes #3 for @bob") == f"Fixes 3 for @{MARK}bob"
    assert commit_message(12, " # ") == "Work on issue 12"
    assert "#" not in commit_message(12, "closes acme/rocket#3")


@given(st.lists(st.sampled_from(["@", "`", "bob", " ", "fixes", "#3", "/", "https://a.b/", "\\", ".", "<", "&#64;"])))
def test_subjects_are_lines_of_a_list_that_orders_nothing(parts: list[str]) -> None:
    title, body = pull_request_text(12, "Crash", None, ["".join(parts)], None)
    assert not CLOSES.search(title) and not CLOSES.search(body.removesuffix("Fixes #12\n"))
    assert len(title) <= 200 and "\n" not in title
