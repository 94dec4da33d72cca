"""Foreign text is literal on the rest of the overview and in every dialogue: list, groups, filter, inbox, questions."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs
from textual.screen import Screen
from tui.frozen import FrozenCockpit
from tui.piloting import opened, until
from tui.readable import WrittenDesk
from tui.shown import repository, snapshot
from tui.test_tui_foreign_text import HOSTILE, assert_rows_are_whole, hostile_repository, rendered

from soda_tui.domain.codes import NeedCode
from soda_tui.domain.configuration.preferences import Layout, Preferences
from soda_tui.domain.label_plan import Label
from soda_tui.domain.model import Need
from soda_tui.domain.outcome import Peek
from soda_tui.tui.screens.dialogues.labels import LabelPicker
from soda_tui.tui.screens.dialogues.writing import Writing
from soda_tui.tui.screens.help import HelpScreen
from soda_tui.tui.screens.inbox import InboxScreen
from soda_tui.tui.screens.messages import MessagesScreen
from soda_tui.tui.screens.question import Question
from soda_tui.tui.terminal_title import title_of
from soda_tui.tui.text import plain

pytestmark = pytest.mark.anyio
WIDTH = 90


class NamedDesk(WrittenDesk):
    """An issue desk whose labels have a foreign name."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    async def labels(self) -> tuple[Label, ...]:
        return (Label("L1", f"label:{self._text}", "0052cc", f"described:{self._text}"),)


@pytest.mark.parametrize(
    "layout", [pytest.param(each, marks=() if each is Layout.GRID else pytest.mark.wide) for each in Layout]
)
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
async def test_every_other_surface_shows_it_literally(text: str, layout: Layout) -> None:
    start = plain(text)[:3].rstrip()
    shown = structs.replace(
        hostile_repository(text),
        group=f"group:{text}",
        needs=(Need(NeedCode.AGENT_INPUT, f"need:{text}"),),
    )
    idle = repository(f"pier:{text}", group=f"group:{text}", queue=shown.queue)
    cockpit = FrozenCockpit(
        snapshot(shown, idle), logs={shown.key: (text,)}, peek=Peek(text, shown.queue[0], text, text, 1)
    )
    cockpit.shown_desk = NamedDesk(text)
    cockpit.remembered = Preferences(layout=layout)
    async with opened(cockpit, size=(WIDTH, 40)) as (app, pilot):

        async def says(*wanted: str) -> None:
            await until(pilot, lambda: all(word in "\n".join(rendered(app)) for word in wanted))
            assert_rows_are_whole(rendered(app), WIDTH)

        async def over(key: str, screen: type[Screen[Any]], *wanted: str) -> None:
            await pilot.press(key)
            await until(pilot, lambda: isinstance(app.screen, screen))
            await says(*wanted)
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is app.overview)

        await says(f"group:{start}", f"pier:{start}")
        await over("i", InboxScreen, f"need:{start}")
        await over("n", Writing, "New issue", f"label:{start}")
        await over("c", Writing, "Comment on")
        await over("number_sign", LabelPicker, "Labels of", f"label:{start}")
        await over("question_mark", HelpScreen, "Keys")
        await pilot.press("2", "space")
        await over("P", Question, f"pier:{start}")
        app.say(f"said:{text}", "error")
        await over("e", MessagesScreen, f"said:{start}")
        await pilot.press("slash")
        await until(pilot, lambda: app.overview._line is not None and app.overview._line.has_focus)
        assert app.overview._line is not None
        app.overview._line.value = f"pier {plain(text)[:20]}"
        await says("pier")
        await pilot.press("escape")
        await until(pilot, lambda: len(app.overview.grid.panes) == 2)
        await pilot.press("f")
        await says(f"group:{start}")
        title = title_of(cockpit.snapshot)
        assert title.isprintable()
        assert app.is_running
        app.leave()
        said = [str(part) for part in app._exit_renderables]
        assert all(character.isprintable() or character == "\n" for part in said for character in part)
