"""Foreign values on their way into events: cleaned, bounded, and of use or nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from soda_tui.domain.runs.logtext import shown
from soda_tui.domain.text import clean, one_line

LONGEST_TEXT = 16_384
LONGEST_DETAIL = 400
_TAB = 4
_MOST = 10**15
# It becomes an argument of the agent's own program, so nothing that could be an option.
_IDENTITY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}")


def block(text: str | None) -> str:
    """A text of several lines, at most 16 Ki characters."""
    if not text:
        return ""
    found = clean(_whole(text[: 2 * LONGEST_TEXT])).expandtabs(_TAB).strip()
    if len(found) > LONGEST_TEXT or len(text) > 2 * LONGEST_TEXT:
        return found[: LONGEST_TEXT - 1] + "…"
    return found


def line(text: str | None, longest: int = LONGEST_DETAIL) -> str:
    """A text on one line, cut with a mark."""
    if not text:
        return ""
    found = one_line(_whole(text[: 4 * longest]))
    return found if len(found) <= longest and len(text) <= 4 * longest else found[: longest - 1] + "…"


def first_line(text: str | None) -> str:
    """The first line of a text that says something."""
    head = (text or "")[:LONGEST_TEXT]
    return line(next((part for part in head.split("\n") if one_line(part)), ""), 200)


def raw_line(data: bytes) -> str:
    """A line of bytes as a terminal would leave it."""
    return shown(data[: 4 * LONGEST_TEXT].decode("utf-8", "replace")).rstrip()


def identity(text: str | None) -> str:
    """What names a conversation or a call; nothing where it is none that a program could be given."""
    return text if text is not None and _IDENTITY.fullmatch(text) else ""


def count(number: int | float | None) -> int:
    """A number that counts something: at least 0, and no more than anything has."""
    return 0 if number is None else int(min(max(number, 0), _MOST))


def money(amount: float | None) -> float | None:
    """An amount in USD, where it is one."""
    return float(amount) if amount is not None and 0 <= amount < _MOST else None


def lasted(milliseconds: int | float | None) -> float | None:
    """Seconds out of milliseconds."""
    return None if milliseconds is None else count(milliseconds) / 1000


def moment(seconds: int | float | None) -> datetime | None:
    """A time in seconds since 1970 (in milliseconds where it were after the year 5000)."""
    if seconds is None or not 0 < seconds < 1e14:
        return None
    return datetime.fromtimestamp(int(seconds / 1000 if seconds > 1e11 else seconds), UTC)


def iso_time(text: str | None) -> datetime | None:
    """A time as ISO 8601 writes it, in UTC."""
    try:
        found = datetime.fromisoformat(text) if text else None
        return found.astimezone(UTC) if found is not None and found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _whole(text: str) -> str:
    """Without halves of surrogate pairs, which have no UTF-8."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
