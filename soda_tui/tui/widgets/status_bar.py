"""The bar at the top: how many need a person, how fresh the data is, what is left of the budget, what was said last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from textual.reactive import var

from soda_tui.domain.model import RateLimit, Snapshot, Status
from soda_tui.tui.looks import STALE, STATUS
from soda_tui.tui.text import Line, Span, make_line, plain
from soda_tui.tui.times import age
from soda_tui.tui.tones import Tone
from soda_tui.tui.widgets.lines import Lines

_ORDER = (
    Status.FAILED,
    Status.NEEDS_INPUT,
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
_SCARCE = 0.1


class StatusBar(Lines):
    """One line; an error that stays is shown instead of the last message."""

    snapshot: var[Snapshot | None] = var(None)
    now: var[datetime | None] = var(None)
    message: var[tuple[str, Tone]] = var(("", Tone.TEXT))
    demo = var(False)

    def watch_snapshot(self) -> None:
        self.renew()

    def watch_now(self) -> None:
        self.renew()

    def watch_message(self) -> None:
        self.renew()

    def make(self) -> Sequence[Line]:
        snapshot, now, width = self.snapshot, self.now, self.size.width
        left = [Span(" soda-tui", Tone.BRAND, rank=5)]
        if self.demo:
            left.append(Span(" demo", Tone.QUIET, rank=5))
        left.append(Span(" "))
        if snapshot is None or now is None:
            return [make_line(width, left, ground=Tone.GROUND_BAR)]
        left += _counts(snapshot)
        said, tone = self.message
        if said:
            left += [Span(" │ ", Tone.FAINT), Span(plain(said), tone, shrink=True)]
        right = [*_freshness(snapshot, now), *_budget(snapshot, now), Span(" ")]
        return [make_line(width, left, right, ground=Tone.GROUND_BAR)]


def _counts(snapshot: Snapshot) -> list[Span]:
    spans: list[Span] = []
    needing = sum(bool(repository.needs) for repository in snapshot.repositories)
    if needing:
        spans.append(Span(f" ! {needing} need{'s' if needing == 1 else ''} you", Tone.NEEDS))
    stale = sum(repository.stale for repository in snapshot.repositories)
    if stale:
        spans.append(Span(f"  {STALE.glyph} {stale} {STALE.word}", STALE.tone))
    counts = Counter(repository.agent.status for repository in snapshot.repositories)
    for status in _ORDER:
        if counts[status]:
            look = STATUS[status]
            spans.append(Span(f"  {look.glyph} {counts[status]}", look.tone))
            spans.append(Span(f" {look.word}", look.tone, rank=1))
    return spans


def _freshness(snapshot: Snapshot, now: datetime) -> list[Span]:
    read = [found.fetched_at for found in snapshot.repositories if found.fetched_at is not None and not found.stale]
    return [Span(f"  read {age(min(read), now)} ago", Tone.QUIET, rank=3)] if read else []


def _budget(snapshot: Snapshot, now: datetime) -> list[Span]:
    limits = [account.rate_limit for account in snapshot.accounts if account.rate_limit is not None]
    known = [limit for limit in limits if limit.limit and limit.remaining is not None]
    if not known:
        return []
    scarcest = min(known, key=_share)
    tone = Tone.NEEDS if _share(scarcest) < _SCARCE else Tone.QUIET
    spans = [Span(f"  API {scarcest.remaining:,}", tone, rank=2), Span(f"/{scarcest.limit:,}", tone, rank=4)]
    if scarcest.reset_at is not None and scarcest.reset_at > now:
        spans.append(Span(f" resets in {age(now, scarcest.reset_at)}", Tone.FAINT, rank=6))
    return spans


def _share(limit: RateLimit) -> float:
    return (limit.remaining or 0) / (limit.limit or 1)
