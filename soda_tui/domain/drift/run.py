"""Drift of the agent's process: one without a claim, or a claim whose process went away."""

from __future__ import annotations

from collections.abc import Iterator

from soda_tui.domain import sentences as say
from soda_tui.domain.choosing import wanted
from soda_tui.domain.codes import DriftKind
from soda_tui.domain.drift.look import Look, Seen
from soda_tui.domain.ledger import Phase
from soda_tui.domain.runs.facts import RunState
from soda_tui.domain.status import claim_run


def run_drift(look: Look) -> Iterator[Seen]:
    """The newest run against the claim."""
    run, holder = look.facts.run, look.holder
    if run is None:
        return
    ours = claim_run(holder, run) if holder is not None and look.mine else None
    if run.alive:
        if ours is None:
            message = say.DRIFT_RUN_WITHOUT_CLAIM(issue=run.issue, pid=run.pid or "starting")
            yield look.drift(DriftKind.RUN_WITHOUT_CLAIM, message, run.started_at)
    elif ours is not None and holder is not None and run.state is RunState.KILLED and not run.stopped:
        worktree, issue = look.local.worktree if look.local else None, look.issue(holder.issue)
        ready = worktree is not None and worktree.branch == holder.branch and not worktree.busy
        able = issue is not None and issue.open and wanted(look.enrolment, issue.labels).profiles[0].command
        if holder.phase is Phase.WORKING:
            message = run.problem or say.DRIFT_RUN_GONE(issue=holder.issue)
            yield look.drift(DriftKind.RUN_GONE, message, run.ended_at, mends=ready and bool(able))
