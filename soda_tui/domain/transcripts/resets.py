"""Resets: when a usage limit ends, by the words that the agent's program had for it.

Codex: "try again in 3 days 5 hours 32 minutes", "try again at 3:05 PM", "at Feb 3rd, 2026 3:05 PM"; Claude Code:
"resets 3pm (Europe/Berlin)", "resets Oct 9, 3am". A time of day without a zone is the machine's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo

from msgspec import structs

from soda_tui.domain.runs.events import Event, EventKind

_LONGEST = timedelta(days=40)
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_SPAN = r"\d{1,4} ?(?:d(?:ays?)?|h(?:ours?|rs?)?|m(?:in(?:ute)?s?)?|s(?:ec(?:ond)?s?)?)\b"
_IN = re.compile(rf"\bin (?:about )?((?:{_SPAN}(?:,? and |, ?| )?){{1,4}})", re.IGNORECASE)
_PART = re.compile(r"(\d+) ?([dhms])", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_AT = re.compile(
    r"\b(?:at|resets?|until|after) (?:(?P<month>" + "|".join(_MONTHS) + r")[a-z]* (?P<day>\d{1,2})(?:st|nd|rd|th)?,? "
    r"(?:(?P<year>\d{4}),? )?(?:at )?)?(?P<hour>\d{1,2})(?::(?P<minute>\d\d))? ?(?P<half>[ap]m\b)?"
    r"(?: ?\((?P<zone>[\w+/-]+)\))?",
    re.IGNORECASE,
)


def with_reset(events: Iterable[Event], said: datetime) -> list[Event]:
    """The events, those of limits with the time at which they end, where only words tell it; `said` is a local time."""
    return [
        structs.replace(event, resets_at=reset_by(event.text, said))
        if event.kind is EventKind.LIMIT and not event.ok and event.resets_at is None
        else event
        for event in events
    ]


def reset_by(text: str, said: datetime) -> datetime | None:
    """When a limit ends by words that were said then, at a local time; None where they do not say it."""
    try:
        found = _after(text, said) or _at(text, said)
    except (ValueError, OverflowError):
        return None
    return found.astimezone(UTC) if found is not None and said < found < said + _LONGEST else None


def _after(text: str, said: datetime) -> datetime | None:
    found = _IN.search(text)
    if found is None:
        return None
    spans = {_UNITS[unit.lower()]: int(number) for number, unit in _PART.findall(found[1])}
    return said + timedelta(**spans)


def _at(text: str, said: datetime) -> datetime | None:
    """A time of day, which may have a date; without one it is the next that comes."""
    found = next((one for one in _AT.finditer(text) if one["minute"] or one["half"]), None)
    if found is None:
        return None
    here = said.astimezone(_zone(found["zone"])) if found["zone"] else said
    hour = int(found["hour"])
    if found["half"]:
        hour = hour % 12 + 12 * (found["half"].lower() == "pm")
    time = here.replace(hour=hour, minute=int(found["minute"] or 0), second=0, microsecond=0)
    if found["month"] is None:
        return time if time > here else time + timedelta(days=1)
    month = _MONTHS.index(found["month"].lower()) + 1
    time = time.replace(year=int(found["year"] or here.year), month=month, day=int(found["day"]))
    return time if found["year"] or time > here else time.replace(year=here.year + 1)


def _zone(name: str) -> tzinfo:
    """A zone by its name; raises ValueError where nobody knows it."""
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (OSError, KeyError) as error:
        raise ValueError(name) from error
