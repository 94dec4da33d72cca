"""The wardrobe: which themes there are, and which one is worn, tried on and remembered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from textual.app import App
from textual.theme import BUILTIN_THEMES, Theme

from soda_tui.domain import sentences as say
from soda_tui.domain.failure import Failure
from soda_tui.tui import themes
from soda_tui.tui.actions import key_hint

SECONDS = 2.0
"""How long a change of a person's theme may go unseen."""


class Wardrobe:
    """The themes of an application: a person's own before ours, ours before Textual's."""

    def __init__(self, app: App[None], own: Path | None, wanted: str | None, remember: Callable[..., object]) -> None:
        """`own` is the folder of the person's themes, `wanted` the theme to wear, `remember` is told a chosen one."""
        self._app = app
        self._remember = remember
        self._own = own
        self._own_names: frozenset[str] = frozenset()
        self._said: frozenset[str] = frozenset()
        self._asked = wanted
        self.worn = themes.DEFAULT

    def dress(self) -> None:
        """Put on the theme that is asked for, reading no other, so that the first frame waits for none."""
        for name in (self._asked, themes.DEFAULT):
            if name is not None and self._fetch(name):
                self.worn = name
                self._put_on(name)
                return

    def _put_on(self, name: str) -> None:
        """Begin with a theme; one that is like Textual's own first one needs no style sheet to be read twice."""
        theme = self._app.available_themes[name]
        if theme.ansi or not theme.dark:
            self._app.theme = name
            return
        self._app.set_reactive(App.theme, name)
        self._app.set_class(True, f"-theme-{name}", update=False)
        self._app.stylesheet.set_variables(self._app.get_css_variables())

    def suit_terminal(self) -> None:
        """Where nobody asked for a theme, a terminal with sixteen colours gets its own."""
        if self._asked is None and self._app.console.color_system == "standard" and self._fetch(themes.SIXTEEN):
            self.worn = self._app.theme = themes.SIXTEEN

    def try_on(self, name: str | None) -> None:
        """Show a theme without wearing it; None shows the one that is worn."""
        wanted = name if name in self._app.available_themes else self.worn
        if wanted != self._app.theme:
            self._app.theme = wanted

    def wear(self, name: str) -> None:
        """Wear a theme from now on, also the next time."""
        if name == self._asked:
            return
        self.try_on(name)
        self._asked = self.worn = self._app.theme
        self._remember(theme=self.worn)

    def rank(self, name: str) -> int:
        """Where a theme stands among others: yours, then ours, then Textual's."""
        return ("yours", "soda-tui's", "Textual's").index(self.origin(name))

    def origin(self, name: str) -> str:
        """Whose a theme is."""
        if name in self._own_names:
            return "yours"
        return "Textual's" if name in BUILTIN_THEMES else "soda-tui's"

    async def watch(self, complain: Callable[[str], None]) -> None:
        """Read all themes, then those of the person's folder again whenever it changes; complain of each fault once."""
        for theme in await asyncio.to_thread(lambda: _shelf(themes.folder())[0]):
            if theme.name not in self._app.available_themes:
                self._app.register_theme(theme)
        if self._own is None:
            self._complain(frozenset(), complain)
            return
        seen: themes.Stamp | None = None
        while True:
            stamp = await asyncio.to_thread(themes.stamp, self._own)
            if stamp != seen:
                seen = stamp
                found, broken = await asyncio.to_thread(_shelf, self._own)
                self._put(found, frozenset(Path(name).stem for name, _, _ in stamp))
                self._complain(frozenset(broken), complain)
            await asyncio.sleep(SECONDS)

    def _fetch(self, name: str) -> bool:
        """Register one theme by its name alone; False where there is none that can be used."""
        if name != Path(name).name:
            return False
        for place in (self._own, themes.folder()):
            if place is None or not (path := place / f"{name}.toml").is_file():
                continue
            try:
                self._app.register_theme(themes.read(path))
            except Failure:
                continue
            return True
        return name in self._app.available_themes

    def _put(self, found: list[Theme], present: frozenset[str]) -> None:
        """Make these the person's own; one that has gone gives way to ours or Textual's of the same name."""
        for name in self._own_names - present:
            self._app.unregister_theme(name)
            if name in BUILTIN_THEMES:
                self._app.register_theme(BUILTIN_THEMES[name])
            self._fetch(name)
        for theme in found:
            if theme != self._app.available_themes.get(theme.name):
                self._app.register_theme(theme)
                if theme.name == self._app.theme:
                    self._app.mutate_reactive(App.theme)
        self._own_names = present
        known = self._app.available_themes
        worn = self._asked if self._asked in known else self.worn if self.worn in known else themes.DEFAULT
        if worn != self.worn:
            self._fetch(worn)
            self.worn = worn
            self.try_on(None)

    def _complain(self, broken: frozenset[str], complain: Callable[[str], None]) -> None:
        gone = self._asked is not None and self._asked not in self._app.available_themes
        key = key_hint(self._app, "app.theme")
        faults = broken | ({say.THEME_GONE(theme=self._asked, worn=self.worn, key=key)} if gone else frozenset())
        if new := faults - self._said:
            complain(" ".join(sorted(new)))
        self._said = faults


def _shelf(folder: Path) -> tuple[list[Theme], list[str]]:
    """The themes of a folder, and a sentence on each that is broken."""
    found, broken = [], []
    for path in themes.files(folder):
        try:
            found.append(themes.read(path))
        except Failure as failure:
            broken.append(failure.problem.message)
    return found, broken
