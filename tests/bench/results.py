"""What was measured, against what it may be at most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median


@dataclass(frozen=True, slots=True)
class Result:
    """One row of the table: a value, and the most that it may be (None where it is only told)."""

    what: str
    value: float
    unit: str
    most: float | None = None
    note: str = ""

    @property
    def kept(self) -> bool:
        """Whether the value is not too much."""
        return self.most is None or self.value <= self.most


def against(what: str, ours: Sequence[float], theirs: Sequence[float], most: float | None) -> Result:
    """How many times theirs ours takes, by medians; both in seconds."""
    a, b = median(ours), median(theirs)
    return Result(what, a / b, "x", most, f"{a * 1000:.0f} ms against {b * 1000:.0f} ms, n={len(ours)}")


def at_95(values: Sequence[float]) -> float:
    """The value that 95 of a hundred do not exceed."""
    return sorted(values)[ceil(len(values) * 0.95) - 1]


def alternately(rounds: int, *measures: Callable[[], float]) -> list[list[float]]:
    """Each measure so many times, by turns, so that all see the same machine; the first round is left out."""
    found: list[list[float]] = [[] for _ in measures]
    for turn in range(rounds + 1):
        for at, measure in enumerate(measures):
            value = measure()
            if turn:
                found[at].append(value)
    return found


def table(results: Sequence[Result]) -> str:
    """The results as lines."""
    lines = [f"{'':3}{'what':58}{'measured':>12}{'at most':>10}  "]
    for result in results:
        mark = "ok" if result.kept else "!!"
        most = "" if result.most is None else f"{result.most:g} {result.unit}"
        lines.append(f"{mark:3}{result.what:58}{result.value:9.2f} {result.unit:2}{most:>10}  {result.note}")
    return "\n".join(lines)
