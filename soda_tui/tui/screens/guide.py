"""The guide on the screen: one step at a time, with the command that does the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static
from textual.worker import Worker, WorkerState

from soda_tui.cockpit.guide import steps
from soda_tui.cockpit.guide.page import Item, Page, Step
from soda_tui.cockpit.guide.reaching import RepositoriesStep
from soda_tui.cockpit.guide.working import WorktreesStep
from soda_tui.cockpit.setting_up import SetUp
from soda_tui.domain import sentences as say
from soda_tui.domain.failure import Failure
from soda_tui.tui.actions import bindings, key_hint
from soda_tui.tui.message import Told, words_of
from soda_tui.tui.screens.question import Question
from soda_tui.tui.screens.styles import STYLES
from soda_tui.tui.text import Line, Span, fit, make_line, plain, prose
from soda_tui.tui.tones import Tone
from soda_tui.tui.widgets.row_list import Row, RowList
from soda_tui.tui.widgets.said import Said
from soda_tui.tui.widgets.tab_bar import TabBar

_WIDEST = 40
_BESIDE = 7


class StepList(RowList):
    """The rows of a step; `space` and a click tick the one under the cursor."""

    BINDINGS = bindings("list.tick")
    CLICKED = "list.tick"

    def __init__(self, tick: Callable[[int], None]) -> None:
        super().__init__()
        self._tick = tick

    def show_items(self, items: Sequence[Item]) -> None:
        """Show other rows; all can be stopped at, so that each can be read."""
        width = self.width_of(items)
        self.show([Row(at, _maker(item, width)) for at, item in enumerate(items)])
        self.post_message(self.Moved(self))

    @staticmethod
    def width_of(items: Sequence[Item]) -> int:
        """How wide the titles are."""
        return min(max((cell_len(item.title) for item in items), default=0), _WIDEST)

    def action_perform(self, name: str) -> None:
        if name == "list.open":
            # Also where there is no row: enter goes on then, or looks again.
            self.post_message(self.Chosen(self, self.cursor))
        elif name != "list.tick":
            super().action_perform(name)
        elif isinstance(self.cursor, int):
            self._tick(self.cursor)


class GuideScreen(ModalScreen[bool]):
    """`]` and `[` go on and back, `enter` does what the step is for; ends with whether something was configured."""

    CSS_PATH = STYLES
    AUTO_FOCUS = "StepList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "leave", show=False),
        *bindings("tab", action="tab"),
    ]

    def __init__(self, setup: SetUp) -> None:
        super().__init__()
        self._setup = setup
        self._steps = steps(setup)
        self._changed = False
        self._doing = False
        self.bar = TabBar()
        self.bar.set_reactive(TabBar.tabs, tuple(f"{at} {step.title}" for at, step in enumerate(self._steps, 1)))
        self.says = Static(markup=False, classes="guide-says")
        self.folder = Input(compact=True)
        self.owner = Input(placeholder=say.GUIDE_NO_OWNER(), compact=True)
        self.rows = StepList(self._tick)
        self.whole = Static(markup=False, classes="guide-whole")
        self.command = Static(markup=False, classes="guide-command")

    @property
    def step(self) -> Step:
        """The step that is open."""
        return self._steps[self.bar.active]

    def compose(self) -> ComposeResult:
        with Vertical(classes="card -tall -guide") as card:
            card.border_title = prose(say.GUIDE_TITLE())
            yield self.bar
            yield self.says
            with Vertical(classes="guide-fields") as self.fields:
                for name, line in ((say.GUIDE_FOLDER(), self.folder), (say.GUIDE_OWNER(), self.owner)):
                    with Horizontal():
                        yield Static(name, markup=False)
                        yield line
            yield self.rows
            yield self.whole
            yield self.command
            yield Said()

    def on_mount(self) -> None:
        self.open(0)

    def on_tab_bar_picked(self, message: TabBar.Picked) -> None:
        self.open(message.tab)

    def action_tab(self, name: str) -> None:
        """Go on to the next step, or back."""
        at = self.bar.active + (1 if name == "tab.next" else -1)
        if 0 <= at < len(self._steps):
            self.open(at)

    def open(self, at: int) -> None:
        """Open a step, and look at how things are; what is under way in another goes on."""
        self.bar.active = at
        step = self.step
        self.fields.display = isinstance(step, RepositoriesStep)
        if isinstance(step, RepositoriesStep):
            self.folder.value, self.owner.value = step.folder, step.owner
        self.rows.show(())
        self.rows.focus()
        self._look()

    def on_input_submitted(self) -> None:
        step = self.step
        if isinstance(step, RepositoriesStep):
            step.folder, step.owner = self.folder.value.strip() or self._setup.folder, self.owner.value.strip()
            self.folder.value = step.folder
            self._look()

    def on_row_list_chosen(self, message: RowList.Chosen) -> None:
        self.action_do()

    def on_row_list_moved(self) -> None:
        """What was cut in the row under the cursor stands whole below the list."""
        items, at = self.step.page().items, self.rows.cursor
        item = items[at] if isinstance(at, int) and at < len(items) else Item("")
        width = self.rows.width_of(items)
        cut = cell_len(item.title) > width or cell_len(item.words) > self.rows.size.width - width - _BESIDE
        self.whole.update(prose(f"{item.title}: {item.words}") if cut else "")

    def action_do(self) -> None:
        """Do what the step is for."""
        at, page = self.rows.cursor, self.step.page()
        row = at if isinstance(at, int) and at < len(page.items) else None
        if self._doing:
            self.post_message(Told(say.GUIDE_BUSY(), "warning"))
        elif isinstance(self.step, WorktreesStep):
            if row is not None:
                self._change(self.step.key(row))
        elif page.done or (row is not None and page.items[row].done):
            self.action_tab("tab.next")
        elif not page.items:
            self._look()
        else:
            self._do(self.step, row)

    @work(group="leave", exclusive=True)
    async def action_leave(self) -> None:
        """Leave with what stands; what is under way is broken off once that was asked."""
        if self._doing and not await self.app.push_screen_wait(Question(self.step.title, say.GUIDE_ASK_LEAVE())):
            return
        self.dismiss(self._changed or self._doing)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.state is WorkerState.ERROR:
            self.says.update(prose(say.CRASHED(error=words_of(event.worker.error))))

    @work(group="look", exclusive=True, exit_on_error=False)
    async def _look(self) -> None:
        step = self.step
        self._show(Page((say.GUIDE_LOOKS(),)))
        try:
            await step.look()
        except Failure as failure:
            page = step.page()
            self._show(Page((failure.problem.message,), command=page.command, does=page.does))
        else:
            self._show(step.page())
        self.rows.focus()

    @work(group="do", exit_on_error=False)
    async def _do(self, step: Step, row: int | None) -> None:
        question = step.question(row)
        if question is None:
            self.post_message(Told(_nothing(step.page().items, row), "warning"))
            return
        if not await self.app.push_screen_wait(Question(step.title, question)):
            return
        self._doing = True
        try:
            self.says.update(prose(say.GUIDE_DOES()))
            self._changed |= await step.do(row, self._tell)
        except Failure as failure:
            self._tell(failure.problem.message, well=False)
        finally:
            self._doing = False
        if step is self.step:
            self._look()

    @work(group="do", exit_on_error=False)
    async def _change(self, key: str) -> None:
        from soda_tui.tui.screens.settings import SettingsScreen

        changed: bool = await self.app.push_screen_wait(SettingsScreen(self._setup, at=key, within=True))
        self._changed |= changed
        self._look()

    def _tell(self, text: str, well: bool) -> None:
        self.post_message(Told(text, "information" if well else "warning"))

    def _tick(self, at: int) -> None:
        self.step.tick(at)
        self._show(self.step.page())

    def _show(self, page: Page) -> None:
        self.says.update(prose("\n".join(page.says)))
        self.rows.show_items(page.items)
        self.command.update(prose(say.GUIDE_COMMAND(command=page.command)) if page.command else "")
        keys = [f"{key_hint(self, 'tab.next')} next step"]
        if any(item.box is not None for item in page.items):
            keys.append(f"{key_hint(self, 'list.tick')} tick")
        if self.fields.display:
            keys.append("tab fields")
        if page.does:
            keys.append(f"{key_hint(self, 'list.open')} {page.does}")
        self.query_one(".card", Vertical).border_subtitle = prose(" · ".join([*keys, "esc leave"]))


def _nothing(items: Sequence[Item], row: int | None) -> str:
    """Why there is nothing to do: nothing is ticked, or this row cannot be chosen."""
    if row is None or any(item.box is not None for item in items):
        return say.GUIDE_NOTHING_TICKED()
    return say.GUIDE_NOT_THIS(title=items[row].title, words=items[row].words.removesuffix("."))


def _maker(item: Item, width: int) -> Callable[[int, bool], list[Line]]:
    boxes = {None: "    ", True: "[x] ", False: "[ ] "}
    title, words = fit(plain(item.title), width), plain(item.words)

    def make(cells: int, marked: bool) -> list[Line]:
        tone = Tone.STRONG if marked else Tone.TEXT if item.open else Tone.FAINT
        spans = [
            Span("▸" if marked else " ", Tone.KEY),
            Span(boxes[item.box], Tone.WORKING if item.box else Tone.QUIET),
            Span(title + " " * (width - cell_len(title)), tone, shrink=True),
            Span(f"  {words}", Tone.QUIET if item.open else Tone.FAINT, shrink=True),
        ]
        return [make_line(cells, spans, ground=Tone.CURSOR if marked else None)]

    return make
