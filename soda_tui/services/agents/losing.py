"""The loss of a claim as it is told: how it was lost, and where the work is."""

from __future__ import annotations

from pathlib import Path

from soda_tui.domain import sentences
from soda_tui.services.agents.records import Unreadable, read_loss, read_spec


def loss_told(folder: Path) -> str | None:
    """In sentences, also where the work was not put aside; None where no loss is noted in the run's folder."""
    try:
        loss, spec = read_loss(folder), read_spec(folder)
    except Unreadable:
        return None
    if loss is None:
        return None
    path = spec.watched.path if spec.watched else spec.directory
    values = {"branch": spec.branch, "path": path, "worktree": spec.directory}
    kept = loss.kept or sentences.LOSS_NOT_KEPT(reason=sentences.LOSS_NO_ANSWER(), **values)
    return f"{loss.how} {kept}"


def is_keeping(folder: Path) -> bool:
    """Whether a claim was lost and what became of its work is not noted yet."""
    try:
        loss = read_loss(folder)
    except Unreadable:
        return False
    return loss is not None and loss.kept is None
