"""Spending: what agents say that they have used, as the snapshot has it, and in few words."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import structs

from soda_tui.domain.model import Repository, Snapshot
from soda_tui.domain.runs.events import Tokens
from soda_tui.domain.runs.progress import Progress
from soda_tui.domain.runs.usage import NOTHING, Spent, Sums, usage_words
from soda_tui.domain.usages import DayUsage, IssueUsage, Spending, Usage


def run_usage(sums: Sums, progress: Progress) -> Usage | None:
    """What the last run has used; None where it says nothing of that."""
    context = progress.tally.context
    if not sums.last.claimed and context is None:
        return None
    used, window = (context.used, context.window) if context else (None, None)
    last = structs.replace(sums.last, complete=sums.last.complete and not progress.missed)
    return _usage(last, context=used, context_window=window)


def spending(sums: Sums) -> Spending | None:
    """What all runs have used by issue and by day; None where none says anything of that."""
    issues = tuple(IssueUsage(issue, _usage(spent)) for issue, spent in sorted(sums.issues.items()) if spent.claimed)
    days = tuple(DayUsage(day, _usage(spent)) for day, spent in sorted(sums.days.items()) if spent.claimed)
    return Spending(issues, days) if issues else None


def words(usage: Usage) -> str:
    """Tokens and cost in few words, and how full the context is where that is known; nothing where nothing is."""
    context = ""
    if usage.context is not None and usage.context_window:
        context = f"context {min(usage.context / usage.context_window, 1.0):.0%} full"
    used = usage_words(_spent(usage))
    return " · ".join(filter(None, (_least(used, usage.complete), context)))


def words_of_day(snapshot: Snapshot, day: str) -> str:
    """What all agents have used on a day (ISO 8601), in few words; nothing where none says anything of that."""
    total = _sum(_on(snapshot, day))
    return _least(usage_words(total), total.complete)


def tokens_of_day(repository: Repository, day: str) -> int:
    """How many tokens a repository's agents have used on a day (ISO 8601), but for those from a cache."""
    days = repository.spending.days if repository.spending else ()
    return sum(one.usage.input + one.usage.cache_write + one.usage.output for one in days if one.day == day)


def _least(used: str, complete: bool) -> str:
    return f"at least {used}" if used and not complete else used


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


def _usage(spent: Spent, *, context: int | None = None, context_window: int | None = None) -> Usage:
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
        complete=spent.complete,
    )


def _spent(usage: Usage) -> Spent:
    tokens = Tokens(usage.input, usage.output, usage.cache_read, usage.cache_write, usage.reasoning)
    return Spent(tokens, usage.cost, usage.complete)
