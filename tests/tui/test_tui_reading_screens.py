"""The screens that read one repository: every key, the mouse, and foreign text on every surface."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from msgspec import structs
from textual.pilot import Pilot
from textual.widgets import Input, TextArea
from tui.frozen import FrozenCockpit
from tui.piloting import opened, rows, told, until
from tui.readable import LABELS, PATCH, RUNS, WORK, WrittenDesk, cockpit, run
from tui.shown import ATTENTION, NOW, PEEK, STALE, TRIO, WORKING, repository, request, snapshot
from tui.test_tui_foreign_text import HOSTILE, assert_rows_are_whole, hostile_repository, rendered

from soda_tui.cockpit.issues import Edited
from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import DriftKind
from soda_tui.domain.facts import RunState
from soda_tui.domain.model import Repository
from soda_tui.domain.outcome import Options, Outcome, Peek, StepResult
from soda_tui.domain.relabelling import Relabelling
from soda_tui.domain.work import Commit, Difference, FileChange, Work
from soda_tui.tui import outside
from soda_tui.tui.app import SodaApp
from soda_tui.tui.screens.dialogues.labels import LabelPicker
from soda_tui.tui.screens.dialogues.writing import Writing
from soda_tui.tui.screens.diff import DiffScreen
from soda_tui.tui.screens.log import LogScreen
from soda_tui.tui.screens.peek import PeekScreen
from soda_tui.tui.screens.question import Question
from soda_tui.tui.screens.repository import RepositoryScreen
from soda_tui.tui.screens.topics import TopicsScreen
from soda_tui.tui.screens.zoom import DRIFT, HISTORY, LOG, ZoomScreen
from soda_tui.tui.screens.zoom import WORK as WORK_TAB
from soda_tui.tui.text import plain
from soda_tui.tui.widgets.key_bar import KeyBar
from soda_tui.tui.widgets.row_list import Row, RowList
from soda_tui.tui.widgets.tab_bar import TabBar
from soda_tui.tui.widgets.zoom_rows import queue_rows

pytestmark = pytest.mark.anyio
NEXT, PREVIOUS = "right_square_bracket", "left_square_bracket"


def text_of(app: SodaApp) -> str:
    """What the screen says."""
    return "\n".join(rendered(app))


async def shows(pilot: Pilot[None], app: SodaApp, *wanted: str) -> None:
    """Wait until the screen says all of it."""
    await until(pilot, lambda: all(each in text_of(app) for each in wanted))


async def on_tab(pilot: Pilot[None], app: SodaApp, tab: int) -> ZoomScreen:
    """Zoom into the active pane and open a tab."""
    await pilot.press("z")
    await until(pilot, lambda: isinstance(app.screen, ZoomScreen) and bool(app.screen.body.children))
    screen = app.screen
    assert isinstance(screen, ZoomScreen)
    for _ in range(tab):
        await pilot.press(NEXT)
    await until(pilot, lambda: screen.bar.active == tab)
    return screen


@pytest.mark.parametrize("back", ["escape", "q", "z"])
async def test_zoom_opens_and_comes_back(back: str) -> None:
    async with opened(cockpit()) as (app, pilot):
        await pilot.press("2")
        await on_tab(pilot, app, 0)
        await shows(pilot, app, "acme/lighthouse", "#9 Rotate twice", "Left out 2", "Its work is ready to land.")
        await pilot.press(back)
        await until(pilot, lambda: app.screen is app.overview)


async def test_every_tab_by_key_and_by_mouse() -> None:
    said = (
        "Left out 3",
        "Commits 2",
        "18 passed in 0.41s",
        "PR 39 Bound the retry queue",
        "drifted",
        "ended with exit 1",
    )
    async with opened(cockpit()) as (app, pilot):
        screen = await on_tab(pilot, app, 0)
        for at, wanted in enumerate(said):
            await until(pilot, lambda at=at: screen.bar.active == at)  # type: ignore[misc]  # bound now
            await shows(pilot, app, wanted)
            await pilot.press(NEXT)
        await until(pilot, lambda: screen.bar.active == 0)
        await pilot.press(PREVIOUS)
        await until(pilot, lambda: screen.bar.active == HISTORY)
        row = screen.bar.make()[0].plain
        await pilot.click(screen.bar, offset=(row.index("Log") + 1, 0))
        await until(pilot, lambda: screen.bar.active == LOG)


async def test_a_topic_that_has_no_room_is_reached_by_key_and_by_mouse() -> None:
    async with opened(cockpit(), size=(80, 24)) as (app, pilot):
        await pilot.press("question_mark")
        await shows(pilot, app, "Keys")
        await pilot.press(NEXT)
        await until(pilot, lambda: isinstance(app.screen, TopicsScreen))
        bar = app.screen.query_one(TabBar)
        await pilot.press(PREVIOUS)
        await shows(pilot, app, "… ", "[security]", "An agent runs as you")
        await pilot.click(bar, offset=(bar.make()[0].plain.index("recovery") + 1, 0))
        await shows(pilot, app, "[recovery]", "Where work can be")


async def test_drift_says_kind_severity_and_repair() -> None:
    async with opened(cockpit()) as (app, pilot):
        await pilot.press("2")
        await on_tab(pilot, app, 4)
        await shows(
            pilot,
            app,
            "issue closed  critical",
            "Repair: let go of the claim, keeping the work.",
            "unexpected branch  moderate",
            "Repair: put the worktree on its branch again.",
        )


async def test_enter_on_a_drift_shows_the_plan_of_its_repair_and_does_it() -> None:
    shown = cockpit()
    async with opened(shown) as (app, pilot):
        await pilot.press("2", "D")
        screen = await zoomed(pilot, app)
        assert screen.bar.active == DRIFT
        asks = Outcome(Verb.REPAIR, "acme/lighthouse", "…", asks="Repair it? This will put it back.", seen="led1")
        shown.answers[ATTENTION.key] = asks
        await pilot.press("j", "enter")
        await until(pilot, lambda: isinstance(app.screen, Question))
        await shows(pilot, app, "Repair it? This will put it back.")
        shown.answers.clear()
        await pilot.press("y")
        await until(pilot, lambda: len(shown.acts) == 2)
        kind = DriftKind.UNEXPECTED_BRANCH
        assert [(verb, options.repair, options.yes) for _, verb, options in shown.acts] == [
            (Verb.REPAIR, kind, False),
            (Verb.REPAIR, kind, True),
        ]
        assert shown.acts[1][2].seen == "led1"


async def test_a_drift_without_a_repair_says_so_and_nothing_is_done() -> None:
    yours = structs.replace(ATTENTION, drift=(structs.replace(ATTENTION.drift[0], repair=None),))
    shown = cockpit(yours)
    async with opened(shown) as (app, pilot):
        await pilot.press("D")
        await zoomed(pilot, app)
        await shows(pilot, app, "What to do is yours to decide.")
        await pilot.press("enter")
        await until(pilot, lambda: any("no repair" in message.text for message in app.messages))
        assert not shown.acts


async def test_what_the_cockpit_does_by_itself_is_told_quietly() -> None:
    shown = cockpit()
    async with opened(shown) as (app, pilot):
        shown.by_itself.put_nowait(Outcome(Verb.TIDY, "acme/rocket", "Tidied up in acme/rocket."))
        await until(pilot, lambda: any(message.text == "Tidied up in acme/rocket." for message in app.messages))
        assert not app.overview.said.display and "Tidied up" not in app.overview.status.make()[0].plain


async def zoomed(pilot: Pilot[None], app: SodaApp) -> ZoomScreen:
    await until(pilot, lambda: isinstance(app.screen, ZoomScreen) and bool(app.screen.body.children))
    assert isinstance(app.screen, ZoomScreen)
    return app.screen


async def test_the_footer_says_which_issue_a_key_is_about() -> None:
    async with opened(cockpit(repository())) as (app, pilot):
        screen = await on_tab(pilot, app, 0)
        await shows(pilot, app, "P pop 41")
        await pilot.press("j")
        await shows(pilot, app, "P pop 12")
        assert screen.issue == 12
    async with opened(cockpit(structs.replace(WORKING, agent=repository().agent))) as (app, pilot):
        screen = await on_tab(pilot, app, 0)
        await pilot.press("G")
        await until(pilot, lambda: screen.issue == 22)
        await shows(pilot, app, "P pop 41")


async def test_enter_peeks_in_the_queue_and_left_out_issues_too() -> None:
    shown = cockpit()
    async with opened(shown) as (app, pilot):
        await on_tab(pilot, app, 0)
        await pilot.press("j", "enter")
        await until(pilot, lambda: isinstance(app.screen, PeekScreen))
        await pilot.press("escape", "G", "enter")
        await until(pilot, lambda: len(shown.peeks) == 2)
        assert shown.peeks == [(WORKING.key, WORKING.queue[1].number), (WORKING.key, 22)]


async def test_verbs_act_on_the_zoomed_repository_and_say_why_not() -> None:
    shown = cockpit()
    async with opened(shown) as (app, pilot):
        await pilot.press("2")
        await on_tab(pilot, app, 0)
        await pilot.press("x")
        await until(pilot, lambda: any("nothing to stop" in said for said in told(app)))
        await pilot.press("X")
        await until(pilot, lambda: isinstance(app.screen, Question))
        await pilot.press("y")
        await until(pilot, lambda: shown.acts == [(ATTENTION.key, Verb.RESET, Options(yes=True))])


async def test_a_busy_repository_shows_it_while_zoomed() -> None:
    shown = cockpit(repository())
    shown.may_end.clear()
    async with opened(shown) as (app, pilot):
        await on_tab(pilot, app, 0)
        await pilot.press("P")
        await shows(pilot, app, "popping…")
        shown.may_end.set()
        await until(pilot, lambda: "popping…" not in text_of(app))


async def test_a_zoomed_repository_follows_and_ends_with_its_enrolment() -> None:
    shown = cockpit()
    async with opened(shown) as (app, pilot):
        screen = await on_tab(pilot, app, 0)
        await pilot.press("j")
        shown.put(snapshot(structs.replace(WORKING, queue=WORKING.queue[1:]), ATTENTION, STALE))
        await until(pilot, lambda: len(screen.repository.queue) == len(WORKING.queue) - 1)
        assert screen.queue.cursor == ("issue", WORKING.queue[1].number)
        shown.put(snapshot(ATTENTION, STALE))
        await until(pilot, lambda: app.screen is app.overview)


async def test_other_repositories_are_a_key_away_while_zoomed() -> None:
    async with opened(cockpit()) as (app, pilot):
        first = await on_tab(pilot, app, HISTORY)
        for key, wanted in (("tab", ATTENTION), ("3", STALE), ("tab", WORKING), ("shift+tab", STALE), ("9", STALE)):
            await pilot.press(key)

            def there(wanted: Repository = wanted) -> bool:
                screen = app.screen
                return isinstance(screen, ZoomScreen) and screen.repository.key == wanted.key and screen.is_mounted

            await until(pilot, there)
            assert isinstance(app.screen, ZoomScreen) and app.screen is not first
            assert app.screen.bar.active == HISTORY
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.overview)
        assert app.overview.grid.active is not None and app.overview.grid.active.repository == STALE


async def test_history_opens_the_log_of_a_run() -> None:
    async with opened(cockpit()) as (app, pilot):
        await on_tab(pilot, app, HISTORY)
        await shows(pilot, app, "7:02", "ended with exit 1", "says $1.28", "7.3 KiB", "stopped", "killed", "2.9 KiB")
        await pilot.press("j", "enter")
        await until(pilot, lambda: isinstance(app.screen, LogScreen))
        await shows(pilot, app, "Run 4 of 5", "ended well")
        await pilot.press(NEXT)
        await shows(pilot, app, "Run 5 of 5", "18 passed in 0.41s")
        await pilot.press(NEXT, PREVIOUS, PREVIOUS)
        await shows(pilot, app, "Run 3 of 5")
        await pilot.press("l")
        await until(pilot, lambda: isinstance(app.screen, ZoomScreen))


def long_log() -> FrozenCockpit:
    """A cockpit with a log of some 5 MB."""
    shown = cockpit()
    shown.runs = (run(1),)
    shown.log_bytes = {"run1": b"".join(b"line %06d of a very long log that goes on\n" % at for at in range(120_000))}
    return shown


async def settled(pilot: Pilot[None], app: SodaApp, there: Callable[[LogScreen], bool]) -> LogScreen:
    """The log screen, once it reads no more and the condition holds."""
    await until(pilot, lambda: isinstance(app.screen, LogScreen) and app.screen.log_view.run_id is not None)
    screen = app.screen
    assert isinstance(screen, LogScreen)
    await until(pilot, lambda: screen.log_view.is_idle and there(screen), 5000)
    return screen


async def test_the_log_begins_at_its_end_and_is_read_back_piece_by_piece() -> None:
    async with opened(long_log()) as (app, pilot):
        await pilot.press("l")
        screen = await settled(pilot, app, lambda screen: "line 119999" in text_of(app))
        held = len(screen.log_view.page.lines)
        assert held < 10_000
        for _ in range(12):
            await pilot.press("pageup")
        await settled(
            pilot, app, lambda screen: len(screen.log_view.page.lines) > held or screen.log_view.page.top > 200
        )
        assert not screen.log_view.following
        await pilot.press("g")
        await settled(pilot, app, lambda screen: "line 000000" in text_of(app))
        await pilot.press("space")
        await settled(pilot, app, lambda screen: "line 000046" in text_of(app))
        await pilot.press("G")
        await settled(pilot, app, lambda screen: "line 119999" in text_of(app) and screen.log_view.following)


@pytest.mark.wide
async def test_a_search_goes_through_the_whole_log_and_back() -> None:
    async with opened(long_log()) as (app, pilot):
        await pilot.press("l")
        await settled(pilot, app, lambda screen: "line 119999" in text_of(app))
        await pilot.press("g", "slash", *"11111", "enter")
        await settled(pilot, app, lambda screen: "▸line 011111" in text_of(app))
        await pilot.press("n")
        await settled(pilot, app, lambda screen: "▸line 111110" in text_of(app))
        await pilot.press("N")
        await settled(pilot, app, lambda screen: "▸line 011111" in text_of(app))
        await pilot.press("N")
        await until(pilot, lambda: told(app) == ["No further match for 11111."])
        await settled(pilot, app, lambda screen: "▸line 011111" in text_of(app))
        await pilot.press("escape")
        await until(pilot, lambda: "▸line" not in text_of(app))
        assert isinstance(app.screen, LogScreen)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.overview)


async def test_a_log_that_grows_is_followed_until_one_reads_back() -> None:
    shown = cockpit()
    async with opened(shown) as (app, pilot):
        await pilot.press("l")
        screen = await settled(pilot, app, lambda screen: "18 passed" in text_of(app))
        shown.log_bytes["run1"] += b"grown\n" * 60
        screen.log_view.poll()
        await settled(pilot, app, lambda screen: "grown" in text_of(app))
        await pilot.press("k", "f", "f")
        await settled(pilot, app, lambda screen: not screen.log_view.following)
        shown.log_bytes["run1"] += b"more\n"
        screen.log_view.poll()
        await pilot.pause()
        assert "more" not in text_of(app)
        await pilot.press("f")
        await settled(pilot, app, lambda screen: "more" in text_of(app))


async def test_what_an_agent_says_is_read_by_kind_or_as_it_was_written() -> None:
    async with opened(cockpit()) as (app, pilot):
        await pilot.press("l", "s")
        await until(pilot, lambda: any("plain text" in said for said in told(app)))
        await pilot.press(PREVIOUS)
        screen = await settled(pilot, app, lambda screen: "Bash  pytest -q  ✓ 3.2s" in text_of(app))
        assert "says 314k tokens in (310k cached), 13k out  says $1.28" in text_of(app)
        await pilot.press("s", "s")
        await settled(pilot, app, lambda screen: "only tools" in text_of(app) and "test first" not in text_of(app))
        await pilot.press("slash", *"pytest", "enter", "escape")
        await settled(pilot, app, lambda screen: screen.log_view.page.pattern is None)
        assert "only tools" in text_of(app)
        await pilot.press("escape")
        await settled(pilot, app, lambda screen: "test first" in text_of(app) and "only" not in rows(app)[1])
        await pilot.press("g", "v")
        await settled(pilot, app, lambda screen: '"subtype":"init"' in text_of(app))
        assert screen.log_view.page.top == 0 and "raw" in rows(app)[1]
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.overview)


@pytest.mark.parametrize("content", [b"short\n", b"another " * 4000 + b"\n"], ids=["cut", "written anew"])
@pytest.mark.parametrize("follows", [True, False])
async def test_a_log_that_became_another_one_is_read_anew_and_that_is_said(content: bytes, follows: bool) -> None:
    shown = cockpit()
    shown.log_bytes["run1"] = b"first line\n" * 400
    async with opened(shown) as (app, pilot):
        await pilot.press("l")
        screen = await settled(pilot, app, lambda screen: "first line" in text_of(app))
        await pilot.press(*("G",) if follows else ("g",))
        await settled(pilot, app, lambda screen: screen.log_view.following is follows)
        screen.log_view.poll()
        await settled(pilot, app, lambda screen: True)
        assert told(app) == []
        shown.log_bytes["run1"] = content
        screen.log_view.poll()
        await settled(pilot, app, lambda screen: content.decode().split()[0] in text_of(app))
        assert "first line" not in text_of(app)
        where = "end" if follows else "start"
        assert [f"from its {where} now" in said for said in told(app)] == [True]


async def test_a_run_that_begins_while_a_log_is_read_is_said() -> None:
    shown = cockpit()
    begun = run(0, state=RunState.RUNNING, ended_at=None, exit=None)
    assert WORKING.agent.run
    other = structs.replace(
        WORKING, agent=structs.replace(WORKING.agent, run=structs.replace(WORKING.agent.run, id="run0"))
    )
    shown.log_bytes["run0"] = b"a new beginning\n"
    async with opened(shown) as (app, pilot):
        await pilot.press("l")
        await settled(pilot, app, lambda screen: "18 passed" in text_of(app))
        shown.runs = (begun, *RUNS)
        shown.put(snapshot(other, ATTENTION, STALE))
        await settled(pilot, app, lambda screen: "a new beginning" in text_of(app))
        assert "this is its log. The earlier one is at the key [" in told(app)[0]
        await pilot.press(PREVIOUS)
        await settled(pilot, app, lambda screen: "18 passed" in text_of(app))
        shown.runs = (run(0, id="run00"), begun, *RUNS)
        shown.put(snapshot(WORKING, ATTENTION, STALE))
        await until(pilot, lambda: len(told(app)) == 2)
        assert told(app)[1] == "A new run began: ] goes to its log."
        await shows(pilot, app, "Run 5 of 7", "18 passed")


async def test_work_is_read_searched_and_says_why_not() -> None:
    shown = cockpit()
    async with opened(shown) as (app, pilot):
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, DiffScreen))
        await shows(pilot, app, "Commits 2", PATCH[8].strip())
        await pilot.press("slash", *"FOLDER", "enter")
        await until(pilot, lambda: "▸" not in text_of(app))
        await pilot.press("escape", "slash", *"folder", "enter", "n")
        await shows(pilot, app, "▸5e1c0aa9 Resolve the configuration folder once")
        await pilot.press("escape", "d")
        await until(pilot, lambda: app.screen is app.overview)
        await pilot.press("3", "d")
        await until(pilot, lambda: any("holds no issue" in said for said in told(app)))


async def test_peek_reads_prompt_and_plan_when_they_are_opened() -> None:
    steps = (StepResult("push", "claim 12 and push its branch", False), StepResult("label", "label it", True))
    answer = Outcome(Verb.POP, "acme/rocket", "Would pop 12.", steps, branch="agent001/12", dry_run=True)
    shown = FrozenCockpit(TRIO, peek=PEEK, answer=answer)
    shown.put(snapshot(structs.replace(WORKING, pull_requests=(request(39, "Closes it", issue=12),)), ATTENTION, STALE))
    async with opened(shown) as (app, pilot):
        await pilot.press("p")
        await shows(pilot, app, "☐ resolve the folder once", "│ FileExistsError", "PR 39 Closes it", "by ada")
        assert shown.acts == []
        await pilot.press(NEXT)
        await shows(pilot, app, "The prompt for 12")
        await pilot.press(NEXT)
        await shows(pilot, app, "Would pop 12.", "1. claim 12 and push its branch", "done already", "agent001/12")
        assert shown.acts == [(WORKING.key, Verb.POP, Options(issue=12, dry_run=True))]
        await pilot.press(PREVIOUS, PREVIOUS, "p")
        await until(pilot, lambda: app.screen is app.overview)
        assert len(shown.acts) == 1


async def test_numbers_and_urls_are_copied_and_pull_requests_too() -> None:
    shown = cockpit(
        structs.replace(WORKING, pull_requests=(request(39, "It", url="https://github.com/acme/rocket/pull/39"),))
    )
    async with opened(shown) as (app, pilot):
        await pilot.press("y")
        await until(pilot, lambda: app.clipboard == "41")
        await pilot.press("Y")
        await until(pilot, lambda: app.clipboard == "https://github.com/acme/x/issues/41")
        await on_tab(pilot, app, 3)
        await pilot.press("y")
        await until(pilot, lambda: app.clipboard == "39")
        await pilot.press("Y")
        await until(pilot, lambda: app.clipboard == "https://github.com/acme/rocket/pull/39")


async def test_a_url_of_another_host_is_neither_copied_nor_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWSER", "/bin/false")
    entry = structs.replace(WORKING.queue[0], url="https://github.com.evil.example/acme/x/issues/41")
    async with opened(cockpit(structs.replace(WORKING, queue=(entry,)))) as (app, pilot):
        await pilot.press("Y", "o")
        await until(pilot, lambda: len(told(app)) == 2)
        assert all("not one of github.com" in said for said in told(app))
        assert app.clipboard == ""


async def test_the_browser_gets_one_word_and_without_one_the_url_is_copied(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    started: list[tuple[str, ...]] = []

    async def browse(words: list[str], url: str) -> None:
        started.append((*words, url))

    monkeypatch.setattr(outside, "browse", browse)
    for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    async with opened(cockpit()) as (app, pilot):
        await pilot.press("o")
        await until(pilot, lambda: app.clipboard == "https://github.com/acme/x/issues/41")
        monkeypatch.setenv("BROWSER", "see")
        await pilot.press("o")
        await until(pilot, lambda: started == [("see", "https://github.com/acme/x/issues/41")])


@pytest.mark.parametrize("key", ["t", "E"])
async def test_a_terminal_that_cannot_be_given_away_is_a_sentence(key: str, tmp_path: object) -> None:
    worktree = WORKING.agent.worktree
    assert worktree is not None
    here = structs.replace(
        WORKING, agent=structs.replace(WORKING.agent, worktree=structs.replace(worktree, path=str(tmp_path)))
    )
    async with opened(cockpit(here, structs.replace(STALE, name="acme/other"))) as (app, pilot):
        await pilot.press(key)
        await until(pilot, lambda: any("cannot be given" in said for said in told(app)))
        await pilot.press("2", key)
        await until(pilot, lambda: any("holds no issue" in said for said in told(app)))


async def written(shown: FrozenCockpit) -> WrittenDesk:
    """Give a cockpit a desk that remembers."""
    shown.shown_desk = desk = WrittenDesk()
    return desk


async def test_a_new_issue_is_written_with_labels_and_the_repository_is_fetched() -> None:
    shown = cockpit()
    desk = await written(shown)
    async with opened(shown) as (app, pilot):
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, Writing))
        await pilot.press("ctrl+s")
        assert isinstance(app.screen, Writing)
        await until(pilot, lambda: any("There is nothing to send yet." in row for row in rows(app)))
        app.screen.query_one(Input).value = "[/x] title"
        app.screen.query_one(TextArea).text = "body\n"
        await pilot.press("tab", "tab", "space", "j", "j", "space", "ctrl+s")
        await until(pilot, lambda: bool(desk.asked))
        assert desk.asked == [("open", "[/x] title", "body", ("route:ready", "bug"))]
        await until(pilot, lambda: "Did open." in told(app) and shown.refreshes == [(WORKING.key,)])


async def test_leaving_what_was_written_asks_and_keeps_it_by_default() -> None:
    shown = cockpit()
    desk = await written(shown)
    async with opened(shown) as (app, pilot):
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, Writing))
        await pilot.press(*"hi", "escape")
        await until(pilot, lambda: isinstance(app.screen, Question))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Writing))
        assert app.screen.query_one(TextArea).text == "hi"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: desk.asked == [("comment", 41, "hi")])
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, Writing))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.overview)


async def test_a_priority_is_moved_on_from_where_the_key_before_has_led() -> None:
    shown, first_may_end = cockpit(), asyncio.Event()
    desk = await written(shown)
    prioritise = desk.prioritise

    async def slowly(number: int, step: int) -> Edited:
        done = await prioritise(number, step)
        await first_may_end.wait()
        return done

    desk.prioritise = slowly  # type: ignore[method-assign]
    async with opened(shown) as (_, pilot):
        await pilot.press("plus", "plus")
        await pilot.pause()
        assert len(desk.asked) == 1
        first_may_end.set()
        await until(pilot, lambda: desk.asked == [("prioritise", 41, 1)] * 2)


async def test_each_screen_names_the_keys_that_are_its_own() -> None:
    shown = cockpit()
    shown.shown_work = WORK
    async with opened(shown, size=(120, 40)) as (app, pilot):
        for key, own in (("l", "f follow  s only  v raw"), ("d", "space page down"), ("z", "enter open")):
            await pilot.press(key)
            await until(pilot, lambda: isinstance(app.screen, RepositoryScreen))
            bar = app.screen.query_one(KeyBar)
            await until(pilot, lambda bar=bar: bool(bar.size))  # type: ignore[misc]  # bound now
            text = bar.make()[0].plain
            assert text.startswith(" esc back") and own in text and "q quit" not in text
            assert ("/ search  n next match  N previous match" in text) is (key != "z")
            await pilot.click(bar, offset=(2, 0))
            await until(pilot, lambda: app.screen is app.overview)


async def test_a_view_that_breaks_off_says_so_and_is_begun_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("soda_tui.tui.app._AGAIN", 0.01)
    shown, place = cockpit(), "soda_tui.tui.screens.zoom.queue_rows"
    async with opened(shown) as (app, pilot):
        await pilot.press("z")
        await zoomed(pilot, app)

        def once(repository: Repository) -> list[Row]:
            monkeypatch.setattr(place, queue_rows)
            raise RuntimeError("odd rows")

        monkeypatch.setattr(place, once)
        changed = structs.replace(WORKING, queue=WORKING.queue[:1])
        shown.put(snapshot(changed))
        await until(pilot, lambda: any("The view of acme/rocket broke off" in said for said in told(app)))
        await until(pilot, lambda: app.screen.query_one(KeyBar).repository == changed, turns=2000)
        assert isinstance(app.screen, ZoomScreen)
        await until(pilot, lambda: app.screen.bar.counts[0] == 1)  # type: ignore[attr-defined]


async def test_labels_are_ticked_in_a_list_and_priorities_moved() -> None:
    shown = cockpit()
    desk = await written(shown)
    async with opened(shown) as (app, pilot):
        await pilot.press("number_sign")
        await until(pilot, lambda: isinstance(app.screen, LabelPicker))
        rows = app.screen.query_one(RowList)
        assert ["[x]" in line.plain for line in rows.make()] == [True, False, False]
        await pilot.press("space", "j", "space", "enter")
        await until(pilot, lambda: bool(desk.asked))
        assert desk.asked == [("relabel", 41, Relabelling((LABELS[1].name,), (LABELS[0].name,)))]
        await pilot.press("number_sign")
        await until(pilot, lambda: isinstance(app.screen, LabelPicker))
        await pilot.press("space", "escape", "plus", "minus")
        await until(pilot, lambda: len(desk.asked) == 3)
        assert desk.asked[1:] == [("prioritise", 41, 1), ("prioritise", 41, -1)]


async def test_what_github_refuses_is_said_and_read_only_repositories_refuse() -> None:
    async with opened(cockpit(WORKING, structs.replace(STALE, read_only=True))) as (app, pilot):
        await pilot.press("plus")
        await until(pilot, lambda: told(app) == ["There is no GitHub here."])
        await pilot.press("2", "plus")
        await until(pilot, lambda: any("read-only" in said for said in told(app)))


@pytest.mark.parametrize("width", [120, 60])
@pytest.mark.parametrize("text", HOSTILE)
async def test_foreign_text_is_literal_on_every_reading_surface(text: str, width: int) -> None:
    shown = hostile_repository(text)
    made = cockpit(shown)
    made._peek = Peek(text, shown.queue[0], f"{text}\n\n- x{text}", f"standing:{text}", 1)
    made._answer = Outcome(Verb.POP, text, f"plan:{text}", (StepResult(text, f"step:{text}", False),), branch=text)
    made.shown_work = Work(
        1, text, text, (Commit("abc", text, text),), Difference((FileChange(text, 1, 2),), (f"+{text}", text), True)
    )
    made.runs = (run(1, problem=text, exit=None), *RUNS[1:])
    made.log_bytes["run1"] = f"log:{text}\n".encode()
    start = plain(text)[:3].rstrip()
    app = SodaApp(made, clock=lambda: NOW)
    async with app.run_test(size=(width, 40)) as pilot:
        await until(pilot, lambda: app.overview.keys.repository is not None)
        screen = await on_tab(pilot, app, 0)
        for tab in range(6):
            await until(pilot, lambda tab=tab: screen.bar.active == tab)  # type: ignore[misc]  # bound now
            if tab == WORK_TAB:
                await shows(pilot, app, f"abc {start}")
            elif tab == LOG:
                await shows(pilot, app, f"log:{start}")
            elif tab == HISTORY:
                await shows(pilot, app, "stopped")
            await pilot.pause()
            assert_rows_are_whole(rendered(app), width)
            await pilot.press(NEXT)
        await pilot.press("p")
        await shows(pilot, app, f"standing:{start}", "• x")
        assert_rows_are_whole(rendered(app), width)
        await pilot.press(PREVIOUS)
        await shows(pilot, app, f"plan:{start}", f"1. step:{start}")
        assert_rows_are_whole(rendered(app), width)
        for y, row in enumerate(rendered(app)):
            if "boo" in row:
                await pilot.click(offset=(row.index("boo") + 1, y))
        await pilot.pause()
        assert app.is_running
        assert not app._exit
