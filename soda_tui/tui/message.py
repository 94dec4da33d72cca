"""A message: what was said to a person, and when."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from textual import message
from textual.notifications import SeverityLevel

from soda_tui.domain.failure import Failure
from soda_tui.tui.tones import Tone

MESSAGE_TONES = {"information": Tone.TEXT, "warning": Tone.NEEDS, "error": Tone.FAILED}


class Message(Struct, frozen=True):
    """One sentence, cleaned; what is `quiet` stands in the log of messages alone."""

    at: datetime
    text: str
    severity: SeverityLevel = "information"
    quiet: bool = False

    @property
    def tone(self) -> Tone:
        """How it is coloured."""
        return MESSAGE_TONES[self.severity]


class Told(message.Message):
    """A widget or a screen has something to say to the person; the application says it."""

    def __init__(self, text: str, severity: SeverityLevel = "information") -> None:
        super().__init__()
        self.text = text
        self.severity = severity


def words_of(error: BaseException | None) -> str:
    """What broke something off, in words."""
    return error.problem.message if isinstance(error, Failure) else f"{type(error).__name__}: {error}"
