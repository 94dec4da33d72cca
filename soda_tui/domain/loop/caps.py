"""Caps: why a loop begins nothing more today, in a sentence; None where it may."""

from __future__ import annotations

from soda_tui.domain import sentences as say
from soda_tui.domain.loop.outlook import Outlook


def no_issue_today(out: Outlook) -> str | None:
    """Why none is popped."""
    most, name = out.rules.issues_per_day, out.view.name
    if most and out.record.issues >= most:
        return say.LOOP_CAP_ISSUES(count=out.record.issues, repository=name)
    return no_launch(out)


def _no_tokens(out: Outlook) -> str | None:
    if out.rules.tokens_per_day and out.tokens >= out.rules.tokens_per_day:
        return say.LOOP_CAP_TOKENS(count=out.tokens, repository=out.view.name)
    return None


def no_launch(out: Outlook) -> str | None:
    """Why no agent is launched: the day's caps before the machine's slots, for which only those wait that may go on."""
    return no_more_today(out) or out.full


def no_more_today(out: Outlook) -> str | None:
    """Why no agent is launched on this day: tokens or hours are used up."""
    return _no_tokens(out) or _no_time(out)


def _no_time(out: Outlook) -> str | None:
    if out.record.worked < out.rules.max_work_hours * 3600:
        return None
    return say.LOOP_CAP_HOURS(hours=f"{out.rules.max_work_hours:g}", repository=out.view.name)
