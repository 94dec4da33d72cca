"""The tail of a log: what is new is read once, what an agent says is readable, and it never falls behind for long."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import structs

from soda_tui.cockpit.tail import Tail
from soda_tui.domain.runs.facts import RunFacts, RunState
from soda_tui.services.agents.runs import RunService

pytestmark = pytest.mark.anyio
MEGABYTE = 10**6


def line(kind: str, **block: object) -> bytes:
    """A line of claude's stream."""
    return json.dumps({"type": kind, "message": {"id": "m", "content": [block]}}).encode() + b"\n"


def said(text: str) -> bytes:
    """A message."""
    return line("assistant", type="text", text=text)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A run's log."""
    path = tmp_path / "output.log"
    path.touch()
    return path


@pytest.fixture
def tail_of(tmp_path: Path, log: Path) -> Callable[[str], Tail]:
    """The tail of the log in a format."""
    runs = RunService(tmp_path, locks=tmp_path, stop_file=tmp_path / "STOP")

    def made(format: str) -> Tail:
        state = RunState.RUNNING
        return Tail(runs, RunFacts("r", 1, "b", state, 7, None, None, None, None, False, str(log), format=format))

    return made


async def texts(tail: Tail) -> list[str]:
    """The lines of now."""
    return [found.text for found in await tail.look()]


def append(log: Path, *pieces: bytes) -> None:
    """Write on."""
    with log.open("ab") as file:
        file.write(b"".join(pieces))


async def test_a_call_that_is_under_way_is_what_is_said_last(tail_of: Callable[[str], Tail], log: Path) -> None:
    tail, half = tail_of("claude"), len(said("later")) // 2
    assert await texts(tail) == []
    append(log, line("assistant", type="tool_use", id="t1", name="Bash", input={"command": "make"}), said("so"))
    append(log, said("later")[:half])
    assert await texts(tail) == ["so", "Bash  make  …"]
    append(log, said("later")[half:], line("user", type="tool_result", tool_use_id="t1", content=""))
    assert await texts(tail) == ["so", "later", "Bash  make  ✓"]
    assert await tail.look() is await tail.look()


async def test_of_what_came_too_fast_the_end_is_shown(tail_of: Callable[[str], Tail], log: Path) -> None:
    tail = tail_of("claude")
    append(log, said("first"))
    assert await texts(tail) == ["first"]
    append(log, said("x" * 900) * (3 * MEGABYTE // 900), said("last"))
    assert (await texts(tail))[-1] == "last"
    append(log, said("y" * 300_000), said("after a long line"))
    while (await texts(tail))[-1] != "after a long line":
        pass
    log.write_bytes(said("cut"))
    assert (await texts(tail))[-1] == "cut"


async def test_a_tail_begins_behind_a_line_that_is_longer_than_a_look(
    tail_of: Callable[[str], Tail], log: Path
) -> None:
    append(log, said("before"), said("z" * 500_000))
    assert (await texts(tail_of("claude")))[0] == "before"
    append(log, b"\xc3", b"q" * 2 * MEGABYTE, said("cut")[:20])
    tail = tail_of("claude")
    assert await texts(tail) == ["Nothing in it can be read so far."]
    tail.run = structs.replace(tail.run, state=RunState.ENDED)
    [end] = await texts(tail)
    assert end.endswith("qqq" + said("cut")[:20].decode()) and await tail.look() is await tail.look()


async def test_the_last_half_line_is_shown_once_nothing_more_of_it_will_come(
    tail_of: Callable[[str], Tail], log: Path
) -> None:
    append(log, said("before"), b"killed in the mid")
    tail = tail_of("claude")
    assert await texts(tail) == ["before"]
    tail.run = structs.replace(tail.run, state=RunState.KILLED)
    assert await texts(tail) == ["before", "killed in the mid"]


async def test_plain_text_is_shown_as_it_stands(tail_of: Callable[[str], Tail], log: Path) -> None:
    append(log, b"old\n" * MEGABYTE, b"\n  indented\npassword: ")
    assert (await texts(tail_of("text")))[-4:] == ["old", "", "  indented", "password: "]
