"""Troubles: everything that goes wrong by itself, and what a loop does about each; one line for each."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from msgspec import Struct

from soda_tui.domain import sentences as say
from soda_tui.domain.codes import DriftKind
from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.runs.endings import Ending
from soda_tui.domain.sentences.sentence import Sentence

_LONGEST = timedelta(minutes=30)


class Trouble(StrEnum):
    """What went wrong."""

    NETWORK = "network"
    GITHUB = "github"
    RATE_LIMIT = "rate_limit"
    ADMISSION = "admission"
    GIT = "git"
    CLONE = "clone"
    CONFIGURATION = "configuration"
    REFUSED = "refused"
    TAKEN = "taken"
    AGENT_START = "agent_start"
    CRASH = "crash"
    USAGE_LIMIT = "usage_limit"
    TIME_OUT = "time_out"
    QUESTION = "question"
    NO_COMMITS = "no_commits"
    DIRTY = "dirty"
    UNSEEN = "unseen"
    HALTED = "halted"
    CHECK = "check"
    CONFLICT = "conflict"
    HOOK = "hook"
    PUSH = "push"
    WORKFLOW_SCOPE = "workflow_scope"
    DISK_FULL = "disk_full"
    UNVOUCHED = "unvouched"
    UNEXPECTED = "unexpected"


class Answer(StrEnum):
    """What is done about it: the same again after a while, another run that is told of it, or a person is waited for.

    NEXT_PROFILE is a launch with another profile that can be started here, once with each of them. AGAIN is as often as
    the row says, and then a person; FEED_BACK as often as an issue may be tried, or as the row says where that is less,
    and then the issue is a person's. PARK waits for the moment that is named. PASS is nothing: the facts are looked at
    again, later each time.
    """

    NEXT_PROFILE = "next_profile"
    AGAIN = "again"
    FEED_BACK = "feed_back"
    PARK = "park"
    PERSON = "person"
    PASS = "pass"


class Row(Struct, frozen=True):
    """What is done about a trouble: `tries` in a row, the first after so many `seconds`; `words` tell the agent.

    `first` is what is done before all that, where it can be; not for what is over within `patience`, in seconds. `gist`
    tells everybody what it was in the end; where there is none, the pane's own words do.
    """

    answer: Answer
    tries: int = 0
    seconds: float = 0.0
    words: Sentence | None = None
    gist: Sentence | None = None
    first: Answer | None = None
    patience: float = 0.0


# fmt: off
TABLE: Mapping[Trouble, Row] = {
    Trouble.NETWORK:       Row(Answer.AGAIN, 50, 15.0),
    Trouble.GITHUB:        Row(Answer.AGAIN, 50, 30.0),
    Trouble.RATE_LIMIT:    Row(Answer.PARK, 0, 300.0),
    Trouble.ADMISSION:     Row(Answer.PERSON),
    Trouble.GIT:           Row(Answer.AGAIN, 4, 30.0),
    Trouble.CLONE:         Row(Answer.AGAIN, 4, 60.0),
    Trouble.CONFIGURATION: Row(Answer.PERSON),
    Trouble.REFUSED:       Row(Answer.AGAIN, 3, 60.0),
    Trouble.TAKEN:         Row(Answer.PASS, 0, 10.0),
    Trouble.AGENT_START:   Row(Answer.AGAIN, 3, 60.0, first=Answer.NEXT_PROFILE),
    Trouble.CRASH:         Row(Answer.FEED_BACK, words=say.FEED_CRASH, gist=say.GIST_CRASH, first=Answer.NEXT_PROFILE),
    Trouble.USAGE_LIMIT:   Row(Answer.PARK, 0, 900.0, first=Answer.NEXT_PROFILE, patience=1800.0),
    Trouble.TIME_OUT:      Row(Answer.FEED_BACK, words=say.FEED_TIME_OUT, gist=say.GIST_TIME_OUT),
    Trouble.QUESTION:      Row(Answer.FEED_BACK, words=say.FEED_QUESTION, gist=say.GIST_QUESTION),
    Trouble.NO_COMMITS:    Row(Answer.FEED_BACK, words=say.FEED_NO_COMMITS, gist=say.GIST_NO_COMMITS),
    Trouble.DIRTY:         Row(Answer.FEED_BACK, words=say.FEED_DIRTY, gist=say.GIST_DIRTY),
    Trouble.UNSEEN:        Row(Answer.PERSON),
    Trouble.HALTED:        Row(Answer.PARK),
    Trouble.CHECK:         Row(Answer.FEED_BACK, words=say.FEED_CHECK, gist=say.GIST_CHECK),
    Trouble.CONFLICT:      Row(Answer.FEED_BACK, 1, words=say.FEED_CONFLICT, gist=say.GIST_CONFLICT),
    Trouble.HOOK:          Row(Answer.FEED_BACK, words=say.FEED_HOOK, gist=say.GIST_HOOK),
    Trouble.PUSH:          Row(Answer.PERSON),
    Trouble.WORKFLOW_SCOPE: Row(Answer.PERSON),
    Trouble.DISK_FULL:     Row(Answer.AGAIN, 6, 300.0),
    Trouble.UNVOUCHED:     Row(Answer.PERSON),
    Trouble.UNEXPECTED:    Row(Answer.PERSON),
}

CODES: Mapping[ErrorCode, Trouble] = {
    ErrorCode.AUTHENTICATION:  Trouble.ADMISSION,
    ErrorCode.FORBIDDEN:       Trouble.ADMISSION,
    ErrorCode.SAML:            Trouble.ADMISSION,
    ErrorCode.NOT_FOUND:       Trouble.ADMISSION,
    ErrorCode.RATE_LIMIT:      Trouble.RATE_LIMIT,
    ErrorCode.SECONDARY_LIMIT: Trouble.RATE_LIMIT,
    ErrorCode.NETWORK:         Trouble.NETWORK,
    ErrorCode.TIMEOUT:         Trouble.NETWORK,
    ErrorCode.SERVER:          Trouble.GITHUB,
    ErrorCode.BAD_ANSWER:      Trouble.GITHUB,
    ErrorCode.GIT:             Trouble.GIT,
    ErrorCode.GIT_TIMEOUT:     Trouble.NETWORK,
    ErrorCode.NO_GIT:          Trouble.CONFIGURATION,
    ErrorCode.CLONE:           Trouble.CLONE,
    ErrorCode.CONFIGURATION:   Trouble.CONFIGURATION,
    ErrorCode.USAGE:           Trouble.CONFIGURATION,
    ErrorCode.REFUSED:         Trouble.REFUSED,
    ErrorCode.BUSY:            Trouble.TAKEN,
    ErrorCode.TAKEN:           Trouble.TAKEN,
    ErrorCode.NOTHING_TO_DO:   Trouble.TAKEN,
    ErrorCode.AGENT:           Trouble.AGENT_START,
    ErrorCode.UNVOUCHED:       Trouble.UNVOUCHED,
    ErrorCode.CHECK_FAILED:    Trouble.CHECK,
    ErrorCode.MERGE_CONFLICT:  Trouble.CONFLICT,
    ErrorCode.HOOK_REFUSED:    Trouble.HOOK,
    ErrorCode.PUSH_REJECTED:   Trouble.PUSH,
    ErrorCode.WORKFLOW_SCOPE:  Trouble.WORKFLOW_SCOPE,
    ErrorCode.DISK_FULL:       Trouble.DISK_FULL,
    ErrorCode.UNEXPECTED:      Trouble.UNEXPECTED,
}

ENDINGS: Mapping[Ending, Trouble | None] = {
    Ending.DONE:                None,
    Ending.UNCOMMITTED:         Trouble.DIRTY,
    Ending.NOTHING_COMMITTED:   Trouble.DIRTY,
    Ending.NO_WORK:             Trouble.NO_COMMITS,
    Ending.NOTHING_NEW:         Trouble.NO_COMMITS,
    Ending.UNSEEN:              Trouble.UNSEEN,
    Ending.ASTRAY:              Trouble.UNSEEN,
    Ending.FAILED:              Trouble.CRASH,
    Ending.FAILED_WITH_FILES:   Trouble.CRASH,
    Ending.FAILED_WITH_COMMITS: Trouble.CRASH,
    Ending.LIMIT:               Trouble.USAGE_LIMIT,
    Ending.ASKED:               Trouble.QUESTION,
    Ending.BY_HAND:             Trouble.UNSEEN,
    Ending.HALTED:              Trouble.HALTED,
    Ending.TIME_OUT:            Trouble.TIME_OUT,
}
# fmt: on


class Mending(StrEnum):
    """What a loop does about a drift: take things as they are, mend them and go on, or stop and tell."""

    ADOPT = "adopt"
    REPAIR = "repair"
    STOP = "stop"


# fmt: off
DRIFT: Mapping[DriftKind, Mending] = {
    DriftKind.ISSUE_CLOSED:             Mending.REPAIR,
    DriftKind.ISSUE_GONE:               Mending.REPAIR,
    DriftKind.ISSUE_REASSIGNED:         Mending.STOP,
    DriftKind.ISSUE_RELABELLED:         Mending.REPAIR,
    DriftKind.ISSUE_EDITED:             Mending.STOP,
    DriftKind.LABEL_WITHOUT_CLAIM:      Mending.REPAIR,
    DriftKind.CLAIM_WITHOUT_LABEL:      Mending.REPAIR,
    DriftKind.CLAIM_IDLE:               Mending.ADOPT,
    DriftKind.BRANCH_GONE:              Mending.REPAIR,
    DriftKind.BRANCH_NOT_HERE:          Mending.REPAIR,
    DriftKind.BRANCH_DIVERGED:          Mending.STOP,
    DriftKind.BRANCH_BEHIND:            Mending.ADOPT,
    DriftKind.FOREIGN_COMMITS:          Mending.STOP,
    DriftKind.PULL_REQUEST_MERGED:      Mending.REPAIR,
    DriftKind.PULL_REQUEST_CLOSED:      Mending.REPAIR,
    DriftKind.PULL_REQUEST_CHANGED:     Mending.ADOPT,
    DriftKind.PULL_REQUEST_CONFLICTING: Mending.ADOPT,
    DriftKind.CHECKS_FAILING:           Mending.ADOPT,
    DriftKind.UNEXPECTED_BRANCH:        Mending.REPAIR,
    DriftKind.DIRTY_WORKTREE:           Mending.ADOPT,
    DriftKind.WORKTREE_GONE:            Mending.REPAIR,
    DriftKind.RUN_GONE:                 Mending.ADOPT,
    DriftKind.RUN_WITHOUT_CLAIM:        Mending.REPAIR,
    DriftKind.LEDGER_GONE:              Mending.STOP,
    DriftKind.LEDGER_UNREADABLE:        Mending.STOP,
    DriftKind.LEDGER_NEWER:             Mending.STOP,
}
# fmt: on


def wait(trouble: Trouble, tries: int, seed: str) -> timedelta:
    """How long to wait after so many tries: twice as long each time up to 30 minutes, and a quarter more or less.

    `seed` makes the quarter: of many loops that met the same trouble no two come back at the same moment.
    """
    chance = int.from_bytes(hashlib.sha256(f"{seed} {tries}".encode()).digest()[:4]) / 2**32
    seconds = TABLE[trouble].seconds * float(1 << min(max(tries, 1) - 1, 10))
    return min(timedelta(seconds=seconds), _LONGEST) * (0.75 + chance / 2)
