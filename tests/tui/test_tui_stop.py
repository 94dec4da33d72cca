"""The key that stops everything: from wherever one is, without a question; lifting asks, and typing stays typing."""

from __future__ import annotations

import pytest
from tui.frozen import FrozenCockpit
from tui.piloting import opened, until
from tui.shown import TRIO

from soda_tui.domain.stops import Stopped
from soda_tui.tui.screens.question import Question
from soda_tui.tui.screens.zoom import ZoomScreen

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("way", [(), ("z",), ("x",), ("question_mark",)])
async def test_one_press_stops_everything_whatever_stands_over_the_screen(way: tuple[str, ...]) -> None:
    cockpit = FrozenCockpit(TRIO)
    cockpit.met = (
        Stopped("acme/rocket", 41, "/work/rocket"),
        Stopped("acme/pier", 7, "/work/pier", "It has not ended."),
    )
    async with opened(cockpit) as (app, pilot):
        before = len(app.screen_stack)
        await pilot.press(*way)
        await until(pilot, lambda: len(app.screen_stack) == before + len(way))
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: "1 agent stopped" in app.messages[-1].text if app.messages else False)
        texts = [message.text for message in app.messages]
        assert any("nothing is started any more" in text for text in texts)
        assert any("41 in acme/rocket; its work is kept in /work/rocket." in text for text in texts)
        assert any("could not be stopped" in text and "/work/pier" in text for text in texts)
        assert app.messages[-1].severity == "error" and cockpit.acts == []
        assert len(app.screen_stack) == before + len(way), "nothing was asked"


async def test_lifting_asks_once_and_says_since_when_and_by_whom() -> None:
    cockpit = FrozenCockpit(TRIO)
    async with opened(cockpit) as (app, pilot):
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: cockpit.standing is not None)
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: isinstance(app.screen, Question))
        await pilot.press("exclamation_mark", "n")
        await until(pilot, lambda: app.screen is app.overview)
        assert cockpit.standing is not None
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: isinstance(app.screen, Question))
        await pilot.press("y")
        await until(pilot, lambda: cockpit.standing is None)
        await until(pilot, lambda: "by somebody, with the key !" in app.messages[-1].text)


async def test_where_letters_are_typed_it_is_a_letter() -> None:
    cockpit = FrozenCockpit(TRIO)
    async with opened(cockpit) as (app, pilot):
        await pilot.press("slash", "a", "exclamation_mark")
        await until(pilot, lambda: getattr(app.focused, "value", "") == "a!")
        await pilot.press("escape", "z")
        await until(pilot, lambda: isinstance(app.screen, ZoomScreen))
        assert cockpit.standing is None
