"""What a loop remembers over restarts: what people wish of it, and what it has done and met on this day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field

from soda_tui.domain.loop.machine import Doing, Mode
from soda_tui.domain.loop.troubles import Trouble

# So many issues of late are remembered with what kept them from being finished.
STRIKES = 10
SKIPPED = 100


class Wish(Struct, frozen=True):
    """What people want of a repository's loop: any front may say it, the loop's owner obeys.

    It works until the time `until`, and pops at most `most` issues from `since` on, where these are said; `profile` is
    the one to launch with. `began` is since when issues count where it goes on with an earlier wish.
    """

    mode: Mode = Mode.OFF
    since: datetime | None = None
    until: datetime | None = None
    most: int | None = None
    profile: str | None = None
    began: datetime | None = None

    @property
    def counts_from(self) -> datetime | None:
        """Since when issues are counted."""
        return self.began or self.since


class Day(Struct, frozen=True):
    """A day from its beginning to its end: how many issues were popped on it, and how many seconds runs worked."""

    begins: datetime
    ends: datetime
    issues: int = 0
    worked: float = 0.0


class Span(Struct, frozen=True):
    """From when to when a run worked."""

    run: str
    since: datetime
    until: datetime


class Claimed(Struct, frozen=True):
    """The issue that the loop has set out to claim, or launched an agent on; `seen` once that was seen to be done.

    `pops` says that it counts as another one then.
    """

    issue: int
    pops: bool
    seen: bool = False


class Tries(Struct, frozen=True):
    """How often something went wrong one after another, before when it is not tried again, and why."""

    count: int
    not_before: datetime
    why: str = ""


class Strike(Struct, frozen=True):
    """An issue that could not be finished, and what kept it from that."""

    issue: int
    trouble: Trouble


class Setback(Struct, frozen=True):
    """Work that was done and not taken: when, why, and the lines for the agent that is to mend it.

    Another run than `run` is that agent's, or where that is not known one that began after `at`. `count` is how often
    one after another it was for this.
    """

    issue: int
    trouble: Trouble
    detail: str
    at: datetime
    count: int = 1
    run: str = ""


class Switch(Struct, frozen=True):
    """The profile that works on an issue in the place of others, and which have had their turn for each trouble."""

    issue: int
    profile: str
    met: Mapping[Trouble, tuple[str, ...]] = field(default_factory=dict)


class Checkpoint(Struct, frozen=True):
    """Since when, and for how many issues, no person has looked; since `reached` the loop waits for that.

    `popped` are those issues of late, `rule` the days and the issues after which one is due.
    """

    since: datetime
    issues: int = 0
    reached: datetime | None = None
    popped: tuple[int, ...] = ()
    rule: tuple[float, int] = (0.0, 0)


class Awaited(Struct, frozen=True):
    """Since when the checks of a head of a pull request are waited for."""

    head: str
    since: datetime


class Record(Struct, frozen=True):
    """What a loop does, why and until when, whether a person is waited for, and its counts.

    `days` are those of late, this one the last; `begun` counts the issues popped since `counting`, under the wish of
    `wished`. `claim` is the loop's own. `tries` has what went wrong with the repository and not with an issue;
    `strikes` the issues of late that came to nothing, the newest last;
    `skipped` those whose text nobody vouches for, which only a person can launch an agent on; `unlanded` the pull
    requests that could not be landed; `setback` is the last work that was not taken, `switch` the last change of
    profile. `counted` is what of the newest run is in `days`, `awaited` the pull requests whose checks are
    not through.
    """

    doing: Doing = Doing.RESTING
    why: str = ""
    until: datetime | None = None
    person: bool = False
    days: tuple[Day, ...] = ()
    counted: Span | None = None
    wished: datetime | None = None
    counting: datetime | None = None
    begun: int = 0
    claim: Claimed | None = None
    tries: Mapping[Trouble, Tries] = field(default_factory=dict)
    strikes: tuple[Strike, ...] = ()
    skipped: tuple[int, ...] = ()
    unlanded: Mapping[int, Tries] = field(default_factory=dict)
    setback: Setback | None = None
    switch: Switch | None = None
    checkpoint: Checkpoint | None = None
    awaited: Mapping[int, Awaited] = field(default_factory=dict)

    @property
    def issues(self) -> int:
        """How many issues were popped on this day."""
        return self.days[-1].issues if self.days else 0

    @property
    def worked(self) -> float:
        """How many seconds runs have worked on this day."""
        return self.days[-1].worked if self.days else 0.0
