"""Every key does what the registry says, on the right repository, asks where a question is due, or says why not."""

from __future__ import annotations

from functools import partial

import pytest
from msgspec import structs
from textual.widgets import Button
from tui.frozen import FrozenCockpit
from tui.piloting import last_said, opened, told, until
from tui.shown import ATTENTION, DONE, LOGS, PEEK, STALE, TRIO, WORKING, agent, repository, snapshot
from tui.test_tui_foreign_text import rendered

from soda_tui.domain.actions import ACTIONS, Verb
from soda_tui.domain.codes import Status
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.model import Clone, Worktree
from soda_tui.domain.outcome import Options, Outcome
from soda_tui.domain.runs.readable import Line, plain_line
from soda_tui.domain.verdict import reason, subject
from soda_tui.help import TOPICS, topic
from soda_tui.tui.app import SodaApp
from soda_tui.tui.screens.help import HelpScreen
from soda_tui.tui.screens.peek import PeekScreen
from soda_tui.tui.screens.question import Question
from soda_tui.tui.screens.zoom import ZoomScreen

pytestmark = pytest.mark.anyio

ROCKET, LIGHTHOUSE = WORKING.key, ATTENTION.key

PIER = repository("acme/pier")


@pytest.mark.parametrize(
    ("key", "status", "verb"),
    [("P", Status.IDLE, Verb.POP), ("a", Status.CLAIMED, Verb.LAUNCH), ("b", Status.DONE, Verb.BOTTLE)],
)
async def test_verbs_that_ask_nothing(key: str, status: Status, verb: Verb) -> None:
    shown = repository() if status is Status.IDLE else repository(agent=agent(status))
    cockpit = FrozenCockpit(snapshot(shown))
    async with opened(cockpit) as (app, pilot):
        await pilot.press(key)
        await until(pilot, lambda: bool(told(app)))
        issue = shown.queue[0].number if verb is Verb.POP else None
        assert cockpit.acts == [(shown.key, verb, Options(issue=issue))]
        assert told(app) == [f"Did {verb} in {shown.key}."]


@pytest.mark.parametrize(("key", "pane", "verb"), [("x", "1", Verb.STOP), ("X", "2", Verb.RESET)])
@pytest.mark.parametrize(
    ("answer", "done"),
    [(["y"], True), (["n"], False), (["escape"], False), (["enter"], False), (["right", "enter"], True)],
)
async def test_verbs_that_ask(key: str, pane: str, verb: Verb, answer: list[str], done: bool) -> None:
    cockpit = FrozenCockpit(TRIO)
    async with opened(cockpit) as (app, pilot):
        await pilot.press(pane, key)
        await until(pilot, lambda: isinstance(app.screen, Question))
        assert app.focused is app.screen.query_one("#no", Button)
        await pilot.press(*answer)
        await until(pilot, lambda: app.screen is app.overview)
        shown = WORKING if pane == "1" else ATTENTION
        # What was asked about is sent along with the yes.
        assert cockpit.acts == ([(shown.key, verb, Options(yes=True, seen=subject(shown, verb)))] if done else [])


async def test_letting_go_of_a_worktree_with_work_asks_once_and_that_says_all() -> None:
    tree = structs.replace(ATTENTION.agent.worktree or Worktree("/w", "b", True, 0), dirty=True)
    shown = structs.replace(ATTENTION, agent=structs.replace(ATTENTION.agent, worktree=tree))
    cockpit = FrozenCockpit(snapshot(shown))
    cockpit.answers[shown.key] = Outcome(Verb.RESET, shown.name, "…", asks="Let go, and keep a.txt?", seen="s1")
    async with opened(cockpit) as (app, pilot):
        await pilot.press("1", "X")
        await until(pilot, lambda: isinstance(app.screen, Question))
        first = Options(seen=subject(shown, Verb.RESET))
        assert [options for _, _, options in cockpit.acts] == [first]
        cockpit.answers.clear()
        await pilot.press("y")
        await until(pilot, lambda: app.screen is app.overview)
        assert [options for _, _, options in cockpit.acts] == [first, Options(yes=True, seen="s1")]


@pytest.mark.parametrize("key", ["P", "a", "b", "X"])
async def test_a_key_that_cannot_act_is_dimmed_and_says_why(key: str) -> None:
    verb = next(action.verb for action in ACTIONS if key in action.keys)
    assert verb is not None
    cockpit = FrozenCockpit(TRIO)
    async with opened(cockpit) as (app, pilot):
        assert not app.screen.active_bindings[key].enabled
        await pilot.press(key)
        await until(pilot, lambda: bool(told(app)))
        assert told(app) == [reason(WORKING, verb)]
        assert cockpit.acts == []


