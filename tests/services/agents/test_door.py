"""Sitting down at an agent's terminal, and telling it something: through the door of its run, with real terminals."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from soda_tui.domain.configuration.profiles import Messages, Terminal
from soda_tui.domain.failure import ErrorCode, Failure
from soda_tui.domain.runs.facts import RunFacts, RunState
from soda_tui.services.agents import attaching, framing, processes
from soda_tui.services.agents.records import read_state
from soda_tui.services.agents.runs import RunService

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(sys.platform != "linux", reason="terminals as Linux has them")]

Until = Callable[[Callable[[], object]], None]
KEY = "github.com/owner/name"
LEAVE = b"\x1d"
_DEADLINE = 20.0

# Draws its window's size when it begins and whenever that changes, and answers to each line. Python would not hear of
# a change in the moment before it waits, so it never waits for long.
DRAWS = """
import os, select, signal, sys
def lines():
    while True:
        if select.select([0], [], [], 0.1)[0]:
            if not (line := os.read(0, 4096)): return
            yield line.decode()
def draw(*_):
    columns, rows = os.get_terminal_size()
    os.write(1, b"\\x1b[H\\x1b[2Jwindow %d x %d\\r\\n" % (rows, columns))
signal.signal(signal.SIGWINCH, draw)
os.write(1, b"\\x1b[?1049h\\x1b[?2004h")
draw()
for line in lines():
    if line.strip() == "end": sys.exit(4)
    if line.strip() == "flood":
        while True: os.write(1, b"f" * 4096)
    os.write(1, b"heard <%s>\\r\\n" % line.strip().encode())
"""


def drawing(lab: Any, **changes: Any) -> Any:
    """A launch of the agent that draws."""
    launch = lab.launch(sys.executable, "-S", "-c", DRAWS)
    return structs.replace(launch, agent=structs.replace(launch.agent, terminal=Terminal.PTY, **changes))


def hearing(lab: Any, code: str, message: Messages, prompt: str = "begin") -> Any:
    """A launch of an agent that can be told something."""
    launch = lab.launch(sys.executable, "-S", "-c", code, prompt=prompt)
    return structs.replace(launch, agent=structs.replace(launch.agent, message=message))


def supervisor_of(run: RunFacts) -> int:
    """The number of a run's supervisor."""
    return (read_state(Path(run.log).parent) or pytest.fail()).supervisor.pid


async def over(service: RunService) -> RunFacts:
    """The facts of the run once it is over."""
    run = (await service.current((KEY,)))[KEY]
    async for _ in service.follow(run):
        pass
    return (await service.current((KEY,)))[KEY]


def door(run: RunFacts) -> socket.socket:
    """A connection to the run's door."""
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(_DEADLINE)
    with framing.address(Path(run.log).parent) as path:
        connection.connect(path)
    return connection


async def test_sitting_down_leaving_and_coming_back(lab: Any, screens: Any, until: Until) -> None:
    service = lab.service()
    run = await service.start(drawing(lab))
    assert run.attachable and not run.hears
    path = Path(run.log).parent / "door"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_ISSOCK(path.stat().st_mode)
    until(lambda: b"window 40 x 120" in Path(run.log).read_bytes())
    first = screens(service.attaching(run))
    first.until(b"ctrl+] comes back")
    first.until(b"window 30 x 90")
    first.type(b"hello\r")
    first.until(b"heard <hello>")
    first.resize(20, 70)
    first.until(b"window 20 x 70")
    first.type(LEAVE)
    assert first.ended() == 0 and first.cooked()
    assert b"\x1b[?1049l" in first.said and b"the agent goes on" in first.said
    with pytest.raises(Failure, match="attach, and type there"):
        await service.message(run, "hello")
    assert (await service.current((KEY,)))[KEY].alive
    # The window has the size that the agent has drawn for already: it draws anew nevertheless.
    second = screens(service.attaching(run), rows=20, columns=70)
    second.until(b"\x1b[?2004h")
    second.until(b"window 21 x 70")
    second.until(b"window 20 x 70")
    second.type(b"end\r")
    assert second.ended() == 9 and second.cooked() and b"The agent has ended" in second.said
    end = await over(service)
    assert (end.state, end.exit, end.attachable) == (RunState.ENDED, 4, False) and not path.exists()


async def test_the_last_who_came_has_the_keyboard(lab: Any, screens: Any) -> None:
    service = lab.service()
    run = await service.start(drawing(lab))
    words = service.attaching(run)
    first = screens(words)
    first.until(b"window 30 x 90")
    second = screens(words, rows=25, columns=80)
    second.until(b"window 25 x 80")
    first.type(b"nobody\r")
    second.type(b"somebody\r")
    first.until(b"heard <somebody>")
    second.type(LEAVE)
    assert second.ended() == 0
    first.until(b"window 30 x 90")
    assert b"nobody" not in first.said
    first.type(b"again\r")
    first.until(b"heard <again>")


