"""The overview's own keys: layouts, order, groups, filter, marks, the inbox, and what changed since the last look."""

from __future__ import annotations

import pytest
from msgspec import structs
from textual.pilot import Pilot
from tui.frozen import FrozenCockpit
from tui.piloting import burst, last_said, opened, told, until
from tui.shown import ATTENTION, DONE, STALE, TRIO, WORKING, agent, repository, snapshot

from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import Status
from soda_tui.domain.configuration.preferences import Layout, Order, Preferences
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.outcome import Options, Outcome
from soda_tui.tui.app import SodaApp
from soda_tui.tui.screens.inbox import InboxScreen
from soda_tui.tui.screens.messages import MessagesScreen
from soda_tui.tui.screens.question import Question

pytestmark = pytest.mark.anyio
PIER = repository("acme/pier")
GROUPED = snapshot(
    structs.replace(WORKING, group="sea"),
    structs.replace(ATTENTION, group="land"),
    structs.replace(STALE, group="sea"),
    structs.replace(PIER),
)


def names(app: SodaApp) -> list[str]:
    """The names of the panes that stand there."""
    return [pane.repository.name.removeprefix("acme/") for pane in app.overview.grid.panes if pane.repository]


def at(app: SodaApp) -> str | None:
    """The repository that a person is at."""
    pane = app.overview.grid.active
    return pane.repository.name.removeprefix("acme/") if pane and pane.repository else None


async def at_repository(app: SodaApp, pilot: Pilot[None], name: str | None) -> None:
    """Wait until a person is there."""
    await until(pilot, lambda: at(app) == name)


async def test_the_list_stands_beside_one_pane_and_is_remembered() -> None:
    cockpit = FrozenCockpit(TRIO)
    async with opened(cockpit) as (app, pilot):
        grid = app.overview.grid
        await pilot.press("v")
        await until(pilot, lambda: cockpit.remembered.layout is Layout.LIST and grid.list.has_focus)
        await pilot.pause()
        assert [bool(pane.region) for pane in grid.panes] == [True, False, False]
        assert grid.list.region.right == grid.panes[0].region.x
        await pilot.press("j")
        await at_repository(app, pilot, "lighthouse")
        await until(pilot, lambda: bool(grid.panes[1].region))
        assert not grid.panes[0].region
        await pilot.press("right", "j")
        await until(pilot, lambda: grid.panes[1].has_focus)
        assert at(app) == "lighthouse"
        await pilot.press("left", "j")
        await at_repository(app, pilot, "harbour")
        assert app.screen.active_bindings["P"]
        await pilot.press("v")
        await until(pilot, lambda: cockpit.remembered.layout is Layout.GRID and grid.panes[2].has_focus)
        await pilot.pause()
        assert all(pane.region for pane in grid.panes)


async def test_a_remembered_list_comes_back_and_snapshots_do_not_take_the_focus() -> None:
    cockpit = FrozenCockpit(TRIO)
    cockpit.remembered = Preferences(layout=Layout.LIST)
    async with opened(cockpit) as (app, pilot):
        grid = app.overview.grid
        await until(pilot, lambda: grid.list.has_focus)
        await pilot.press("right")
        await until(pilot, lambda: grid.panes[0].has_focus)
        cockpit.put(snapshot(structs.replace(WORKING, base="x"), ATTENTION, STALE))
        await until(pilot, lambda: app.overview.status.snapshot is cockpit.snapshot)
        await pilot.pause()
        assert grid.panes[0].has_focus


async def test_order_is_changed_and_follows_what_happens() -> None:
    cockpit = FrozenCockpit(TRIO)
    async with opened(cockpit) as (app, pilot):
        assert names(app) == ["rocket", "lighthouse", "harbour"]
        await pilot.press("s")
        await until(pilot, lambda: names(app) == ["lighthouse", "rocket", "harbour"])
        assert at(app) == "rocket"
        assert [pane.number for pane in app.overview.grid.panes] == [1, 2, 3]
        await until(pilot, lambda: "by what needs attention" in last_said(app))
        cockpit.put(snapshot(WORKING, ATTENTION, structs.replace(DONE, name=STALE.name)))
        await until(pilot, lambda: names(app) == ["lighthouse", "harbour", "rocket"])
        await pilot.press("s")
        await until(pilot, lambda: names(app) == ["harbour", "lighthouse", "rocket"])
        await until(pilot, lambda: cockpit.remembered.order is Order.NAME)