async def test_while_an_action_runs_its_pane_shows_it_and_refuses_more() -> None:
    cockpit = FrozenCockpit(snapshot(repository(), DONE))
    cockpit.may_end.clear()
    async with opened(cockpit) as (app, pilot):
        await pilot.press("P", "P")
        await until(pilot, lambda: bool(told(app)))
        pane = app.overview.grid.active
        assert pane is not None
        assert pane.busy is Verb.POP
        assert "popping…" in pane.head.lines(50)[0].plain
        assert told(app) == ["acme/rocket is busy with popping. Wait until that has ended."]
        await pilot.press("2", "b")
        await until(pilot, lambda: len(cockpit.acts) == 2)
        cockpit.may_end.set()
        await until(pilot, lambda: pane.busy is None)
        assert [verb for _, verb, _ in cockpit.acts] == [Verb.POP, Verb.BOTTLE]


async def test_refusals_warn_and_failures_are_errors() -> None:
    for code, severity in ((ErrorCode.TAKEN, "warning"), (ErrorCode.NETWORK, "error")):
        answer = Outcome(Verb.POP, "acme/rocket", "It did not work.", problem=Problem(code, "It did not work."))
        cockpit = FrozenCockpit(snapshot(repository()), answer=answer)
        async with opened(cockpit) as (app, pilot):
            await pilot.press("P")
            await until(pilot, lambda app=app: bool(told(app)))  # type: ignore[misc]  # bound now
            assert [found.severity for found in app.messages] == [severity]


async def test_peek_shows_the_issue_under_the_cursor_and_closes_with_its_own_key() -> None:
    cockpit = FrozenCockpit(TRIO, peek=PEEK)
    async with opened(cockpit) as (app, pilot):
        await pilot.press("j", "p")
        await until(pilot, lambda: isinstance(app.screen, PeekScreen))
        assert cockpit.peeks == [(ROCKET, WORKING.queue[1].number)]
        await pilot.press("p")
        await until(pilot, lambda: app.screen is app.overview)
        assert cockpit.acts == []


async def test_peek_that_fails_says_so() -> None:
    async with opened(FrozenCockpit(TRIO)) as (app, pilot):
        await pilot.press("p")
        await until(pilot, lambda: told(app) == ["There is nothing to peek at."])


async def test_refresh_one_and_all() -> None:
    cockpit = FrozenCockpit(TRIO)
    async with opened(cockpit) as (app, pilot):
        await pilot.press("r", "R")
        await until(pilot, lambda: len(told(app)) == 2)
        assert cockpit.refreshes == [(ROCKET,), None]
        assert told(app)[1].startswith("1 of 3 repositories could not be read")


async def test_panes_by_number_tab_and_mouse() -> None:
    async with opened(FrozenCockpit(TRIO)) as (app, pilot):
        grid = app.overview.grid

        async def active(number: int) -> None:
            await until(pilot, lambda: grid.active is grid.panes[number - 1])

        await active(1)
        for key, number in (("3", 3), ("tab", 1), ("shift+tab", 3), ("shift+tab", 2), ("9", 2)):
            await pilot.press(key)
            await active(number)
        await pilot.click(grid.panes[0].queue, offset=(5, 3))
        await active(1)
        assert grid.panes[0].queue.cursor == WORKING.queue[2].number


async def test_rows_and_the_cursor_stays_with_its_issue() -> None:
    cockpit = FrozenCockpit(TRIO)
    async with opened(cockpit) as (app, pilot):
        queue = app.overview.grid.panes[0].queue
        numbers = [entry.number for entry in WORKING.queue]
        for key, at in (("j", 1), ("k", 0), ("G", -1), ("j", -1), ("g", 0), ("down", 1), ("end", -1)):
            await pilot.press(key)
            assert queue.cursor == numbers[at]
        await pilot.press("g", "j", "j")
        fewer = repository(queue=tuple(entry for entry in WORKING.queue if entry.number != numbers[0]))
        cockpit.put(snapshot(fewer, ATTENTION, STALE))
        await until(pilot, lambda: queue.repository is fewer)
        assert queue.cursor == numbers[2]
        cockpit.put(snapshot(repository(queue=fewer.queue[:1]), ATTENTION, STALE))
        await until(pilot, lambda: queue.cursor == fewer.queue[0].number)


def _is_shown(app: SodaApp, text: str) -> bool:
    return any(text in line for line in rendered(app))


async def test_help_names_every_action_and_closes() -> None:
    async with opened(FrozenCockpit(TRIO)) as (app, pilot):
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        text = "\n".join(line.plain for line in app.screen.query_one("HelpLines").make())  # type: ignore[attr-defined]
        for action in ACTIONS:
            if not action.name.removeprefix("pane.").isdigit():
                assert f" {action.title} " in text
                assert action.help.split()[0] in text
        for name in TOPICS:
            await pilot.press("right_square_bracket")
            title = topic(name).partition("\n")[0].removeprefix("# ")
            await until(pilot, partial(_is_shown, app, title))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        await pilot.press("question_mark")
        await until(pilot, lambda: app.screen is app.overview)


