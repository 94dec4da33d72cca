"""Failures as values: a code, one sentence for a person, and the exit code that scripts see."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

# The system's numbers for a disk, or a share of it, on which there is no more room.
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


class ErrorCode(StrEnum):
    """What kept the cockpit from an answer."""

    AUTHENTICATION = "authentication"
    FORBIDDEN = "forbidden"
    SAML = "saml"
    NOT_FOUND = "not_found"
    RATE_LIMIT = "rate_limit"
    SECONDARY_LIMIT = "secondary_limit"
    NETWORK = "network"
    TIMEOUT = "timeout"
    SERVER = "server"
    BAD_ANSWER = "bad_answer"
    GIT = "git"
    GIT_TIMEOUT = "git_timeout"
    NO_GIT = "no_git"
    CLONE = "clone"
    CONFIGURATION = "configuration"
    USAGE = "usage"
    REFUSED = "refused"
    BUSY = "busy"
    TAKEN = "taken"
    UNVOUCHED = "unvouched"
    CHECK_FAILED = "check_failed"
    MERGE_CONFLICT = "merge_conflict"
    HOOK_REFUSED = "hook_refused"
    PUSH_REJECTED = "push_rejected"
    WORKFLOW_SCOPE = "workflow_scope"
    DISK_FULL = "disk_full"
    NOTHING_TO_DO = "nothing_to_do"
    AGENT = "agent"
    UNEXPECTED = "unexpected"


class Exit(IntEnum):
    """The exit codes of every command."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    CONFIGURATION = 3
    AUTHENTICATION = 4
    RATE_LIMIT = 5
    PARTIAL = 6
    REFUSED = 7
    TAKEN = 8
    NOTHING_TO_DO = 9
    FOUND = 10


_EXITS = {
    ErrorCode.AUTHENTICATION: Exit.AUTHENTICATION,
    ErrorCode.SAML: Exit.AUTHENTICATION,
    ErrorCode.FORBIDDEN: Exit.AUTHENTICATION,
    ErrorCode.RATE_LIMIT: Exit.RATE_LIMIT,
    ErrorCode.SECONDARY_LIMIT: Exit.RATE_LIMIT,
    ErrorCode.CONFIGURATION: Exit.CONFIGURATION,
    ErrorCode.CLONE: Exit.REFUSED,
    ErrorCode.USAGE: Exit.USAGE,
    ErrorCode.REFUSED: Exit.REFUSED,
    ErrorCode.BUSY: Exit.REFUSED,
    ErrorCode.TAKEN: Exit.TAKEN,
    ErrorCode.UNVOUCHED: Exit.REFUSED,
    ErrorCode.CHECK_FAILED: Exit.REFUSED,
    ErrorCode.MERGE_CONFLICT: Exit.REFUSED,
    ErrorCode.HOOK_REFUSED: Exit.REFUSED,
    ErrorCode.PUSH_REJECTED: Exit.REFUSED,
    ErrorCode.WORKFLOW_SCOPE: Exit.REFUSED,
    ErrorCode.NOTHING_TO_DO: Exit.NOTHING_TO_DO,
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong: the sentence says what happened, what it means for the work, and what to do.

    `detail` has the lines that whoever mends it needs besides, cleaned and bounded: the end of an output, or files.
    """

    code: ErrorCode
    message: str
    retry_at: datetime | None = None
    detail: str = ""

    @property
    def exit(self) -> Exit:
        """The exit code that stands for this problem; `UNEXPECTED` where none is more exact."""
        return _EXITS.get(self.code, Exit.UNEXPECTED)


class Failure(Exception):
    """A problem on its way to whoever turns it into an outcome."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem
