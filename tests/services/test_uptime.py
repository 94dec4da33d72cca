"""The seconds that pass."""

from __future__ import annotations

from soda_tui.services.uptime import Uptime


def test_a_halted_machine_and_a_time_of_day_that_is_set() -> None:
    boot, day = [5000.0], [1e9]
    uptime = Uptime((lambda: boot[0], lambda: day[0]))
    told = []
    for since_boot, of_the_day in ((10, 10), (1, 3600), (20, -7200), (30, 30), (0, 0)):
        boot[0] += since_boot
        day[0] += of_the_day
        told.append(uptime())
    assert told == [10, 3610, 3630, 3660, 3660]


def test_it_goes_on() -> None:
    uptime = Uptime()
    first = uptime()
    assert 0 <= first <= uptime() < 60