async def test_without_repositories_a_page_says_what_to_do() -> None:
    async with opened(FrozenCockpit(snapshot())) as (app, pilot):
        await until(pilot, lambda: app.overview.welcome.display)
        assert not app.overview.grid.display
        await pilot.press("P")
        await until(pilot, lambda: bool(told(app)))
        assert "soda-tui enroll" in told(app)[0]


async def test_the_key_bar_is_clicked() -> None:
    cockpit = FrozenCockpit(TRIO)
    async with opened(cockpit) as (app, pilot):
        bar = app.overview.keys
        text = bar.make()[0].plain
        await pilot.click(bar, offset=(text.index("stop"), 0))
        await until(pilot, lambda: isinstance(app.screen, Question))
        await pilot.press("n")
        await pilot.click(bar, offset=(text.index("bottle"), 0))
        await until(pilot, lambda: told(app) == [reason(WORKING, Verb.BOTTLE)])


async def test_an_engine_that_crashes_is_a_line_and_not_the_end() -> None:
    async with opened(FrozenCockpit(TRIO, logs=LOGS, crash=RuntimeError("[/x] lost"))) as (app, pilot):
        await until(pilot, lambda: "RuntimeError: [/x] lost" in last_said(app))
        await pilot.press("P")
        await until(pilot, lambda: len(told(app)) == 2)
        assert "Nothing is kept fresh" in app.overview.status.make()[0].plain
        assert app.is_running


async def test_logs_that_cannot_be_shown_are_said_once_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("soda_tui.tui.saying._AGAIN", 0.01)
    cockpit, calls = FrozenCockpit(TRIO, logs=LOGS), list[str]()

    async def tail(key: str) -> tuple[Line, ...]:
        calls.append(key)
        if len(calls) < 4:
            raise RuntimeError("no logs")
        return tuple(map(plain_line, LOGS[key]))

    cockpit.tail = tail  # type: ignore[method-assign]
    async with opened(cockpit) as (app, pilot):
        await until(
            pilot, lambda: app.overview.grid.panes[0].log_lines == tuple(map(plain_line, LOGS[ROCKET])), turns=2000
        )
        assert [said for said in told(app) if "no logs" in said] == [told(app)[0]]
        assert told(app)[0].startswith("Reading the logs broke off and is begun again")
        assert not app.overview.status.trouble


async def test_stop_is_never_held_up_by_what_is_under_way() -> None:
    cockpit = FrozenCockpit(snapshot(WORKING))
    cockpit.may_end.clear()
    async with opened(cockpit) as (app, pilot):
        app._act(WORKING, Verb.BOTTLE, None)
        await until(pilot, lambda: app.overview.keys.busy is Verb.BOTTLE)
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, Question))
        await pilot.press("y")
        await until(pilot, lambda: [verb for _, verb, _ in cockpit.acts] == [Verb.BOTTLE, Verb.STOP])
        await pilot.press("x")
        await until(pilot, lambda: bool(told(app)))
        assert "busy with stopping" in told(app)[0]
        cockpit.may_end.set()
        await until(pilot, lambda: app.overview.keys.busy is None)


async def test_enter_peeks_and_the_zoom_keeps_the_cursor() -> None:
    cockpit = FrozenCockpit(snapshot(PIER), peek=PEEK)
    second = PIER.queue[1].number
    async with opened(cockpit) as (app, pilot):
        await pilot.press("j", "enter")
        await until(pilot, lambda: isinstance(app.screen, PeekScreen))
        assert cockpit.peeks == [(PIER.key, second)]
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is app.overview)
        await pilot.press("z")
        await until(pilot, lambda: isinstance(app.screen, ZoomScreen) and app.screen.keys.issue is not None)
        assert isinstance(app.screen, ZoomScreen)
        assert app.screen.queue.cursor == ("issue", second) and app.screen.keys.issue == second


async def test_no_work_is_promised_where_the_clone_cannot_be_used() -> None:
    lost = repository(clone=Clone(None, None, None, None, "The clone is gone: no work can start in it."))
    async with opened(FrozenCockpit(snapshot(lost))) as (app, pilot):
        keys = {key.action.name: key.able for key in app.overview.keys._shown()[0]}
        assert not keys["repo.pop"] and not keys["repo.launch"] and keys["repo.peek"]
        await pilot.press("P")
        await until(pilot, lambda: told(app) == [lost.clone.problem])


async def test_repositories_come_and_go() -> None:
    cockpit = FrozenCockpit(TRIO)
    async with opened(cockpit) as (app, pilot):
        grid = app.overview.grid
        await pilot.press("3")
        cockpit.put(snapshot(STALE, repository("acme/new")))
        await until(pilot, lambda: [pane.repository for pane in grid.panes] == [STALE, repository("acme/new")])
        assert [pane.number for pane in grid.panes] == [1, 2]
        assert grid.active is grid.panes[0]
        cockpit.put(snapshot())
        await until(pilot, lambda: app.overview.welcome.display and grid.active is None)
        cockpit.put(TRIO)
        await until(pilot, lambda: len(grid.panes) == 3 and grid.active is grid.panes[0])
