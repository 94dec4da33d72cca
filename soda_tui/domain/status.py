"""The agent's status: one word from the ledger, the run and the worktree."""

from __future__ import annotations

from datetime import datetime, timedelta

from soda_tui.domain.codes import Status
from soda_tui.domain.facts import WorktreeFacts
from soda_tui.domain.ledger import Holder, Ledger, LedgerCondition, Phase
from soda_tui.domain.runs.endings import ENDINGS, Ending, How, Left, what_is_left
from soda_tui.domain.runs.facts import RunFacts, RunState
from soda_tui.domain.runs.progress import Progress

# A prompt is the last thing that is said: what only looks like one is believed when nothing has followed for so long.
_SETTLED = timedelta(seconds=15)
_STATUSES = {
    Ending.DONE: Status.DONE,
    Ending.LIMIT: Status.LIMIT,
    **dict.fromkeys(
        (Ending.FAILED, Ending.FAILED_WITH_FILES, Ending.FAILED_WITH_COMMITS, Ending.TIME_OUT), Status.FAILED
    ),
}


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
    return _STATUSES.get(ending(run, worktree), Status.ENDED)


def running_status(run: RunFacts, now: datetime, silence: timedelta) -> Status:
    """Starting, working, waiting, or silent for too long: its events tell first, then silence, then what it looks like.

    A question or a limit that only a pattern of text tells needs silence to be believed. Silence counts while the
    machine is awake. What a person sits with, who sees all that themselves, works.
    """
    if run.started_at is None:
        return Status.STARTING
    if run.by_hand:
        return Status.WORKING
    last = run.last_output_at or run.started_at
    quiet = now - max(last, run.awake_since or last)
    progress = run.progress or Progress()
    waits = _waits(progress, now)
    if waits is not None and (not progress.guessed or quiet > _SETTLED):
        return waits
    return Status.STALLED if quiet > silence else Status.WORKING


def _waits(progress: Progress, now: datetime) -> Status | None:
    """What an agent waits for by its own words; a limit whose time is over holds nobody up."""
    if progress.done is not None:
        return None
    if progress.question:
        return Status.NEEDS_INPUT
    over = progress.resets_at is not None and progress.resets_at <= now
    return Status.LIMIT if progress.limited and not over else None


def claim_run(holder: Holder, run: RunFacts | None) -> RunFacts | None:
    """The run, where it worked on this very claim: clocks may be set back, so the attempt tells claims apart."""
    if run is None or run.issue != holder.issue or run.branch != holder.branch:
        return None
    return run if run.attempt in {None, holder.attempt} else None


def ending(run: RunFacts, worktree: WorktreeFacts | None) -> Ending:
    """How a run ended; done is what ended well, made a commit, and left no file that is in none."""
    if worktree is None:
        return ENDINGS[how_ended(run)][Left.UNKNOWN]
    if worktree.branch != run.branch and not worktree.busy:
        return ENDINGS[how_ended(run)][Left.ASTRAY]
    moved = run.by_hand or run.head is None or worktree.oid != run.head
    return ENDINGS[how_ended(run)][what_is_left(worktree.commits, bool(worktree.changes), moved=moved)]


def how_ended(run: RunFacts) -> How:
    """How a run ended by its events and its exit status."""
    progress = run.progress or Progress()
    if run.ended_for is not None:
        return run.ended_for
    if run.halted:
        return How.HALTED
    if run.by_hand and run.exit is not None and not run.problem:
        return How.BY_HAND if run.exit else How.WELL
    well = run.exit == 0 and progress.done is not False
    if progress.limited and not (well and (progress.guessed or progress.done)):
        return How.LIMIT
    if run.late:
        return How.LATE
    if run.exit == 0 and progress.done is None and open_question(run):
        return How.ASKED
    return How.WELL if well else How.BADLY


def open_question(run: RunFacts) -> str:
    """What it wanted to know last, in its own words, and has done nothing after; empty where it asked nothing."""
    progress = run.progress or Progress()
    return "" if progress.guessed else progress.question
