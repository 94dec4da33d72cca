"""Measures of the screen: first frame, keys, rest and memory."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from shutil import which
from statistics import median, quantiles

from bench.places import enrolled, environment, title
from bench.plenty import plenty
from bench.results import Result, against, alternately
from bench.terminal import Terminal, running

_PEERS = ("posting", "harlequin", "tl")
_SETTLED = 0.3
_KEYS = 600
_FIRST_READ = 15.0


@contextmanager
def _home(repositories: int, issues: int) -> Iterator[tuple[list[str], dict[str, str]]]:
    with (
        plenty(repositories, issues) as url,
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
    ):
        home = Path(folder).resolve()
        yield enrolled(home, repositories, issues), environment(home, url)


def _shown(command: list[str], surroundings: dict[str, str], *titles: str) -> float:
    with running(command, surroundings) as screen:
        return screen.until(*(found.encode() for found in titles))


def _settled(command: list[str], surroundings: dict[str, str]) -> float:
    with running(command, surroundings) as screen:
        return screen.rest(_SETTLED)


def first_frame(rounds: int) -> Iterator[Result]:
    """The focused pane's data, and that of all panes, with 12 repositories from the cache; peers where installed."""
    with _home(12, 100) as (command, surroundings):
        small = [sys.executable, str(Path(__file__).with_name("three_widgets.py"))]
        focused, everything, three = alternately(
            rounds,
            lambda: _shown(command, surroundings, title(1)),
            lambda: _shown(command, surroundings, *(title(number) for number in range(1, 13))),
            lambda: _shown(small, surroundings, title(0)),
        )
        yield against("first frame with the focused pane, 12 repositories", focused, three, 1.4)
        yield against("first frame with all 12 panes", everything, three, 2.4)
        for peer in filter(which, _PEERS):
            ours, theirs = alternately(
                rounds, partial(_settled, command, surroundings), partial(_settled, [peer], surroundings)
            )
            yield against(f"settled, against {peer}", ours, theirs, 1.0)


def keys(_: int) -> Iterator[Result]:
    """From a key to its first paint with 50 repositories of 1,000 issues: moves of the cursor and of the focus."""
    with _home(50, 1000) as (command, surroundings), running(command, surroundings) as screen:
        screen.until(title(1).encode())
        screen.rest(2.0)
        yield from _keys(screen, "while 50,000 issues are read for the first time", None)
        screen.drain(_FIRST_READ)
        yield from _keys(screen, "from then on, polls included", 50.0)


def _keys(screen: Terminal, when: str, most: float | None) -> Iterator[Result]:
    took = []
    for turn in range(_KEYS):
        key, mark = (b"\t", "┏") if turn % 6 == 5 else (b"j", "▸")
        pressed = screen.press(key)
        took.append((screen.until(mark.encode()) - pressed) * 1000)
        screen.drain(0.04)
    note = f"n={_KEYS}, median {median(took):.1f}, max {max(took):.0f}"
    yield Result(f"key to paint, p99, {when}", quantiles(took, n=100)[98], "ms", most, note)


def rest(rounds: int) -> Iterator[Result]:
    """The processor's share while nothing happens, with 12 repositories."""
    with _home(12, 100) as (command, surroundings), running(command, surroundings) as screen:
        screen.until(*(title(number).encode() for number in range(1, 13)))
        screen.drain(8.0)
        shares = []
        for _ in range(rounds):
            before, began = screen.processor(), screen.now()
            screen.drain(3.0)
            shares.append(100 * (screen.processor() - before) / (screen.now() - began))
        # A tick of the processor's clock is a third of a percent of three seconds, so the mean says more.
        yield Result("idle, 12 repositories", sum(shares) / len(shares), "%", 1.0, f"mean of {len(shares)} x 3 s")


def memory(_: int) -> Iterator[Result]:
    """The resident memory with 50 repositories, of 100 and of 1,000 issues each."""
    for issues, most in ((100, 110.0), (1000, 160.0)):
        with _home(50, issues) as (command, surroundings), running(command, surroundings) as screen:
            screen.until(title(1).encode())
            screen.drain(8.0)
            yield Result(f"memory, 50 repositories of {issues:,} issues", screen.memory(), "MB", most)
