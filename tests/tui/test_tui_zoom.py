"""The zoomed repository: its tabs, drift and its repairs, the keys that act on it, and its neighbours."""

from __future__ import annotations

import pytest
from msgspec import structs
from tui.piloting import opened, told, until
from tui.readable import cockpit
from tui.shown import ATTENTION, STALE, WORKING, repository, snapshot
from tui.zooming import NEXT, PREVIOUS, on_tab, shows, text_of, zoomed

from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import DriftKind
from soda_tui.domain.model import Repository
from soda_tui.domain.outcome import Options, Outcome
from soda_tui.tui.screens.peek import PeekScreen
from soda_tui.tui.screens.question import Question
from soda_tui.tui.screens.topics import TopicsScreen
from soda_tui.tui.screens.zoom import DRIFT, HISTORY, LOG, ZoomScreen
from soda_tui.tui.widgets.tab_bar import TabBar

pytestmark = pytest.mark.anyio


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
