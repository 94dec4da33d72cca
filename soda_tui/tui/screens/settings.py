"""The settings: every key with its value and who says it, changed for all repositories, for a group, or for one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static
from textual.worker import Worker, WorkerState

from soda_tui.cockpit.setting_up import SetUp
from soda_tui.domain import sentences as say
from soda_tui.domain.configuration.configured import Setting, Source
from soda_tui.domain.configuration.toml import toml
from soda_tui.domain.failure import Failure
from soda_tui.domain.scopes import Scope, joined, scopes
from soda_tui.tui.actions import BY_NAME, bindings, key_hint
from soda_tui.tui.message import Told, words_of
from soda_tui.tui.screens.question import Question
from soda_tui.tui.screens.styles import STYLES
from soda_tui.tui.setting_lines import MORE, THEME, beside, explained, loss, setting_rows, typed
from soda_tui.tui.text import prose
from soda_tui.tui.widgets.row_list import RowList
from soda_tui.tui.widgets.said import Said
from soda_tui.tui.widgets.tab_bar import TabBar

if TYPE_CHECKING:
    from soda_tui.tui.app import SodaApp

_MOST_TABS = 4


class SettingsScreen(ModalScreen[bool]):
    """`enter` changes the key under the cursor, `delete` takes it out once asked, `]` goes to a group or a repository.

    With `at` this key is changed at once. Ends with whether the cockpit is to be opened anew for what was changed;
    `within` another page it ends with whether it would have to be.
    """

    CSS_PATH = STYLES
    AUTO_FOCUS = "RowList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "leave", show=False),
        Binding(",".join(BY_NAME["app.settings"].keys), "leave", "leave", show=False, id="app.settings"),
        Binding("delete", "remove", "take out", show=False),
        *bindings("tab", action="tab"),
        *bindings("page.search", action="search"),
    ]

    def __init__(self, setup: SetUp, *, at: str | None = None, within: bool = False) -> None:
        super().__init__()
        self._setup = setup
        self._within = within
        self._scopes: tuple[Scope, ...] = (Scope(say.SETTINGS_ALL()),)
        self.scope = self._scopes[0]
        self._settings: dict[str, Setting] = {}
        self._differing: frozenset[str] = frozenset()
        self._failure = ""
        self._shown = ""
        self._later = False
        self._at = at
        self.bar = TabBar()
        self.rows = RowList()
        self.rows.cursor = at
        self.search = Input(placeholder=say.SETTINGS_SEARCH(), compact=True)
        self.meaning = Static(markup=False, classes="settings-meaning")
        self.field = Input(compact=True)
        self.fault = Static(markup=False, classes="settings-fault")

    def compose(self) -> ComposeResult:
        with Vertical(classes="card -tall -settings") as card:
            card.border_title = prose(say.SETTINGS_TITLE(file=self._setup.file))
            keys = [key_hint(self, name) for name in ("tab.next", "page.search", "list.open")]
            words = "{} repository · {} search · {} change · delete take out · esc close"
            card.border_subtitle = prose(words.format(*keys))
            self.search.display = self.field.display = self.fault.display = False
            yield self.bar
            yield self.search
            yield self.rows
            yield self.meaning
            yield self.field
            yield self.fault
            yield Said()

    def on_mount(self) -> None:
        self._read(anew=True)

    def on_tab_bar_picked(self, message: TabBar.Picked) -> None:
        self._open(message.tab if len(self.bar.tabs) > 1 else self._scopes.index(self.scope) + 1)

    def action_tab(self, name: str) -> None:
        """Go to the next group or repository, or to the one before."""
        self._open(self._scopes.index(self.scope) + (1 if name == "tab.next" else -1))

    def _open(self, at: int) -> None:
        self._close_field()
        self.scope = self._scopes[at % len(self._scopes)]
        self._name_tabs()
        self._read()

    def _name_tabs(self) -> None:
        """All that a change can be for, or of many the one that it is for."""
        at, count = self._scopes.index(self.scope), len(self._scopes)
        many = count > _MOST_TABS
        titles = (f"{self.scope.title}, {at + 1} of {count}",) if many else (scope.title for scope in self._scopes)
        self.bar.tabs, self.bar.active = tuple(titles), 0 if many else at

    @work(group="read", exclusive=True, exit_on_error=False)
    async def _read(self, *, anew: bool = False) -> None:
        """Show what holds, or why nothing does."""
        try:
            if anew:
                self._scopes = scopes(await self._setup.places())
                self.scope = next((one for one in self._scopes if one.keys == self.scope.keys), self._scopes[0])
                self._name_tabs()
            if self.scope.keys:
                found = [(await self._setup.configured(key)).settings for key in self.scope.keys]
            else:
                found = [(await self._setup.configured()).settings]
        except Failure as failure:
            self._settings, self._failure = {}, failure.problem.message
        else:
            settings, self._differing = joined(found)
            self._settings, self._failure = {one.key: one for one in (*self._theme(), *settings, *self._more())}, ""
        self._show()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.state is WorkerState.ERROR:
            self.meaning.update(prose(say.CRASHED(error=words_of(event.worker.error))))

    def _theme(self) -> Sequence[Setting]:
        """The theme is no key of the file: it is remembered, and has a chooser of its own."""
        worn = cast("SodaApp", self.app).wardrobe.worn
        return () if self.scope.keys or self._within else (beside(THEME, worn, say.SETTINGS_THEME()),)

    def _more(self) -> Sequence[Setting]:
        """What is begun in the file alone stands last, where all else was looked through."""
        return () if self.scope.keys else (beside(MORE, say.SETTINGS_EDIT(), say.SETTINGS_MORE()),)

    def _show(self) -> None:
        rows = setting_rows(self._settings.values(), self._differing, self.search.value.lower().split())
        self.rows.show(rows, "" if self._failure else say.SETTINGS_NONE_FOUND())
        self._explain()
        if self._at in self._settings:
            self._edit(self._settings[str(self._at)])
        self._at = None

    def on_row_list_moved(self) -> None:
        self._close_field()
        self._explain()

    def _explain(self) -> None:
        """All that there is to know of the key under the cursor, or why there is none."""
        one = self._settings.get(str(self.rows.cursor))
        if one is None:
            self.meaning.update(prose(self._failure))
        else:
            self.meaning.update(prose(explained(one, len(self.scope.keys), one.key in self._differing)))

    def on_row_list_chosen(self, message: RowList.Chosen) -> None:
        one = self._settings[str(message.key)]
        if one.key == THEME:
            self._choose_theme()
        elif one.key == MORE:
            self.post_message(Told(one.meaning))
        else:
            self._edit(one)

    def _edit(self, one: Setting) -> None:
        self._shown = "" if one.key in self._differing else typed(one.value)
        if not self._shown.isprintable():
            self.post_message(Told(say.SETTINGS_LINES(key=one.key), "warning"))
            return
        self.field.value = self._shown
        self.field.display = True
        self.set_focus(self.field)

    @work(group="theme", exit_on_error=False)
    async def _choose_theme(self) -> None:
        from soda_tui.tui.palette import Palette, Themes

        await self.app.push_screen(Palette(Themes), wait_for_dismiss=True)
        self._read()

    def action_search(self, _: str) -> None:
        """Look for keys by words of their names and meanings."""
        self._close_field()
        self.search.display = True
        self.search.action_select_all()
        self.set_focus(self.search)

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input is self.search:
            self._show()

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        if event.input is self.search:
            self.rows.focus()
            return
        one = self._settings[str(self.rows.cursor)]
        if self.field.value == self._shown:
            self._close_field()
            self.post_message(Told(say.SETTINGS_SAME()))
            return
        try:
            written = await self._setup.assign(one.key, self.field.value, self.scope.keys)
        except Failure as failure:
            self.fault.update(prose(failure.problem.message))
            self.fault.display = True
            return
        sentence = say.SET_DONE if written.changed else say.SET_ALREADY
        words = sentence(key=written.key, value=toml(written.value), file=written.file, line=written.line)
        above = {Source.ENVIRONMENT: say.SET_BELOW(name=one.environment), Source.OPTION: say.SETTINGS_BELOW_OPTION()}
        self._changed(one, f"{words} {above.get(one.source, '')}".rstrip(), changed=written.changed)

    @work(group="remove", exclusive=True, exit_on_error=False)
    async def action_remove(self) -> None:
        """Take the key out of the file, once it was asked."""
        one = self._settings.get(str(self.rows.cursor))
        if one is None or one.key in {THEME, MORE}:
            return
        try:
            question = loss(one, self._setup.file, len(self.scope.keys), one.key in self._differing)
            if question and not await self.app.push_screen_wait(Question(say.SETTINGS(), question)):
                return
            await self._setup.remove(one.key, self.scope.keys)
        except Failure as failure:
            self.post_message(Told(failure.problem.message, "warning"))
        else:
            self._changed(one, say.SETTINGS_TAKEN_OUT(key=one.key, file=self._setup.file), changed=True)

    def _changed(self, one: Setting, words: str, *, changed: bool) -> None:
        self._later |= changed and not one.at_once
        self._close_field()
        self.post_message(Told(words))
        self._read(anew=True)

    def _close_field(self) -> None:
        if self.field.display:
            self.field.display = self.fault.display = False
            self.rows.focus()

    @work(group="leave", exclusive=True, exit_on_error=False)
    async def action_leave(self) -> None:
        """Leave the field, then the search, then the page; what holds later may be had now."""
        if self.field.display:
            self._close_field()
        elif self.search.display:
            self.search.value, self.search.display = "", False
            self.rows.focus()
        elif self._later and not self._within:
            reopen: bool = await self.app.push_screen_wait(Question(say.SETTINGS(), say.SETTINGS_REOPEN()))
            self.dismiss(reopen)
        else:
            self.dismiss(self._later)
