"""Logs as lines: any bytes, cut anywhere, become plain text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soda_tui.domain.runs.logtext import LONGEST_LINE, LineAssembler, tail_lines
from soda_tui.domain.text import clean

TEXTS = [b"ab", b"\n", b"\r", b"\r\n", b"\t", b"\x1b[31m", b"\x1b]0;t\x07", "é🙂".encode(), b"\xff", b"\x9b2J"]
MOVES = [b"\x1b[2;1H", b"\x1b[2;9H", b"\x1b[A", b"\x1b[G", b"\x1b[5C", b"\x1b[3d", b"\xc2\x9bH", b"\v", b" "]
PIECES = st.lists(st.sampled_from([*TEXTS, *MOVES]))


def fed(*pieces: bytes) -> tuple[list[str], tuple[str, ...]]:
    """What an assembler makes of a stream in these pieces: its lines, and the unfinished one."""
    assembler = LineAssembler()
    return [line for piece in pieces for line in assembler.feed(piece)], assembler.rest


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"", ()),
        (b"one\ntwo", ("one", "two")),
        (b"one\r\ntwo\r\n", ("one", "two")),
        (b"a\n\nb\n", ("a", "", "b")),
        (b"10%\r50%\r100%\ndone\n", ("100%", "done")),
        (b"10%\r50%\r", ("50%",)),
        (b"\x1b[31mred\x1b[0m [/x][@click=app.quit]boo[/]\n", ("red [/x][@click=app.quit]boo[/]",)),
        (b"\x1b]52;c;c2VjcmV0\x07text\n", ("text",)),
        (b"a\tb\n", ("a       b",)),
        (b"\xa9\xc3\xa9t\xc3\xa9", ("été",)),
        (b"bad \xff byte\n", ("bad \ufffd byte",)),
        (
            b"\x1b[2J\x1b[H\x1b[1;1HHead\x1b[1;9Hof it\x1b[2;1H> type\x1b[3;1HBody\x1b[HHead",
            ("Head of it", "> type", "Body", "Head"),
        ),
        (b"\x1b[1;1H10%\x1b[1;1H20%\n", ("20%",)),
        (b"one\ntwo\n\x1b[2A\x1b[2K10%\x1b[G20%\x1b[1B\n\n", ("one", "two", "20%", "")),
        (b"\x1b[1mone\x1b[5Ctwo\x1b[12Gthree", ("one two three",)),
        ("left\u202eright\n".encode(), ("leftright",)),
    ],
)
def test_bytes_become_lines(data: bytes, lines: tuple[str, ...]) -> None:
    assert tail_lines(data) == lines


def test_a_stream_may_be_cut_inside_a_character_and_inside_an_escape_sequence() -> None:
    lines, rest = fed(b"caf\xc3", b"\xa9 \x1b[3", b"1mred\x1b[", b"0m\nnext \x1b[1")
    assert (lines, rest) == (["café red"], ("next ",))


def test_a_progress_bar_shows_its_last_state_and_takes_no_room() -> None:
    assembler = LineAssembler()
    for percent in range(100_000):
        assert assembler.feed(b"\rloading %d" % percent) == ()
    assert assembler.rest == ("loading 99999",) and len(assembler._rest) < 30


def test_a_long_line_is_cut_with_a_mark() -> None:
    line = fed(b"x" * LONGEST_LINE + b"\n" + b"y" * (LONGEST_LINE + 1) + b"\n")[0]
    assert line == ["x" * LONGEST_LINE, "y" * (LONGEST_LINE - 1) + "…"]
    assert fed(b"x" * 20_000 + b"\r", b"abc\n") == fed(b"x" * 20_000 + b"\rabc\n") == (["abc"], ())
    lines, rest = fed(*[b"z" * 65536] * 100, b"\nafter\n")
    assert lines == ["z" * (LONGEST_LINE - 1) + "…", "after"] and rest == ()


@given(PIECES, st.integers(1, 5))
def test_where_a_stream_is_cut_makes_no_difference(pieces: list[bytes], size: int) -> None:
    data = b"".join(pieces)
    whole = fed(data)
    assert fed(*[data[at : at + size] for at in range(0, len(data), size)]) == whole


@given(st.binary(max_size=200))
def test_no_bytes_let_a_control_through(data: bytes) -> None:
    for line in tail_lines(data):
        assert line == clean(line) and "\n" not in line and "\t" not in line and "\x1b" not in line


def test_a_screen_without_line_feeds_takes_no_more_room_than_it_has_rows() -> None:
    frame = b"".join(b"\x1b[%d;1Hrow %d" % (row, row) for row in range(1, 51))
    _, rest = fed(*[frame] * 100)
    assert len(rest) <= 201 and rest[-50:] == tuple(f"row {row}" for row in range(1, 51))
