"""Snapshots for the tests of the screen: complete, at a fixed time, and changed by keyword."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec import structs

from soda_tui.domain.codes import Checks, DriftKind, ExcludedCode, NeedCode, PriorityName, Review, Severity, Status
from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.model import (
    SCHEMA_VERSION,
    Account,
    Agent,
    Claim,
    Clone,
    Counts,
    Drift,
    Error,
    ExcludedEntry,
    Need,
    PullRequestEntry,
    QueueEntry,
    RateLimit,
    Repository,
    Run,
    Snapshot,
    Worktree,
)
from soda_tui.domain.outcome import Peek

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
PRIORITIES = {
    PriorityName.UNBLOCKER: 200,
    PriorityName.VERY_HIGH: 4,
    PriorityName.HIGH: 3,
    PriorityName.MEDIUM: 2,
    PriorityName.LOW: 1,
    PriorityName.NONE: 0,
}


def ago(**time: float) -> datetime:
    """So long before now."""
    return NOW - timedelta(**time)


def entry(number: int, title: str, priority: PriorityName = PriorityName.NONE) -> QueueEntry:
    """An issue in the queue."""
    url = f"https://github.com/acme/x/issues/{number}"
    return QueueEntry(number, f"I_{number}", title, "ada", PRIORITIES[priority], priority, ("route:ready",), (), url)


def request(number: int, title: str, **changes: object) -> PullRequestEntry:
    """An open pull request."""
    made = PullRequestEntry(
        number, title, f"agent001/{number}", None, Checks.SUCCESS, Review.REQUIRED, False, f"https://x/{number}"
    )
    return structs.replace(made, **changes)


QUEUE = (
    entry(41, "Cache invalidation wakes every reader", PriorityName.UNBLOCKER),
    entry(12, "Fix the crash when the configuration folder is a symbolic link", PriorityName.VERY_HIGH),
    entry(27, "Retry uploads that were cut off", PriorityName.HIGH),
    entry(30, "Say which file is locked, and by whom", PriorityName.MEDIUM),
    entry(33, "Tidy the changelog", PriorityName.LOW),
    entry(8, "Support Python 3.14"),
)
IDLE = Agent("agent001", Status.IDLE, None, None, None, None, None, None, None, None)


def repository(name: str = "acme/rocket", **changes: object) -> Repository:
    """A repository at rest, with a queue."""
    made = Repository(
        id=f"R_{name}",
        name=name,
        host="github.com",
        url=f"https://github.com/{name}",
        path=f"/src/{name.split('/')[-1]}",
        group=None,
        default_branch="main",
        base="main",
        archived=False,
        viewer_permission="WRITE",
        read_only=False,
        clone=Clone("main", False, 0, 0, None),
        agent=IDLE,
        counts=Counts(14, 8, 1),
        truncated=False,
        queue=QUEUE,
        excluded=(),
        pull_requests=(),
        drift=(),
        needs=(),
        fetched_at=ago(seconds=9),
        stale=False,
        error=None,
    )
    return structs.replace(made, **changes)


def agent(status: Status, **changes: object) -> Agent:
    """An agent on issue 12."""
    started, heard, log = ago(minutes=12, seconds=4), ago(seconds=3), "/state/run1.log"
    ended = {Status.CLAIMED: -15, Status.FAILED: 1, Status.DONE: 0}
    run = Run("run1", None if status in ended else 4711, started, heard, ended.get(status), log)
    made = Agent(
        id="agent001",
        status=status,
        issue=12,
        title="Fix the crash when the configuration folder is a symbolic link",
        branch="agent001/12-fix-the-crash-when-the-configuration-folder",
        since=ago(minutes=14),
        attempt=1,
        claim=Claim("5b1f0c9e", status is not Status.ELSEWHERE, "desk"),
        worktree=Worktree("/work/rocket", "agent001/12-fix-the-crash-when-the-configuration-folder", True, 2),
        run=run,
    )
    return structs.replace(made, **changes)


def snapshot(*repositories: Repository) -> Snapshot:
    """A snapshot of these, with most of the hour's budget left."""
    account = Account("github.com", "ada", RateLimit(5000, 4812, 1, NOW + timedelta(minutes=38)))
    complete = all(found.error is None for found in repositories)
    return Snapshot(SCHEMA_VERSION, NOW, complete, (account,), repositories)


