"""Foreign text made harmless: no control characters, no escape sequences, no direction marks, known widths."""

from __future__ import annotations

import re

# Whole escape sequences (CSI, OSC, DCS/SOS/PM/APC strings, two-byte ones), so that no rest of them stays as text. A
# string without an end goes to the end of its line: each alternative matches wherever it begins, so time is linear.
_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"
    r"|\x9b[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b\]|\x9d)[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?"
    r"|(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x1b\x9c\n]*(?:\x1b\\|\x9c)?"
    r"|\x1b[ -/]*[0-~]?"
)
# C0 and C1 controls, line and paragraph separators, and the marks that reorder what stands beside them.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]")


def clean(text: str) -> str:
    """The text without escape sequences, controls and direction marks; line feeds and tabs stay."""
    text = _ESCAPES.sub("", text.replace("\r\n", "\n"))
    return _CONTROLS.sub("", text)


def one_line(text: str) -> str:
    """The text cleaned and on one line, runs of white space folded to one space."""
    return " ".join(clean(text).split())


def shorten(text: str, characters: int) -> str:
    """At most `characters` characters of a cleaned line, the cut marked with an ellipsis."""
    text = one_line(text)
    return text if len(text) <= characters else text[: max(characters - 1, 0)].rstrip() + "…"
