"""Patterns: what plain words tell of an agent, kept so narrow that its talk about such things is not taken for them."""

from __future__ import annotations

import re
from datetime import datetime

from soda_tui.domain.runs.events import Event, EventKind
from soda_tui.domain.transcripts.values import moment

_LONGEST = 300

# A prompt ends its line and names its answers; only the last line said is ever believed to be one.
_QUESTIONS = (
    r"[\[(][yY](?:es)?/[nN](?:o)?(?:/\w+)*[\])]\s*[:?]?",  # Continue? [y/N]
    r"\(Y\)es/\(N\)o(?:/\([A-Z]\)[\w' ]+)*(?: \[\w+\])?:",  # aider: Add file to the chat? (Y)es/(N)o [Yes]:
    r"[Pp]ress (?:enter|return|any key) to (?:continue|proceed|confirm)\W*",
    r"Do you (?:want|wish) to (?:proceed|continue|make this edit|allow)[^?]{0,80}\?",
)
_QUESTION = re.compile("(?:" + "|".join(_QUESTIONS) + r")\s*\Z")
_ENDS = frozenset("?:]).!edmy")
# How the programs themselves, at the beginning of a line, say that no more is to be had for now.
_LIMITS = (
    r"Claude (?:AI )?usage limit reached",
    r"You(?:'|’)?ve (?:hit|reached) your (?:\S+ )?(?:usage |rate |session |weekly )?limit",
    r"You have (?:hit|reached|exceeded) your (?:\S+ )?(?:usage |rate |session |weekly )?(?:limit|quota)",
    r"(?:5-hour|Weekly|Opus weekly|Session) limit reached",
    r"You exceeded your current quota",
    r"(?:litellm\.)?RateLimitError:",
)
_LIMIT = re.compile(r"\W{0,3}(?:Error: )?(?:" + "|".join(_LIMITS) + ")", re.IGNORECASE)
# What only an error message may say: the model's own words do not come here.
_LIMITED = re.compile(
    r"(?:usage|session|weekly|daily|spend) limit|quota (?:exceeded|exhausted)|exceeded your .{0,30}quota"
    r"|RESOURCE_EXHAUSTED|insufficient_quota|usage_limit_reached",
    re.IGNORECASE,
)
_EPOCH = re.compile(r"\|(\d{10})\b")


def told(text: str) -> Event:
    """A line of plain words: text, or a question or a limit where it has the shape of one."""
    if len(text) <= _LONGEST:
        if text[-1:] in _ENDS and _QUESTION.search(text):
            return Event(EventKind.QUESTION, text, guessed=True)
        if ("imit" in text or "quota" in text) and _LIMIT.match(text):
            return Event(EventKind.LIMIT, text, ok=False, resets_at=reset(text), guessed=True)
    return Event(EventKind.TEXT, text)


def failed(text: str) -> Event:
    """An error message of the agent's program: a usage limit where it says so, else an error."""
    if _LIMITED.search(text) or _LIMIT.match(text):
        return Event(EventKind.LIMIT, text, ok=False, resets_at=reset(text))
    return Event(EventKind.ERROR, text)


def reset(text: str) -> datetime | None:
    """When a limit ends, where the message has it in seconds since 1970."""
    found = _EPOCH.search(text)
    return moment(int(found[1])) if found else None
