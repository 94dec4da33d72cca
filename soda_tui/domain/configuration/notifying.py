"""Notifying: by what means a person is told of what happened, as the configuration says it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from soda_tui.domain.configuration.meaning import WORDS, YES_NO, Words, means
from soda_tui.domain.telling import NoticeKind


class TerminalNotice(StrEnum):
    """How the terminal is asked for a notification; `auto` is what it is known to understand."""

    AUTO = "auto"
    OSC9 = "osc9"
    OSC777 = "osc777"
    OFF = "off"


class DesktopNotice(StrEnum):
    """Whether the desktop is asked for a notification; `auto` is where the terminal shows none."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"


class NotifySettings(Struct, frozen=True):
    """What a person is told of, and by what means; `command` gets each event's facts as JSON on standard input."""

    on: Annotated[
        tuple[NoticeKind, ...],
        Meta(max_length=100),
        means("What you are told of.", f"a list of these: {', '.join(NoticeKind)}"),
    ] = tuple(NoticeKind)
    toast: Annotated[bool, means("Say it on the screen.", YES_NO)] = True
    terminal: Annotated[
        TerminalNotice,
        means(
            "The terminal's own notification; auto: where the terminal is known to have one.",
            "auto, osc9, osc777 or off",
        ),
    ] = TerminalNotice.AUTO
    bell: Annotated[bool, means("Ring the terminal's bell.", YES_NO)] = False
    desktop: Annotated[
        DesktopNotice,
        means("A notification of the desktop; auto: where the terminal shows none.", "auto, on or off"),
    ] = DesktopNotice.AUTO
    command: Annotated[
        Words, means("Your own command, run for each event with its facts as JSON on standard input.", WORDS)
    ] = ()
