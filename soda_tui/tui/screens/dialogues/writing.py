"""Something to write: a new issue with its labels, a comment, or a message to an agent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import Struct
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Input, TextArea

from soda_tui.domain import sentences as say
from soda_tui.domain.label_plan import Label
from soda_tui.tui.message import Told
from soda_tui.tui.screens.dialogues.labels import LabelList
from soda_tui.tui.screens.question import Question
from soda_tui.tui.screens.styles import STYLES
from soda_tui.tui.text import prose
from soda_tui.tui.widgets.said import Said

_TITLE = 256
_BODY = 65536
"""The characters that GitHub takes in a title and in a text."""


class Written(Struct, frozen=True):
    """What was written; `title` is empty for a comment."""

    title: str
    body: str
    labels: tuple[str, ...] = ()


class Writing(ModalScreen[Written | None]):
    """`ctrl+s` sends; `esc` leaves, and asks first where something would be lost.

    What is `quick` is mostly one line: `enter` in it sends too, and `ctrl+j` begins another line.
    """

    CSS_PATH = STYLES
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", "send", show=False),
        Binding("escape", "leave", "leave", show=False),
        Binding("enter", "send_quickly", "send", show=False, priority=True),
        Binding("ctrl+j", "new_line", "new line", show=False, priority=True),
    ]

    def __init__(
        self, heading: str, *, titled: bool = False, quick: bool = False, labels: Sequence[Label] = ()
    ) -> None:
        super().__init__()
        self._heading = heading
        self._quick = quick
        self.title_line = Input(placeholder="title", max_length=_TITLE, compact=True) if titled else None
        self.body = TextArea(compact=True, tab_behavior="focus")
        self.labels = LabelList(labels) if labels else None

    def compose(self) -> ComposeResult:
        keys = "enter send · ctrl+j new line" if self._quick else "tab next · ctrl+s send"
        with Vertical(classes="card -writing -quick" if self._quick else "card -writing") as card:
            card.border_title = prose(self._heading)
            card.border_subtitle = prose(f"{keys} · esc leave")
            if self.title_line is not None:
                yield self.title_line
            yield self.body
            if self.labels is not None:
                yield self.labels
            yield Said()
            with Horizontal():
                yield Button("Leave", id="leave", compact=True)
                yield Button("Send" if self._quick else "Send (ctrl+s)", id="send", compact=True)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "send":
            self.action_send()
        else:
            self.action_leave()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in {"send_quickly", "new_line"}:
            return self._quick and self.focused is self.body
        return super().check_action(action, parameters)

    def action_send_quickly(self) -> None:
        """Send what was written in the place where it is written."""
        self.action_send()

    def action_new_line(self) -> None:
        """Begin another line."""
        self.body.insert("\n")

    def action_send(self) -> None:
        """Hand back what was written, where it is something."""
        title = self.title_line.value.strip() if self.title_line is not None else ""
        body = self.body.text.strip()
        if (self.title_line is not None and not title) or (self.title_line is None and not body):
            self.post_message(Told(say.NOTHING_WRITTEN(), "warning"))
        elif len(body) > _BODY:
            self.post_message(Told(say.WRITTEN_TOO_LONG(limit=_BODY), "warning"))
        else:
            self.dismiss(Written(title, body, self.labels.ticked if self.labels is not None else ()))

    @work(exclusive=True)
    async def action_leave(self) -> None:
        """Leave without sending."""
        title = self.title_line.value if self.title_line is not None else ""
        written = bool(title.strip() or self.body.text.strip())
        if not written or await self.app.push_screen_wait(Question(self._heading, say.ASK_THROW_AWAY())):
            self.dismiss(None)
