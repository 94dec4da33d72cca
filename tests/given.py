"""Facts for the tests of the domain: small, complete, and changed by keyword."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec import structs

from soda_tui.domain.codes import Checks, Review
from soda_tui.domain.configuration.profiles import Profile
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.facts import (
    Branch,
    CloneFacts,
    Issue,
    LedgerHead,
    LocalFacts,
    PullRequest,
    RemoteFacts,
    RepositoryFacts,
    Viewer,
    WorktreeFacts,
)
from soda_tui.domain.ledger import Entry, Holder, LedgerState, encode
from soda_tui.domain.naming import RepositoryName
from soda_tui.domain.runs.facts import RunFacts, RunState

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
ME = "5b1f0c9e"
OTHER = "ffffffff"
BASE = "b" * 40
NAME = RepositoryName("github.com", "acme", "rocket")
ENROLMENT = Enrolment(NAME, "/src/rocket", agent=Profile(command=("agent", "{prompt}")))
HOLDER = Holder(ME, "agent001", 12, "agent001/12-fix-the-crash", BASE, NOW - timedelta(hours=1), assigned="you")


def issue(number: int, *labels: str, title: str = "Fix the crash", **changes: object) -> Issue:
    """An open issue with these labels."""
    made = Issue(f"I_{number}", number, title, f"https://x/{number}", "someone", labels, (), True, NOW)
    return structs.replace(made, **changes)


def pull_request(number: int, branch: str = "topic", body: str = "", **changes: object) -> PullRequest:
    """An open pull request from a branch of the repository itself."""
    made = PullRequest(
        f"PR_{number}", number, "Work", f"https://x/pull/{number}", body, branch, "head", "main",
        True, False, False, True, Checks.NONE, Review.NONE, (), NOW,
    )  # fmt: skip
    return structs.replace(made, **changes)


def ledger_head(state: LedgerState, oid: str = "led0") -> LedgerHead:
    """A ledger commit with this state."""
    return LedgerHead(oid, encode(Entry("popped", 12, ME, "n0", state)), NOW)


def remote(*issues: Issue, holder: Holder | None = None, **changes: object) -> RemoteFacts:
    """The repository on GitHub; with a holder its branch and its ledger are there too."""
    made = RemoteFacts(
        id="R_1",
        name=NAME,
        url="https://github.com/acme/rocket",
        default_branch="main",
        archived=False,
        permission="WRITE",
        open_issues=len(issues),
        issues=issues,
        pull_requests=(),
        branches=(Branch(holder.branch, BASE),) if holder else (),
        ledger=ledger_head(LedgerState(holder)) if holder else None,
        label_ids={"agent001": "LA_a", "route:ready": "LA_r", "route:review": "LA_v"},
        truncated=False,
        viewer=Viewer("U_you", "you"),
        behind=0 if holder else None,
    )
    return structs.replace(made, **changes)


def worktree(**changes: object) -> WorktreeFacts:
    """The worktree of HOLDER's claim, clean, with two commits."""
    made = WorktreeFacts("/work/rocket", HOLDER.branch, "work2", (), 2, None, 2, 0)
    return structs.replace(made, **changes)


def facts(seen: RemoteFacts | None, tree: WorktreeFacts | None = None, **changes: object) -> RepositoryFacts:
    """All facts of the repository with a clone that is fine."""
    made = RepositoryFacts(seen, NOW, None, LocalFacts(CloneFacts("main", BASE, False, 0, 0), tree), seen_ledger=False)
    return structs.replace(made, **changes)


def run(state: RunState = RunState.RUNNING, **changes: object) -> RunFacts:
    """A run on HOLDER's claim."""
    made = RunFacts("r1", 12, HOLDER.branch, state, 4711, NOW - timedelta(minutes=5), None, NOW, None, False, "/log")
    return structs.replace(made, **changes)
