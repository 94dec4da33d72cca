"""Drift: where ledger, GitHub and git disagree, as a pure function of the facts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from soda_tui.domain import sentences as say
from soda_tui.domain.facts import Issue, PullRequest, RemoteFacts, RepositoryFacts
from soda_tui.domain.labels import has, has_any, is_agent_label
from soda_tui.domain.ledger import HandedOver, Holder, Ledger, LedgerCondition
from soda_tui.domain.model import Drift, DriftKind, Severity
from soda_tui.domain.settings import Enrolment
from soda_tui.domain.status import claim_run

# A cockpit marks the issue right after its claim; within this time an unmarked claim is only on its way.
SETTLING = timedelta(minutes=1)


def ledger_gone(ledger: Ledger, facts: RepositoryFacts) -> bool:
    """Whether the ledger is absent although there was one, or an agent is or may be at work."""
    return ledger.condition is LedgerCondition.ABSENT and (
        facts.seen_ledger or bool(agent_labelled(facts)) or (facts.run is not None and facts.run.alive)
    )


def agent_labelled(facts: RepositoryFacts) -> tuple[int, ...]:
    """The open issues that carry an agent's label."""
    issues = facts.remote.issues if facts.remote else ()
    return tuple(issue.number for issue in issues if issue.open and any(map(is_agent_label, issue.labels)))


def find_drift(
    facts: RepositoryFacts, ledger: Ledger, cockpit: str, enrolment: Enrolment, now: datetime
) -> tuple[Drift, ...]:
    """Every drift of one repository, the worst first; `facts.remote` must be there."""
    remote = facts.remote
    if remote is None:
        return ()
    found = [*_ledger_drift(facts, ledger)]
    if not found:
        found += _label_drift(remote, ledger, enrolment.agent_id)
    holder = ledger.state.holder
    if holder is not None:
        found += [*_claim_drift(remote, holder, now), *_worktree_drift(facts, holder, cockpit)]
    found += _run_drift(facts, holder, cockpit)
    for done in ledger.state.handed_over:
        found += _handed_over_drift(remote, done, (enrolment.labels.ready, enrolment.labels.unblocker))
    order = {Severity.CRITICAL: 0, Severity.MODERATE: 1, Severity.MINOR: 2}
    return tuple(sorted(found, key=lambda drift: order[drift.severity]))


def _ledger_drift(facts: RepositoryFacts, ledger: Ledger) -> Iterator[Drift]:
    if ledger_gone(ledger, facts):
        yield Drift(DriftKind.LEDGER_GONE, Severity.CRITICAL, _gone_words(facts), None, None)
    elif ledger.condition is LedgerCondition.UNREADABLE:
        yield Drift(DriftKind.LEDGER_UNREADABLE, Severity.CRITICAL, say.DRIFT_LEDGER_UNREADABLE(), None, None)
    elif ledger.condition is LedgerCondition.NEWER:
        yield Drift(DriftKind.LEDGER_NEWER, Severity.CRITICAL, say.DRIFT_LEDGER_NEWER(), None, None)


def _gone_words(facts: RepositoryFacts) -> str:
    labelled = agent_labelled(facts)
    if facts.seen_ledger or not labelled:
        return say.DRIFT_LEDGER_GONE()
    return say.DRIFT_NO_LEDGER(issues=", ".join(map(str, labelled)))


def _run_drift(facts: RepositoryFacts, holder: Holder | None, cockpit: str) -> Iterator[Drift]:
    run = facts.run
    if run is None or not run.alive:
        return
    if holder is None or holder.cockpit != cockpit or claim_run(holder, run) is None:
        message = say.DRIFT_RUN_WITHOUT_CLAIM(issue=run.issue, pid=run.pid or "starting")
        yield Drift(DriftKind.RUN_WITHOUT_CLAIM, Severity.CRITICAL, message, run.started_at, "stop")


