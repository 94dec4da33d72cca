"""Measures of a simulated hour: requests, points, and how fresh what is shown is kept, for few and many repositories.

Costs are real: the real client and the real loop that polls ask the embedded GitHub, whose people change issues and
checks. Where there are three, a real cockpit pops an issue and bottles its work; otherwise clones are left out.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.results import Result
from hours import Hour, Scenario, quantiles, simulated_hour

# Repositories, the interval, the points that were aimed at, and the seconds within which all should be fresh.
_AIMS = ((3, 15.0, 300, None), (24, 30.0, None, None), (100, 30.0, 450, 60.0), (500, 30.0, 1200, 120.0))
_BURNT = 4000
_SHARE = 1500


def hour(_: int) -> Iterator[Result]:
    """Hours with 2 and with 10 % of the repositories changing in each sweep, with scarce points, in rough weather."""
    for changing in (0.02, 0.1):
        for count, interval, points, age in _AIMS:
            found = _hour(Scenario(count, changing, interval, acting=count == 3))
            what = f"{count} at {interval:g} s, {changing:.0%} changing"
            more = ", one pop and bottle" if found.acted else ""
            yield Result(f"{what}{more}: points", found.points, "pt", points, f"{found.requests} requests")
            yield Result(f"{what}: oldest", max(found.ages), "s", age, _note(found.ages))
            yield Result(f"{what}: latest seen", max(found.delays), "s", age, _note(found.delays))
            yield Result(f"{what}: end of checks", max(found.checks), "s", age, _note(found.checks))
            yield Result(f"{what}: a new blocker", max(found.waiting), "s", None, _note(found.waiting))
    for count, interval, _points, _age in _AIMS:
        found = _hour(Scenario(count, 0.1, interval, _BURNT, acting=count == 3))
        what = f"{count} at {interval:g} s, others use {_BURNT:,}"
        yield Result(what, found.points, "pt", _SHARE, _told(found))
    for count, interval, _points, _age in _AIMS[1:3]:
        found = _hour(Scenario(count, 0.1, interval, rough=True))
        yield Result(f"{count} at {interval:g} s, slow answers and HTTP 502", found.points, "pt", None, _told(found))


def _hour(scenario: Scenario) -> Hour:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        return simulated_hour(scenario, Path(folder).resolve())


def _told(found: Hour) -> str:
    return f"{found.requests} requests; shown is {_note(found.ages)}, at most {max(found.ages):.0f} s old"


def _note(values: list[float]) -> str:
    half, most, _ = quantiles(values)
    return f"p50 {half:.0f} s, p95 {most:.0f} s, n={len(values):,}"
