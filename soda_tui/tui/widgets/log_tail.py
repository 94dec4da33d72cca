"""The end of the newest log; new lines repaint it and never lay anything out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from textual.reactive import var

from soda_tui.domain.model import Run
from soda_tui.domain.runs import readable
from soda_tui.domain.times import age
from soda_tui.tui.log_lines import spans
from soda_tui.tui.text import Line, Span, make_line
from soda_tui.tui.tones import Tone
from soda_tui.tui.widgets.heading import heading
from soda_tui.tui.widgets.lines import Lines


class LogTail(Lines):
    """Shows as many of the last lines as fit, the newest brightest; `log_lines` is None until the log has been read.

    `ended` says how the run ended, None while it runs.
    """

    run_shown: var[Run | None] = var(None)
    ended: var[str | None] = var(None)
    log_lines: var[tuple[readable.Line, ...] | None] = var(None)
    now: var[datetime | None] = var(None)

    watch_run_shown = watch_ended = watch_log_lines = watch_now = Lines.renew

    def wanted(self, most: int) -> int:
        """How many lines it would like of so many: a log that has ended needs no room for more."""
        if self.run_shown is None:
            return 0
        over = self.ended is not None and self.log_lines is not None
        return min(1 + max(len(self.log_lines or ()), 1), most) if over else most

    def make(self) -> Sequence[Line]:
        if self.run_shown is None or not self.size:
            return ()
        width, rows = self.size.width, max(self.size.height - 1, 0)
        shown = self.log_lines[-rows:] if rows and self.log_lines else ()
        lines = [heading("Log", "", self._notes(self.run_shown), width)]
        for index, said in enumerate(shown):
            lines.append(make_line(width, [Span(" "), *_parts(said, newest=index == len(shown) - 1)]))
        if self.log_lines == ():
            nothing = "No output." if self.ended else "No output yet."
            lines.append(make_line(width, [Span(f" {nothing}", Tone.FAINT, shrink=True)]))
        return lines

    def _notes(self, run: Run) -> list[Span]:
        notes = []
        if self.ended is not None:
            notes.append(Span(f" {self.ended}", Tone.QUIET))
        if run.last_output_at is not None and self.now is not None:
            notes.append(Span(f" {age(run.last_output_at, self.now)} ago", Tone.FAINT, rank=1))
        return notes


def _parts(line: readable.Line, *, newest: bool) -> list[Span]:
    """The parts of a line, of which the longest gives room."""
    parts = spans(line)
    longest = max(parts, key=lambda part: len(part.text))
    return [
        part._replace(tone=Tone.QUIET if part.tone is Tone.TEXT and not newest else part.tone, shrink=part is longest)
        for part in parts
    ]
