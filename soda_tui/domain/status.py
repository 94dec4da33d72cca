"""The agent's status: one word from the ledger, the run and the worktree."""

from __future__ import annotations

from datetime import datetime, timedelta

from soda_tui.domain.facts import RunFacts, RunState, WorktreeFacts
from soda_tui.domain.ledger import Holder, Ledger, LedgerCondition, Phase
from soda_tui.domain.model import Status


def agent_status(
    ledger: Ledger | None,
    cockpit: str,
    run: RunFacts | None,
    worktree: WorktreeFacts | None,
    now: datetime,
    *,
    silence: timedelta,
    ledger_gone: bool = False,
) -> Status:
    """The status; `ledger` is None when GitHub has not been read, `run` is the newest of this machine.

    `silence` is how long a run may say nothing.

    A claim held elsewhere is that, even when a process still runs here: it has lost its claim. Without any claim a
    process that runs is still what the agent does; that it has no claim is drift. Where nobody knows whether one runs
    the status is unknown.
    """
    unreadable = ledger is None or ledger.condition in {LedgerCondition.UNREADABLE, LedgerCondition.NEWER}
    if ledger is None or unreadable or ledger_gone:
        return running_status(run, now, silence) if run is not None and run.alive else Status.UNKNOWN
    holder = ledger.state.holder
    if run is not None and run.state is RunState.UNKNOWN and (holder is None or holder.cockpit == cockpit):
        return Status.UNKNOWN
    if holder is None:
        return running_status(run, now, silence) if run is not None and run.alive else Status.IDLE
    if holder.phase is Phase.BOTTLING:
        return Status.HANDING_OVER
    if holder.cockpit != cockpit:
        return Status.ELSEWHERE
    run = claim_run(holder, run)
    if run is None or (run.stopped and not run.alive):
        return Status.CLAIMED
    if run.alive:
        return running_status(run, now, silence)
    return _ended_status(run, worktree)


def running_status(run: RunFacts, now: datetime, silence: timedelta) -> Status:
    """Starting, working, or silent for too long."""
    heard = run.last_output_at or run.started_at
    if run.started_at is None:
        return Status.STARTING
    return Status.STALLED if heard is not None and now - heard > silence else Status.WORKING


def claim_run(holder: Holder, run: RunFacts | None) -> RunFacts | None:
    """The run, where it worked on this very claim: clocks may be set back, so the attempt tells claims apart."""
    if run is None or run.issue != holder.issue or run.branch != holder.branch:
        return None
    return run if run.attempt in {None, holder.attempt} else None


def _ended_status(run: RunFacts, worktree: WorktreeFacts | None) -> Status:
    """Done where there are commits; files that are in none may be a person's, and bottling asks about them."""
    return Status.DONE if run.exit == 0 and worktree is not None and worktree.commits else Status.FAILED
