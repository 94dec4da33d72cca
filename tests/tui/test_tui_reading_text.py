"""What is read as lines: nothing is lost when lines fold, logs stay bounded, foreign Markdown never acts."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from tui.readable import PATCH, WORK
from tui.test_tui_foreign_text import HOSTILE

from soda_tui.domain.failure import Failure
from soda_tui.help import topic
from soda_tui.tui import outside
from soda_tui.tui.folding import TextLine, fold, searching, tinted
from soda_tui.tui.log_calls import PIECE
from soda_tui.tui.log_window import MOST_CHARACTERS, MOST_LINES, LogWindow, log_size
from soda_tui.tui.markdown import render
from soda_tui.tui.runs import size_words
from soda_tui.tui.text import Span, literal
from soda_tui.tui.tones import Tone
from soda_tui.tui.work_lines import work_lines

FORBIDDEN = set("\x1b\x00\x07\x9b\r\n\u202e\u2066\u200f\u200d\ufeff")


def plain(row: tuple[Span, ...]) -> str:
    """A row's text."""
    return "".join(span.text for span in row)


@pytest.mark.parametrize("text", [*HOSTILE, "one two three " * 30, "日本語 " * 40])
@pytest.mark.parametrize("cells", [2, 7, 30, 80])
@pytest.mark.parametrize("words", [False, True])
def test_folding_loses_nothing_and_fits(text: str, cells: int, words: bool) -> None:
    shown = literal(text)
    half = len(shown) // 2
    line = TextLine((Span(shown[:half], Tone.KEY), Span(shown[half:])), 1, words)
    rows = fold(line, cells)
    assert all(sum(cell_len(span.text) for span in row) <= cells for row in rows)
    joined = "".join(plain(row)[1 if at and cells > 2 else 0 :] for at, row in enumerate(rows))
    assert joined.replace(" ", "") == shown.replace(" ", "")
    if not words:
        assert joined == shown


def test_words_break_between_words_and_further_rows_hang() -> None:
    rows = fold(TextLine((Span("- "), Span("one two three four")), 2, True), 10)
    assert [plain(row) for row in rows] == ["- one two", "  three", "  four"]


def test_a_search_is_literal_and_marks_every_match() -> None:
    pattern = searching("[/x]")
    line = tinted(TextLine((Span("a [/X] b", Tone.QUIET), Span("[/x]"))), pattern, Tone.NEEDS)
    assert [span.text for span in line.spans if span.tone is Tone.NEEDS] == ["[/X]", "[/x]"]
    assert line.plain == "a [/X] b[/x]"
    assert searching("") is None
    assert (found := searching("AbC")) is not None
    assert not found.search("abc")


