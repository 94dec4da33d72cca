"""What stands in the place of the grid while no repository is enrolled."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import Center, Middle
from textual.content import Content
from textual.widgets import Static

from soda_tui.tui.actions import key_hint

_PAGE = (
    ("soda-tui\n", "bold $primary"),
    ("One coding agent per repository, all of them at a glance.\n\n", "$text-quiet"),
    ("No repository is enrolled yet.\n\n", "bold $text-strong"),
    ("soda-tui enroll ", "bold $primary"),
    ("PATH", "$text-quiet"),
    ("   puts a clone under the cockpit\n", ""),
    ("soda-tui --demo", "bold $primary"),
    ("        shows it all, with nothing to set up\n\n", ""),
)


class Welcome(Middle):
    """A calm page that says what to do next."""

    def compose(self) -> ComposeResult:
        with Center():
            yield Static(Content.assemble(*_PAGE, *self._keys()), markup=False)

    def _keys(self) -> Iterator[tuple[str, str]]:
        for name, words in (("app.guide", " set up     "), ("app.help", " all keys     "), ("app.quit", " quit")):
            yield key_hint(self, name), "bold $primary"
            yield words, "$text-quiet"
