"""What a person is told: whole, in time, in words, and never as if it were news when it is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tui.frozen import FrozenCockpit
from tui.piloting import opened, until
from tui.shown import ATTENTION, DONE, IDLE, LOGS, NOW, STALE, TRIO, WORKING, agent, repository, snapshot

from soda_tui.domain.model import Counts, Repository, Run, Status
from soda_tui.tui.app import SodaApp
from soda_tui.tui.run_end import run_end
from soda_tui.tui.terminal_title import TerminalTitle, title_of
from soda_tui.tui.tones import Tone

pytestmark = pytest.mark.anyio
LONG = (
    "Popped 4 in acme/teapot: agent001/4-green-tea-is-brewed-too-hot is ready in "
    "/home/somebody/.local/share/soda-tui/worktrees/github.com/acme/teapot-with-a-rather-long-name/and/deeper. The end."
)


def rows(app: SodaApp) -> list[str]:
    """The rows of the screen as text."""
    return ["".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()]


async def test_a_log_that_is_not_known_yet_is_asked_for_again_once_more_is_known() -> None:
    ended = replace(DONE, stale=True)
    cockpit = FrozenCockpit(snapshot(ended))
    async with opened(cockpit) as (app, pilot):
        pane = app.overview.grid.panes[0]
        await until(pilot, lambda: pane.log_lines == ())
        cockpit.put_log(DONE.key, ("Weighed four anchors.",))
        cockpit.put(snapshot(DONE))
        await until(pilot, lambda: pane.log_lines == ("Weighed four anchors.",), turns=2000)
        cockpit.put_log(DONE.key, ("Another line that nobody wrote.",))
        cockpit.put(snapshot(replace(DONE, base="x")))
        await until(pilot, lambda: pane.repository is cockpit.snapshot.repositories[0])
        await pilot.pause(0.3)
        assert pane.log_lines == ("Weighed four anchors.",)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (160, 40)])
async def test_toasts_are_whole(size: tuple[int, int]) -> None:
    app = SodaApp(FrozenCockpit(TRIO, logs=LOGS), clock=lambda: NOW)
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: app.overview.grid.active is not None)
        app.say(LONG)
        await until(pilot, lambda: any("▌" in row for row in rows(app)))
        await pilot.pause()
        said = "".join(row.split("▌", 1)[1].removesuffix("│").strip() for row in rows(app) if "▌" in row)
        frame = str.maketrans("", "", " ─━╯┛│╭╮…")
        assert LONG.translate(frame) in said.translate(frame)


async def test_an_agent_at_work_has_lines_of_its_log_and_the_keys_that_act_at_60_columns() -> None:
    app = SodaApp(FrozenCockpit(TRIO, logs=LOGS), clock=lambda: NOW)
    async with app.run_test(size=(60, 20)) as pilot:
        await until(pilot, lambda: app.overview.grid.active is not None)
        await until(pilot, lambda: app.overview.grid.panes[0].log_lines is not None)
        await pilot.pause()
        assert app.overview.grid.panes[0].tail.size.height >= 5
        for repositories, keys in (
            ((WORKING, ATTENTION, STALE), "p x r enter i ? q"),
            ((DONE,), "p a b X r enter i ? q"),
            ((repository(),), "P p a r enter i ? q"),
        ):
            cockpit = app.cockpit
            assert isinstance(cockpit, FrozenCockpit)
            cockpit.put(snapshot(*repositories))
            await until(pilot, lambda first=repositories[0]: app.overview.keys.repository is first)  # type: ignore[misc]
            shown, whole = app.overview.keys._shown()
            bar = app.overview.keys.make()[0].plain
            assert [key.text.split()[0] for key in shown] == keys.split()
            assert all(key.able for key in shown)
            assert ("…" in bar) is not whole


@pytest.mark.parametrize(
    ("status", "code", "pid", "words"),
    [
        (Status.CLAIMED, -9, None, "stopped"),
        (Status.CLAIMED, None, None, "stopped"),
        (Status.FAILED, -9, None, "ended by signal 9"),
        (Status.FAILED, 1, None, "ended with exit 1"),
        (Status.FAILED, None, None, "killed or lost"),
        (Status.DONE, 0, None, "ended well"),
        (Status.WORKING, None, 4711, None),
        (Status.STARTING, None, None, None),
        (Status.UNKNOWN, None, 4711, None),
    ],
)
def test_how_a_run_ended_in_words(status: Status, code: int | None, pid: int | None, words: str | None) -> None:
    run = Run("run1", pid, None, None, code, "/state/run1.log")
    assert run_end(agent(status, run=run)) == words


def test_without_a_run_nothing_ended() -> None:
    assert run_end(IDLE) is None


async def test_reading_is_shown_and_takes_the_place_of_the_old_message() -> None:
    cockpit = FrozenCockpit(TRIO)
    cockpit.may_read.clear()
    async with opened(cockpit) as (app, pilot):
        status = app.overview.status
        app.overview.say("Said before.", Tone.TEXT)
        await pilot.press("R", "R", "r")
        await until(pilot, lambda: len(cockpit.refreshes) == 2)
        assert "reading…" in status.make()[0].plain
        assert "Said before." not in status.make()[0].plain
        cockpit.may_read.set()
        await until(pilot, lambda: not status.reading)
        assert cockpit.refreshes == [None, (WORKING.key,)]
        assert "reading…" not in status.make()[0].plain


async def test_an_old_message_shows_its_age() -> None:
    async with opened(FrozenCockpit(TRIO)) as (app, pilot):
        app.overview.say("Said just now.", Tone.TEXT)
        assert "ago)" not in app.overview.status.make()[0].plain
        app.overview.tick(NOW + timedelta(minutes=3))
        await pilot.pause()
        assert "Said just now. (3m ago)" in app.overview.status.make()[0].plain


async def test_ctrl_c_names_the_key_that_quits() -> None:
    async with opened(FrozenCockpit(TRIO)) as (app, pilot):
        await pilot.press("ctrl+c")
        await until(pilot, lambda: app.overview.status.message[0].startswith("Press q to leave"))
        assert app.is_running


async def test_a_repository_that_was_never_read_says_so_and_counts_nothing() -> None:
    unread = repository(
        agent=replace(IDLE, status=Status.UNKNOWN),
        queue=(),
        counts=Counts(None, None, None),
        fetched_at=None,
        stale=True,
    )
    async with opened(FrozenCockpit(snapshot(unread, *many(3)))) as (app, pilot):
        lines = [line.plain for line in app.overview.grid.panes[0].queue.make()]
        assert "0" not in lines[0]
        assert lines[1].strip() == "Not read from GitHub yet."
        await pilot.resize_terminal(60, 20)
        await pilot.press("2")
        await until(pilot, lambda: app.overview.grid.panes[0].head.room <= 2)
        assert "Queue empty" not in "".join(rows(app))


def many(count: int) -> list[Repository]:
    """So many repositories at rest."""
    return [repository(f"acme/quay-{number}") for number in range(count)]


def test_the_title_says_how_many_wait_and_is_put_back() -> None:
    assert title_of(TRIO) == "soda-tui · 1 needs you"
    assert title_of(snapshot(DONE, ATTENTION)) == "soda-tui · 2 need you"
    assert title_of(snapshot(WORKING)) == "soda-tui"
    written: list[str] = []
    title = TerminalTitle(written.append, {"TERM": "xterm-256color"})
    title.restore()
    for text in ("one", "one", "two"):
        title.show(text)
    title.restore()
    title.restore()
    assert written == ["\x1b[22;2t\x1b]2;one\x1b\\", "\x1b]2;two\x1b\\", "\x1b]2;\x1b\\\x1b[23;2t"]
    for terminal in ({"TERM": "dumb"}, {"TERM": "linux"}, {}):
        TerminalTitle(written.append, terminal).show("three")
    assert len(written) == 3
