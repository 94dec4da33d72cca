"""The command palette: every action and theme, what they are for or why not, and a theme tried on and put back."""

from __future__ import annotations

import pytest
from textual.command import CommandInput, CommandList
from textual.pilot import Pilot
from tui.frozen import FrozenCockpit
from tui.piloting import opened, told, until
from tui.shown import TRIO, WORKING, repository, snapshot

from soda_tui.domain.actions import ACTIONS, Verb, key_words
from soda_tui.domain.outcome import Options
from soda_tui.domain.verdict import reason
from soda_tui.tui.app import SodaApp
from soda_tui.tui.palette import Palette
from soda_tui.tui.screens.help import HelpScreen

pytestmark = pytest.mark.anyio


async def searched(app: SodaApp, pilot: Pilot[None], key: str, words: str = "") -> list[str]:
    """The rows of the palette, opened by a key, that match the words."""
    await pilot.press(key)
    await until(pilot, lambda: isinstance(app.screen, Palette))
    await until(pilot, lambda: app.screen.query_one(CommandList).option_count > 0)
    if words:
        before = rows(app)
        app.screen.query_one(CommandInput).value = words
        await until(pilot, lambda: rows(app) != before)
    return rows(app)


def rows(app: SodaApp) -> list[str]:
    """What each row says."""
    return [str(option.prompt) for option in app.screen.query_one(CommandList).options]


@pytest.mark.parametrize("key", ["ctrl+p", ":"])
async def test_it_has_every_action_with_its_keys_and_every_theme(key: str) -> None:
    async with opened(FrozenCockpit(TRIO)) as (app, pilot):
        await until(pilot, lambda: "soda-ice" in app.available_themes)
        found = await searched(app, pilot, key)
        for action in ACTIONS:
            if action.name != "app.palette":
                assert any(row.startswith(f"{action.title}  {key_words(action)}\n") for row in found), action
        assert {f"theme {name}" for name in app.available_themes} <= {row.split("  ")[0] for row in found}


async def test_what_cannot_act_says_why_and_what_can_acts() -> None:
    pier = repository("acme/pier")
    cockpit = FrozenCockpit(snapshot(pier, WORKING))
    async with opened(cockpit) as (app, pilot):
        claims = next(action.help for action in ACTIONS if action.verb is Verb.POP)
        assert any(claims in row for row in await searched(app, pilot, "ctrl+p", "pop"))
        await pilot.press("enter")
        await until(pilot, lambda: bool(cockpit.acts))
        assert cockpit.acts == [(pier.key, Verb.POP, Options(issue=pier.queue[0].number))]
        await until(pilot, lambda: app.screen is app.overview)
        await pilot.press("2")
        await until(pilot, lambda: app.overview.grid.active is app.overview.grid.panes[1])
        why = reason(WORKING, Verb.POP)
        assert why is not None
        assert any(why in row for row in await searched(app, pilot, "ctrl+p", "pop"))
        await pilot.press("enter")
        await until(pilot, lambda: why in told(app))
        assert len(cockpit.acts) == 1


async def test_an_action_of_the_program_and_one_of_another_view() -> None:
    async with opened(FrozenCockpit(TRIO)) as (app, pilot):
        found = await searched(app, pilot, ":", "next match")
        assert "works in another view" in found[0]
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.overview)
        await searched(app, pilot, ":", "help")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))


@pytest.mark.parametrize("key", ["ctrl+t", pytest.param(":", marks=pytest.mark.wide)])
async def test_a_theme_is_tried_on_and_put_back_or_worn(key: str) -> None:
    cockpit = FrozenCockpit(TRIO)
    async with opened(cockpit) as (app, pilot):
        await until(pilot, lambda: "soda-ice" in app.available_themes)
        for end, theme in (("escape", "soda-dark"), ("enter", "soda-ice")):
            await searched(app, pilot, key, "theme soda-ice")
            await until(pilot, lambda: app.theme == "soda-ice")
            assert cockpit.preferences.theme is None
            await pilot.press(end)
            await until(pilot, lambda: app.screen is app.overview)
            await until(pilot, lambda theme=theme: app.theme == theme)  # type: ignore[misc]  # bound now
        await until(pilot, lambda: cockpit.preferences.theme == "soda-ice")


async def test_choosing_themes_begins_with_the_one_that_is_worn() -> None:
    async with opened(FrozenCockpit(TRIO)) as (app, pilot):
        await until(pilot, lambda: "soda-ice" in app.available_themes)
        found = await searched(app, pilot, "ctrl+t")
        assert found[0].startswith("theme soda-dark") and "worn now" in found[0]
        assert all(row.startswith("theme ") for row in found)
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.screen is app.overview)
        assert app.theme == found[1].split()[1]