@pytest.mark.parametrize("key", [LEAVE, b"\x1b[27;5;93~", b"\x1b[93::91;133:1u"])
async def test_the_key_that_leaves_is_known_in_every_spelling(lab: Any, screens: Any, key: bytes) -> None:
    """A program may have asked the terminal to spell keys out."""
    service = lab.service()
    screen = screens(service.attaching(await service.start(drawing(lab))))
    screen.until(b"window 30 x 90")
    screen.type(key)
    assert screen.ended() == 0 and screen.cooked()


async def test_which_spellings_are_the_key_that_leaves() -> None:
    plain = [
        b"93;5",
        b"93;133",
        b"93;69",
        b"93;5:1",
        b"93;5:2",
        b"93;197;93",
        b"93::91;5",
        b"1098::93;5",
        b"1098:1066:93;5",
    ]
    other = [b"93;1", b"93;7", b"93;6", b"93:125;6", b"93;5:3", b"91;5", b"1098;5", b"193;5", b"93;55"]
    assert [key for key in plain if not attaching.leaves(b"a\x1b[%su" % key, LEAVE)] == []
    assert [key for key in other if attaching.leaves(b"a\x1b[%su" % key, LEAVE)] == []
    assert attaching.leaves(b"\x1b[45:95;6u", b"\x1f") and attaching.leaves(b"\x1b[27;6;95~", b"\x1f")
    assert attaching.leaves(b"\x1b[103;69u", b"\x07") and not attaching.leaves(b"\x1b[27;5;94~", LEAVE)


async def test_what_the_terminal_would_tell_or_draw_otherwise_is_switched_off(lab: Any, screens: Any) -> None:
    """A mode that stays on would type into the shell that the person comes back to."""
    modes = b"?69 ?1000 ?1003 ?1004 ?1006 ?1016 ?2004 ?2026 ?2031 ?2048 4 ?47".split()
    launch = drawing(lab)
    switched_on = b"".join(b"\x1b[%sh" % mode for mode in modes)
    code = DRAWS.replace("draw()\nfor", f"os.write(1, {switched_on!r})\ndraw()\nfor")
    service = lab.service()
    agent = structs.replace(launch.agent, command=(*launch.agent.command[:-1], code))
    screen = screens(service.attaching(await service.start(structs.replace(launch, agent=agent))))
    screen.until(b"\x1b[?47h")
    screen.type(LEAVE)
    assert screen.ended() == 0
    assert [mode for mode in modes if b"\x1b[%sl" % mode not in screen.said] == []


@pytest.mark.parametrize("way", ["supervisor killed", "told to end", "stopped"])
async def test_the_terminal_is_restored_whatever_happens(lab: Any, screens: Any, until: Until, way: str) -> None:
    service = lab.service()
    run = await service.start(drawing(lab))
    screen = screens(service.attaching(run))
    screen.until(b"window 30 x 90")
    assert not screen.cooked()
    supervisor = (processes.look(supervisor_of(run)) or pytest.fail()).process
    if way == "supervisor killed":
        os.kill(supervisor.pid, signal.SIGKILL)
    elif way == "told to end":
        os.kill(screen.pid, signal.SIGTERM)
    else:
        await service.stop(KEY)
    assert screen.ended() == {"supervisor killed": 1, "told to end": 0, "stopped": 9}[way]
    assert screen.cooked() and b"\x1b[?1049l" in screen.said
    until(lambda: way == "told to end" or not processes.is_alive(supervisor))
    assert (await service.current((KEY,)))[KEY].alive is (way == "told to end")
    if way != "told to end":
        until(lambda: not lab.processes())


async def test_one_who_does_not_look_holds_up_nobody(lab: Any, screens: Any, until: Until) -> None:
    service = lab.service(log=4_000_000)
    run = await service.start(drawing(lab))
    stuck = door(run)
    hello = {"v": 1, "want": "attach", "rows": 30, "columns": 90}
    stuck.sendall(framing.frame(framing.HELLO, json.dumps(hello).encode()))
    screen = screens(service.attaching(run))
    screen.until(b"window 30 x 90")
    screen.type(b"flood\r")
    until(lambda: Path(run.log).read_bytes()[:11] == b"[soda-tui: ")
    memory = int(Path(f"/proc/{supervisor_of(run)}/status").read_text().split("VmHWM:")[1].split()[0])
    assert memory < 30 * 1024
    # Keys are heard in between.
    screen.type(LEAVE)
    assert screen.ended() == 0 and screen.cooked()
    assert await service.stop(KEY) is not None
    stuck.close()


