"""Findings: what a check has found, how much it matters, and what mends it.

Critical is what stops work, of one repository at least; all else only makes it worse or may stop it one day.
"""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct

from soda_tui.domain.codes import Severity
from soda_tui.domain.sentences import Sentence

MINOR, MODERATE, CRITICAL = Severity.MINOR, Severity.MODERATE, Severity.CRITICAL


class Check(NamedTuple):
    """How much a finding matters, its sentence, and its remedy."""

    severity: Severity
    says: Sentence
    remedy: Sentence


def check(severity: Severity, says: str, remedy: str) -> Check:
    """A row of a table."""
    return Check(severity, Sentence(says), Sentence(remedy))


class Finding(Struct, frozen=True):
    """What a check found: about which repository or host (None for the machine), in a sentence, with its remedy."""

    check: str
    severity: Severity
    subject: str | None
    message: str
    remedy: str


class Unmade(Struct, frozen=True):
    """What could not be looked at, which is no fault, and why."""

    what: str
    subject: str | None
    reason: str


class Answer(Struct, frozen=True):
    """What reading could tell of a question about GitHub that its documents leave open."""

    subject: str
    question: str
    answer: str


class Examination(Struct, frozen=True):
    """Everything that was found, the worst first; `checks` are how many were made."""

    findings: tuple[Finding, ...]
    unmade: tuple[Unmade, ...]
    checks: int
    repositories: int
    answers: tuple[Answer, ...] = ()

    @property
    def stops_work(self) -> bool:
        """Whether something keeps the cockpit from working."""
        return any(one.severity is Severity.CRITICAL for one in self.findings)
