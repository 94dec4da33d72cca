"""The smallest application to be measured against: three widgets of Textual's own."""

from textual.app import App, ComposeResult
from textual.widgets import Label, Rule, Static


class ThreeWidgets(App[None]):
    """Shows a line of text between two others."""

    def compose(self) -> ComposeResult:
        yield Label("Above")
        yield Rule()
        yield Static("Marker-00-here")


if __name__ == "__main__":
    ThreeWidgets().run()