async def test_strangers_at_the_door(lab: Any) -> None:
    service = lab.service()
    run = await service.start(drawing(lab))
    for said in (
        b"\xff" * 100,
        framing.frame(framing.DATA, b"typed"),
        framing.frame(framing.HELLO, b"[" * 50_000),
        b"h",
    ):
        with door(run) as stranger:
            stranger.sendall(said)
            stranger.shutdown(socket.SHUT_WR)
            assert stranger.recv(1000) == b""
    with door(run) as other:
        other.sendall(framing.frame(framing.HELLO, b'{"v": 2, "want": "attach"}'))
        assert b"another version" in other.recv(1000)
    for rows in ("[]", "1e999", "-5", "9" * 4000, '"x"', "null"):
        with door(run) as odd:
            hello = f'{{"v": 1, "want": "attach", "rows": {rows}, "columns": {rows}}}'
            odd.sendall(framing.frame(framing.HELLO, hello.encode()) + framing.frame(framing.SIZE, b"x"))
            assert b'"no": null' in odd.recv(1000)
    crowd = [door(run) for _ in range(8)]
    with door(run) as late:
        assert b"8 others are attached" in late.recv(1000)
    for one in crowd:
        one.close()
    assert (await service.current((KEY,)))[KEY].alive


async def test_a_folder_with_a_long_name_has_a_door_too(lab: Any, screens: Any) -> None:
    service = lab.service("r" * 120)
    run = await service.start(drawing(lab))
    screen = screens(service.attaching(run))
    screen.until(b"window 30 x 90")


async def test_without_a_terminal_there_is_nothing_to_attach_to(lab: Any, screens: Any) -> None:
    service = lab.service()
    run = await service.start(lab.script("exec sleep 60"))
    with pytest.raises(Failure, match='terminal = "pty"'):
        service.attaching(run)
    screen = screens(service.attaching(structs.replace(run, attachable=True)))
    assert screen.ended() == 7 and screen.cooked() and b'terminal = "pty"' in screen.said
    with pytest.raises(Failure, match="reads nothing while it works"):
        await service.message(run, "hello")
    await service.stop(KEY)
    with pytest.raises(Failure, match="does not answer"):
        await service.message(structs.replace(run, hears=True), "hello")


async def test_a_prompt_is_never_typed(lab: Any) -> None:
    with pytest.raises(Failure, match="prompt_path") as caught:
        await lab.service().start(structs.replace(drawing(lab), prompt="do it"))
    assert caught.value.problem.code is ErrorCode.CONFIGURATION


async def test_messages_as_lines(lab: Any, until: Until) -> None:
    service = lab.service()
    code = (
        "import sys\nfor line in sys.stdin:\n    print('heard', line.strip(), flush=True)\n    if 'end' in line: break"
    )
    run = await service.start(hearing(lab, code, Messages.STDIN))
    log = Path(run.log)
    until(lambda: log.read_bytes() == b"heard begin\n")
    assert run.hears and not run.attachable
    await service.message(run, "ä\n" * 10_000)
    await service.message(run, "the end –")
    end = await over(service)
    assert end.exit == 0
    lines = log.read_text().splitlines()
    assert lines.count("heard ä") == 10_000
    assert {"[soda-tui: you said: the end –]", "heard begin", "heard the end –"} <= set(lines)
    for text in ("", " \n", "x" * 40_000):
        with pytest.raises(Failure) as caught:
            await service.message(run, text)
        assert caught.value.problem.code is ErrorCode.USAGE


CLAUDE = """
import json, os, sys, time
for line in sys.stdin:
    said = json.loads(line)["message"]["content"][0]["text"]
    print(json.dumps({"type": "assistant", "text": said[:20]}), flush=True)
    if said.startswith("finish"): print('{"type":"result","subtype":"success"}', flush=True)
print("its input has ended", flush=True)
while not os.path.exists("go"): time.sleep(0.01)
"""


async def test_messages_as_json_until_the_last_word(lab: Any, until: Until) -> None:
    """Claude waits for another message after its result: the supervisor lets it end."""
    service = lab.service()
    run = await service.start(hearing(lab, CLAUDE, Messages.STREAM_JSON, prompt="begin\n" + "x" * 300_000))
    log = Path(run.log)
    until(lambda: b'{"type": "assistant", "text": "begin' in log.read_bytes())
    await service.message(run, 'say "result"')
    until(lambda: b'say \\"result\\"' in log.read_bytes())
    await service.message(run, "finish")
    until(lambda: b"its input has ended" in log.read_bytes())
    with pytest.raises(Failure, match="last word"):
        await service.message(run, "too late")
    (lab.work / "go").touch()
    assert (await over(service)).exit == 0
