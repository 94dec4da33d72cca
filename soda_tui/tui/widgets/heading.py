"""The heading of a part of a pane."""

from __future__ import annotations

from collections.abc import Sequence

from soda_tui.tui.text import Line, Span, make_line
from soda_tui.tui.tones import Tone


def heading(word: str, count: str, notes: Sequence[Span], width: int) -> Line:
    """A word and a count, a rule, and notes at its end."""
    left = [Span(f"{word} ", Tone.STRONG), Span(f"{count} " if count else "", Tone.QUIET)]
    return make_line(width, left, notes, fill=Span("─", Tone.FRAME))
