"""The past of a repository: what is known of it, and what is told of that. All times are UTC, all durations seconds."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from soda_tui.domain.journal import Decision, JournalEntry
from soda_tui.domain.runs.facts import RunFacts
from soda_tui.domain.usages import Spending


class Past(Struct, frozen=True):
    """What this machine knows of a repository's past: acts, decisions of loops and runs, each the newest first.

    `held` is the issue that this cockpit holds by the last look at GitHub, 0 for none, None where it has not looked.
    """

    key: str
    name: str
    acts: tuple[JournalEntry, ...] = ()
    decisions: tuple[Decision, ...] = ()
    runs: tuple[RunFacts, ...] = ()
    spending: Spending | None = None
    held: int | None = None


class Standing(StrEnum):
    """Where the work on an issue stands, as far as this cockpit had a hand in it.

    `closed` is a pull request without a merge, `dropped` an issue that somebody closed before its work was done.
    """

    AT_WORK = "at_work"
    IN_REVIEW = "in_review"
    MERGED = "merged"
    CLOSED = "closed"
    DROPPED = "dropped"
    GIVEN_UP = "given_up"
    RELEASED = "released"
    ELSEWHERE = "elsewhere"


class Mended(StrEnum):
    """How what went wrong ended: put right without anybody, left to a person, or not at all yet."""

    BY_ITSELF = "by_itself"
    BY_PERSON = "by_person"
    OPEN = "open"


class Mishap(Struct, frozen=True):
    """Something that went wrong, in a sentence; `kind` is a trouble of loops, or that an act was broken off."""

    kind: str
    at: datetime
    what: str
    mended: Mended
    issue: int | None = None
    run: str | None = None


class RunTold(Struct, frozen=True):
    """One run: how it ended in words, and the kind of mishap that its end was, null where it was none.

    `tokens` are without those from a cache, and `cost` is in USD; both by the agent's own account, null without one.
    """

    id: str
    attempt: int | None
    profile: str
    began: datetime | None
    seconds: float | None
    how: str
    mishap: str | None
    tokens: int | None
    cost: float | None


class Course(Struct, frozen=True):
    """The way of one issue: when it was first popped, last handed over, and when its work ended.

    `touches` counts the acts of people; `pull_request` is the newest one's number. `seconds`, `tokens` and `cost` are
    those of all its runs as far as their logs are kept; null where nothing is known of that.
    """

    repository: str
    issue: int
    title: str
    standing: Standing
    attempts: int
    touches: int
    popped_at: datetime | None
    handed_over_at: datetime | None
    ended_at: datetime | None
    pull_request: int | None
    url: str | None
    seconds: float | None
    tokens: int | None
    cost: float | None
    runs: tuple[RunTold, ...]

    @property
    def worked_here(self) -> bool:
        """Whether anything of it was done from this machine; else only its end was seen."""
        return bool(self.popped_at or self.handed_over_at or self.runs)

    @property
    def ended(self) -> bool:
        """Whether nothing more is to come of it by itself."""
        return self.standing in {Standing.MERGED, Standing.CLOSED, Standing.DROPPED, Standing.GIVEN_UP}


class Chronicle(Struct, frozen=True):
    """The past of a repository as it is told: each issue's, the one of which was heard last first, and the mishaps.

    `touched` are the times at which people acted, or said something to a loop, `repaired` those at which drift was
    mended.
    """

    key: str
    repository: str
    issues: tuple[Course, ...]
    mishaps: tuple[Mishap, ...]
    decisions: tuple[Decision, ...]
    touched: tuple[datetime, ...]
    repaired: tuple[datetime, ...]
