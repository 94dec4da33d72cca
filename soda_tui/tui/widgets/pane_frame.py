"""The frame of a pane: whose it is, whether it needs a person, and on which branch its clone is."""

from __future__ import annotations

from typing import NamedTuple

from soda_tui.domain.model import Repository
from soda_tui.tui.looks import CHANGED, MARKED, NEED, STALE
from soda_tui.tui.text import Line, Span, make_line, plain
from soda_tui.tui.tones import Tone
from soda_tui.tui.widgets.pane_head import arrows


class Marks(NamedTuple):
    """What a pane is besides its repository; `number` is the key that goes to it, as far as it is a digit."""

    number: int
    active: bool
    changed: bool
    marked: bool


def frame_lines(repository: Repository | None, marks: Marks, width: int, height: int, *, framed: bool) -> list[Line]:
    """The frame on all sides, or where it is not `framed` a rule above alone."""
    tone = _tone(repository, marks)
    rule = Span("━" if marks.active else "─", tone)
    left, right = (_title(repository, marks), _branch(repository)) if repository is not None else ([], [])
    if not framed:
        ends = [Span(rule.text, tone)] if right else []
        return [make_line(width, [Span(rule.text, tone), *left], [*right, *ends], fill=rule)]
    top_left, top_right, low_left, low_right, side = "┏┓┗┛┃" if marks.active else "╭╮╰╯│"
    top = make_line(
        width,
        [Span(top_left + rule.text, tone), *left],
        [*right, Span(rule.text + top_right, tone)],
        fill=rule,
    )
    middle = make_line(width, [Span(side, tone)], [Span(side, tone)])
    bottom = make_line(width, [Span(low_left, tone)], [Span(low_right, tone)], fill=rule)
    return [top, *[middle] * max(height - 2, 0), bottom][:height]


def _tone(repository: Repository | None, marks: Marks) -> Tone:
    tones = {NEED[need.code].tone for need in repository.needs} if repository else set()
    if repository is not None and repository.error is not None:
        tones.add(STALE.tone)
    if Tone.FAILED in tones:
        return Tone.FAILED
    if Tone.NEEDS in tones:
        return Tone.NEEDS
    return Tone.FOCUS if marks.active else Tone.FRAME


def _title(repository: Repository, marks: Marks) -> list[Span]:
    name = repository.name
    if repository.host != "github.com":
        name = f"{repository.host}/{name}"
    tone = Tone.FOCUS if marks.active else Tone.STRONG
    number = [Span(f" {marks.number}", Tone.KEY)] if marks.number <= 9 else []
    looks = [MARKED] * marks.marked + [CHANGED] * marks.changed
    glyphs = [Span(f" {look.glyph}", look.tone) for look in looks]
    return [*number, *glyphs, Span(f"{'' if marks.changed else ' '}{plain(name)} ", tone, shrink=True)]


def _branch(repository: Repository) -> list[Span]:
    clone = repository.clone
    spans = []
    if repository.archived:
        spans.append(Span(" archived", Tone.NEEDS))
    elif repository.read_only:
        spans.append(Span(" read-only", Tone.NEEDS))
    branch = clone.branch or ("" if clone.problem or clone.dirty is None else "detached")
    if branch:
        spans.append(Span(f" {plain(branch)}{'*' if clone.dirty else ''}", Tone.QUIET, shrink=True))
    spans += arrows(clone.ahead, clone.behind)
    return [*spans, Span(" ")] if spans else []
