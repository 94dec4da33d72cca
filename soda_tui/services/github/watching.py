"""What the ledger speaks of and no list shows: closed issues, finished pull requests, another agent's branch."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial

from soda_tui.domain.ledger import LedgerState
from soda_tui.services.github import wire
from soda_tui.services.github.cache import Watch
from soda_tui.services.github.queries import Document


def wanted(
    state: LedgerState, agent: str, issues: Collection[wire.IssueRow], pulls: Collection[wire.PullRow]
) -> list[Watch]:
    """What to look at besides these listed issues and pull requests, and the agent's branches."""
    numbers = {row.number for row in issues}
    open_pulls = {row.number for row in pulls}
    heads = {row.head_ref_name for row in pulls if not row.is_cross_repository}
    found = []
    if holder := state.holder:
        if holder.issue not in numbers:
            found.append(Watch("issue", holder.issue))
        if holder.branch not in heads:
            found.append(Watch("head", branch=holder.branch))
        if not holder.branch.startswith(f"{agent}/"):
            found.append(Watch("branch", branch=holder.branch))
    for done in state.handed_over:
        if done.pull_request is None and done.branch not in heads:
            found.append(Watch("head", branch=done.branch))
        elif done.pull_request is not None and done.pull_request not in open_pulls:
            found.append(Watch("pull", done.pull_request))
    return found


def question(watch: Watch, repository: str, *, more: bool) -> Callable[[Document], str]:
    """How to ask for it; with `more`, whole."""
    match watch.kind:
        case "issue":
            return partial(Document.issue, repository=repository, number=watch.number, more=more)
        case "pull":
            return partial(Document.pull_request, repository=repository, number=watch.number, more=more)
        case "head":
            return partial(Document.pull_requests_of, repository=repository, branch=watch.branch, more=more)
        case _:
            return partial(Document.branch, repository=repository, branch=watch.branch)


def answer_field(watch: Watch) -> str:
    """Under which name of the repository the answer comes."""
    return {"issue": "issue", "pull": "pullRequest", "head": "page"}.get(watch.kind, "ref")
