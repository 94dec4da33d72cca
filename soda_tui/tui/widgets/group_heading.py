"""The heading of a group of repositories, and all that is left of it while it is folded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from textual import events
from textual.message import Message
from textual.reactive import var

from soda_tui.domain.arrangement import Group
from soda_tui.domain.codes import Status
from soda_tui.domain.model import Repository
from soda_tui.tui.looks import STALE, STATUS
from soda_tui.tui.text import Line, Span, make_line, plain
from soda_tui.tui.tones import Tone
from soda_tui.tui.widgets.lines import Lines

_ORDER = (
    Status.FAILED,
    Status.NEEDS_INPUT,
    Status.ENDED,
    Status.STALLED,
    Status.LIMIT,
    Status.WORKING,
    Status.STARTING,
    Status.HANDING_OVER,
    Status.DONE,
    Status.CLAIMED,
    Status.ELSEWHERE,
    Status.IDLE,
    Status.UNKNOWN,
)


class GroupHeading(Lines, can_focus=True):
    """One line; a click folds the group or unfolds it."""

    group: var[Group | None] = var(None)
    active = var(False)

    class Toggled(Message):
        """A person wants the group folded, or unfolded."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    watch_group = watch_active = Lines.renew

    def make(self) -> Sequence[Line]:
        return [heading_line(self.group, self.size.width, active=self.active)] if self.group else ()

    def on_click(self, event: events.Click) -> None:
        event.stop()
        if self.group is not None:
            self.post_message(self.Toggled(self.group.name))


def heading_line(group: Group, width: int, *, active: bool) -> Line:
    """The group's name, a rule, and how many of its repositories are in which state."""
    tone = Tone.FOCUS if active else Tone.STRONG
    count = len(group.repositories)
    left = [
        Span(f" {'▸' if group.folded else '▾'} ", Tone.KEY),
        Span(f"{plain(group.name) or 'no group'} ", tone, shrink=True),
        Span(f"{count} ", Tone.QUIET),
    ]
    right = [*state_counts(group.repositories), Span(" ")]
    return make_line(width, left, right, fill=Span("─", Tone.FRAME), ground=Tone.CURSOR if active else None)


def state_counts(repositories: Iterable[Repository]) -> list[Span]:
    """How many need a person, are stale, and are in each state."""
    found = tuple(repositories)
    spans: list[Span] = []
    if needing := sum(bool(repository.needs) for repository in found):
        spans.append(Span(f" ! {needing} need{'s' if needing == 1 else ''} you", Tone.NEEDS))
    if stale := sum(repository.stale for repository in found):
        spans.append(Span(f"  {STALE.glyph} {stale} {STALE.word}", STALE.tone))
    counts = Counter(repository.agent.status for repository in found)
    for status in _ORDER:
        if counts[status]:
            look = STATUS[status]
            spans.append(Span(f"  {look.glyph} {counts[status]}", look.tone))
            spans.append(Span(f" {look.word}", look.tone, rank=1))
    return spans
