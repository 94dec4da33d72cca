"""A message: what was said to a person, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from textual.notifications import SeverityLevel


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence, cleaned."""

    at: datetime
    text: str
    severity: SeverityLevel
