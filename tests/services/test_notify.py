"""Telling outside the screen: programs get words as words, no tokens, and ten seconds; nothing is told twice."""

from __future__ import annotations

import asyncio
import errno
import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from msgspec import structs
from tui.shown import NOW, agent, repository, snapshot

from soda_tui.domain.codes import NeedCode, Status
from soda_tui.domain.configuration.notifying import DesktopNotice, NotifySettings
from soda_tui.domain.failure import Failure
from soda_tui.domain.model import Need
from soda_tui.domain.telling import Notice, NoticeKind, standing
from soda_tui.services.notify import Notifier, desktop, document
from soda_tui.services.told import MOST, ToldFile

pytestmark = pytest.mark.anyio

TOKEN = "ghp_" + "x" * 36
HOSTILE = "--help <b>bold</b> & \\033[31m $(touch owned) `touch owned` \"'; -- \x1b]0;owned\x07\n[end]"
Program = Callable[[str, str], Path]


def notice(name: str = "acme/rocket", title: str = "Fix it", run: str = "run1") -> Notice:
    """An agent that failed."""
    worker = agent(Status.FAILED, title=title)
    assert worker.run is not None
    worker = structs.replace(worker, run=structs.replace(worker.run, id=run))
    failed = repository(name, agent=worker, needs=(Need(NeedCode.AGENT_FAILED, "The agent on 12 ended with exit 1."),))
    [found] = standing(snapshot(failed)).values()
    return found


