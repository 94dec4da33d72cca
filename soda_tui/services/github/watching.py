"""What the ledger speaks of and no list shows: closed issues, finished pull requests, another agent's branch."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import partial
from itertools import islice

from soda_tui.domain.ledger import LedgerState
from soda_tui.services.github import wire
from soda_tui.services.github.cache import Watch
from soda_tui.services.github.queries import Document

# So many issues that were tried and are in no list, the newest first: what became of them costs a poll nothing.
_TRIED = 20


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
        found.append(Watch("behind", branch=holder.branch))
    for done in state.handed_over:
        if done.pull_request in open_pulls or (done.pull_request is None and done.branch in heads):
            continue
        if done.pull_request is None:
            found.append(Watch("head", branch=done.branch))
        else:
            found.append(Watch("pull", done.pull_request))
        if done.issue not in numbers:
            found.append(Watch("issue", done.issue))
    found += _of_bundles(state, open_pulls, heads, numbers)
    tried = (number for number in sorted(state.attempts, reverse=True) if number not in numbers)
    found += (Watch("issue", number) for number in islice(tried, _TRIED))
    return list(dict.fromkeys(found))


def _of_bundles(
    state: LedgerState, open_pulls: Collection[int], heads: Collection[str], issues: Collection[int]
) -> Iterator[Watch]:
    for bundle in state.bundles:
        if bundle.pull_request in open_pulls or (bundle.pull_request is None and bundle.branch in heads):
            continue
        number = bundle.pull_request
        yield Watch("head", branch=bundle.branch) if number is None else Watch("pull", number)
        yield from (Watch("issue", issue) for issue in bundle.issues if issue not in issues)


def of_the_ledger(state: LedgerState, pulls: Collection[wire.PullRow]) -> list[wire.PullRow]:
    """The open pull requests that the ledger speaks of."""
    ours = (row for row in pulls if row.state == "OPEN" and not row.is_cross_repository)
    return [row for row in ours if state.speaks_of(row.number, row.head_ref_name)]


def question(watch: Watch, repository: str, base: str | None, *, more: bool) -> Callable[[Document], str]:
    """How to ask for it; with `more`, whole. `base` is the branch that work starts from, None for the default one."""
    match watch.kind:
        case "issue":
            return partial(Document.issue, repository=repository, number=watch.number, more=more)
        case "pull":
            return partial(Document.pull_request, repository=repository, number=watch.number, more=more)
        case "head":
            return partial(Document.pull_requests_of, repository=repository, branch=watch.branch, more=more)
        case "behind":
            return partial(Document.behind, repository=repository, base=base, branch=watch.branch)
        case _:
            return partial(Document.branch, repository=repository, branch=watch.branch)


def answer_field(watch: Watch) -> str:
    """Under which name of the repository the answer comes."""
    return {"issue": "issue", "pull": "pullRequest", "head": "page"}.get(watch.kind, "ref")