async def test_groups_are_kept_together_and_folded() -> None:
    cockpit = FrozenCockpit(GROUPED)
    async with opened(cockpit) as (app, pilot):
        grid = app.overview.grid
        assert names(app) == ["rocket", "harbour", "lighthouse", "pier"]
        await pilot.press("f")
        await until(pilot, lambda: names(app) == ["lighthouse", "pier"])
        await until(pilot, lambda: grid.heading is not None and grid.heading.has_focus)
        assert cockpit.remembered == Preferences(folded=("sea",))
        await pilot.press("P")
        await until(pilot, lambda: "No repository is chosen" in last_said(app))
        await pilot.press("tab")
        await at_repository(app, pilot, "lighthouse")
        await pilot.press("shift+tab", "f")
        await until(pilot, lambda: len(grid.panes) == 4)
        await at_repository(app, pilot, "rocket")
        assert cockpit.remembered == Preferences()


@pytest.mark.parametrize("layout", list(Layout))
async def test_a_click_on_a_heading_folds_its_group(layout: Layout) -> None:
    cockpit = FrozenCockpit(GROUPED)
    cockpit.remembered = Preferences(layout=layout)
    async with opened(cockpit) as (app, pilot):
        grid = app.overview.grid
        for folded in (("land",), ()):
            if layout is Layout.LIST:
                y = next(y for y, line in enumerate(grid.list.make()) if "land" in line.plain)
                await pilot.click(grid.list, offset=(4, y))
            else:
                heading = next(found for found in grid.query("GroupHeading") if "land" in found.make()[0].plain)  # type: ignore[attr-defined]
                await pilot.click(heading)
            await until(pilot, lambda folded=folded: cockpit.remembered.folded == folded)  # type: ignore[misc]
            await until(pilot, lambda folded=folded: ("lighthouse" in names(app)) is not folded)  # type: ignore[misc]


async def test_without_groups_there_is_nothing_to_fold() -> None:
    async with opened(FrozenCockpit(TRIO)) as (app, pilot):
        await pilot.press("f")
        await until(pilot, lambda: "no groups" in last_said(app))
        assert not app.overview.grid.query("GroupHeading")


async def test_the_filter_narrows_repositories_and_rows_live_and_esc_ends_it() -> None:
    cockpit = FrozenCockpit(snapshot(WORKING, ATTENTION, structs.replace(PIER, group="sea")))
    async with opened(cockpit) as (app, pilot):
        await pilot.press("3", "slash", *"crash")
        await until(pilot, lambda: names(app) == ["rocket", "pier"])
        pier = app.overview.grid.panes[1]
        assert [entry.number for entry in pier.queue._queue] == [12]
        assert at(app) == "pier"
        assert app.overview.status.filtered == ("crash", 2)
        await pilot.press("x")
        await until(pilot, lambda: names(app) == [] and at(app) is None)
        await until(pilot, lambda: bool(app.overview.grid.list.region))
        assert "Nothing matches" in app.overview.grid.list.make()[0].plain
        await pilot.press("backspace", "enter")
        await until(pilot, lambda: app.overview.grid.active is not None and app.overview.grid.active.has_focus)
        cockpit.put(snapshot(WORKING, ATTENTION, structs.replace(PIER, group="sea", base="x")))
        await until(pilot, lambda: pier.repository is cockpit.snapshot.repositories[2])
        assert names(app) == ["rocket", "pier"]
        await pilot.press("escape")
        await until(pilot, lambda: len(names(app)) == 3)
        assert app.overview.status.filtered is None
        assert len(pier.queue._queue) == len(PIER.queue)


async def test_the_filter_looks_into_folded_groups() -> None:
    cockpit = FrozenCockpit(GROUPED)
    cockpit.remembered = Preferences(folded=("land",))
    async with opened(cockpit) as (app, pilot):
        assert names(app) == ["rocket", "harbour", "pier"]
        await pilot.press("slash", *"lighthouse")
        await until(pilot, lambda: names(app) == ["lighthouse"])


async def test_w_walks_those_that_wait_and_opens_what_hides_them() -> None:
    cockpit = FrozenCockpit(
        snapshot(WORKING, structs.replace(ATTENTION, group="land"), STALE, structs.replace(DONE, name="acme/quay"))
    )
    cockpit.remembered = Preferences(folded=("land",))
    async with opened(cockpit) as (app, pilot):
        for name in ("quay", "lighthouse", "quay"):
            await pilot.press("w")
            await at_repository(app, pilot, name)
        assert cockpit.remembered.folded == ()
    async with opened(FrozenCockpit(snapshot(WORKING, PIER))) as (app, pilot):
        await pilot.press("w")
        await until(pilot, lambda: last_said(app) == "Nothing waits for you.")
        assert at(app) == "rocket"


