"""Rebound keys act, the old ones do not, and footer, help and palette show those in force."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from textual.command import CommandList
from textual.pilot import Pilot
from textual.widgets import Static
from tui.frozen import FrozenCockpit
from tui.piloting import told, until
from tui.shown import NOW, TRIO, repository, snapshot

from soda_tui.domain.actions import Verb
from soda_tui.domain.configuration.keys import Keys, settle
from soda_tui.tui.app import SodaApp
from soda_tui.tui.palette import Palette
from soda_tui.tui.screens.help import HelpScreen
from soda_tui.tui.screens.inbox import InboxScreen

pytestmark = pytest.mark.anyio
KEYS, FAULTS = settle({"repo.pop": ["f5"], "repo.stop": ["P"], "repo.bottle": ["x", "%"], "app.help": ["f1"]})


@asynccontextmanager
async def bound(
    cockpit: FrozenCockpit, keys: Keys = KEYS, remarks: Sequence[str] = ()
) -> AsyncIterator[tuple[SodaApp, Pilot[None]]]:
    """The screen with rebound keys."""
    app = SodaApp(cockpit, clock=lambda: NOW, keys=keys, remarks=remarks)
    async with app.run_test(size=(180, 50)) as pilot:
        await until(pilot, lambda: app.overview.keys.repository is not None)
        yield app, pilot


async def test_a_rebound_key_acts_and_its_old_one_does_not() -> None:
    assert not FAULTS
    cockpit = FrozenCockpit(snapshot(repository()))
    async with bound(cockpit) as (app, pilot):
        for key in ("P", "x"):
            await pilot.press(key)
            await pilot.pause()
        assert cockpit.acts == []
        await pilot.press("f5")
        await until(pilot, lambda: bool(cockpit.acts))
        assert [verb for _, verb, _ in cockpit.acts] == [Verb.POP]
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        await pilot.press("f1")
        await until(pilot, lambda: app.screen is app.overview)


async def test_footer_help_and_palette_show_the_keys_in_force() -> None:
    async with bound(FrozenCockpit(TRIO)) as (app, pilot):
        footer = app.overview.keys.make()[0].plain
        assert "f5 pop" in footer and "P stop" in footer and "f1 help" in footer
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        lines = [line.plain for line in app.screen.query_one("HelpLines").make()]  # type: ignore[attr-defined]
        assert any(line.split()[:3] == ["x", "%", "bottle"] for line in lines)
        await pilot.press("escape", "ctrl+p")
        await until(pilot, lambda: isinstance(app.screen, Palette))
        await until(pilot, lambda: app.screen.query_one(CommandList).option_count > 0)
        rows = [str(option.prompt) for option in app.screen.query_one(CommandList).options]
        assert rows[0].startswith("pop  f5\n")


async def test_what_is_odd_about_the_configuration_is_said() -> None:
    async with bound(FrozenCockpit(TRIO), remarks=("[x] is no action.",)) as (app, pilot):
        await until(pilot, lambda: told(app) == ["[x] is no action."])


async def test_several_remarks_stand_in_the_log_of_messages() -> None:
    async with bound(FrozenCockpit(TRIO), remarks=("One is odd.", "Two is odd.", "So is three.")) as (app, pilot):
        await until(pilot, lambda: told(app) == ["One is odd. 2 more of this: e shows them."])
        assert {"Two is odd.", "So is three."} < {message.text for message in app.messages}


async def test_hints_inside_of_texts_name_the_keys_in_force() -> None:
    names = {"view.clear": "f7", "view.messages": "f6", "row.down": "f8", "app.help": "f1", "app.quit": "f10"}
    keys, faults = settle({name: [key] for name, key in names.items()})
    assert not faults
    async with bound(FrozenCockpit(TRIO), keys) as (app, pilot):
        await pilot.press("slash", *"zz")
        await until(pilot, lambda: "Press f7 to see all" in app.overview.grid.list.empty)
        await pilot.press("f7", "i")
        await until(pilot, lambda: isinstance(app.screen, InboxScreen))
        assert str(app.screen.query_one(".card").border_subtitle).startswith("f8/k move")
        assert app.key("view.messages") == "f6"


async def test_the_welcome_names_the_keys_in_force() -> None:
    app = SodaApp(FrozenCockpit(snapshot()), clock=lambda: NOW, keys=settle({"app.help": ["f1"]})[0])
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.overview.welcome.display)
        assert "f1 all keys" in str(app.overview.welcome.query_one(Static).render())
