"""How a run ended, in words for the end of a line."""

from __future__ import annotations

from soda_tui.domain.codes import Status
from soda_tui.domain.model import Agent
from soda_tui.domain.runs.endings import ending_words


def is_live(agent: Agent) -> bool:
    """Whether the run that is shown may still write."""
    return agent.run is not None and (agent.run.pid is not None or agent.status.at_work)


def run_end(agent: Agent) -> str | None:
    """What ended the run that is shown; None while it runs, and where there is none.

    A claim whose run has ended and that waits for a person all the same was stopped by one: other ends are failures.
    """
    if agent.run is None or is_live(agent):
        return None
    if agent.status is Status.CLAIMED:
        return "stopped"
    return "not started" if agent.run.started_at is None else ending_words(agent.run.ending, agent.run.exit)
