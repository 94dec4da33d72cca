"""What an agent says, read in a window: the same lines from either end, of a log as large as may be."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from soda_tui.domain.runs.events import EventKind
from soda_tui.domain.runs.flow import Flow, Only
from soda_tui.tui.log_calls import PIECE
from soda_tui.tui.log_window import MOST_CHARACTERS, MOST_LINES, LogWindow

pytestmark = pytest.mark.anyio
TRANSCRIPTS = Path(__file__).parents[1] / "transcripts"


class File:
    """A log in memory that counts the bytes that are read."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.bytes = 0

    async def __call__(self, offset: int, size: int) -> bytes:
        assert offset >= 0 and 0 <= size <= PIECE
        self.bytes += size
        return self.data[offset : offset + size]


def said(text: str) -> bytes:
    """A message of claude."""
    return line("assistant", {"type": "text", "text": text})


def call(name: str, about: str) -> bytes:
    """The beginning of a tool call."""
    return line("assistant", {"type": "tool_use", "id": name, "name": "Bash", "input": {"command": about}})


def answer(name: str, text: str = "") -> bytes:
    """The end of a tool call."""
    return line("user", {"type": "tool_result", "tool_use_id": name, "content": text})


def line(kind: str, block: dict[str, object]) -> bytes:
    """A line of claude's stream."""
    return json.dumps({"type": kind, "message": {"id": "m", "content": [block]}}).encode() + b"\n"


def texts(window: LogWindow) -> list[str]:
    """The lines of a window."""
    return [found.plain for found in window.lines]


async def forwards(file: File, format: str, only: Only = Only.ALL) -> list[str]:
    """All lines of a log, read on from its start."""
    window = LogWindow(file, format, only)
    await window.to_start()
    lines = texts(window)[: window.settled]
    while not window.at_end:
        held = window.settled
        shift = await window.newer()
        lines += texts(window)[held + shift : window.settled]
    return lines + texts(window)[window.settled :]


async def backwards(file: File, format: str, only: Only = Only.ALL) -> list[str]:
    """All lines of a log, read back from its end."""
    window = LogWindow(file, format, only)
    await window.to_end()
    lines = texts(window)
    while window.start:
        added = await window.older()
        lines = [*texts(window)[:added], *lines]
        assert window.settled <= MOST_LINES
    return lines


@pytest.mark.parametrize("format", ["claude", "codex", "opencode"])
@pytest.mark.parametrize("only", [Only.ALL, Only.PROBLEMS])
async def test_a_stream_reads_the_same_from_both_ends(format: str, only: Only) -> None:
    once = (TRANSCRIPTS / format / "healthy.jsonl").read_bytes()
    turns = range(3 * PIECE // len(once))
    file = File(b"".join(re.sub(rb'"(\w+[_-]\d+)"', rb'"\1-%d"' % turn, once) for turn in turns))
    flow = Flow(format, only)
    expected = [one.text for one in flow.feed(file.data) if one.kind is not EventKind.START]
    assert [text for text in await forwards(file, format, only) if not text.startswith("Begins")] == expected
    back = [text for text in await backwards(file, format, only) if not text.startswith("Begins")]
    # What codex used is told from where one begins to listen: one process has one turn.
    assert [text for text in back if "tokens" not in text] == [text for text in expected if "tokens" not in text]
    assert len(expected) > 100 or only is Only.PROBLEMS


async def test_a_call_is_one_line_where_it_ended_and_what_is_under_way_comes_last() -> None:
    file = File(call("t1", "make") + said("while it runs") + call("t2", "sleep 9") + answer("t1") + said("made"))
    window = LogWindow(file, "claude")
    await window.to_end()
    assert texts(window) == ["while it runs", "Bash  make  ✓", "made", "Bash  sleep 9  …"]
    file.data += answer("t2") + b'{"type": "assist'
    await window.newer()
    assert texts(window)[-2:] == ["made", "Bash  sleep 9  ✓"]


async def test_the_end_of_a_call_is_readable_however_far_its_beginning_and_long_the_lines_between() -> None:
    far = b"".join(said(f"{at} " + "x" * 900) for at in range(2000))
    giant = answer("t2", "y" * (5 * PIECE))
    file = File(call("t1", "make") + call("t2", "cat all") + far + giant + answer("t1") + said("made"))
    window = LogWindow(file, "claude")
    await window.to_end()
    assert texts(window) == ["Bash  make  ✓", "made"]
    await window.older()
    assert texts(window)[-3:] == ["Bash  cat all  ✓", "Bash  make  ✓", "made"]
    assert await forwards(file, "claude") == await backwards(file, "claude")


async def test_what_comes_in_pieces_loses_none_of_them() -> None:
    words = [f"{at}{chr(10) if at % 50 == 49 else ' '}" for at in range(9000)]
    message = {"type": "message", "timestamp": "", "role": "assistant", "delta": True}
    done = {"type": "result", "timestamp": "", "status": "success"}
    lines = [*({**message, "content": word} for word in words), done]
    file = File(b"".join(json.dumps(one).encode() + b"\n" for one in lines))
    assert len(file.data) > 5 * PIECE
    for read in (forwards, backwards):
        words = " ".join(await read(file, "gemini")).split()
        assert [int(word) for word in words if word.isdigit()] == list(range(9000))


async def test_a_beginning_that_nobody_finds_is_not_made_up() -> None:
    window = LogWindow(File(said("so") + answer("t9")), "claude")
    await window.to_end()
    assert texts(window) == ["so", "tool  ✓"]


async def test_only_a_kind_is_shown_and_the_place_is_kept_in_another_view() -> None:
    file = File(b"".join(said(f"word {at}") + call(f"t{at}", f"do {at}") + answer(f"t{at}") for at in range(900)))
    window = LogWindow(file, "claude", Only.TOOLS)
    await window.to_start()
    while not window.at_end:
        await window.newer()
    assert texts(window)[500] == "Bash  do 500  ✓"
    other = LogWindow(file)
    await other.to(window.offset(500))
    assert '"t500"' in texts(other)[0] or '"word 500"' in texts(other)[0]
    assert await forwards(file, "claude", Only.TOOLS) == [f"Bash  do {at}  ✓" for at in range(900)]


async def test_a_log_of_any_size_is_held_in_bounded_memory() -> None:
    file = File(b"".join(said("\n".join(f"{at} {row} " + "z" * 500 for row in range(20))) for at in range(1200)))
    window = LogWindow(file, "claude")
    await window.to_end()
    file.bytes = 0
    for _ in range(40):
        await window.older()
        assert sum(len(text) for text in texts(window)) <= MOST_CHARACTERS + 32_000
    assert texts(window)[0].startswith("0") or window.start
    assert window.end < len(file.data)
    await window.to_end()
    assert texts(window)[-1].startswith("1199 19")


@pytest.mark.parametrize("path", sorted(TRANSCRIPTS.glob("*/broken.jsonl")), ids=lambda path: path.parent.name)
async def test_a_broken_stream_is_read_to_its_end(path: Path) -> None:
    file = File(path.read_bytes())
    assert await forwards(file, path.parent.name)
    assert file.bytes < 20 * PIECE
