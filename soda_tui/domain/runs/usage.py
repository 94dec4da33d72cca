"""Usage: the tokens and the money that agents claim to have used, per run and summed."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import TypeVar

from msgspec import Struct, structs

from soda_tui.domain.runs.events import Context, Event, Tokens

_K = TypeVar("_K", int, str)

_MOST_OPEN = 64
_MOST_SESSIONS = 16
_MOST_SUMS = 400


class Spent(Struct, frozen=True):
    """What was used; `cost` is in USD, None where no agent claims one.

    What is not `complete` is too little: a log was not read whole, or the agent is of those that claim nothing.
    """

    tokens: Tokens = Tokens()
    cost: float | None = None
    complete: bool = True

    def __add__(self, other: Spent) -> Spent:
        complete = self.complete and other.complete
        return Spent(self.tokens + other.tokens, _plus(self.cost, other.cost), complete)

    @property
    def claimed(self) -> bool:
        """Whether there is anything in it."""
        return self.tokens != Tokens() or self.cost is not None

    def beyond(self, other: Spent) -> Spent:
        """What this is more than an earlier claim of the same session."""
        cost = None if self.cost is None else max(0.0, self.cost - (other.cost or 0.0))
        return Spent(self.tokens.beyond(other.tokens), cost)


NOTHING = Spent()


class Tally(Struct, frozen=True):
    """What one run has claimed so far.

    `messages` are the newest messages, the latest claim of each of them counting; `settled` is what else was added up.
    `sessions` are the latest claims that stand for all of a session, whatever earlier runs had of it included.
    """

    settled: Spent = NOTHING
    messages: tuple[tuple[str, Tokens], ...] = ()
    sessions: tuple[tuple[str, Spent], ...] = ()
    context: Context | None = None

    def after(self, event: Event) -> Tally:
        """The tally after a usage event."""
        context = event.context or self.context
        if event.cumulative:
            return self._with_session(event, context)
        if not event.counter or event.tokens is None:
            added = Spent(event.tokens or Tokens(), event.cost)
            return structs.replace(self, settled=self.settled + added, context=context)
        messages = (*(one for one in self.messages if one[0] != event.counter), (event.counter, event.tokens))
        settled = self.settled + Spent(Tokens(), event.cost)
        for _, tokens in messages[:-_MOST_OPEN]:
            settled += Spent(tokens)
        return structs.replace(self, settled=settled, messages=messages[-_MOST_OPEN:], context=context)

    def _with_session(self, event: Event, context: Context | None) -> Tally:
        """What was added up before is a part of what is claimed now, as far as it is claimed."""
        known = dict(self.sessions)
        last = known.pop(event.session, NOTHING)
        latest = Spent(event.tokens or last.tokens, last.cost if event.cost is None else event.cost)
        sessions = (*known.items(), (event.session, latest))[-_MOST_SESSIONS:]
        settled = Spent(
            self.settled.tokens if event.tokens is None else Tokens(), self.settled.cost if event.cost is None else None
        )
        messages = self.messages if event.tokens is None else ()
        return Tally(settled, messages, sessions, context)

    def spent(self, before: Mapping[str, Spent] | None = None) -> Spent:
        """All of it, without what the sessions had used in earlier runs."""
        total = self.settled
        for _, tokens in self.messages:
            total += Spent(tokens)
        for session, latest in self.sessions:
            total += latest.beyond((before or {}).get(session, NOTHING))
        return total


class Sums(Struct, frozen=True):
    """What runs have used by issue and by day (ISO 8601), each session counted once; `last` is the last run's own.

    Runs are added in the order in which they ended. The last some hundred issues, days and sessions are remembered.
    """

    issues: Mapping[int, Spent] = {}
    days: Mapping[str, Spent] = {}
    sessions: Mapping[str, Spent] = {}
    last: Spent = NOTHING

    def after(self, issue: int, day: str, tally: Tally, *, complete: bool = True) -> Sums:
        """The sums with one run more, which may have used more than is known."""
        last = structs.replace(tally.spent(self.sessions), complete=complete)
        if last == NOTHING:
            return structs.replace(self, last=last)
        return Sums(
            _with(self.issues, {issue: self.issues.get(issue, NOTHING) + last}),
            _with(self.days, {day: self.days.get(day, NOTHING) + last}),
            _with(self.sessions, dict(tally.sessions)),
            last,
        )


def usage_words(spent: Spent) -> str:
    """Tokens and cost in few words, nothing where nothing was claimed."""
    tokens = spent.tokens
    cached = f" ({amount(tokens.cache_read)} cached)" if tokens.cache_read else ""
    read = tokens.input + tokens.cache_read + tokens.cache_write
    parts = [f"{amount(read)} tokens in{cached}, {amount(tokens.output)} out"] if tokens.total else []
    if spent.cost is not None:
        parts.append(f"${spent.cost:.{4 if 0 < spent.cost < 0.01 else 2}f}")
    return " · ".join(parts)


def amount(number: int) -> str:
    """A number in three figures: 999, 1.2k, 45k, 3.4M."""
    for unit, size in (("G", 10**9), ("M", 10**6), ("k", 10**3)):
        if number >= size:
            scaled = number / size
            return f"{scaled:.1f}{unit}" if scaled < 10 else f"{scaled:.0f}{unit}"
    return str(number)


def _with(before: Mapping[_K, Spent], newer: Mapping[_K, Spent]) -> Mapping[_K, Spent]:
    """The mapping with what is newer, at its end; the oldest go where there are too many."""
    kept = {key: spent for key, spent in before.items() if key not in newer} | dict(newer)
    return dict(islice(kept.items(), max(0, len(kept) - _MOST_SUMS), None))


def _plus(one: float | None, other: float | None) -> float | None:
    return other if one is None else one if other is None else one + other
