"""Spending: what agents say that they have used, as the snapshot has it, and in few words."""

from __future__ import annotations

from collections.abc import Iterable

from soda_tui.domain.events import Tokens
from soda_tui.domain.model import DayUsage, IssueUsage, Snapshot, Spending, Usage
from soda_tui.domain.progress import Progress
from soda_tui.domain.usage import NOTHING, Spent, Sums, usage_words


def run_usage(sums: Sums, progress: Progress) -> Usage | None:
    """What the last run has used; None where it says nothing of that."""
    context = progress.tally.context
    if sums.last == NOTHING and context is None:
        return None
    used, window = (context.used, context.window) if context else (None, None)
    return _usage(sums.last, context=used, context_window=window, complete=progress.missed == 0)


def spending(sums: Sums) -> Spending | None:
    """What all runs have used by issue and by day; None where none says anything of that."""
    if not sums.issues:
        return None
    issues = tuple(IssueUsage(issue, _usage(spent)) for issue, spent in sorted(sums.issues.items()))
    return Spending(issues, tuple(DayUsage(day, _usage(spent)) for day, spent in sorted(sums.days.items())))


def words(usage: Usage) -> str:
    """Tokens and cost in few words, and how full the context is where that is known; nothing where nothing is."""
    context = ""
    if usage.context is not None and usage.context_window:
        context = f"context {min(usage.context / usage.context_window, 1.0):.0%} full"
    used = usage_words(_spent(usage))
    least = "at least " if used and not usage.complete else ""
    return " · ".join(filter(None, (least + used, context)))


def words_of_day(snapshot: Snapshot, day: str) -> str:
    """What all agents have used on a day (ISO 8601), in few words; nothing where none says anything of that."""
    return usage_words(_sum(_on(snapshot, day)))


def _on(snapshot: Snapshot, day: str) -> Iterable[Spent]:
    for repository in snapshot.repositories:
        for one in repository.spending.days if repository.spending else ():
            if one.day == day:
                yield _spent(one.usage)


def _sum(found: Iterable[Spent]) -> Spent:
    total = NOTHING
    for spent in found:
        total += spent
    return total


def _usage(
    spent: Spent, *, context: int | None = None, context_window: int | None = None, complete: bool = True
) -> Usage:
    tokens = spent.tokens
    return Usage(
        input=tokens.input,
        output=tokens.output,
        cache_read=tokens.cache_read,
        cache_write=tokens.cache_write,
        reasoning=tokens.reasoning,
        cost=spent.cost,
        context=context,
        context_window=context_window,
        complete=complete,
    )


def _spent(usage: Usage) -> Spent:
    return Spent(Tokens(usage.input, usage.output, usage.cache_read, usage.cache_write, usage.reasoning), usage.cost)
