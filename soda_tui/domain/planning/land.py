"""Planning land: pull requests that are ready are merged, and what their work leaves behind is tidied up."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from soda_tui.domain import sentences as say
from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import DriftKind
from soda_tui.domain.facts import PullRequest, find_issue
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.finished import finished_work
from soda_tui.domain.lack import Lack
from soda_tui.domain.landing import (
    Missing,
    candidates,
    issues_of,
    ready,
    strategy_of,
    way,
    within_bundle,
)
from soda_tui.domain.ledger import HandedOver
from soda_tui.domain.merging import Landing
from soda_tui.domain.plan import CloseIssue, ForgetFinished, LandPullRequest, NoteMerging, NoteWaiting, Plan, Step
from soda_tui.domain.planning.situation import Situation
from soda_tui.domain.planning.tidy import closed_by_github, contained, end_of_work
from soda_tui.domain.releasing import unreleased
from soda_tui.domain.stakes import mark
from soda_tui.domain.strategy import Strategy, Way

_NAMED = 8
_OF_THE_LEDGER = frozenset({DriftKind.LEDGER_GONE, DriftKind.LEDGER_UNREADABLE, DriftKind.LEDGER_NEWER})
_QUESTIONS = {Way.NOW: say.ASK_LAND, Way.AUTO: say.ASK_LAND_LATER, Way.QUEUE: say.ASK_LAND_IN_QUEUE}


class _Judged(Struct, frozen=True):
    """A pull request, the issues whose work it is, and what it lacks."""

    request: PullRequest
    issues: tuple[int, ...]
    missing: tuple[Missing, ...]


def plan_land(situation: Situation) -> Plan | Problem:
    """Merge each that is ready and tidy up after it; what was merged already and not tidied up comes first."""
    landing, name = situation.facts.landing, situation.view.name
    # What the ledger said must not be written over.
    if landing is None or any(drift.kind in _OF_THE_LEDGER for drift in situation.view.drift):
        return situation.refusal(say.STATUS_UNKNOWN)
    wanted = situation.options.pull_request
    judged = [_judge(one, situation, landing) for one in candidates(situation.remote, wanted, situation.state)]
    if wanted is not None and not judged:
        return Problem(ErrorCode.NOTHING_TO_DO, say.NO_SUCH_REQUEST(number=wanted, repository=name))
    able = [one for one in judged if not one.missing]
    strategy = strategy_of(situation.options.strategy, situation.enrolment.land, landing.terms)
    if able and strategy is None:
        return _not_allowed(situation, landing)
    steps, merged = _leftover(situation, wanted)
    lands = [_land(one, situation, landing, strategy) for one in able if strategy is not None]
    for one in lands:
        steps += _with_end(one, situation)
    # What is in a bundle that lands has nothing to wait for.
    ending = {*merged, *(issue for one in lands for issue in one.issues)}
    unready = [one for one in judged if one.missing and not set(one.issues) & ending]
    if not steps:
        return _unready(unready, wanted, name)
    first = able[0] if able else None
    return Plan(
        Verb.LAND,
        first.issues[0] if first else merged[0],
        first.request.branch if first else "",
        tuple(steps),
        " ".join(_questions(lands, able, situation)) or None,
        mark([f"{one.number} {one.head} {one.way} {one.strategy}" for one in lands]) if lands else None,
        tuple(_why(one) for one in unready[:_NAMED]),
    )


def _judge(request: PullRequest, situation: Situation, landing: Landing) -> _Judged:
    remote, state, enrolment = situation.remote, situation.state, situation.enrolment
    instead = within_bundle(request, remote, state) if situation.options.pull_request is None else None
    missing = (instead,) if instead is not None else ready(request, remote, enrolment.land, state, landing)
    if situation.options.unattended and (kept := unreleased(request, remote, enrolment, state)) is not None:
        missing = (kept, *missing)
    return _Judged(request, issues_of(request, state), missing)


def _land(one: _Judged, situation: Situation, landing: Landing, strategy: Strategy) -> LandPullRequest:
    request = one.request
    closes = all(closed_by_github(request, issue, situation.remote) for issue in one.issues)
    how = way(landing.looks[request.number])
    first, *others = one.issues
    target = (request.id, request.number, request.head_oid, request.base)
    return LandPullRequest(first, *target, how, strategy, closes, tuple(others))


def _with_end(land: LandPullRequest, situation: Situation) -> list[Step]:
    """The merge and what follows it; what GitHub merges later is tidied up then, by the ledger's word for it."""
    request = next(one for one in situation.remote.pull_requests if one.number == land.number)
    done = {one.issue: one for one in situation.state.handed_over}
    steps: list[Step] = []
    if land.issue not in done:
        steps.append(NoteWaiting(HandedOver(land.issue, request.branch, land.number)))
    if land.way is not Way.NOW:
        steps.append(NoteMerging(land.issue, land.number, land.head))
    steps.append(land)
    if land.way is not Way.NOW:
        return steps
    for number in land.issues:
        issue = find_issue(situation.remote, number)
        if issue is not None and issue.open and not land.closes:
            steps.append(CloseIssue(issue))
        # A merge that has the very commits is seen by GitHub, which says then that it was merged.
        if number in done and land.strategy is not Strategy.MERGE:
            steps += contained(situation, done[number], request)
        branch = done[number].branch if number in done else request.branch
        steps += end_of_work(situation, number, branch, closing=True)
    return [*steps, ForgetFinished(land.issues)]


