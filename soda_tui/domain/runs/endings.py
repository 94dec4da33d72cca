"""How runs end: in words, and by what they leave, with the next step for a person.

The supervisor imports this too, so it knows the standard library only.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, StrEnum

from soda_tui.domain import sentences as say
from soda_tui.domain.sentences.sentence import Sentence


def exit_words(exit: int | None) -> str:
    """An exit status in words, negative for a signal, None where it is not known."""
    if exit is None:
        return "killed or lost"
    if exit < 0:
        return f"ended by signal {-exit}"
    return f"ended with exit {exit}" if exit else "ended well"


class Ending(StrEnum):
    """How a run that nobody stopped has ended; only the first is done."""

    DONE = "done"
    UNCOMMITTED = "uncommitted"
    NOTHING_COMMITTED = "nothing_committed"
    NO_WORK = "no_work"
    NOTHING_NEW = "nothing_new"
    UNSEEN = "unseen"
    ASTRAY = "astray"
    FAILED = "failed"
    FAILED_WITH_FILES = "failed_with_files"
    FAILED_WITH_COMMITS = "failed_with_commits"
    LIMIT = "limit"
    ASKED = "asked"
    BY_HAND = "by_hand"
    HALTED = "halted"
    TIME_OUT = "time_out"


class How(Enum):
    """How a run ended by its events and its exit status, whatever it left."""

    WELL = 1
    BADLY = 2
    LIMIT = 3
    ASKED = 4
    BY_HAND = 5
    HALTED = 6
    LATE = 7


class Left(Enum):
    """What a run left in its worktree: commits, files that are in none, both, nothing, or nobody knows.

    What was committed before it began is not its own, but it is there: of that, and nothing else, is `EARLIER`.
    `ASTRAY` is a worktree that stands elsewhere than on the claim's branch, whatever is there.
    """

    COMMITS = 1
    BOTH = 2
    FILES = 3
    NOTHING = 4
    UNKNOWN = 5
    EARLIER = 6
    ASTRAY = 7


def _row(*endings: Ending) -> Mapping[Left, Ending]:
    return dict(zip(Left, endings, strict=True))


# fmt: off
ENDINGS: Mapping[How, Mapping[Left, Ending]] = {  # by what is left, in the order of Left
    How.WELL:  _row(Ending.DONE, Ending.UNCOMMITTED, Ending.NOTHING_COMMITTED, Ending.NO_WORK, Ending.UNSEEN,
                    Ending.NOTHING_NEW, Ending.ASTRAY),
    How.BADLY: _row(Ending.FAILED_WITH_COMMITS, Ending.FAILED_WITH_COMMITS, Ending.FAILED_WITH_FILES,
                    Ending.FAILED, Ending.FAILED, Ending.FAILED, Ending.FAILED),
    How.LIMIT: _row(*[Ending.LIMIT] * len(Left)),
    How.ASKED: _row(*[Ending.ASKED] * len(Left)),
    # A person was there: how a program takes its leave says nothing of the work.
    How.BY_HAND: _row(*[Ending.BY_HAND] * len(Left)),
    How.HALTED: _row(*[Ending.HALTED] * len(Left)),
    How.LATE: _row(*[Ending.TIME_OUT] * len(Left)),
}

# What happened, and what to do next.
NEXT_STEPS: Mapping[Ending, Sentence] = {
    Ending.DONE:                say.NEED_WORK_DONE,
    Ending.UNCOMMITTED:         say.NEED_COMMIT,
    Ending.NOTHING_COMMITTED:   say.NEED_NOTHING_COMMITTED,
    Ending.NO_WORK:             say.NEED_NO_WORK,
    Ending.NOTHING_NEW:         say.NEED_NOTHING_NEW,
    Ending.UNSEEN:              say.NEED_UNSEEN,
    Ending.ASTRAY:              say.NEED_ENDED,
    Ending.FAILED:              say.NEED_AGENT_FAILED,
    Ending.FAILED_WITH_FILES:   say.NEED_FAILED_WITH_FILES,
    Ending.FAILED_WITH_COMMITS: say.NEED_FAILED_WITH_COMMITS,
    Ending.LIMIT:               say.NEED_AGENT_LIMIT,
    Ending.ASKED:               say.NEED_ASKED,
    Ending.BY_HAND:             say.NEED_BY_HAND,
    Ending.HALTED:              say.NEED_HALTED,
    Ending.TIME_OUT:            say.NEED_TIME_OUT,
}
# fmt: on

_WORDS: Mapping[str, str] = {
    Ending.UNCOMMITTED: "ended well, not all committed",
    Ending.NOTHING_COMMITTED: "ended well, nothing committed",
    Ending.NO_WORK: "ended well without work",
    Ending.NOTHING_NEW: "ended well, nothing new",
    Ending.ASTRAY: "ended well, on another branch",
    Ending.LIMIT: "ended at its limit",
    Ending.ASKED: "ended with a question",
    Ending.BY_HAND: "ended by hand",
    Ending.HALTED: "stopped by the STOP file",
    Ending.TIME_OUT: "ended at its time limit",
}


# What is said of a run that a loop has ended.
ENDED_FOR: Mapping[How, str] = {How.ASKED: "ended, its question unanswered", How.LIMIT: "ended at its limit"}


def what_is_left(commits: int | None, dirty: bool, *, moved: bool = True) -> Left:
    """What a worktree shows; `commits` is None where it is not known, and older than the run where nothing `moved`."""
    if commits is None:
        return Left.UNKNOWN
    if commits and moved:
        return Left.BOTH if dirty else Left.COMMITS
    if dirty:
        return Left.FILES
    return Left.EARLIER if commits else Left.NOTHING


def ending_words(ending: Ending | None, exit: int | None) -> str:
    """How a run ended, in few words: by its exit status where what it left does not say more."""
    return _WORDS.get(ending or "", exit_words(exit))
