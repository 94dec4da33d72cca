"""The port of looking for faults: everything is read, and nothing changed anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from soda_tui.domain.configuration.profiles import Candidate
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.facts import RemoteFacts
from soda_tui.domain.failure import Problem
from soda_tui.domain.health.facts import (
    CloneLook,
    ConfigurationFacts,
    GitFacts,
    HostFacts,
    LoopFacts,
    Room,
    StandingFacts,
    StateFacts,
    TerminalFacts,
)
from soda_tui.domain.health.finding import Answer
from soda_tui.domain.label_plan import Label


class Looks(Protocol):
    """Looks at what the cockpit needs; each may raise a Failure or an OSError where it cannot be looked at."""

    async def configuration(self) -> ConfigurationFacts:
        """The configuration's file."""

    async def git(self) -> GitFacts:
        """The git program."""

    async def rooms(self, enrolments: Sequence[Enrolment]) -> tuple[Room, ...]:
        """The room on the disks of the cockpit's own folders and of these clones."""

    async def state(self) -> StateFacts:
        """The cockpit's own files."""

    async def terminal(self) -> TerminalFacts | None:
        """The terminal; None where standard output is none."""

    async def token(self, account: str) -> HostFacts | None:
        """Whether an account, by its key, has a token, as far as this machine alone can say; None where it cannot."""

    async def reach(self, account: str) -> HostFacts:
        """A host, asked one question as an account, by its key."""

    async def remotes(self, enrolments: Sequence[Enrolment]) -> Mapping[str, RemoteFacts | Problem]:
        """The repositories as a poll reads them."""

    async def standing(self, enrolment: Enrolment) -> StandingFacts:
        """A repository beyond that."""

    async def labels(self, enrolment: Enrolment) -> tuple[Label, ...]:
        """Its labels."""

    async def clone(self, enrolment: Enrolment, others: Sequence[Enrolment]) -> CloneLook:
        """Its clone; `others` are enrolled as well."""

    async def pushes(self, enrolment: Enrolment) -> Problem | None:
        """Why git may not push, None where it may; nothing is sent."""

    async def account(self, enrolment: Enrolment, url: str) -> str | None:
        """Whom ssh pushes as; None where it is not ssh, or nobody says so."""

    async def agents(self, enrolment: Enrolment) -> tuple[Candidate, ...]:
        """The profiles that it is worked on with, in their order."""

    async def silent(self, candidates: Sequence[Candidate]) -> tuple[str, ...]:
        """Those of them whose programs do not say their version when asked."""

    async def prompt(self, enrolment: Enrolment) -> str | None:
        """Why its prompt's template cannot be used; None where it can."""

    async def loop(self, enrolment: Enrolment) -> LoopFacts:
        """Its loop, its newest run, and its own STOP file."""

    async def answers(self, enrolment: Enrolment) -> tuple[Answer, ...]:
        """What reading it can tell of questions that GitHub's documents leave open."""
