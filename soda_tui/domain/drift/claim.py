"""Drift between a claim and its issue, and labels that claim what nobody holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from soda_tui.domain import sentences as say
from soda_tui.domain.codes import DriftKind
from soda_tui.domain.drift.look import SETTLING, Look, Seen, claimed_at
from soda_tui.domain.facts import Issue
from soda_tui.domain.labels import has, has_any, spellings
from soda_tui.domain.ledger import Holder, Phase
from soda_tui.domain.status import claim_run
from soda_tui.domain.vouching import unvouched, warning


def label_drift(look: Look) -> Iterator[Seen]:
    """The agent's label on issues that nobody holds."""
    held, agent = look.holder.issue if look.holder else None, look.enrolment.agent_id
    for issue in look.remote.issues:
        if issue.open and issue.number != held and has(issue.labels, agent):
            message = say.DRIFT_LABEL_WITHOUT_CLAIM(issue=issue.number, label=agent)
            settles = look.settles(issue.updated_at)
            yield look.drift(DriftKind.LABEL_WITHOUT_CLAIM, message, issue.updated_at, settles=settles)


def claim_drift(look: Look, holder: Holder) -> Iterator[Seen]:
    """What became of the held issue; a hand-over that was begun is the need to finish it, and no drift."""
    if holder.phase is not Phase.WORKING:
        return
    issue = look.issue(holder.issue)
    if issue is None:
        if not look.remote.truncated:
            message, settles = say.DRIFT_ISSUE_GONE(issue=holder.issue, let_go=look.let_go), look.settles(holder.since)
            yield look.drift(DriftKind.ISSUE_GONE, message, mends=look.mine, settles=settles)
    elif not issue.open:
        message = say.DRIFT_ISSUE_CLOSED(issue=holder.issue, let_go=look.let_go)
        yield look.drift(DriftKind.ISSUE_CLOSED, message, issue.updated_at, mends=look.mine)
    else:
        yield from _issue_drift(look, holder, issue)
    yield from _idle(look, holder)


def _issue_drift(look: Look, holder: Holder, issue: Issue) -> Iterator[Seen]:
    # Reset takes the marks off before it lets go: only marks that have rested tell of a person.
    since, settles, let_go = issue.updated_at, look.settles(holder.since, issue.updated_at), look.let_go
    if not has(issue.labels, holder.agent):
        message = say.DRIFT_CLAIM_WITHOUT_LABEL(issue=holder.issue, label=holder.agent)
        yield look.drift(DriftKind.CLAIM_WITHOUT_LABEL, message, since, settles=settles)
    if holder.assigned is not None and issue.assignees and not has(issue.assignees, holder.assigned):
        logins = ", ".join(issue.assignees)
        message = say.DRIFT_ISSUE_REASSIGNED(issue=holder.issue, logins=logins, let_go=let_go)
        yield look.drift(DriftKind.ISSUE_REASSIGNED, message, since, settles=settles)
    if (labels := _against(look, holder, issue)) is not None:
        message = say.DRIFT_ISSUE_RELABELLED(issue=holder.issue, labels=labels, let_go=let_go)
        yield look.drift(DriftKind.ISSUE_RELABELLED, message, since, settles=settles)
    run = claim_run(holder, look.facts.run)
    read_at = max(holder.since, run.started_at) if run and run.started_at else holder.since
    by_us = issue.editor is not None and issue.editor.casefold() == look.remote.viewer.login.casefold()
    if issue.edited_at is not None and issue.edited_at > read_at and not by_us:
        message = say.DRIFT_ISSUE_EDITED(issue=holder.issue, login=issue.editor or "somebody")
        yield look.drift(DriftKind.ISSUE_EDITED, message, issue.edited_at)
    elif look.remote.history is not None:
        edit = unvouched(look.remote.history, look.enrolment.labels, look.remote.viewer.login)
        # Whoever launched an agent after it has agreed to it.
        if edit is not None and not (run and run.started_at and edit.at <= run.started_at):
            yield look.drift(DriftKind.ISSUE_EDITED, warning(holder.issue, edit), edit.at)


def _against(look: Look, holder: Holder, issue: Issue) -> str | None:
    """The labels that keep agents from the issue, or that none is left which offers it.

    Work that came back stays under review meanwhile.
    """
    names, came_back = look.enrolment.labels, holder.review is not None
    review = () if came_back else (names.review,)
    unwanted = (*spellings(names.human_only), names.blocked, *review, *spellings(names.ready_to_merge))
    found = [label for label in issue.labels if has(unwanted, label)]
    if found:
        return f"it carries {', '.join(found)}"
    offered = came_back or has_any(issue.labels, (names.ready, names.unblocker))
    return None if offered else f"{names.ready} was taken off"


def _idle(look: Look, holder: Holder) -> Iterator[Seen]:
    local = look.facts.local.branches if look.facts.local else ()
    dates = (branch.committed_at for branch in (*look.remote.branches, *local) if branch.name == holder.branch)
    claimed = claimed_at(look.remote, holder, look.now)
    since = max((date for date in dates if date is not None and date - look.now <= SETTLING), default=claimed)
    since, limit = max(since, claimed), look.enrolment.drift.idle_hours
    if look.now - since > timedelta(hours=limit):
        message = say.DRIFT_CLAIM_IDLE(issue=holder.issue, hours=f"{limit:g}", cockpit=holder.shown)
        yield look.drift(DriftKind.CLAIM_IDLE, message, since)
