"""Drift between a claim and its issue, and labels that claim what nobody holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from soda_tui.domain import sentences as say
from soda_tui.domain.drift.look import SETTLING, Look, claimed_at
from soda_tui.domain.facts import Issue
from soda_tui.domain.labels import has, has_any, spellings
from soda_tui.domain.ledger import Holder, Phase
from soda_tui.domain.model import Drift, DriftKind
from soda_tui.domain.status import claim_run


def label_drift(look: Look) -> Iterator[Drift]:
    """The agent's label on issues that nobody holds."""
    held, agent = look.holder.issue if look.holder else None, look.enrolment.agent_id
    for issue in look.remote.issues:
        if issue.open and issue.number != held and has(issue.labels, agent) and look.settled(issue.updated_at):
            message = say.DRIFT_LABEL_WITHOUT_CLAIM(issue=issue.number, label=agent)
            yield look.drift(DriftKind.LABEL_WITHOUT_CLAIM, message, issue.updated_at)


def claim_drift(look: Look, holder: Holder) -> Iterator[Drift]:
    """What became of the held issue; a hand-over that was begun is the need to finish it, and no drift."""
    if holder.phase is not Phase.WORKING:
        return
    issue = look.issue(holder.issue)
    if issue is None:
        if not look.remote.truncated and look.settled(holder.since):
            yield look.drift(DriftKind.ISSUE_GONE, say.DRIFT_ISSUE_GONE(issue=holder.issue), mends=look.mine)
    elif not issue.open:
        message = say.DRIFT_ISSUE_CLOSED(issue=holder.issue)
        yield look.drift(DriftKind.ISSUE_CLOSED, message, issue.updated_at, mends=look.mine)
    else:
        yield from _issue_drift(look, holder, issue)
    yield from _idle(look, holder)


def _issue_drift(look: Look, holder: Holder, issue: Issue) -> Iterator[Drift]:
    # Reset takes the marks off before it lets go: only marks that have rested tell of a person.
    if look.settled(holder.since, issue.updated_at):
        if not has(issue.labels, holder.agent):
            message = say.DRIFT_CLAIM_WITHOUT_LABEL(issue=holder.issue, label=holder.agent)
            yield look.drift(DriftKind.CLAIM_WITHOUT_LABEL, message, issue.updated_at)
        if holder.assigned is not None and issue.assignees and not has(issue.assignees, holder.assigned):
            message = say.DRIFT_ISSUE_REASSIGNED(issue=holder.issue, logins=", ".join(issue.assignees))
            yield look.drift(DriftKind.ISSUE_REASSIGNED, message, issue.updated_at)
        if (labels := _against(look, issue)) is not None:
            message = say.DRIFT_ISSUE_RELABELLED(issue=holder.issue, labels=labels)
            yield look.drift(DriftKind.ISSUE_RELABELLED, message, issue.updated_at)
    run = claim_run(holder, look.facts.run)
    read_at = max(holder.since, run.started_at) if run and run.started_at else holder.since
    by_us = issue.editor is not None and issue.editor.casefold() == look.remote.viewer.login.casefold()
    if issue.edited_at is not None and issue.edited_at > read_at and not by_us:
        message = say.DRIFT_ISSUE_EDITED(issue=holder.issue, login=issue.editor or "somebody")
        yield look.drift(DriftKind.ISSUE_EDITED, message, issue.edited_at)


def _against(look: Look, issue: Issue) -> str | None:
    """The labels that keep agents from the issue, or that none is left which offers it."""
    names = look.enrolment.labels
    unwanted = (*spellings(names.human_only), names.blocked, names.review, *spellings(names.ready_to_merge))
    found = [label for label in issue.labels if has(unwanted, label)]
    if found:
        return f"it carries {', '.join(found)}"
    return None if has_any(issue.labels, (names.ready, names.unblocker)) else f"{names.ready} was taken off"


def _idle(look: Look, holder: Holder) -> Iterator[Drift]:
    local = look.facts.local.branches if look.facts.local else ()
    dates = (branch.committed_at for branch in (*look.remote.branches, *local) if branch.name == holder.branch)
    claimed = claimed_at(look.remote, holder, look.now)
    since = max((date for date in dates if date is not None and date - look.now <= SETTLING), default=claimed)
    since, limit = max(since, claimed), look.enrolment.drift.idle_hours
    if look.now - since > timedelta(hours=limit):
        message = say.DRIFT_CLAIM_IDLE(issue=holder.issue, hours=f"{limit:g}", cockpit=holder.shown)
        yield look.drift(DriftKind.CLAIM_IDLE, message, since)
