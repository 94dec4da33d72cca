"""ASCII in place of every glyph and frame, for terminals and fonts without more."""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

# Glyphs of looks.py first: within one table of it no two become the same.
_PAIRS = (
    "○o ◎@ ⟳& ●* ◐! ◑~ ◔= ◌: ✕x ✓+ ↺R ↑^ ↓v ◇< ≠% ≢# ◷T ▲^ △- ▽v ◆# ▸> ▾v ▪* •* ◦o ✎e ☐_ ☑x ☒x ★* ☆. ⚑! ⏎< ⇧^ "
    '·. …~ –- —- ‘\' ’\' ‚, “" ”" „" →> ←< ↔- ↕| ×x ±~ ≤< ≥> ≈~ −- ⋯~ ⋮: ⧉# ↻% '
    "─- ━= │| ┃| ╭+ ╮+ ╰+ ╯+ ┏# ┓# ┗# ┛# ┌+ ┐+ └+ ┘+ ├+ ┤+ ┬+ ┴+ ┼+ ┣# ┫# ┳# ┻# ╋# ┠# ┨# ┯# ┷# ═= ║| "
    "╔# ╗# ╚# ╝# ╠# ╣# ╦# ╩# ╬# ╌- ╍= ┄- ┅= ┆| ┇| ┈- ┉= ┊| ┋| ╎| ╏| ╴- ╵| ╶- ╷| ╸= ╹| ╺= ╻| ╼= ╽| ╾= ╿| "
    "▔- ▁_ ▂_ ▃_ ▄_ ▅= ▆# ▇# █# ▉# ▊| ▋| ▌| ▍| ▎| ▏| ▐| ▕| ▀- ▖_ ▗_ ▘' ▝' ▙# ▚# ▛# ▜# ▞# ▟# ░. ▒: ▓# "
    "▶> ◀< ▼v ▴^ ▹> ▿v ◂< ◃< ►> ◄< 🭰| 🭶- 🭻_"
)
ASCII = str.maketrans({pair[0]: pair[1] for pair in _PAIRS.split()})


class AsciiFilter(LineFilter):
    """Replaces glyphs where lines are drawn, cell by cell; foreign letters stay."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            segment
            if segment.text.isascii()
            else Segment(segment.text.translate(ASCII), segment.style, segment.control)
            for segment in segments
        ]
