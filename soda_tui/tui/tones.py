"""Tones: what a piece of text means on the screen, and which colour and weight the theme gives it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from rich.style import Style
from textual.color import Color


class Tone(StrEnum):
    """A meaning; its value is the theme's variable that colours it."""

    TEXT = "foreground"
    STRONG = "text-strong"
    QUIET = "text-quiet"
    FAINT = "text-faint"
    KEY = "text-key"
    BRAND = "primary"
    FRAME = "pane-frame"
    FOCUS = "pane-focus"
    WORKING = "agent-working"
    STARTING = "agent-starting"
    NEEDS = "agent-needs"
    FAILED = "agent-failed"
    DONE = "agent-done"
    IDLE = "agent-idle"
    ELSEWHERE = "agent-elsewhere"
    CURSOR = "row-cursor"
    GROUND_NEEDS = "notice-needs"
    GROUND_FAILED = "notice-failed"
    GROUND_DONE = "notice-done"
    GROUND_BAR = "bar"


Tones = Mapping[Tone, Style]

_BOLD = frozenset({Tone.STRONG, Tone.KEY, Tone.BRAND, Tone.FOCUS})
_GROUNDS = frozenset({Tone.CURSOR, Tone.GROUND_NEEDS, Tone.GROUND_FAILED, Tone.GROUND_DONE, Tone.GROUND_BAR})


def variable_defaults(colours: Mapping[str, str]) -> dict[str, str]:
    """The application's own variables, for themes that do not set them; `colours` is the theme's colour system."""
    ground, ink = _colour(colours, "background"), _colour(colours, "foreground")

    def mix(name: str, share: float) -> str:
        return ground.blend(_colour(colours, name), share).hex6 if ink.ansi is None else colours[name]

    def ink_at(share: float) -> str:
        return ground.blend(ink, share).hex6 if ink.ansi is None else "ansi_bright_black"

    return {
        Tone.STRONG: colours["foreground"],
        Tone.QUIET: ink_at(0.68),
        Tone.FAINT: ink_at(0.42),
        Tone.KEY: colours["primary"],
        Tone.FRAME: ink_at(0.26),
        Tone.FOCUS: colours["primary"],
        Tone.WORKING: colours["success"],
        Tone.STARTING: colours["primary"],
        Tone.NEEDS: colours["warning"],
        Tone.FAILED: colours["error"],
        Tone.DONE: colours["secondary"],
        Tone.IDLE: ink_at(0.6),
        Tone.ELSEWHERE: ink_at(0.6),
        Tone.CURSOR: mix("primary", 0.22),
        Tone.GROUND_NEEDS: mix("warning", 0.16),
        Tone.GROUND_FAILED: mix("error", 0.18),
        Tone.GROUND_DONE: mix("secondary", 0.14),
        Tone.GROUND_BAR: colours["surface"],
    }


def resolve(variables: Mapping[str, str]) -> Tones:
    """The style of each tone under a theme; a ground colours what is behind the text, all others the text.

    Raises KeyError or ColorParseError where a variable is missing or is no colour.
    """
    styles: dict[Tone, Style] = {}
    for tone in Tone:
        colour = _colour(variables, tone.value).rich_color
        styles[tone] = Style(bgcolor=colour) if tone in _GROUNDS else Style(color=colour, bold=tone in _BOLD or None)
    return styles


def _colour(variables: Mapping[str, str], name: str) -> Color:
    return Color.parse(variables[name])
