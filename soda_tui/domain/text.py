"""Foreign text made harmless: no control characters, no escape sequences, no direction marks, known widths."""

from __future__ import annotations

import re

LONGEST_TAIL = 8 * 1024

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
# C0 and C1 controls, line and paragraph separators, and what Unicode calls format characters: they reorder what stands
# beside them, or spell words that nobody sees. Those that join letters are needed, some are to be seen, and with U+2060
# the cockpit itself makes words harmless.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2061-\u206f\ufeff\ufff9-\ufffb"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)


def clean(text: str) -> str:
    """The text without escape sequences, controls and what nobody sees; line feeds and tabs stay."""
    if text.isprintable():
        return text  # as nearly all text is, ten times faster
    text = _ESCAPES.sub("", text.replace("\r\n", "\n"))
    return text if text.isprintable() else _CONTROLS.sub("", text)


def one_line(text: str) -> str:
    """The text cleaned and on one line, runs of white space folded to one space."""
    return " ".join(clean(text).split())


def counted(count: object, noun: str) -> str:
    """A number, or a word in its place, with the noun as it is said of so many."""
    if str(count) == "1":
        return f"1 {noun}"
    if noun.endswith(("ch", "sh", "s", "x")):
        return f"{count} {noun}es"
    return f"{count} {noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeou" else f"{count} {noun}s"


def shorten(text: str, characters: int) -> str:
    """At most `characters` characters of a cleaned line, the cut marked with an ellipsis."""
    text = one_line(text)
    return text if len(text) <= characters else text[: max(characters - 1, 0)].rstrip() + "…"


def tail(text: str, longest: int = LONGEST_TAIL) -> str:
    """The end of a text, from the beginning of a line on, in so many bytes at most and a sign that it was cut."""
    data = text.strip().encode(errors="replace")
    if len(data) <= longest:
        return text.strip()
    cut = data[-longest:].decode(errors="ignore")
    return "[…]\n" + (cut.partition("\n")[2] or cut)
