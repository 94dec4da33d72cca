"""Every action of the registry is reached by each of its keys, by the mouse and by the palette, and is documented."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest
from readme_tables import README
from textual.app import App
from textual.command import CommandInput, CommandList
from textual.events import MouseScrollDown, MouseScrollUp
from textual.widget import Widget
from tui.deeds import DEEDS, Stage, shown
from tui.piloting import opened, until
from tui.readable import cockpit

from soda_tui.cli.main import run
from soda_tui.cli.parser import build_parser
from soda_tui.domain.actions import ACTIONS, Action, key_name, key_words
from soda_tui.tui import outside
from soda_tui.tui.palette import Palette
from soda_tui.tui.screens.help import HelpScreen
from soda_tui.tui.widgets.group_heading import GroupHeading
from soda_tui.tui.widgets.key_bar import KeyBar
from soda_tui.tui.widgets.lines import Lines
from soda_tui.tui.widgets.log_view import LogView
from soda_tui.tui.widgets.row_list import RowList
from soda_tui.tui.widgets.tab_bar import TabBar

Click = Callable[[Stage], Awaitable[None]]
REGISTRY = {action.name: action for action in ACTIONS}
THE_PALETTE = "app.palette"
SMALL, WIDE = (110, 34), (180, 50)


@asynccontextmanager
async def staged(name: str, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int] = SMALL) -> AsyncIterator[Stage]:
    """The screen where the action can act; what it starts outside is written down."""
    deed, started = DEEDS[name], list[Sequence[str]]()

    async def visit(app: App[Any], words: Sequence[str], folder: str) -> int:
        started.append((*words, folder))
        return 0

    async def browse(words: Sequence[str], url: str) -> None:
        started.append((*words, url))

    monkeypatch.setattr(outside, "visit", visit)
    monkeypatch.setattr(outside, "browse", browse)
    for variable, program in (("SHELL", "the-shell"), ("VISUAL", "the-editor"), ("BROWSER", "the-browser")):
        monkeypatch.setenv(variable, program)
    made = shown(deed)
    async with opened(made, size=size) as (app, pilot):
        stage = Stage(app, pilot, made, started)
        await pilot.press(*deed.keys)
        await until(pilot, lambda: deed.there(stage))
        assert not deed.effect(stage)
        yield stage


async def comes_true(name: str, stage: Stage) -> None:
    """Wait until the action has had its effect."""
    await until(stage.pilot, lambda: DEEDS[name].effect(stage))


def test_the_deeds_are_those_of_the_registry() -> None:
    assert DEEDS.keys() == REGISTRY.keys()


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("name", "key"),
    [
        pytest.param(action.name, key, marks=pytest.mark.wide if at else ())
        for action in ACTIONS
        for at, key in enumerate(action.keys)
    ],
)
async def test_by_key(name: str, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged(name, monkeypatch) as stage:
        await stage.pilot.press(key)
        await comes_true(name, stage)


async def click_in_footer(action: Action, stage: Stage) -> None:
    bar = stage.app.screen.query_one(KeyBar)
    await stage.pilot.click(bar, offset=(bar.make()[0].plain.index(f"{key_name(action.keys[0])} {action.title}"), 0))


async def click_pane(number: int, stage: Stage) -> None:
    await stage.pilot.click(stage.app.overview.grid.panes[number - 1], offset=(6, 0))


async def click_row(row: int, stage: Stage) -> None:
    pane = stage.app.overview.grid.active
    assert pane is not None
    await stage.pilot.click(pane.queue, offset=(8, row + 1))


async def click_tab(tab: str, stage: Stage) -> None:
    bar = stage.app.screen.query_one(TabBar)
    await stage.pilot.click(bar, offset=(bar.make()[0].plain.index(tab) + 1, 0))


async def click_widget(kind: type[Widget], y: int, stage: Stage) -> None:
    await stage.pilot.click(kind, offset=(6, y))


async def turn_wheel(event: type[MouseScrollDown | MouseScrollUp], stage: Stage) -> None:
    await stage.pilot._post_mouse_events([event], LogView, (4, 4), button=0)


CLICKS: dict[str, Click] = {
    **{action.name: partial(click_in_footer, action) for action in ACTIONS if action.footer},
    **{f"pane.{number}": partial(click_pane, number) for number in range(1, 10)},
    "pane.next": partial(click_pane, 2),
    "pane.previous": partial(click_pane, 3),
    "pane.left": partial(click_pane, 1),
    "pane.right": partial(click_pane, 2),
    "view.fold": partial(click_widget, GroupHeading, 0),
    "row.down": partial(click_row, 1),
    "row.up": partial(click_row, 0),
    "tab.next": partial(click_tab, "Work"),
    "tab.previous": partial(click_tab, "History"),
    "list.open": partial(click_widget, RowList, 1),
    "list.tick": partial(click_widget, RowList, 0),
    "page.down": partial(turn_wheel, MouseScrollDown),
    "page.up": partial(turn_wheel, MouseScrollUp),
}


@pytest.mark.anyio
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if at % 3 else pytest.mark.wide) for at, name in enumerate(CLICKS)]
)
async def test_by_mouse(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged(name, monkeypatch, WIDE) as stage:
        await CLICKS[name](stage)
        await comes_true(name, stage)


async def search(stage: Stage, words: str) -> CommandList:
    """The palette's rows once they are those that match."""
    await stage.pilot.press("ctrl+p")
    await until(stage.pilot, lambda: isinstance(stage.app.screen, Palette))
    stage.app.screen.query_one(CommandInput).value = words
    await until(stage.pilot, lambda: bool(rows(stage)) and all(meets(words, row) for row in rows(stage)))
    return stage.app.screen.query_one(CommandList)


