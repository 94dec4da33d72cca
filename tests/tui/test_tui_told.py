"""What a person is told: whole, in time, in words, and never as if it were news when it is not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import structs
from tui.frozen import FrozenCockpit
from tui.piloting import last_said, opened, rows, told, until
from tui.shown import ATTENTION, DONE, IDLE, LOGS, NOW, STALE, TRIO, WORKING, agent, ago, repository, snapshot

from soda_tui.domain.codes import Status
from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.loop.machine import Doing, Mode
from soda_tui.domain.model import Counts, Error, Loop, Repository, Run, Worktree
from soda_tui.domain.runs.readable import plain_line
from soda_tui.domain.sentences import GITHUB_SAML
from soda_tui.tui.app import SodaApp
from soda_tui.tui.run_end import run_end
from soda_tui.tui.terminal_title import TerminalTitle, title_of
from soda_tui.tui.widgets.pane_head import head_lines

pytestmark = pytest.mark.anyio
LONG = (
    "Popped 4 in acme/teapot: agent001/4-green-tea-is-brewed-too-hot is ready in "
    "/home/somebody/.local/share/soda-tui/worktrees/github.com/acme/teapot-with-a-rather-long-name/and/deeper. The end."
)


async def test_a_log_that_is_not_known_yet_is_asked_for_again_once_more_is_known() -> None:
    ended = structs.replace(DONE, stale=True)
    cockpit = FrozenCockpit(snapshot(ended))
    async with opened(cockpit) as (app, pilot):
        pane = app.overview.grid.panes[0]
        await until(pilot, lambda: pane.log_lines == ())
        cockpit.put_log(DONE.key, ("Weighed four anchors.",))
        cockpit.put(snapshot(DONE))
        await until(pilot, lambda: pane.log_lines == (plain_line("Weighed four anchors."),), turns=2000)
        cockpit.put_log(DONE.key, ("Another line that nobody wrote.",))
        cockpit.put(snapshot(structs.replace(DONE, base="x")))
        await until(pilot, lambda: pane.repository is cockpit.snapshot.repositories[0])
        await pilot.pause(0.3)
        assert pane.log_lines == (plain_line("Weighed four anchors."),)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (160, 40)])
async def test_a_long_message_is_whole_covers_nothing_and_goes_with_the_next_key(size: tuple[int, int]) -> None:
    async with opened(FrozenCockpit(TRIO, logs=LOGS), size=size) as (app, pilot):
        said, grid = app.overview.said, app.overview.grid
        whole = grid.size.height
        app.say("Short.")
        app.say(LONG)
        await until(pilot, lambda: bool(said.size.height) and grid.size.height == whole - said.size.height)
        text = " ".join(" ".join(rows(app)[said.region.y : said.region.bottom]).split())
        assert text.replace(" ", "") == LONG.replace(" ", "")
        assert grid.region.bottom == said.region.y and said.region.bottom == app.overview.keys.region.y
        await pilot.press("j")
        await until(pilot, lambda: grid.size.height == whole)
        assert told(app) == ["Short.", LONG]


async def test_an_agent_at_work_has_lines_of_its_log_and_the_keys_that_act_at_60_columns() -> None:
    app = SodaApp(FrozenCockpit(TRIO, logs=LOGS), clock=lambda: NOW)
    async with app.run_test(size=(60, 20)) as pilot:
        await until(pilot, lambda: app.overview.grid.active is not None)
        await until(pilot, lambda: app.overview.grid.panes[0].log_lines is not None)
        await pilot.pause()
        assert app.overview.grid.panes[0].tail.size.height >= 5
        for repositories, keys in (
            ((WORKING, ATTENTION, STALE), "p x r z i ? q"),
            ((DONE,), "p a b X r z i ? q"),
            ((repository(),), "P p a r z i ? q"),
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


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_what_waits_for_review_is_shown_with_its_glyphs_or_counted(
    size: tuple[int, int],
) -> None:
    failed = structs.replace(ATTENTION, agent=structs.replace(WORKING.agent, status=Status.FAILED))
    async with opened(FrozenCockpit(snapshot(WORKING, failed, DONE), logs=LOGS), size=size) as (app, pilot):
        panes = app.overview.grid.panes
        await until(pilot, lambda: panes[0].log_lines is not None)
        for pane in panes[:2]:
            await pilot.press(str(pane.number))
            await pilot.pause()
            assert pane.review.count
            if pane.review.region.height:
                assert all(glyph in pane.review.make()[1].plain for glyph in ("◌○" if pane is panes[0] else "✓"))
            else:
                assert f"{pane.review.count} for review" in pane.queue.make()[0].plain


def test_why_a_repository_cannot_be_read_stands_there_whole_with_the_next_try_before_it() -> None:
    words = "GitHub does not take the token any more. " * 4 + "Make a new one and set GH_TOKEN."
    shown = repository(stale=True, fetched_at=ago(minutes=17), error=Error(ErrorCode.NETWORK, words, ago(minutes=-1)))
    text = " ".join(line.plain.strip() for line in head_lines(shown, None, NOW, 60, 24))
    assert text.startswith(f"◷ stale 17m, next try 12:01 UTC: {words}")
    late = structs.replace(shown, error=None, late="It was not read again.")
    assert any("◷ stale 17m: It was not read again." in line.plain for line in head_lines(late, None, NOW, 60, 24))
    url = "https://github.com/orgs/octo/sso?authorization_request=A1B2C3D4E5F6G7H8I9J0"
    signing = structs.replace(shown, error=Error(ErrorCode.SAML, GITHUB_SAML(subject="octo/soda", url=url), None))
    assert url in "".join(line.plain.strip() for line in head_lines(signing, None, NOW, 60, 8))
    # Where there is less room, each notice has a line, and the first of them the rest.
    assert len(head_lines(structs.replace(shown, needs=ATTENTION.needs), None, NOW, 60, 12)) == 5


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
    run = Run("run1", pid, NOW, None, code, "/state/run1.log")
    assert run_end(agent(status, run=run)) == words


def test_what_never_ran_did_not_end() -> None:
    assert run_end(agent(Status.FAILED, run=Run("run1", None, None, None, None, "/state/run1.log"))) == "not started"


def test_without_a_run_nothing_ended() -> None:
    assert run_end(IDLE) is None


async def test_reading_is_shown_and_takes_the_place_of_the_old_message() -> None:
    cockpit = FrozenCockpit(TRIO)
    cockpit.may_read.clear()
    async with opened(cockpit) as (app, pilot):
        status = app.overview.status
        app.say("Said before.")
        await pilot.press("R", "R", "r")
        await until(pilot, lambda: len(cockpit.refreshes) == 2)
        assert "reading…" in status.make()[0].plain
        assert "Said before." not in status.make()[0].plain
        cockpit.may_read.set()
        await until(pilot, lambda: not status.reading)
        assert cockpit.refreshes == [None, (WORKING.key,)]
        assert "reading…" not in status.make()[0].plain


async def test_a_message_shows_its_age_before_it_and_leaves_when_it_is_old() -> None:
    async with opened(FrozenCockpit(TRIO), size=(80, 24)) as (app, pilot):
        app.say(f"Said just now. {LONG}")
        for seconds, words in ((3, "│ Said just n"), (20, "│ 20s ago: Said"), (60, "")):
            app.overview.tick(NOW + timedelta(seconds=seconds))
            await pilot.pause()
            line = app.overview.status.make()[0].plain
            assert words in line and ("Said" in line) is bool(words)


async def test_ctrl_c_names_the_key_that_quits() -> None:
    async with opened(FrozenCockpit(TRIO)) as (app, pilot):
        await pilot.press("ctrl+c")
        await until(pilot, lambda: last_said(app).startswith("Press q to leave"))
        assert app.is_running


async def test_a_repository_that_was_never_read_says_so_and_counts_nothing() -> None:
    unread = repository(
        agent=structs.replace(IDLE, status=Status.UNKNOWN),
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
    written.clear()
    # Another program has the terminal: nothing is written until it is given back.
    title = TerminalTitle(written.append, {"TERM": "xterm-256color"})
    title.show("one")
    title.give_away()
    for text in ("two", "three"):
        title.show(text)
    title.take_back()
    push, pop = "\x1b[22;2t", "\x1b]2;\x1b\\\x1b[23;2t"
    assert written == [f"{push}\x1b]2;one\x1b\\", pop, f"{push}\x1b]2;three\x1b\\"]
    written.clear()
    for terminal in ({"TERM": "dumb"}, {"TERM": "linux"}, {}):
        TerminalTitle(written.append, terminal).show("three")
    assert not written


async def test_what_can_be_seen_is_attended_to() -> None:
    cockpit = FrozenCockpit(snapshot(WORKING, ATTENTION, STALE))
    async with opened(cockpit) as (app, pilot):

        def attended() -> frozenset[str]:
            app._tick()
            return cockpit.attended

        await until(pilot, lambda: len(attended()) == 3)
        await pilot.press("2", "z", "question_mark")
        await until(pilot, lambda: attended() == {ATTENTION.key})
        assert cockpit.focus == ATTENTION.key
        await pilot.press("escape", "escape", "1")
        await until(pilot, lambda: len(attended()) == 3 and cockpit.focus == WORKING.key)
        await pilot.press("2")
        await pilot.press("v")
        await until(pilot, lambda: attended() == {ATTENTION.key})


@pytest.mark.parametrize(("ahead", "behind", "words"), [(2, 1, " ↑2 ↓1"), (0, 3, " ↓3"), (0, 0, ""), (None, None, "")])
def test_the_worktrees_branch_says_how_far_it_is_from_github(ahead: int | None, behind: int | None, words: str) -> None:
    worktree = Worktree("/work/harbour", "agent001/3-weigh-anchors", False, 2, ahead, behind)
    shown = structs.replace(DONE, agent=structs.replace(DONE.agent, worktree=worktree))
    line = head_lines(shown, None, NOW, 90, 20)[-1].plain
    assert line.startswith(f"   agent001/3-weigh-anchors{words}  ") and "2 commits" in line


def test_an_idle_agents_worktree_is_shown_while_something_is_left_in_it() -> None:
    worktree = Worktree("/work/rocket", "agent001/2-old", True, None, None, None)
    for dirty in (True, False):
        shown = repository(agent=structs.replace(IDLE, worktree=structs.replace(worktree, dirty=dirty)))
        last = head_lines(shown, None, NOW, 90, 20)[-1].plain
        assert ("agent001/2-old" in last and "uncommitted files" in last) is dirty


async def test_the_line_below_says_the_same_as_the_bar_above_also_once_it_was_away() -> None:
    async with opened(FrozenCockpit(TRIO), size=(80, 24)) as (app, pilot):
        for words in ("An old refusal", "Another one"):
            app.say(f"{words}, which is {'very ' * 20}long.")
            await pilot.pause()
            shown = rows(app)
            assert words in shown[0] and sum(words in row for row in shown) == 2, words
            await pilot.press("g")
            await until(pilot, lambda: not app.overview.said.size)


def test_a_pane_counts_down_to_when_its_loop_goes_on() -> None:
    parked = Loop(Mode.ON, Doing.WAITING, "The agent is at its limit.", NOW + timedelta(hours=1, seconds=5), False)
    shown = structs.replace(repository(), loop=parked)
    assert "1:00:05 left, until " in " ".join(line.plain for line in head_lines(shown, None, NOW, 100, 24))
    over = structs.replace(shown, loop=structs.replace(parked, until=NOW))
    assert " left" not in " ".join(line.plain for line in head_lines(over, None, NOW, 100, 24))