class File:
    """A log in memory that counts how often it is read, and how much at once."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.reads = 0

    async def __call__(self, offset: int, size: int) -> bytes:
        assert offset >= 0
        assert 0 <= size <= PIECE
        self.reads += 1
        return self.data[offset : offset + size]


def texts(window: LogWindow) -> list[str]:
    """The lines of a window."""
    return [line.plain for line in window.lines]


LOGS = {
    "nothing": b"",
    "short": b"one\ntwo\nunfinished",
    "many": b"".join(b"line %d\n" % at for at in range(30_000)),
    "newlines": b"\n" * 30_000,
    "one endless line": b"x" * 900_000,
    "wide": ("日本語のログ " * 9 + "\n").encode() * 20_000,
}


@pytest.mark.anyio
@pytest.mark.parametrize("name", LOGS)
async def test_a_log_is_read_whole_in_both_directions_in_bounded_memory(name: str) -> None:
    file = File(LOGS[name])
    assert await log_size(file) == len(file.data)
    assert file.reads < 40
    window = LogWindow(file)
    await window.to_start()
    seen = 0
    while True:
        before, held = window.end, len(window.lines)
        shift = await window.newer()
        assert len(window.lines) <= MOST_LINES + 1
        assert window.end - window.start <= MOST_CHARACTERS
        seen += len(window.lines) - held - shift
        if window.end == before:
            break
    if name == "many":
        assert texts(window)[-1] == "line 29999"
        assert window.start + sum(len(text) + 1 for text in texts(window)) == len(file.data)
    while window.start:
        top = texts(window)[0]
        shift = await window.older()
        assert shift > 0
        assert texts(window)[shift] == top
        assert len(window.lines) <= MOST_LINES + 1
    if name == "many":
        assert texts(window)[:2] == ["line 0", "line 1"]
    other = LogWindow(file)
    await other.to_end()
    assert other.size == len(file.data)
    if name == "short":
        assert texts(other) == ["one", "two", "unfinished"]
    if name == "wide":
        assert "\ufffd" not in "".join(texts(other))


@pytest.mark.anyio
async def test_a_growing_log_is_followed_line_by_line() -> None:
    file = File(b"one\ntw")
    window = LogWindow(file)
    await window.to_end()
    assert texts(window) == ["one", "tw"]
    for more, expected in ((b"o\nth", ["one", "two", "th"]), (b"ree\n", ["one", "two", "three"])):
        file.data += more
        assert await window.newer() == 0
        assert texts(window) == expected


@pytest.mark.anyio
@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_logs_are_plain(text: str) -> None:
    window = LogWindow(File(text.encode() + b"\xff\xfe\n"))
    await window.to_end()
    assert not FORBIDDEN & set("".join(texts(window)))


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("around", ["{}", "# {}", "- {}", "> {}", "`{}`", "```\n{}\n```", "|{}|\n|-|\n|{}|", "[{}](x)"])
def test_hostile_markdown_is_plain_lines(text: str, around: str) -> None:
    for line in render(around.replace("{}", text)):
        assert not FORBIDDEN & set(line.plain)
        assert sum(cell_len(span.text) for span in line.spans) == cell_len(line.plain)


def test_markdown_shows_its_structure_and_where_links_lead() -> None:
    shown = [
        line.plain
        for line in render(
            "# Title\n\ntext **bold** `code`\nnext\n\n- one\n  - two\n- [x] done\n\n1. a\n2. b\n\n> quote\n\n"
            "```\n  indented\n```\n\n| a | bb |\n|---|---|\n| ccc | d |\n\n"
            "[safe](https://evil.example/) <!-- hidden --> ![dot](https://spy.example/x.png) [x](javascript:y)\n"
            "&#x202e;&#27;[31m&#x9b;2J [/x][@click=app.quit]boo[/]"
        )
    ]
    text = "\n".join(shown)
    for wanted in ("• one", "  ◦ two", "☑ done", "1. a", "▎ quote", "│   indented", "ccc │ d", "a   │ bb"):
        assert wanted in shown
    assert "safe (https://evil.example/)" in text
    assert "<!-- hidden -->" in text
    assert "[image dot] (https://spy.example/x.png)" in text
    assert "[/x][@click=app.quit]boo[/]" in text
    assert not FORBIDDEN & set(text.replace("\n", ""))


def test_documents_of_our_own_flow_and_lose_no_cell() -> None:
    long = "soda-tui drift REPO --repair run_without_claim, " * 3
    table = f"| seen | why | do |\n|---|---|---|\n| `a` | | {long} |\n"
    shown = [line.plain for line in render(f"one\ntwo `three`\nfour\n\n- item\n  goes on\n\n{table}", own=True)]
    assert shown == ["one two three four", "", "• item goes on", "", "a", f"  do: {long.strip()}"]
    incidents = [line.plain for line in render(topic("incidents"), own=True)]
    assert "  what to do: soda-tui drift REPO --repair run_without_claim" in incidents


@pytest.mark.parametrize(
    "text",
    ["[" * 65536, ">" * 70000, "- " * 30000, "|a" * 900 + "\n" + "|-" * 900 + "\n|b" * 999],
    ids=["brackets", "quotes", "lists", "table"],
)
def test_markdown_that_is_meant_to_hurt_stays_small(text: str) -> None:
    lines = render(text)
    assert len(lines) <= 5001
    assert sum(len(line.spans) for line in lines) < 50_000


def test_work_names_what_was_done_and_tells_headers_from_removed_lines() -> None:
    lines = work_lines(WORK)
    tones = {line.plain: line.spans[0].tone for line in lines if line.spans}
    assert tones[PATCH[2]] is Tone.FAINT
    assert tones[PATCH[-1]] is Tone.FAILED
    assert tones[PATCH[8]] is Tone.WORKING
    text = "\n".join(line.plain for line in lines)
    for wanted in ("Commits 2", "5e1c0aa9 Resolve", "Files 4  +44 -3", "new  notes.txt", "binary  docs/folder.png"):
        assert wanted in text


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("https://github.com/acme/x/issues/4", True),
        ("https://GITHUB.com/acme/x", True),
        ("http://github.com/acme/x", False),
        ("https://github.com.evil.example/x", False),
        ("https://github.com@evil.example/x", False),
        ("https://evil.example/https://github.com/", False),
        ("https://github.com:8443/x", False),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("--help", False),
        ("https://github.com/x y", False),
        ("https://github.com/x\n-x", False),
        ("https://github.com/`id`", False),
        ("https://[github.com/", False),
        ("https://github.com/" + "x" * 3000, False),
        (None, False),
    ],
)
def test_only_the_hosts_own_https_urls_are_opened(url: str | None, own: bool) -> None:
    assert (outside.own_url(url, "github.com") == url) is (own or url is None)


def test_programs_are_lists_of_words() -> None:
    assert outside.shell({}) == ["/bin/sh"]
    assert outside.shell({"SHELL": "/bin/odd shell"}) == ["/bin/odd shell"]
    assert outside.editor({"EDITOR": "vi", "VISUAL": "code --wait"}) == ["code", "--wait", "."]
    assert outside.browser({"BROWSER": "open-it %s:other"}) == ["open-it"]
    assert outside.browser({"BROWSER": "'"}) is None
    with pytest.raises(Failure, match="is no command"):
        outside.editor({"EDITOR": "'"})


@pytest.mark.parametrize(
    ("size", "words"), [(0, "0 B"), (999, "999 B"), (1500, "1.5 KiB"), (50_000, "49 KiB"), (3 << 30, "3.0 GiB")]
)
def test_sizes_are_short(size: int, words: str) -> None:
    assert size_words(size) == words


def test_markdown_with_more_brackets_than_anybody_writes_is_text() -> None:
    link, hostile = "[a link](https://x.example)\n\n", "![" * 2900
    lines = [line.plain for line in render(f"{link}{hostile}\n\n{hostile}\n[{link}")]
    assert lines[0] == "a link (https://x.example)"
    assert lines[-2:] == [hostile, "[[a link](https://x.example)"]