def meets(words: str, row: str) -> bool:
    """Whether a search for the words meets the row: their letters stand in its first line, in their order."""
    letters = iter(row.partition("\n")[0].casefold())
    return all(letter in letters for letter in words.casefold() if letter != " ")


def rows(stage: Stage) -> list[str]:
    """What each row of the palette says."""
    return [str(option.prompt) for option in stage.app.screen.query_one(CommandList).options]


BY_PALETTE = [pytest.param(name, marks=pytest.mark.wide) for name in REGISTRY if name not in (THE_PALETTE, "list.tick")]
"""A dialogue has the keys to itself, and the palette is no row of itself."""


@pytest.mark.anyio
@pytest.mark.parametrize("name", BY_PALETTE)
async def test_by_palette(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What has no place of its own for the mouse is clicked there."""
    action = REGISTRY[name]
    async with staged(name, monkeypatch) as stage:
        found = await search(stage, action.title)
        wanted = f"{action.title}  {key_words(action)}"
        if name in CLICKS:
            found.highlighted = next(at for at, row in enumerate(rows(stage)) if row.startswith(f"{wanted}\n"))
            await stage.pilot.press("enter")
        else:
            y = next(y for y in range(found.size.height) if found.render_line(y).text.strip() == wanted)
            await stage.pilot.click(found, offset=(4, found.gutter.top + y))
        await comes_true(name, stage)


@pytest.mark.anyio
async def test_the_palette_opens_by_a_click_on_the_bar_at_the_top() -> None:
    async with opened(cockpit()) as (app, pilot):
        await pilot.click(app.overview.status, offset=(2, 0))
        await until(pilot, lambda: bool(app.screen.query(CommandList)))


@pytest.mark.anyio
async def test_help_has_every_action_with_its_keys_its_sentence_and_its_command() -> None:
    async with opened(cockpit()) as (app, pilot):
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        lines = [line.plain for found in app.screen.query(Lines) for line in found.make()]
        said = " ".join(" ".join(lines).split())
        for action in ACTIONS:
            if action.name.removeprefix("pane.").isdigit():
                continue
            assert any(line.startswith(f" {key_words(action)} ") and f" {action.title} " in line for line in lines)
            assert action.help in said and (action.command is None or f"[soda-tui {action.command}]" in said)
        assert "1-9" in said


def test_the_command_lists_every_action(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(build_parser().parse_args(["keys", "--json"])) == 0
    listed = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert run(build_parser().parse_args(["keys"])) == 0
    lines = capsys.readouterr().out.splitlines()
    for action in ACTIONS:
        row = listed[action.name]
        assert (tuple(row["keys"]), row["title"], row["help"]) == (action.keys, action.title, action.help)
        assert any(line.startswith(key_words(action)) and action.help in line for line in lines)


def test_the_readme_has_every_action() -> None:
    text = README.read_text().splitlines()
    for action in ACTIONS:
        if action.name.removeprefix("pane.").isdigit():
            assert any("`1` … `9`" in row for row in text)
            continue
        keys = " ".join(f"`{key_name(key)}`" for key in action.keys)
        command = f"`{action.command}`" if action.command else ""
        assert f"| {keys} | {action.title} | {action.help} | {command} |" in text