async def test_the_inbox_lists_what_waits_follows_it_and_leads_there() -> None:
    cockpit = FrozenCockpit(snapshot(WORKING, DONE, ATTENTION))
    async with opened(cockpit) as (app, pilot):
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, InboxScreen) and bool(app.screen._rows.rows))
        screen = app.screen
        assert isinstance(screen, InboxScreen)
        assert len(screen._rows.rows) == 4
        cockpit.put(snapshot(WORKING, DONE, PIER))
        await until(pilot, lambda: len(screen._rows.rows) == 1)
        await pilot.press("enter")
        await at_repository(app, pilot, "harbour")
        await pilot.press("i", "i")
        await until(pilot, lambda: app.screen is app.overview)


async def test_marked_repositories_are_acted_on_after_one_question() -> None:
    quay = repository("acme/quay", agent=agent(Status.CLAIMED, issue=7))
    cockpit = FrozenCockpit(snapshot(PIER, WORKING, quay, repository("acme/dock")))
    async with opened(cockpit) as (app, pilot):
        await pilot.press("space", "tab", "space", "tab", "space", "4", "space")
        await until(pilot, lambda: app.overview.status.marked == 4)
        await pilot.press("P")
        await until(pilot, lambda: isinstance(app.screen, Question))
        said = app.screen._question  # type: ignore[attr-defined]
        assert said == "Pop in 2 repositories? acme/pier, acme/dock.\n\nLeft out: acme/rocket (12), acme/quay (7)."
        await pilot.press("n")
        await until(pilot, lambda: app.screen is app.overview)
        assert cockpit.acts == []
        assert app.overview.status.marked == 4
        await pilot.press("P", "y")
        await until(pilot, lambda: app.overview.status.marked == 0)
        assert sorted(cockpit.acts) == [
            (key, Verb.POP, Options(yes=True)) for key in ("github.com/acme/dock", "github.com/acme/pier")
        ]
        assert last_said(app) == "Pop: done in 2 repositories."
        assert [message.text for message in app.messages][-3:-1] == [
            "Did pop in github.com/acme/pier.",
            "Did pop in github.com/acme/dock.",
        ]


async def test_marks_refresh_only_those_and_are_cleared() -> None:
    cockpit = FrozenCockpit(TRIO)
    async with opened(cockpit) as (app, pilot):
        await pilot.press("space", "2", "space", "r")
        await until(pilot, lambda: cockpit.refreshes == [(WORKING.key, ATTENTION.key)])
        await pilot.press("escape")
        await until(pilot, lambda: not app.overview.grid.marked)
        await pilot.press("2", "space", "space")
        assert not app.overview.grid.marked
        await pilot.press("space")
        cockpit.put(snapshot(WORKING))
        await until(pilot, lambda: len(app.overview.grid.panes) == 1)
        assert not app.overview.grid.marked


async def test_a_change_is_marked_until_somebody_was_there() -> None:
    cockpit = FrozenCockpit(snapshot(WORKING, PIER))
    async with opened(cockpit) as (app, pilot):
        first, second = app.overview.grid.panes
        changed = structs.replace(PIER, agent=agent(Status.CLAIMED))
        cockpit.put(snapshot(structs.replace(WORKING, agent=agent(Status.DONE)), changed))
        await until(pilot, lambda: second.repository is changed)
        assert (first.changed, second.changed) == (False, True)
        assert "2 •acme/pier" in second.make()[0].plain
        await pilot.press("2")
        await until(pilot, lambda: not second.changed)
        assert "2 acme/pier" in second.make()[0].plain
        cockpit.put(snapshot(structs.replace(WORKING, clone=PIER.clone), changed))
        await until(pilot, lambda: app.overview.status.snapshot is cockpit.snapshot)
        assert first.changed


async def test_the_header_says_that_no_agent_may_run_as_long_as_that_is_so() -> None:
    cockpit = FrozenCockpit(snapshot(WORKING))
    async with opened(cockpit) as (app, pilot):
        bar = app.overview.status
        assert "STOP" not in bar.make()[0].plain
        cockpit.put(structs.replace(snapshot(WORKING), forbidden="/state/STOP"))
        words = "STOP (! lifts it): no agent may run on this machine (/state/STOP)."
        await until(pilot, lambda: words in bar.make()[0].plain)


async def test_what_was_said_is_kept_with_its_time() -> None:
    async with opened(FrozenCockpit(TRIO)) as (app, pilot):
        await pilot.press("P")
        await until(pilot, lambda: len(told(app)) == 1)
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, MessagesScreen))
        lines = app.screen.query_one("MessageLines").make()  # type: ignore[attr-defined]
        assert "12:00:00 UTC ! " in lines[0].plain
        assert app.messages[-1].text[:30] in lines[0].plain
        # Why a repository could not be read stands there too.
        assert "acme/harbour: GitHub could not be reached (no route to host)." in lines[-1].plain
        await pilot.press("e")
        await until(pilot, lambda: app.screen is app.overview)
        for number in range(600):
            app.say(f"message {number}", quiet=True)
        assert len(app.messages) == 500