LOG = (
    "Reading src/config/folder.py",
    "The folder is resolved twice: once by platformdirs, once by us.",
    "$ pytest tests/config -q",
    "..........F.......",
    "FAILED tests/config/test_folder.py::test_symbolic_link - FileExistsError: [Errno 17]",
    "    os.makedirs(path)  # follows the link only where its target exists",
    "Editing src/config/folder.py",
    "$ pytest tests/config -q",
    "..................",
    "18 passed in 0.41s",
    "$ git commit -m 'Resolve the configuration folder once'",
    "[agent001/12-fix-the-crash 5e1c0aa] Resolve the configuration folder once",
)
WORKING = repository(
    "acme/rocket",
    clone=Clone("main", True, 2, 1, None),
    agent=agent(Status.WORKING),
    queue=tuple(found for found in QUEUE if found.number != 12),
    excluded=(
        ExcludedEntry(12, "Fix the crash", ExcludedCode.HELD, "agent001 holds it."),
        ExcludedEntry(19, "Move to the new queue", ExcludedCode.BLOCKED, "route:blocked: it waits."),
        ExcludedEntry(22, "Name the release", ExcludedCode.HUMAN_ONLY, "route:human-only: a person does this one."),
    ),
    pull_requests=(request(39, "Bound the retry queue", checks=Checks.PENDING),),
)
ATTENTION = repository(
    "acme/lighthouse",
    clone=Clone("develop", False, 0, 3, None),
    agent=agent(
        Status.FAILED,
        issue=7,
        title="Lamp stays on after sunrise",
        branch="agent001/7-lamp-stays-on-after-sunrise",
        attempt=2,
        worktree=Worktree("/work/lighthouse", "agent001/7-lamp-stays-on-after-sunrise", False, 1),
        run=Run("run2", None, ago(minutes=30), ago(minutes=9), 1, "/state/run2.log"),
    ),
    queue=(entry(9, "Rotate twice as fast in fog", PriorityName.HIGH),),
    excluded=(
        ExcludedEntry(5, "Paint the door", ExcludedCode.READY_TO_MERGE, "Its work is ready to land."),
        ExcludedEntry(6, "Count the ships", ExcludedCode.REVIEW, "It is in review."),
    ),
    pull_requests=(
        request(15, "Paint the door", issue=5, review=Review.APPROVED),
        request(16, "Count the ships", issue=6, checks=Checks.FAILURE, review=Review.CHANGES_REQUESTED),
        request(17, "Bump the lamp", draft=True, checks=Checks.NONE, review=Review.NONE),
    ),
    needs=(
        Need(NeedCode.CRITICAL_DRIFT, "Issue 7 was closed while it is held. The work is kept; reset lets go of it."),
        Need(NeedCode.AGENT_FAILED, "The agent on 7 ended with 1. Its work is kept; launch it again, or reset."),
        Need(NeedCode.READY_TO_LAND, "Ready to land: 5."),
    ),
    drift=(
        Drift(
            DriftKind.ISSUE_CLOSED,
            Severity.CRITICAL,
            "Issue 7 was closed while it is held. The work is kept; reset lets go of it.",
            ago(hours=2),
            "reset",
        ),
        Drift(
            DriftKind.UNEXPECTED_BRANCH,
            Severity.MODERATE,
            "The worktree stands on scratch, not on agent001/7-lamp-stays-on-after-sunrise.",
            ago(minutes=4),
            "worktree",
        ),
    ),
)
STALE = repository(
    "acme/harbour",
    fetched_at=ago(minutes=17),
    stale=True,
    error=Error(ErrorCode.NETWORK, "GitHub could not be reached (no route to host).", NOW + timedelta(minutes=1)),
)
EMPTY = repository("acme/quay", queue=(), counts=Counts(0, 0, 0))
DONE = repository(
    "acme/harbour",
    agent=agent(
        Status.DONE,
        issue=3,
        title="Weigh anchors before lunch",
        branch="agent001/3-weigh-anchors",
        run=Run("run3", None, ago(hours=1), ago(minutes=40), 0, "/state/run3.log"),
        worktree=Worktree("/work/harbour", "agent001/3-weigh-anchors", False, 4),
    ),
    needs=(Need(NeedCode.WORK_DONE, "The work on 3 is done: bottle it."),),
)
LOGS = {
    "github.com/acme/rocket": LOG,
    "github.com/acme/lighthouse": ("Turning the lamp off", "Traceback (most recent call last):", "KeyError: 'sunrise'"),
    "github.com/acme/harbour": ("Weighed four anchors.", "All tests pass."),
}
PEEK = Peek(
    "acme/rocket",
    QUEUE[1],
    "Starting with `XDG_CONFIG_HOME` set to a symbolic link fails:\n\n    FileExistsError: [Errno 17]\n\n"
    "- [ ] resolve the folder once\n- [ ] a test that fails without it\n\nSeen on 3.2 and on main.",
    "Second in the queue: its priority is very high.",
    2,
)
TRIO = snapshot(WORKING, ATTENTION, STALE)
