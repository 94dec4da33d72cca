"""The lines of a log for the screen: as it was written, or as a person can follow what an agent says in it."""

from __future__ import annotations

from collections.abc import Sequence

from soda_tui.domain.runs import readable
from soda_tui.domain.runs.logtext import shown, tail_lines
from soda_tui.domain.runs.readable import Line, plain_line
from soda_tui.tui.folding import TextLine
from soda_tui.tui.text import Span, literal, plain_log_line
from soda_tui.tui.tones import Tone

_TONES = {
    readable.Tone.TEXT: Tone.TEXT,
    readable.Tone.NAME: Tone.STRONG,
    readable.Tone.QUIET: Tone.FAINT,
    readable.Tone.GOOD: Tone.WORKING,
    readable.Tone.BAD: Tone.FAILED,
    readable.Tone.NEEDS: Tone.NEEDS,
}


class Raw:
    """Every line as it was written; has what `Flow` has."""

    def __init__(self) -> None:
        self.unseen: set[str] = set()
        self.under_way: Sequence[Line] = ()

    def feed(self, data: bytes) -> list[Line]:
        """The one line that these bytes are, or a part of it."""
        return [plain_line(shown(data.removesuffix(b"\n").decode("utf-8", "replace")))]

    def end(self) -> list[Line]:
        """Nothing is held back."""
        return []

    def rest(self, data: bytes) -> list[Line]:
        """What the line that has begun with these bytes looks like."""
        return [plain_line(text) for text in tail_lines(data)[-1:]]


def spans(line: Line) -> tuple[Span, ...]:
    """A line with the tones of the screen."""
    *parts, last = line.parts
    return (
        *(Span(literal(part.text), _TONES[part.tone]) for part in parts),
        Span(plain_log_line(last.text), _TONES[last.tone]),
    )


def text_line(line: Line) -> TextLine:
    """A line to be read."""
    return TextLine(spans(line))
