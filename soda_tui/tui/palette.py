"""The command palette: every action with its keys and what it does or why it cannot act now, and every theme."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, cast

from msgspec import Struct
from textual import on
from textual.binding import ActiveBinding
from textual.command import Command, CommandInput, CommandPalette, DiscoveryHit, Hit, Hits, Provider, SearchIcon
from textual.content import Content
from textual.theme import Theme
from textual.timer import Timer
from textual.widgets import OptionList

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Action, key_words
from soda_tui.tui.actions import refusal

if TYPE_CHECKING:
    from soda_tui.tui.app import SodaApp
    from soda_tui.tui.wardrobe import Wardrobe

_TRY_ON_SECONDS = 0.08
_HERE = "app.palette"


class Wear(Struct, frozen=True):
    """Wearing a theme, as something that can be called."""

    app: SodaApp
    theme: str

    def __call__(self) -> None:
        self.app.wardrobe.wear(self.theme)


class Row(NamedTuple):
    """One row: `words` are searched, `key` and `help` stand beside and below, `able` is false where it cannot act."""

    words: str
    key: str
    help: str
    able: bool
    run: Callable[[], object]

    def shown(self, words: Content) -> Content:
        """The two lines of the row, with its words as they are given."""
        dim = "$text-strong" if self.able else "$text-faint"
        return Content.assemble(
            words.stylize_before(dim), "  ", (self.key, "$text-key" if self.able else "$text-faint"), "\n",
            (self.help, "$text-quiet not bold" if self.able else "$agent-needs not bold"),
        )  # fmt: skip


class Themes(Provider):
    """All themes; the one under the cursor is tried on."""

    def rows(self) -> Iterator[Row]:
        """The rows in their order."""
        app = cast("SodaApp", self.app)
        wardrobe = app.wardrobe
        for name, theme in sorted(
            app.available_themes.items(),
            key=lambda item: (item[0] != wardrobe.worn, wardrobe.rank(item[0]), item[0]),
        ):
            kind = "sixteen colours" if theme.ansi else "dark" if theme.dark else "light"
            worn = ", worn now" if name == wardrobe.worn else ""
            yield Row(f"theme {name}", "", f"{kind}, {wardrobe.origin(name)}{worn}", True, Wear(app, name))

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for row in self.rows():
            if (score := matcher.match(row.words)) > 0:
                yield Hit(score, row.shown(matcher.highlight(row.words)), row.run, row.words)

    async def discover(self) -> Hits:
        for row in self.rows():
            yield DiscoveryHit(row.shown(Content(row.words)), row.run, row.words)


class Everything(Themes):
    """All actions of the registry, then all themes."""

    def rows(self) -> Iterator[Row]:
        app = cast("SodaApp", self.app)
        bound: dict[str, ActiveBinding] = {}
        for active in self.screen.active_bindings.values():
            name = active.binding.id
            if name is not None and (name not in bound or active.enabled):
                bound[name] = active
        for found in app.registry:
            if found.name == _HERE:
                continue
            at = bound.get(found.name)
            if at is not None and at.enabled:
                run = partial(app.run_action, at.binding.action, at.node)
                yield Row(found.title, key_words(found), found.help, True, run)
            else:
                why = say.NOT_IN_THIS_VIEW() if at is None else _why(app, found)
                yield Row(found.title, key_words(found), why, False, partial(app.say, why, "warning"))
        yield from super().rows()


class Palette(CommandPalette):
    """Searches rows by their words; a theme under the cursor is tried on until another one is, or none."""

    DEFAULT_CSS = """
    Palette #--container {
        width: 90%;
        max-width: 104;
    }

    Palette.-narrow #--container {
        width: 100%;
    }

    Palette SearchIcon {
        color: $text-key;
    }

    Palette CommandList {
        max-height: 60vh;
        scrollbar-size-vertical: 1;
        scrollbar-color: $pane-frame;
        scrollbar-background: $surface;
    }

    Palette CommandList > .option-list--option-highlighted {
        background: $row-cursor;
        color: $foreground;
        text-style: bold;
    }

    Palette #--container, Palette:dark #--container {
        background: $surface;
    }

    /* What is tried on must be seen as it is. */
    Palette.-trying {
        align-horizontal: right;
        background: $background 0%;
    }

    Palette.-trying #--container {
        width: 46;
    }
    """

    def __init__(self, rows: type[Themes] = Everything) -> None:
        super().__init__(
            [rows], placeholder="Search for a theme" if rows is Themes else "Search for an action or theme"
        )
        self.set_class(rows is Themes, "-trying")
        self._trying: Timer | None = None

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, self._recolour)
        # The icon of Textual's own is an emoji, which terminals draw in one cell or in two.
        self.query_one(SearchIcon).icon = ":"
        self.query_one(CommandInput).cursor_blink = False

    def _recolour(self, theme: Theme) -> None:
        # Textual leaves out its own modal screens where it applies a theme.
        self.app.stylesheet.update(self, animate=False)

    @on(OptionList.OptionHighlighted)
    def try_on(self, event: OptionList.OptionHighlighted) -> None:
        """Show the theme under the cursor, once the cursor rests on it."""
        name = _theme(event.option)
        if self._trying is not None:
            self._trying.stop()
        self._trying = self.set_timer(_TRY_ON_SECONDS, partial(self._wardrobe.try_on, name))

    @on(OptionList.OptionSelected)
    def keep(self, event: OptionList.OptionSelected) -> None:
        """Wear the theme that was chosen before anything is put back."""
        name = _theme(event.option)
        if name is not None:
            self._wardrobe.wear(name)

    def on_unmount(self) -> None:
        self._wardrobe.try_on(None)

    @property
    def _wardrobe(self) -> Wardrobe:
        return cast("SodaApp", self.app).wardrobe


def _theme(option: object) -> str | None:
    command = option.hit.command if isinstance(option, Command) else None
    return command.theme if isinstance(command, Wear) else None


def _why(app: SodaApp, found: Action) -> str:
    pane = app.overview.grid.active
    return refusal(pane.repository if pane else None, pane.busy if pane else None, found) or say.NOT_NOW()
