"""Stops: the files that forbid agents to run, of a machine or of one repository, and what ended because of one."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from soda_tui.domain import sentences as say


class Stop(Struct, frozen=True):
    """A file that forbids every run on this machine; `by` is None where it does not say who wrote it."""

    path: str
    since: datetime | None = None
    by: str | None = None


class Stopped(Struct, frozen=True):
    """An agent that a stop has met: on which issue, and the directory that has its work.

    `problem` says why it, or something that it started, may still be there; None where nothing is.
    """

    repository: str
    issue: int
    directory: str
    problem: str | None = None


class Halt(Struct, frozen=True):
    """What came of stopping everything: the stop that stands from now on, and the agents that it has met."""

    stop: Stop
    agents: tuple[Stopped, ...] = ()

    @property
    def left(self) -> tuple[Stopped, ...]:
        """Those that could not be ended."""
        return tuple(agent for agent in self.agents if agent.problem is not None)


def halt_words(halt: Halt, key: str | None = None) -> tuple[str, ...]:
    """What came of it, in a sentence for each agent and one for the stop, which `key` lifts where there is a screen."""
    lift = say.LIFTS_KEY(key=key) if key is not None else say.LIFTS_COMMAND(path=halt.stop.path)
    met = (
        say.STOP_LEFT(issue=one.issue, repository=one.repository, directory=one.directory, problem=one.problem)
        if one.problem is not None
        else say.STOP_ENDED(issue=one.issue, repository=one.repository, directory=one.directory)
        for one in halt.agents
    )
    if not halt.agents:
        return (say.STOP_STANDS_ALONE(lift=lift),)
    return (*met, say.STOP_STANDS(count=len(halt.agents) - len(halt.left), lift=lift))


def stop_question(stop: Stop) -> str:
    """What is asked before a stop is lifted."""
    return say.ASK_RESUME(since=_since(stop), by=_by(stop))


def lifted_words(stop: Stop) -> str:
    """What is said once it is lifted."""
    return say.STOP_LIFTED(since=_since(stop), by=_by(stop))


def _since(stop: Stop) -> str:
    return f"{stop.since:%Y-%m-%d %H:%M} UTC" if stop.since else "an unknown time"


def _by(stop: Stop) -> str:
    return stop.by or "somebody who touched the file by hand"
