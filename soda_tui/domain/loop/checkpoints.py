"""Checkpoints: when a loop pauses until a person has looked at what was done."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from msgspec import structs

from soda_tui.domain import sentences as say
from soda_tui.domain.configuration.unattended import AutoSettings
from soda_tui.domain.loop.record import SKIPPED, Checkpoint, Record, Wish


def is_due(record: Record, rules: AutoSettings, now: datetime) -> bool:
    """Whether so many days or issues have gone by since a person looked last."""
    found = record.checkpoint
    if found is None:
        return False
    late = bool(rules.checkpoint_days) and now - found.since >= timedelta(days=rules.checkpoint_days)
    return late or bool(rules.checkpoint_issues and found.issues >= rules.checkpoint_issues)


def is_reached(record: Record) -> bool:
    """Whether the loop waits at a checkpoint."""
    return record.checkpoint is not None and record.checkpoint.reached is not None


def begun(record: Record, wish: Wish) -> Checkpoint | None:
    """What counts under another wish: who turns a loop on that waits at a checkpoint has looked."""
    if wish.since is None or (record.checkpoint is not None and not is_reached(record)):
        return record.checkpoint
    return Checkpoint(wish.since)


def under(found: Checkpoint | None, rules: AutoSettings, now: datetime) -> Checkpoint | None:
    """What counts by these rules: what was done before they were set does not, unless a person is waited for."""
    rule = (rules.checkpoint_days, rules.checkpoint_issues)
    if found is None or found.reached is not None or found.rule == rule:
        return found
    return Checkpoint(now, rule=rule)


def popped(record: Record, issue: int) -> Checkpoint | None:
    """The count with an issue, which is one however often it is popped."""
    found = record.checkpoint
    if found is None or issue in found.popped:
        return found
    return structs.replace(found, issues=found.issues + 1, popped=(*found.popped, issue)[-SKIPPED:])


def words(record: Record, repository: str, now: datetime) -> str:
    """What is said at a checkpoint, with the command that tells what was done since the last one."""
    found = record.checkpoint
    assert found is not None
    hours = max(ceil(((found.reached or now) - found.since) / timedelta(hours=1)), 1)
    since = f"{found.since:%Y-%m-%d %H:%M} UTC"
    return say.LOOP_CHECKPOINT(count=found.issues, since=since, repository=repository, hours=hours)
