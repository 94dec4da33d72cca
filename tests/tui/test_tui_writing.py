"""Issues are written, labelled and prioritised, and what GitHub refuses is said."""

from __future__ import annotations

import asyncio

import pytest
from msgspec import structs
from textual.widgets import Input, TextArea
from tui.frozen import FrozenCockpit
from tui.piloting import opened, rows, told, until
from tui.readable import LABELS, WrittenDesk, cockpit
from tui.shown import STALE, WORKING

from soda_tui.cockpit.issues import Edited
from soda_tui.domain.relabelling import Relabelling
from soda_tui.tui.screens.dialogues.labels import LabelPicker
from soda_tui.tui.screens.dialogues.writing import Writing
from soda_tui.tui.screens.question import Question
from soda_tui.tui.widgets.row_list import RowList

pytestmark = pytest.mark.anyio


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