async def test_the_keys_say_what_pop_would_take_and_out_of_order_it_asks() -> None:
    cockpit = FrozenCockpit(snapshot(PIER))
    first, second = PIER.queue[0].number, PIER.queue[1].number
    async with opened(cockpit) as (app, pilot):
        bar = app.overview.keys
        await until(pilot, lambda: f"P pop {first} " in bar.make()[0].plain)
        await pilot.press("j")
        await until(pilot, lambda: f"P pop {second} " in bar.make()[0].plain)
        await pilot.press("P")
        await until(pilot, lambda: isinstance(app.screen, Question))
        assert f"{first} comes first" in app.screen._question  # type: ignore[attr-defined]
        await pilot.press("y")
        await until(pilot, lambda: cockpit.acts == [(PIER.key, Verb.POP, Options(issue=second, yes=True))])


@pytest.mark.parametrize("works", [True, False])
async def test_launching_an_idle_agent_offers_to_pop_first(works: bool) -> None:
    cockpit = FrozenCockpit(snapshot(PIER))
    if not works:
        problem = Problem(ErrorCode.TAKEN, "Taken.")
        cockpit.answers[PIER.key] = Outcome(Verb.POP, PIER.key, "Taken.", problem=problem)
    async with opened(cockpit) as (app, pilot):
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, Question))
        await pilot.press("n")
        await until(pilot, lambda: app.screen is app.overview)
        assert cockpit.acts == []
        await pilot.press("a", "y")
        pop = (PIER.key, Verb.POP, Options(issue=PIER.queue[0].number, yes=True, launching=True))
        launch = (PIER.key, Verb.LAUNCH, Options(yes=True))
        await until(pilot, lambda: cockpit.acts == ([pop, launch] if works else [pop]))
        await until(pilot, lambda: len(app.messages) == len(cockpit.acts))


async def test_arrows_go_to_the_pane_beside() -> None:
    async with opened(FrozenCockpit(TRIO)) as (app, pilot):
        for key, name in (("right", "lighthouse"), ("right", "harbour"), ("right", "harbour"), ("left", "lighthouse")):
            await pilot.press(key)
            await at_repository(app, pilot, name)


@pytest.mark.parametrize("layout", list(Layout))
async def test_keys_typed_at_once_act_where_the_one_before_led(layout: Layout) -> None:
    pier, quay, dock = (repository(f"acme/{name}", agent=agent(Status.CLAIMED)) for name in ("pier", "quay", "dock"))
    cockpit = FrozenCockpit(snapshot(pier, quay, dock))
    cockpit.remembered = Preferences(layout=layout)
    async with opened(cockpit) as (app, pilot):
        for keys in (("2", "a"), ("tab", "a"), ("1", "3", "1", "a"), *([("j", "a")] if layout is Layout.LIST else [])):
            for key in keys:
                app.simulate_key(key)
            done = len(cockpit.acts)
            await until(pilot, lambda done=done: len(cockpit.acts) > done)  # type: ignore[misc]  # bound now
        led = [key.removeprefix("github.com/acme/") for key, _, _ in cockpit.acts]
        assert led == ["quay", "dock", "pier", "quay"][: len(led)]


async def test_what_was_under_the_cursor_is_popped_whatever_is_typed_after() -> None:
    cockpit = FrozenCockpit(snapshot(PIER))
    async with opened(cockpit) as (app, pilot):
        for key in ("P", "j", "j"):
            app.simulate_key(key)
        await until(pilot, lambda: cockpit.acts == [(PIER.key, Verb.POP, Options(issue=PIER.queue[0].number))])


async def test_letters_typed_at_once_with_the_filters_key_are_its_own_and_never_act() -> None:
    cockpit = FrozenCockpit(snapshot(PIER))
    async with opened(cockpit) as (app, pilot):
        burst(app, "/PqRq?")
        await until(pilot, lambda: app.overview._line is not None and app.overview._line.value == "PqRq?")
        assert not cockpit.acts
        assert not cockpit.refreshes
        assert app.screen is app.overview
        assert not app._exit


async def test_what_is_typed_into_the_filter_at_once_stays_and_typing_again_replaces_it() -> None:
    async with opened(FrozenCockpit(TRIO)) as (app, pilot):
        await pilot.press("slash")
        line = app.overview._line
        assert line is not None
        await until(pilot, lambda: line.has_focus)
        for letter in "lighthouse":
            line.insert_text_at_cursor(letter)
        await until(pilot, lambda: app.overview.grid.sieve.words == ("lighthouse",))
        assert line.value == "lighthouse" and [pane.repository for pane in app.overview.grid.panes] == [ATTENTION]
        await pilot.press("enter", "slash", *"rocket")
        await until(pilot, lambda: app.overview.grid.sieve.words == ("rocket",))
        assert line.value == "rocket"
