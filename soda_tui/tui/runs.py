"""Runs in words: when one began, how long it took, how it ended."""

from __future__ import annotations

from soda_tui.domain.runs.endings import ENDED_FOR, exit_words
from soda_tui.domain.runs.facts import RunFacts, RunState
from soda_tui.domain.runs.usage import NOTHING, Spent, usage_words
from soda_tui.domain.times import stopwatch
from soda_tui.tui.text import plain
from soda_tui.tui.tones import Tone

_UNITS = ("B", "KiB", "MiB", "GiB")


def ending(run: RunFacts) -> list[tuple[str, Tone, int]]:
    """The issue, the start, the end and the use of a run, each with its tone and the rank at which it makes room."""
    started = f"{run.started_at:%Y-%m-%d %H:%M} UTC" if run.started_at else "not started"
    attempt = f", attempt {run.attempt}" if run.attempt and run.attempt > 1 else ""
    word, tone = end_word(run)
    tokens, cost = claimed(run)
    return [
        (f"#{run.issue}{attempt}", Tone.QUIET, 2),
        (started, Tone.FAINT, 3),
        (word, tone, 0),
        (duration(run), Tone.QUIET, 4),
        (tokens, Tone.FAINT, 6),
        (cost, Tone.FAINT, 5),
    ]


def end_word(run: RunFacts) -> tuple[str, Tone]:
    """How a run ended, in few words."""
    if run.alive:
        return ("running", Tone.WORKING) if run.state is RunState.RUNNING else ("starting", Tone.STARTING)
    if run.stopped:
        return "stopped", Tone.NEEDS
    if run.ended_for is not None:
        return ENDED_FOR[run.ended_for], Tone.NEEDS
    if run.halted:
        return "stopped by the STOP file", Tone.NEEDS
    if run.problem and run.exit is None:
        return plain(run.problem), Tone.FAILED
    if run.exit is None:
        return ("killed", Tone.FAILED) if run.state is RunState.KILLED else ("end unknown", Tone.QUIET)
    return exit_words(run.exit), Tone.FAILED if run.exit else Tone.DONE


def claimed(run: RunFacts) -> tuple[str, str]:
    """The tokens and the money that a run has used by its agent's own claim; nothing where it claims nothing."""
    spent = run.progress.tally.spent() if run.progress else NOTHING
    tokens, cost = usage_words(Spent(spent.tokens)), usage_words(Spent(cost=spent.cost))
    return f"says {tokens}" if tokens else "", f"says {cost}" if cost else ""


def duration(run: RunFacts) -> str:
    """How long a run took; nothing while it runs or where that is not known."""
    return stopwatch(run.started_at, run.ended_at) if run.started_at and run.ended_at else ""


def size_words(size: int) -> str:
    """A number of bytes in three figures."""
    amount = float(size)
    for unit in _UNITS[:-1]:
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" or amount >= 10 else f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{amount:.1f} {_UNITS[-1]}"
