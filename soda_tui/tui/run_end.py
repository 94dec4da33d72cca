"""How a run ended, in words for the end of a line."""

from __future__ import annotations

from soda_tui.domain.model import Agent, Run, Status

_MAY_RUN = frozenset({Status.STARTING, Status.WORKING, Status.NEEDS_INPUT, Status.STALLED})


def is_live(agent: Agent) -> bool:
    """Whether the run that is shown may still write."""
    return agent.run is not None and (agent.run.pid is not None or agent.status in _MAY_RUN)


def run_end(agent: Agent) -> str | None:
    """What ended the run that is shown; None while it runs, and where there is none.

    A claim whose run has ended and that waits for a person all the same was stopped by one: other ends are failures.
    """
    if agent.run is None or is_live(agent):
        return None
    return "stopped" if agent.status is Status.CLAIMED else exit_words(agent.run)


def exit_words(run: Run) -> str:
    """An exit status in words."""
    if run.exit is None:
        return "killed or lost"
    if run.exit < 0:
        return f"ended by signal {-run.exit}"
    return f"ended with exit {run.exit}" if run.exit else "ended well"
