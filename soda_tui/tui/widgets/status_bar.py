"""The bar at the top: how many need a person, how fresh the data is, what is left of the budget, what was said last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from textual.reactive import var

from soda_tui.domain import sentences as say
from soda_tui.domain.host_trouble import host_troubles
from soda_tui.domain.model import RateLimit, Snapshot
from soda_tui.domain.pacing.words import concerns, slow
from soda_tui.domain.times import age
from soda_tui.domain.token_expiry import end_words, expiring
from soda_tui.tui.actions import key_hint
from soda_tui.tui.looks import BUSY, MARKED, STALE
from soda_tui.tui.message import Message
from soda_tui.tui.text import Line, Span, make_line, plain
from soda_tui.tui.tones import Tone
from soda_tui.tui.widgets.group_heading import state_counts
from soda_tui.tui.widgets.lines import Lines

_SCARCE = 0.1
_FRESH = timedelta(seconds=10)
_OLD = timedelta(minutes=1)
# In so many characters a host's trouble is said whole, whatever is left out for it.
_WHOLE = 40


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
        # What keeps hosts from being read is more than the words beside the signs of states.
        words = 5 if host_troubles(snapshot.repositories) else 1
        left += [span._replace(rank=words) if span.rank else span for span in state_counts(snapshot.repositories)]
        left += self._choice(len(snapshot.repositories))
        left += self._said(snapshot, now)
        reading = [Span(f"  {BUSY.glyph} reading…", BUSY.tone)] if self.reading else []
        right = [*reading, *_freshness(snapshot, now), *_expiry(snapshot, now), *_budget(snapshot, now), Span(" ")]
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

    def _said(self, snapshot: Snapshot, now: datetime) -> list[Span]:
        """The newest message; what keeps hosts from being read stands behind it, and soon in its place."""
        bar, message = Span(" │ ", Tone.FAINT), self.message
        if self.trouble:
            return [bar, Span(self.trouble, Tone.FAILED, shrink=True)]
        if message is not None and (now - message.at >= _OLD or message.is_over(snapshot)):
            message = None
        troubles = host_troubles(snapshot.repositories)
        if troubles and (message is None or now - message.at >= _FRESH):
            several = len({found.host for found in snapshot.repositories}) > 1
            words = "; ".join(f"{plain(one.host)}: {one.words}" if several else one.words for one in troubles)
            return [bar, Span(words, Tone.NEEDS, shrink=len(words) > _WHOLE)]
        if message is None:
            return []
        ago = f"{age(message.at, now)} ago: " if now - message.at >= _FRESH else ""
        return [bar, Span(ago, Tone.FAINT), Span(message.text, message.tone, shrink=True)]


def _freshness(snapshot: Snapshot, now: datetime) -> list[Span]:
    """How old the oldest is of what is kept fresh; where nothing is, how old the newest is."""
    read = [(found.fetched_at, found.stale) for found in snapshot.repositories if found.fetched_at is not None]
    fresh = [at for at, stale in read if not stale]
    if fresh or not read:
        return [Span(f"  read {age(min(fresh), now)} ago", Tone.QUIET, rank=3)] if fresh else []
    return [Span(f"  read {age(max(at for at, _ in read), now)} ago", STALE.tone, rank=3)]


def _expiry(snapshot: Snapshot, now: datetime) -> list[Span]:
    soon = expiring(snapshot.accounts, now)[:1]
    return [Span(f"  token {end_words(each.token_expires_at, now)}", Tone.NEEDS, rank=2) for each in soon]


def _budget(snapshot: Snapshot, now: datetime) -> list[Span]:
    limits = [(account.rate_limit, account) for account in snapshot.accounts if account.rate_limit is not None]
    known = [(limit, account) for limit, account in limits if limit.limit and limit.remaining is not None]
    if not known:
        return []
    scarcest, account = min(known, key=lambda each: _share(each[0]))
    scarce, reset = _share(scarcest) < _SCARCE, scarcest.reset_at
    tone = Tone.NEEDS if scarce else Tone.QUIET
    several = len({each.host for each in snapshot.accounts}) > 1
    spans = [Span("  API", tone, rank=2), Span(f" {plain(account.host)}" if several else "", tone, rank=2)]
    if not scarcest.remaining and reset is not None and reset > now:
        return [*spans, Span(f" none until {reset:%H:%M} UTC", tone, rank=2)]
    spans += [
        Span(f" {scarcest.remaining:,}", tone, rank=2),
        Span(f"/{scarcest.limit:,}", tone, rank=2 if scarce else 4),
    ]
    if reset is not None and reset > now:
        spans.append(Span(f" resets in {age(now, reset)}", Tone.FAINT, rank=2 if scarce else 6))
    tone = Tone.NEEDS if slow(account) else Tone.QUIET
    for at, words in enumerate(concerns(account)):
        spans.append(Span(f"{', ' if at else ': '}{words}", tone, rank=5 if at else 3))
    return spans


def _share(limit: RateLimit) -> float:
    return (limit.remaining or 0) / (limit.limit or 1)