@pytest.fixture
def told(tmp_path: Path) -> ToldFile:
    """What was told, in a folder that is not there yet."""
    return ToldFile(tmp_path / "state" / "told.json", tmp_path / "state" / "locks" / "told.lock")


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Put a program on the path that the tests hand on, as a script for the shell."""

    def put(name: str, script: str) -> Path:
        path = tmp_path / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\ncd {tmp_path}\n{script}\n")
        path.chmod(0o755)
        return path

    return put


def environ(tmp_path: Path, **more: str) -> dict[str, str]:
    """An environment with a desktop and tokens."""
    tokens = {"GH_TOKEN": TOKEN, "GITHUB_TOKEN": TOKEN, "MINE": f"Bearer {TOKEN}", "GIT_DIR": "/elsewhere"}
    return {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}", "DISPLAY": ":7", "KEPT": "yes", **tokens, **more}


async def test_the_desktop_is_told_in_arguments_that_are_neither_options_nor_markup(
    told: ToldFile, program: Program, tmp_path: Path
) -> None:
    program("notify-send", 'for each; do printf "%s\\0" "$each"; done >>said; env >>environment')
    notifier = Notifier(told, NotifySettings(), environ(tmp_path), {TOKEN})
    assert await notifier.announce([notice(title=HOSTILE)], shown=False) == ()
    said = (tmp_path / "said").read_text().split("\0")[:-1]
    assert said[:3] == ["--app-name=soda-tui", "--", "acme/rocket: the agent failed"] and len(said) == 4
    assert "--help &lt;b&gt;bold&lt;/b&gt; &amp; \\\\033[31m $(touch owned)" in said[3]
    assert "\x1b" not in said[3] and not (tmp_path / "owned").exists()
    variables = (tmp_path / "environment").read_text()
    assert TOKEN not in variables and "GIT_DIR" not in variables and "KEPT=yes" in variables


@pytest.mark.parametrize(
    ("wanted", "shown", "asked"),
    [
        (DesktopNotice.AUTO, False, True),
        (DesktopNotice.AUTO, True, False),
        (DesktopNotice.ON, True, True),
        (DesktopNotice.OFF, False, False),
    ],
)
async def test_the_desktop_is_asked_where_the_terminal_shows_nothing(
    told: ToldFile, program: Program, tmp_path: Path, wanted: DesktopNotice, shown: bool, asked: bool
) -> None:
    program("notify-send", "touch asked")
    notifier = Notifier(told, NotifySettings(desktop=wanted), environ(tmp_path))
    assert await notifier.announce([notice()], shown=shown) == ()
    assert (tmp_path / "asked").exists() is asked


def test_each_desktop_has_its_program_and_a_remote_shell_none(program: Program, tmp_path: Path) -> None:
    bare = {"PATH": str(tmp_path / "bin")}
    assert desktop("a", "b", bare, "linux") is None and desktop("a", "b", {**bare, "DISPLAY": ":0"}, "linux") is None
    script = desktop("acme/rocket: it failed", 'say "hi" & quit', bare, "darwin")
    assert script is not None and script[0] == "osascript"
    assert script[-2:] == ("acme/rocket: it failed", 'say "hi" & quit')
    assert all("hi" not in part for part in script[:-2])
    found = str(program("terminal-notifier", ""))
    assert desktop("a", "-b", bare, "darwin") == (found, "-title", "soda-tui", "-message", "a. -b")


async def test_a_persons_command_gets_the_facts_of_each_event_and_no_token(
    told: ToldFile, program: Program, tmp_path: Path
) -> None:
    command = (str(program("hook", 'cat >"got-$$"; env >environment; echo noise; echo noise >&2')), "a b", "$(id)")
    settings = NotifySettings(desktop=DesktopNotice.OFF, command=command)
    notifier = Notifier(told, settings, environ(tmp_path), {TOKEN})
    assert await notifier.announce([notice(), notice("acme/teapot", HOSTILE)], shown=True) == ()
    got = {found["repository"]: found for found in (json.loads(path.read_bytes()) for path in tmp_path.glob("got-*"))}
    assert got.keys() == {"acme/rocket", "acme/teapot"} and got["acme/teapot"]["title"] == HOSTILE
    rocket = got["acme/rocket"]
    assert (rocket["version"], rocket["kind"], rocket["issue"], rocket["at"]) == (
        1,
        "failed",
        12,
        "2026-05-04T12:00:00Z",
    )
    assert rocket["run"] == "run1" and rocket["message"] == "The agent on 12 ended with exit 1."
    assert TOKEN not in (tmp_path / "environment").read_text()


@pytest.mark.parametrize(
    ("script", "words"),
    [("exit 3", "ended with exit 3"), ("kill -9 $$", "signal 9"), ("echo up >pid; exec sleep 618", "longer than 0.3")],
)
async def test_a_command_that_goes_wrong_is_named_and_holds_nothing_up(
    told: ToldFile, program: Program, tmp_path: Path, script: str, words: str
) -> None:
    settings = NotifySettings(desktop=DesktopNotice.OFF, command=(str(program("hook", script)),))
    notifier = Notifier(told, settings, environ(tmp_path), deadline=0.3)
    [fault] = await notifier.announce([notice(), notice("acme/teapot")], shown=True)
    assert words in fault and "hook" in fault


async def test_what_a_late_command_has_started_ends_with_it_and_a_flood_goes_nowhere(
    told: ToldFile, program: Program, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "held")
    program("hook", "(exec 3<>held; exec sleep 613) & yes")
    settings = NotifySettings(desktop=DesktopNotice.OFF, command=("hook",))
    [fault] = await Notifier(told, settings, environ(tmp_path), deadline=0.5).announce([notice()], shown=True)
    assert "longer than 0.5 seconds" in fault
    async with asyncio.timeout(20):
        while is_read(tmp_path / "held"):
            await asyncio.sleep(0.01)


def is_read(pipe: Path) -> bool:
    """Whether a process has the pipe open for reading."""
    try:
        os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
    except OSError as error:
        assert error.errno == errno.ENXIO
        return False
    return True


@pytest.mark.parametrize("command", [("no-such-hook",), ("/",), ("~nobody-here/hook",), ("sh", "\ud800")])
async def test_a_command_that_cannot_be_started_is_named(
    told: ToldFile, tmp_path: Path, command: tuple[str, ...]
) -> None:
    settings = NotifySettings(desktop=DesktopNotice.OFF, command=command)
    [fault] = await Notifier(told, settings, environ(tmp_path)).announce([notice()], shown=True)
    assert "could not be started" in fault


def test_the_document_is_one_line_of_ascii_whatever_it_says() -> None:
    content = document(structs.replace(notice(title="日本 \ud800\n"), moment=NOW, kind=NoticeKind.STALLED))
    assert content.isascii() and content.count(b"\n") == 1
    read = json.loads(content)
    assert (read["title"], read["moment"], read["drift"]) == ("日本 \ud800\n", "2026-05-04T12:00:00Z", None)


def test_nothing_is_told_twice_whoever_asks(told: ToldFile, tmp_path: Path) -> None:
    same = ToldFile(tmp_path / "state" / "told.json", tmp_path / "state" / "locks" / "told.lock")
    asked = [notice(run=f"run{number}") for number in range(20)]
    with ThreadPoolExecutor(4) as threads:
        granted = threads.map(lambda file: file.claim(asked, ()), (told, same, told, same))
    assert sorted(one.run or "" for each in granted for one in each) == sorted(one.run or "" for one in asked)


def test_what_is_remembered_is_bounded_and_damage_costs_no_more_than_a_second_telling(
    told: ToldFile, tmp_path: Path
) -> None:
    file = tmp_path / "state" / "told.json"
    many = [notice(run=f"run{number}") for number in range(MOST + 5)]
    assert len(told.claim(many, ())) == MOST + 5
    assert len(json.loads(file.read_bytes())["told"]) == MOST and file.stat().st_mode & 0o777 == 0o600
    assert told.claim(many[-5:], ()) == () and len(told.claim(many[:5], ())) == 5
    file.write_bytes(b'{"v":1,"told":[')
    assert len(told.claim(many[:1], ())) == 1
    file.unlink()
    file.mkdir()
    with pytest.raises(Failure):
        told.claim([notice()], ())
