"""Tones: what a piece of text means on the screen, and which colour and weight the theme gives it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    BRAND = "text-brand"
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

_TEXT_CONTRAST = 4.5
_MARK_CONTRAST = 3.0
_BOLD = frozenset({Tone.STRONG, Tone.KEY, Tone.BRAND, Tone.FOCUS})
_GROUNDS = frozenset({Tone.CURSOR, Tone.GROUND_NEEDS, Tone.GROUND_FAILED, Tone.GROUND_DONE, Tone.GROUND_BAR})


def variable_defaults(colours: Mapping[str, str]) -> dict[str, str]:
    """The application's own variables, for themes that do not set them; `colours` is the theme's colour system.

    Text has at least 4.5 times the luminance of every ground that it stands on, or its inverse, and marks have 3 times
    (WCAG 2.2, 1.4.3 and 1.4.11), as far as the theme's own foreground has it.
    """
    ground, ink, bar = (_colour(colours, name) for name in ("background", "foreground", "surface"))
    if ink.ansi is not None or ground.ansi is not None:
        return _sixteen(colours)
    grounds = {
        tone: ground.blend(_colour(colours, name), share)
        for tone, name, share in (
            (Tone.CURSOR, "primary", 0.2),
            (Tone.GROUND_NEEDS, "warning", 0.16),
            (Tone.GROUND_FAILED, "error", 0.18),
            (Tone.GROUND_DONE, "secondary", 0.14),
        )
    }
    behind = (ground, bar, *grounds.values())

    def text(name: str, share: float = 1.0) -> str:
        return _legible(ground.blend(_colour(colours, name), share), ink, behind, _TEXT_CONTRAST).hex6

    return {
        Tone.STRONG: text("foreground"),
        Tone.QUIET: text("foreground", 0.75),
        Tone.FAINT: text("foreground", 0.5),
        Tone.KEY: text("primary"),
        Tone.BRAND: text("primary"),
        Tone.FRAME: _legible(ground.blend(ink, 0.26), ink, (ground,), _MARK_CONTRAST).hex6,
        Tone.FOCUS: text("primary"),
        Tone.WORKING: text("success"),
        Tone.STARTING: text("primary"),
        Tone.NEEDS: text("warning"),
        Tone.FAILED: text("error"),
        Tone.DONE: text("secondary"),
        Tone.IDLE: text("foreground", 0.75),
        Tone.ELSEWHERE: text("foreground", 0.75),
        **{tone: colour.hex6 for tone, colour in grounds.items()},
        Tone.GROUND_BAR: bar.hex6,
    }


def _sixteen(colours: Mapping[str, str]) -> dict[str, str]:
    """The variables of a theme in the terminal's own colours, whose contrast only the terminal knows."""
    plain: dict[str, str] = {tone.value: colours["background" if tone in _GROUNDS else "foreground"] for tone in Tone}
    return plain | {
        Tone.FAINT: "ansi_bright_black",
        Tone.FRAME: "ansi_bright_black",
        Tone.KEY: colours["primary"],
        Tone.BRAND: colours["primary"],
        Tone.FOCUS: colours["primary"],
        Tone.WORKING: colours["success"],
        Tone.STARTING: colours["primary"],
        Tone.NEEDS: colours["warning"],
        Tone.FAILED: colours["error"],
        Tone.DONE: colours["secondary"],
    }


def contrast(one: Color, other: Color) -> float:
    """The contrast ratio of two colours, from 1 to 21 (WCAG 2.2)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _legible(colour: Color, ink: Color, grounds: Sequence[Color], least: float) -> Color:
    """The colour, taken towards the ink and then beyond it as far as it needs to be read on all grounds."""
    beyond = Color(255, 255, 255) if _luminance(ink) > _luminance(grounds[0]) else Color(0, 0, 0)
    for begin, end in ((colour, ink), (ink, beyond)):
        for share in range(0, 11):
            mixed = begin.blend(end, share / 10)
            if all(contrast(mixed, ground) >= least for ground in grounds):
                return mixed
    return beyond


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
