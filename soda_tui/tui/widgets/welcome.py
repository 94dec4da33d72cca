"""What stands in the place of the grid while no repository is enrolled."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Center, Middle
from textual.content import Content
from textual.widgets import Static

_PAGE = (
    ("soda-tui\n", "bold $primary"),
    ("One coding agent per repository, all of them at a glance.\n\n", "$text-quiet"),
    ("No repository is enrolled yet.\n\n", "bold $text-strong"),
    ("soda-tui enroll ", "bold $primary"),
    ("PATH", "$text-quiet"),
    ("   puts a clone under the cockpit\n", ""),
    ("soda-tui --demo", "bold $primary"),
    ("        shows it all, with nothing to set up\n\n", ""),
    ("?", "bold $primary"),
    (" all keys     ", "$text-quiet"),
    ("q", "bold $primary"),
    (" quit", "$text-quiet"),
)


class Welcome(Middle):
    """A calm page that says what to do next."""

    def compose(self) -> ComposeResult:
        with Center():
            yield Static(Content.assemble(*_PAGE), markup=False)