def _leftover(situation: Situation, wanted: int | None) -> tuple[list[Step], list[int]]:
    """The rest of landings that were broken off after the merge, and their issues."""
    steps: list[Step] = []
    issues: list[int] = []
    for done, request in finished_work(situation.remote, situation.state):
        if request.merged and wanted in {None, request.number}:
            issue = find_issue(situation.remote, done.issue)
            if issue is not None and issue.open and not closed_by_github(request, done.issue, situation.remote):
                steps.append(CloseIssue(issue))
            steps += contained(situation, done, request)
            steps += end_of_work(situation, done.issue, done.branch, closing=True)
            issues.append(done.issue)
    return [*steps, *([ForgetFinished(tuple(issues))] if issues else [])], issues


def _questions(lands: Iterable[LandPullRequest], able: Iterable[_Judged], situation: Situation) -> Iterable[str]:
    titles = {one.request.number: one.request.title for one in able}
    lands = tuple(lands)
    for how, sentence in _QUESTIONS.items():
        some = [one for one in lands if one.way is how]
        if some:
            what = ", ".join(
                (say.LAND_NAMED_BUNDLE if one.also else say.LAND_NAMED)(
                    number=one.number, title=titles[one.number], issue=one.issue, issues=", ".join(map(str, one.issues))
                )
                for one in some
            )
            yield sentence(what=what, repository=situation.view.name, base=some[0].base, strategy=some[0].strategy)


def _not_allowed(situation: Situation, landing: Landing) -> Problem:
    allowed = ", ".join(landing.terms.strategies) or "none"
    wanted = situation.options.strategy or situation.enrolment.land.strategy or "any strategy"
    return Problem(
        ErrorCode.REFUSED, say.STRATEGY_NOT_ALLOWED(repository=situation.view.name, wanted=wanted, allowed=allowed)
    )


def _unready(unready: list[_Judged], wanted: int | None, name: str) -> Problem:
    if not unready:
        return Problem(ErrorCode.NOTHING_TO_DO, say.NOTHING_TO_LAND(repository=name))
    why = " ".join(_why(one) for one in unready[:_NAMED])
    if wanted is None:
        return Problem(ErrorCode.NOTHING_TO_DO, say.NONE_READY(repository=name, why=why))
    over = unready[0].missing[0].lack in {Lack.ENDED, Lack.UNDER_WAY}
    return Problem(ErrorCode.NOTHING_TO_DO if over else ErrorCode.REFUSED, why)


def _why(one: _Judged) -> str:
    return " ".join(missing.message for missing in one.missing)
