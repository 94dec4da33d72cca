"""The codes of the snapshot: the fixed words of its document, for statuses, needs, checks, drift."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """What the agent of a repository is doing."""

    IDLE = "idle"
    CLAIMED = "claimed"
    STARTING = "starting"
    WORKING = "working"
    NEEDS_INPUT = "needs_input"
    LIMIT = "limit"
    STALLED = "stalled"
    ENDED = "ended"
    FAILED = "failed"
    DONE = "done"
    HANDING_OVER = "handing_over"
    ELSEWHERE = "elsewhere"
    UNKNOWN = "unknown"

    @property
    def at_work(self) -> bool:
        """Whether the agent's process is there."""
        return self in {Status.STARTING, Status.WORKING, Status.NEEDS_INPUT, Status.STALLED}


class Unseen(StrEnum):
    """What a token may not be allowed to see of an issue or of a pull request, by the names that it has here."""

    BLOCKERS = "blockers"
    SUB_ISSUES = "sub_issues"
    AUTO_MERGE = "auto_merge"
    MERGE_QUEUE = "merge_queue"


class PriorityName(StrEnum):
    """The priority labels of My Little Soda, by name."""

    UNBLOCKER = "unblocker"
    VERY_HIGH = "very-high"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"


class ExcludedCode(StrEnum):
    """Why a routed issue is not in the queue."""

    HUMAN_ONLY = "human_only"
    BLOCKED = "blocked"
    REVIEW = "review"
    READY_TO_MERGE = "ready_to_merge"
    HELD = "held"
    AGENT_LABEL = "agent_label"
    ASSIGNED = "assigned"
    OPEN_PULL_REQUEST = "open_pull_request"
    FILTERED = "filtered"


class Checks(StrEnum):
    """The combined state of a pull request's checks; whether there are any is not known where they are hidden."""

    NONE = "none"
    HIDDEN = "hidden"
    PENDING = "pending"
    SUCCESS = "success"
    FAILURE = "failure"


class Review(StrEnum):
    """The review decision on a pull request."""

    NONE = "none"
    REQUIRED = "required"
    APPROVED = "approved"
    CHANGES_REQUESTED = "changes_requested"


class DriftKind(StrEnum):
    """How ledger, GitHub, git and processes can disagree."""

    ISSUE_CLOSED = "issue_closed"
    ISSUE_GONE = "issue_gone"
    ISSUE_REASSIGNED = "issue_reassigned"
    ISSUE_RELABELLED = "issue_relabelled"
    ISSUE_EDITED = "issue_edited"
    LABEL_WITHOUT_CLAIM = "label_without_claim"
    CLAIM_WITHOUT_LABEL = "claim_without_label"
    CLAIM_IDLE = "claim_idle"
    BRANCH_GONE = "branch_gone"
    BRANCH_NOT_HERE = "branch_not_here"
    BRANCH_DIVERGED = "branch_diverged"
    BRANCH_BEHIND = "branch_behind"
    FOREIGN_COMMITS = "foreign_commits"
    PULL_REQUEST_MERGED = "pull_request_merged"
    PULL_REQUEST_CLOSED = "pull_request_closed"
    PULL_REQUEST_CHANGED = "pull_request_changed"
    PULL_REQUEST_CONFLICTING = "pull_request_conflicting"
    CHECKS_FAILING = "checks_failing"
    UNEXPECTED_BRANCH = "unexpected_branch"
    DIRTY_WORKTREE = "dirty_worktree"
    WORKTREE_GONE = "worktree_gone"
    RUN_GONE = "run_gone"
    RUN_WITHOUT_CLAIM = "run_without_claim"
    LEDGER_GONE = "ledger_gone"
    LEDGER_UNREADABLE = "ledger_unreadable"
    LEDGER_NEWER = "ledger_newer"


class Severity(StrEnum):
    """How much a drift endangers the work."""

    MINOR = "minor"
    MODERATE = "moderate"
    CRITICAL = "critical"


class NeedCode(StrEnum):
    """Why a repository waits for a person."""

    AGENT_INPUT = "agent_input"
    AGENT_ENDED = "agent_ended"
    AGENT_FAILED = "agent_failed"
    AGENT_STALLED = "agent_stalled"
    AGENT_LIMIT = "agent_limit"
    WORK_DONE = "work_done"
    HANDOVER_UNFINISHED = "handover_unfinished"
    CLAIM_UNFINISHED = "claim_unfinished"
    CLAIM_LOST = "claim_lost"
    ACT_UNFINISHED = "act_unfinished"
    READY_TO_LAND = "ready_to_land"
    NOT_RELEASED = "not_released"
    FEEDBACK = "feedback"
    FEEDBACK_ASKS = "feedback_asks"
    GIVEN_UP = "given_up"
    REVIEW = "review"
    CRITICAL_DRIFT = "critical_drift"
    CLONE_PROBLEM = "clone_problem"
    RENAMED = "renamed"
    ARCHIVED = "archived"
    DEGRADED = "degraded"
    PERMISSION = "permission"
    NOT_ADMITTED = "not_admitted"
    LOOP = "loop"
