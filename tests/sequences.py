"""Random sequences of events: made from a seed, shortened where one fails, and printed so that it can be replayed.

`SODA_TUI_TEST_SEQUENCES` says how many there are, `SODA_TUI_TEST_SEED` asks for a single one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import NamedTuple


class Event(NamedTuple):
    """What happens: its name, the cockpit or machine that it happens at, and a number that chooses among its objects.

    An event that finds no object happens to nobody, so that any part of a sequence is one.
    """

    what: str
    where: int = 0
    pick: int = 0


def seeds(default: int) -> list[int]:
    """The seeds of the sequences to try."""
    chosen = os.environ.get("SODA_TUI_TEST_SEED")
    count = int(os.environ.get("SODA_TUI_TEST_SEQUENCES", default))
    return [int(chosen)] if chosen else list(range(count))


def sequence(seed: int, weights: Mapping[str, int], shortest: int, longest: int) -> tuple[Event, ...]:
    """The events of a seed, always the same."""
    random = Random(seed)
    names, chances = list(weights), list(weights.values())
    chosen = random.choices(names, chances, k=random.randint(shortest, longest))
    return tuple(Event(name, random.randrange(2), random.randrange(6)) for name in chosen)


def shortened(events: Sequence[Event], problem: Callable[[Sequence[Event]], str | None]) -> tuple[Event, ...]:
    """A sequence that still has a problem, and has none any more without any one of its events."""
    kept = list(events)
    place = len(kept)
    while place > 0:
        place -= 1
        without = kept[:place] + kept[place + 1 :]
        if problem(without) is not None:
            kept, place = without, len(without)
    return tuple(kept)


def told(seed: int, events: Sequence[Event], problem: str) -> str:
    """How a person plays it again."""
    lines = "".join(f"    {event!r},\n" for event in events)
    return f"{problem}\nReplay with SODA_TUI_TEST_SEED={seed}; the events:\n[\n{lines}]"
