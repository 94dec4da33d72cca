"""The bar at the top: how many need a person, how fresh the data is, what is left of the budget, what was said last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from textual.reactive import var

from soda_tui.domain import sentences as say
from soda_tui.domain.model import RateLimit, Snapshot
from soda_tui.domain.pacing.words import concerns, slow
from soda_tui.domain.times import age
from soda_tui.domain.token_expiry import expiring
from soda_tui.tui.actions import key_hint
from soda_tui.tui.looks import BUSY, MARKED
from soda_tui.tui.message import Message
from soda_tui.tui.text import Line, Span, make_line, plain
from soda_tui.tui.tones import Tone
from soda_tui.tui.widgets.group_heading import state_counts
from soda_tui.tui.widgets.lines import Lines

_SCARCE = 0.1
_FRESH = timedelta(seconds=10)
_OLD = timedelta(minutes=1)


class StatusBar(Lines):
    """One line, whose click opens the palette; `trouble` stays in place of the last message, which leaves in time.

    `filtered` is what the filter looks for and how many repositories it leaves; `marked` how many are marked.
    """

    snapshot: var[Snapshot | None] = var(None)
    now: var[datetime | None] = var(None)
    message: var[Message | None] = var(None)
    trouble = var("")
    reading = var(False)
    filtered: var[tuple[str, int] | None] = var(None)
    marked = var(0)
    demo = var(False)

    watch_snapshot = watch_now = watch_message = watch_trouble = Lines.renew
    watch_reading = watch_filtered = watch_marked = Lines.renew

    async def on_click(self) -> None:
        """A click opens the palette, from which everything can be clicked."""
        await self.run_action("app.perform('app.palette')")

    def holds(self, text: str) -> bool:
        """Whether the text can be read whole here."""
        return bool(self.size) and any(text in line.plain for line in self.make())

    def make(self) -> Sequence[Line]:
        snapshot, now, width = self.snapshot, self.now, self.size.width
        left = [Span(" soda-tui", Tone.BRAND, rank=5)]
        if self.demo:
            left.append(Span(" demo", Tone.QUIET, rank=5))
        left.append(Span(" "))
        if snapshot is None or now is None:
            return [make_line(width, left, ground=Tone.GROUND_BAR)]
        if snapshot.forbidden is not None:
            left.append(Span(say.STOP_ON_SCREEN(key=key_hint(self, "app.stop_all")), Tone.FAILED))
            left.append(Span(say.STOP_MEANS(path=snapshot.forbidden), Tone.FAILED, shrink=True))
            left.append(Span(" │ ", Tone.FAINT))
        left += state_counts(snapshot.repositories)
        left += self._choice(len(snapshot.repositories))
        left += self._said(now)
        fresh = [Span(f"  {BUSY.glyph} reading…", BUSY.tone)] if self.reading else _freshness(snapshot, now)
        right = [*fresh, *_expiry(snapshot, now), *_budget(snapshot, now), Span(" ")]
        return [make_line(width, left, right, ground=Tone.GROUND_BAR)]

    def _choice(self, count: int) -> list[Span]:
        spans: list[Span] = []
        if self.filtered is not None:
            text, left = self.filtered
            spans += [Span(" │ ", Tone.FAINT), Span("/", Tone.KEY), Span(plain(text), Tone.STRONG, shrink=True)]
            spans.append(Span(f" {left} of {count}", Tone.QUIET if left else Tone.NEEDS))
        if self.marked:
            spans += [Span(" │ ", Tone.FAINT), Span(f"{MARKED.glyph} {self.marked} {MARKED.word}", MARKED.tone)]
        return spans

    def _said(self, now: datetime) -> list[Span]:
        bar, message = Span(" │ ", Tone.FAINT), self.message
        if self.trouble:
            return [bar, Span(self.trouble, Tone.FAILED, shrink=True)]
        if message is None or now - message.at >= _OLD:
            return []
        ago = f"{age(message.at, now)} ago: " if now - message.at >= _FRESH else ""
        return [bar, Span(ago, Tone.FAINT), Span(message.text, message.tone, shrink=True)]


def _freshness(snapshot: Snapshot, now: datetime) -> list[Span]:
    read = [found.fetched_at for found in snapshot.repositories if found.fetched_at is not None and not found.stale]
    return [Span(f"  read {age(min(read), now)} ago", Tone.QUIET, rank=3)] if read else []


def _expiry(snapshot: Snapshot, now: datetime) -> list[Span]:
    soon = expiring(snapshot.accounts, now)[:1]
    return [Span(f"  token until {each.token_expires_at:%d %b}", Tone.NEEDS, rank=2) for each in soon]


def _budget(snapshot: Snapshot, now: datetime) -> list[Span]:
    limits = [(account.rate_limit, account) for account in snapshot.accounts if account.rate_limit is not None]
    known = [(limit, account) for limit, account in limits if limit.limit and limit.remaining is not None]
    if not known:
        return []
    scarcest, account = min(known, key=lambda each: _share(each[0]))
    tone = Tone.NEEDS if _share(scarcest) < _SCARCE else Tone.QUIET
    spans = [Span(f"  API {scarcest.remaining:,}", tone, rank=2), Span(f"/{scarcest.limit:,}", tone, rank=4)]
    if scarcest.reset_at is not None and scarcest.reset_at > now:
        spans.append(Span(f" resets in {age(now, scarcest.reset_at)}", Tone.FAINT, rank=6))
    tone = Tone.NEEDS if slow(account) else Tone.QUIET
    for at, words in enumerate(concerns(account)):
        spans.append(Span(f"{', ' if at else ': '}{words}", tone, rank=5 if at else 3))
    return spans


def _share(limit: RateLimit) -> float:
    return (limit.remaining or 0) / (limit.limit or 1)
