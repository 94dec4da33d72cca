"""Foreign text made harmless: no control characters, no escape sequences, no direction marks, known widths."""

from __future__ import annotations

import re

# Whole escape sequences (CSI, OSC, DCS/SOS/PM/APC strings, two-byte ones), so that no rest of them stays as text. A
# string without an end goes to the end of its line: each alternative matches wherever it begins, so time is linear.
# Each begins with one letter, which lets the search skip to these letters.
_CSI = r"[0-?]*[ -/]*[@-~]"
_OSC = r"[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?"
_STRING = r"[^\x1b\x9c\n]*(?:\x1b\\|\x9c)?"
_ESCAPES = re.compile(
    rf"\x1b(?:\[{_CSI}|\]{_OSC}|[PX^_]{_STRING}|[ -/]*[0-~]?)"
    rf"|\x9b{_CSI}|\x9d{_OSC}|\x90{_STRING}|\x98{_STRING}|\x9e{_STRING}|\x9f{_STRING}"
)
# C0 and C1 controls, line and paragraph separators, and the marks that reorder what stands beside them.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]")


def clean(text: str) -> str:
    """The text without escape sequences, controls and direction marks; line feeds and tabs stay."""
    if text.isprintable():
        return text  # as nearly all text is, ten times faster
    text = _ESCAPES.sub("", text.replace("\r\n", "\n"))
    return text if text.isprintable() else _CONTROLS.sub("", text)


def one_line(text: str) -> str:
    """The text cleaned and on one line, runs of white space folded to one space."""
    return " ".join(clean(text).split())


def shorten(text: str, characters: int) -> str:
    """At most `characters` characters of a cleaned line, the cut marked with an ellipsis."""
    text = one_line(text)
    return text if len(text) <= characters else text[: max(characters - 1, 0)].rstrip() + "…"
