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
    UNSEEN = "unseen"
    FAILED = "failed"
    FAILED_WITH_FILES = "failed_with_files"
    FAILED_WITH_COMMITS = "failed_with_commits"
    LIMIT = "limit"
    ASKED = "asked"


class How(Enum):
    """How a run ended by its events and its exit status, whatever it left."""

    WELL = 1
    BADLY = 2
    LIMIT = 3
    ASKED = 4


class Left(Enum):
    """What a run left in its worktree: commits, files that are in none, both, nothing, or nobody knows."""

    COMMITS = 1
    BOTH = 2
    FILES = 3
    NOTHING = 4
    UNKNOWN = 5


def _row(*endings: Ending) -> Mapping[Left, Ending]:
    return dict(zip(Left, endings, strict=True))


# fmt: off
ENDINGS: Mapping[How, Mapping[Left, Ending]] = {  # by what is left, in the order of Left
    How.WELL:  _row(Ending.DONE, Ending.UNCOMMITTED, Ending.NOTHING_COMMITTED, Ending.NO_WORK, Ending.UNSEEN),
    How.BADLY: _row(Ending.FAILED_WITH_COMMITS, Ending.FAILED_WITH_COMMITS, Ending.FAILED_WITH_FILES,
                    Ending.FAILED, Ending.FAILED),
    How.LIMIT: _row(*[Ending.LIMIT] * 5),
    How.ASKED: _row(*[Ending.ASKED] * 5),
}

# What happened, and what to do next.
NEXT_STEPS: Mapping[Ending, Sentence] = {
    Ending.DONE:                say.NEED_WORK_DONE,
    Ending.UNCOMMITTED:         say.NEED_COMMIT,
    Ending.NOTHING_COMMITTED:   say.NEED_NOTHING_COMMITTED,
    Ending.NO_WORK:             say.NEED_NO_WORK,
    Ending.UNSEEN:              say.NEED_UNSEEN,
    Ending.FAILED:              say.NEED_AGENT_FAILED,
    Ending.FAILED_WITH_FILES:   say.NEED_FAILED_WITH_FILES,
    Ending.FAILED_WITH_COMMITS: say.NEED_FAILED_WITH_COMMITS,
    Ending.LIMIT:               say.NEED_AGENT_LIMIT,
    Ending.ASKED:               say.NEED_ASKED,
}
# fmt: on

_WORDS: Mapping[str, str] = {
    Ending.UNCOMMITTED: "ended well, not all committed",
    Ending.NOTHING_COMMITTED: "ended well, nothing committed",
    Ending.NO_WORK: "ended well without work",
    Ending.LIMIT: "ended at its limit",
    Ending.ASKED: "ended with a question",
}


def what_is_left(commits: int | None, dirty: bool) -> Left:
    """What a worktree shows; `commits` is None where it is not known."""
    if commits is None:
        return Left.UNKNOWN
    if commits:
        return Left.BOTH if dirty else Left.COMMITS
    return Left.FILES if dirty else Left.NOTHING


def ending_words(ending: Ending | None, exit: int | None) -> str:
    """How a run ended, in few words: by its exit status where what it left does not say more."""
    return _WORDS.get(ending or "", exit_words(exit))
