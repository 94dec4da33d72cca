"""Usages: what agents say that they have used, by run, issue and day, as the snapshot has it."""

from __future__ import annotations

from msgspec import Struct


class Usage(Struct, frozen=True):
    """What an agent says itself that it has used: numbers of tokens, and `cost` in USD, null where it names none.

    `input` is without what came from the cache, `output` with the `reasoning` where agents say so. `context` counts the
    tokens that its context holds, `context_window` those that it can hold. What is not `complete` is too little: a part
    of its log was not read, or an agent was at work that claims nothing, as in what a person goes on with by hand.
    """

    input: int
    output: int
    cache_read: int
    cache_write: int
    reasoning: int
    cost: float | None
    context: int | None = None
    context_window: int | None = None
    complete: bool = True


class IssueUsage(Struct, frozen=True):
    """What the runs on an issue have used."""

    issue: int
    usage: Usage


class DayUsage(Struct, frozen=True):
    """What the runs that ended on a day have used; `day` is the local one, as ISO 8601 writes it."""

    day: str
    usage: Usage


class Spending(Struct, frozen=True):
    """What the runs of this machine have used, by their own account, whether their logs are still there or not."""

    issues: tuple[IssueUsage, ...]
    days: tuple[DayUsage, ...]
