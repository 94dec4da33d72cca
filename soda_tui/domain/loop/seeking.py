"""Seeking: what a loop takes on while nothing is held: a landing, what came back, or another issue."""

from __future__ import annotations

from datetime import timedelta

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import Unseen
from soda_tui.domain.configuration.unattended import AutoFeedback
from soda_tui.domain.feedback import MOST_ROUNDS, Standing
from soda_tui.domain.loop.caps import no_issue_today, no_launch
from soda_tui.domain.loop.checkpoints import is_due
from soda_tui.domain.loop.checkpoints import words as checkpoint_words
from soda_tui.domain.loop.machine import Event, Mode
from soda_tui.domain.loop.outlook import Choice, Outlook, for_person
from soda_tui.domain.loop.reworking import next_up, until
from soda_tui.domain.loop.strikes import struck
from soda_tui.domain.loop.strikes import words as strike_words
from soda_tui.domain.loop.troubles import Trouble
from soda_tui.domain.outcome import Options


def free(out: Outlook) -> Choice | None:
    """Nothing is held: another issue, unless something is against it."""
    view, unlanded = out.view, out.record.unlanded
    for number in out.released:
        if number not in unlanded or unlanded[number].not_before <= out.now:
            options = Options(yes=True, pull_request=number)
            return Choice(Event.LAND, say.LOOP_LANDS(number=number), Verb.LAND, options)
    if out.wish.mode is Mode.DRAINING or out.is_late:
        return None
    if strikes := struck(out.record):
        return None if _is_over(out) else for_person(strike_words(strikes, view.name), pauses=True)
    if not _is_over(out) and is_due(out.record, out.rules, out.now):
        return for_person(checkpoint_words(out.record, view.name, out.now), pauses=True)
    came_back = _reworks(out)
    if came_back is not None or _is_over(out):
        return came_back or _awaits_checks(out)
    taken = [one for one in view.queue if one.number not in out.record.skipped]
    first = next((one.number for one in taken if Unseen.BLOCKERS not in one.hidden), None)
    if first is None and taken:
        unseen = ", ".join(str(one.number) for one in taken)
        return for_person(say.LOOP_BLOCKERS_HIDDEN(issues=unseen, repository=view.name))
    if first is None:
        skipped = ", ".join(str(one.number) for one in view.queue)
        if skipped:
            return for_person(say.LOOP_UNVOUCHED(issues=skipped, repository=view.name), Trouble.UNVOUCHED)
        return _awaits_checks(out) or Choice(Event.WAIT, say.LOOP_QUEUE_EMPTY(repository=view.name))
    capped = no_issue_today(out)
    if capped is not None:
        return Choice(Event.WAIT, capped)
    options = Options(issue=first, launching=True, profile=out.wish.profile)
    return Choice(Event.POP, say.LOOP_POPS(issue=first, repository=view.name), Verb.POP, options)


def _reworks(out: Outlook) -> Choice | None:
    """What came back is worked on before a new issue is, or is handed to a person."""
    known, longest = out.record.awaited, timedelta(minutes=out.rules.ci_timeout) * out.pace
    if out.rules.feedback is not AutoFeedback.AUTOMATIC:
        return None
    one = next_up(known, out.feedback, out.record.skipped, longest, out.now)
    if one is None:
        return None
    values = {"number": one.number, "what": one.what}
    options = Options(issue=one.issue, yes=True, launching=True, profile=out.wish.profile, pull_request=one.number)
    if one.standing is Standing.USED_UP:
        why = say.LOOP_FEEDBACK_USED_UP(count=one.rounds, **values)
        return Choice(Event.TAKE_UP, why, Verb.FEEDBACK, options)
    capped = no_launch(out)
    if capped is not None:
        return Choice(Event.WAIT, capped)
    why = say.LOOP_TAKES_UP(round=one.rounds + 1, most=MOST_ROUNDS, **values)
    return Choice(Event.TAKE_UP, why, Verb.FEEDBACK, options)


def _awaits_checks(out: Outlook) -> Choice | None:
    """Where there is nothing else to do, the checks of what was handed over are waited for, for so long at most."""
    known, longest = out.record.awaited, timedelta(minutes=out.rules.ci_timeout) * out.pace
    ends = {one.number: until(known, one, longest, out.now) for one in out.feedback}
    waits = {number: end for number, end in ends.items() if end is not None}
    if not waits or out.rules.feedback is not AutoFeedback.AUTOMATIC:
        return None
    requests = ", ".join(str(number) for number in waits)
    return Choice(Event.WAIT, say.LOOP_AWAITS_CHECKS(requests=requests), until=max(waits.values()))


def _is_over(out: Outlook) -> bool:
    """Whether the number of issues that was wished for was popped."""
    return out.wish.most is not None and out.record.begun >= out.wish.most