def _label_drift(remote: RemoteFacts, ledger: Ledger, agent: str) -> Iterator[Drift]:
    held = ledger.state.holder.issue if ledger.state.holder else None
    for issue in remote.issues:
        if issue.open and issue.number != held and has(issue.labels, agent):
            message = say.DRIFT_LABEL_WITHOUT_CLAIM(issue=issue.number, label=agent)
            yield Drift(DriftKind.LABEL_WITHOUT_CLAIM, Severity.MODERATE, message, issue.updated_at, None)


def _claim_drift(remote: RemoteFacts, holder: Holder, now: datetime) -> Iterator[Drift]:
    issue = find_issue(remote, holder.issue)
    if issue is not None and not issue.open:
        message = say.DRIFT_ISSUE_CLOSED(issue=holder.issue)
        yield Drift(DriftKind.ISSUE_CLOSED, Severity.CRITICAL, message, issue.updated_at, "reset")
    elif issue is not None and not has(issue.labels, holder.agent) and now - holder.since > SETTLING:
        message = say.DRIFT_CLAIM_WITHOUT_LABEL(issue=holder.issue, label=holder.agent)
        yield Drift(DriftKind.CLAIM_WITHOUT_LABEL, Severity.MODERATE, message, issue.updated_at, "pop")
    listed = holder.branch.startswith(f"{holder.agent}/") and not remote.truncated
    if listed and all(branch.name != holder.branch for branch in remote.branches):
        message = say.DRIFT_BRANCH_GONE(branch=holder.branch)
        yield Drift(DriftKind.BRANCH_GONE, Severity.CRITICAL, message, None, "bottle")
    pull_request = _ended_pull_request(remote, holder.branch)
    if pull_request is not None and (pull_request.closed_at or pull_request.updated_at) >= holder.since:
        kind = DriftKind.PULL_REQUEST_MERGED if pull_request.merged else DriftKind.PULL_REQUEST_CLOSED
        sentence = say.DRIFT_MERGED_UNDER_WORK if pull_request.merged else say.DRIFT_CLOSED_UNDER_WORK
        message = sentence(number=pull_request.number, issue=holder.issue)
        yield Drift(kind, Severity.CRITICAL, message, pull_request.updated_at, "reset")


def _worktree_drift(facts: RepositoryFacts, holder: Holder, cockpit: str) -> Iterator[Drift]:
    worktree = facts.local.worktree if facts.local else None
    if holder.cockpit != cockpit or worktree is None or worktree.branch == holder.branch:
        return
    if worktree.busy:
        return  # an agent that rebases stands on no branch for a while
    severity = Severity.CRITICAL if facts.run is not None and facts.run.alive else Severity.MODERATE
    message = say.DRIFT_UNEXPECTED_BRANCH(branch=worktree.branch or "no branch", expected=holder.branch)
    yield Drift(DriftKind.UNEXPECTED_BRANCH, severity, message, None, "pop")


def _handed_over_drift(remote: RemoteFacts, done: HandedOver, entries: tuple[str, ...]) -> Iterator[Drift]:
    pull_request = next((found for found in remote.pull_requests if found.number == done.pull_request), None)
    issue = find_issue(remote, done.issue)
    if pull_request is None or pull_request.open or issue is None or not issue.open:
        return
    if has_any(issue.labels, entries):
        return  # a person has put it back into the queue
    if pull_request.merged:
        message = say.DRIFT_MERGED_ISSUE_OPEN(number=pull_request.number, issue=done.issue)
        yield Drift(DriftKind.PULL_REQUEST_MERGED, Severity.MINOR, message, pull_request.updated_at, None)
    else:
        message = say.DRIFT_PULL_REQUEST_CLOSED(number=pull_request.number, issue=done.issue)
        yield Drift(DriftKind.PULL_REQUEST_CLOSED, Severity.MODERATE, message, pull_request.updated_at, None)


def _ended_pull_request(remote: RemoteFacts, branch: str) -> PullRequest | None:
    ours = [found for found in remote.pull_requests if found.branch == branch and found.same_repository]
    if any(found.open for found in ours):
        return None
    return max(ours, key=lambda found: found.number, default=None)


def find_issue(remote: RemoteFacts, number: int) -> Issue | None:
    """The issue among those that were read."""
    return next((issue for issue in remote.issues if issue.number == number), None)
