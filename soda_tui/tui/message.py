"""A message: what was said to a person, and when."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from textual import message
from textual.notifications import SeverityLevel

from soda_tui.domain.failure import Failure
from soda_tui.domain.model import Snapshot
from soda_tui.tui.tones import Tone

MESSAGE_TONES = {"information": Tone.TEXT, "warning": Tone.NEEDS, "error": Tone.FAILED}


class Message(Struct, frozen=True):
    """One sentence, cleaned; what is `quiet` stands in the log of messages alone.

    `unread` are the repositories, by key, of which it says that they could not be read.
    """

    at: datetime
    text: str
    severity: SeverityLevel = "information"
    quiet: bool = False
    unread: frozenset[str] = frozenset()

    def is_over(self, snapshot: Snapshot) -> bool:
        """Whether it says that these could not be read, and by now all of them were."""
        failing = {found.key for found in snapshot.repositories if found.error is not None}
        return bool(self.unread) and not self.unread & failing

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
