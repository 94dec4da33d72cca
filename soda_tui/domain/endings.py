"""How runs end, in the words that every place uses."""

from __future__ import annotations


def exit_words(exit: int | None) -> str:
    """An exit status in words, negative for a signal, None where it is not known."""
    if exit is None:
        return "killed or lost"
    if exit < 0:
        return f"ended by signal {-exit}"
    return f"ended with exit {exit}" if exit else "ended well"
