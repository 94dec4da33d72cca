"""Foreign text: nothing in it reaches a terminal or a pull request as an order."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soda_tui.domain import sentences
from soda_tui.domain.pull_request import pull_request_text
from soda_tui.domain.sentences import Sentence
from soda_tui.domain.text import clean, counted, one_line, shorten


@pytest.mark.parametrize(
    "raw,plain",
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07rest", "rest"),
        ("\x1b]8;;https://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9b31mred", "red"),
        ("\x1bPq#0\x1b\\after", "after"),
        ("\x1bcreset", "reset"),
        ("bell\x07 back\x08 null\x00", "bell back null"),
        ("a\u202eb\u2066c", "abc"),
        ("Fix it\U000e0069\U000e0067\U000e006e now\u200b\xad", "Fix it now"),
        ("[/x][@click=app.quit]boo[/]", "[/x][@click=app.quit]boo[/]"),
        ("日本語 👩‍💻", "日本語 👩‍💻"),
        ("unfinished \x1b[31", "unfinished 31"),
        ("\x1b]0;no end\nnext line", "next line"),
    ],
)
def test_clean(raw: str, plain: str) -> None:
    assert one_line(raw) == plain


@pytest.mark.parametrize("piece", ["\x9d", "\x1b]", "\x90", "\x1b[", "\x9b", "\x1b ", "\x1b[0;", "\x1bP"])
def test_an_endless_sequence_costs_no_more_than_its_length(piece: str) -> None:
    # Quadratic time would take minutes here; the whole test takes milliseconds.
    assert "!" in clean(piece * 200_000 + "\x1b\n!")


@given(st.text(st.characters() | st.sampled_from("\x1b\x9b[]\x07;m\\")))
def test_no_control_character_survives(text: str) -> None:
    assert all(char in "\n\t" or (ord(char) >= 32 and not 0x7F <= ord(char) <= 0x9F) for char in clean(text))
    assert len(shorten(text, 20)) <= 20


SENTENCES = {name: value for name, value in vars(sentences).items() if isinstance(value, Sentence)}


@pytest.mark.parametrize("name", SENTENCES)
def test_sentences_can_be_said(name: str) -> None:
    gaps = {gap for _, gap, _, _ in string.Formatter().parse(SENTENCES[name].template) if gap}
    said = SENTENCES[name](**dict.fromkeys(gaps, "\x1b[31m{x} [b]y"))
    assert "\x1b" not in said
    assert not gaps or "{x} [b]y" in said


def test_no_sentence_stands_twice() -> None:
    names = [
        node.targets[0].id
        for path in Path(sentences.__file__).parent.glob("*.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    ]
    assert len(names) == len(set(names))
    templates = [sentence.template for sentence in SENTENCES.values()]
    assert len(templates) == len(set(templates))


def test_a_summary_makes_the_pull_request() -> None:
    title, body = pull_request_text(12, "Crash", "# Fix it\n\nTested by hand.\n", ["wip"], "## Checklist\n- [ ] done\n")
    assert title == "Fix it"
    assert body == "Tested by hand.\n\n## Checklist\n- [ ] done\n\nFixes #12\n"


def test_without_a_summary_the_commits_do() -> None:
    title, body = pull_request_text(12, "Crash on start", None, ["one thing", "ask @bob, fixes #3"], None)
    assert title == "Crash on start"
    assert body.startswith("- one thing\n- ask @") and body.endswith("Fixes #12\n")
    assert "@bob" not in body and "fixes #3" not in body
    assert pull_request_text(12, "Crash on start", " \n", ["Repair the start"], None)[0] == "Repair the start"


@given(st.text(), st.lists(st.text(), max_size=4))
def test_a_title_is_never_empty_or_long(summary: str, subjects: list[str]) -> None:
    title, body = pull_request_text(12, "Crash", summary, subjects, None)
    assert len(title) <= 200 and "\n" not in title
    assert body.rstrip().endswith("Fixes #12")


@pytest.mark.parametrize(
    ("count", "noun", "said"),
    [
        (1, "commit", "1 commit"),
        (2, "commit", "2 commits"),
        (0, "summary", "0 summaries"),
        ("new", "commit", "new commits"),
        (3, "branch", "3 branches"),
        (2, "day", "2 days"),
    ],
)
def test_what_is_counted_agrees_with_its_number(count: object, noun: str, said: str) -> None:
    assert counted(count, noun) == said
    assert Sentence(f"{{count:{noun}}}.")(count=count) == f"{said}."
