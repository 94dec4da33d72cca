"""Courses: the way of each issue, told from acts and runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from soda_tui.domain.actions import Verb
from soda_tui.domain.chronicle.acts import Acts, is_touch
from soda_tui.domain.chronicle.mishaps import how, mishaps
from soda_tui.domain.chronicle.past import Chronicle, Course, Mishap, Past, RunTold, Standing
from soda_tui.domain.journal import Finished, JournalEntry, JournalOutcome
from soda_tui.domain.plan import ClaimIssue, ReleaseClaim
from soda_tui.domain.runs.facts import RunFacts
from soda_tui.domain.runs.usage import Spent, Sums

# Where an issue stands after an act that was done; after a repair its steps say.
_AFTER: Mapping[str, Standing] = {
    Verb.POP: Standing.AT_WORK,
    Verb.TAKEOVER: Standing.AT_WORK,
    Verb.FEEDBACK: Standing.AT_WORK,
    Verb.LAUNCH: Standing.AT_WORK,
    Verb.BOTTLE: Standing.IN_REVIEW,
    Verb.RESET: Standing.RELEASED,
    Verb.GIVE_UP: Standing.GIVEN_UP,
}
_STEPS: Mapping[str, Standing] = {ClaimIssue.__name__: Standing.AT_WORK, ReleaseClaim.__name__: Standing.RELEASED}
_ENDED = {
    (True, True): Standing.MERGED,
    (False, True): Standing.CLOSED,
    (False, False): Standing.DROPPED,
}
_CLAIMS = frozenset({Verb.POP, Verb.TAKEOVER})


def chronicle(past: Past) -> Chronicle:
    """The past as it is told."""
    acts = Acts(past.acts)
    wrong = mishaps(past, acts)
    runs = _runs(past.runs, wrong)
    ended = {one.issue for act in acts.all for one in act.finished}
    issues = sorted({act.issue for act in acts.all if _is_work(act)} | ended | runs.keys())
    courses = [_course(past, issue, acts.by_issue.get(issue, ()), runs.get(issue, ())) for issue in issues]
    heard = {course.issue: _heard(course) for course in courses}
    done = [act for act in acts.all if act.outcome is JournalOutcome.DONE]
    return Chronicle(
        key=past.key,
        repository=past.name,
        issues=tuple(sorted(courses, key=lambda course: (heard[course.issue], course.issue), reverse=True)),
        mishaps=wrong,
        decisions=past.decisions,
        touched=(
            *(act.began for act in acts.all if is_touch(act)),
            *(one.at for one in past.decisions if one.touch),
        ),
        repaired=tuple(act.began for act in done if act.verb == Verb.REPAIR),
    )


def _is_work(act: JournalEntry) -> bool:
    return act.issue > 0 and (act.verb in _AFTER or act.verb == Verb.REPAIR) and act.outcome is JournalOutcome.DONE


def _heard(course: Course) -> float:
    times = (course.popped_at, course.handed_over_at, course.ended_at, *(run.began for run in course.runs))
    return max((at.timestamp() for at in times if at is not None), default=0.0)


def _course(past: Past, issue: int, acts: Sequence[JournalEntry], runs: Sequence[RunTold]) -> Course:
    standing, popped, handed, ended = Standing.AT_WORK, None, None, None
    title, url, request, touches, attempts = "", None, None, 0, 0
    for act in acts:
        finished = next((one for one in act.finished if one.issue == issue), None)
        if act.issue == issue:
            title, url = act.title or title, act.pull_request or url
            touches += is_touch(act)
            attempts = max(attempts, act.attempt or 0)
        if finished is not None:
            standing = _ENDED[finished.merged, finished.number is not None]
            ended, request = _end(finished, act), finished.number or request
        elif act.issue == issue and act.outcome is JournalOutcome.DONE and (after := _after(act)) is not None:
            standing = after
            popped = popped or (act.began if act.verb in _CLAIMS else None)
            handed = act.ended if after is Standing.IN_REVIEW else handed
            ended = act.ended if after in {Standing.GIVEN_UP, Standing.RELEASED} else None
    if standing is Standing.AT_WORK and past.held is not None and past.held != issue:
        standing = Standing.ELSEWHERE
    known = [run.seconds for run in runs if run.seconds is not None]
    tokens, cost = _used(past, issue, runs)
    return Course(
        repository=past.name,
        issue=issue,
        title=title,
        standing=standing,
        attempts=max([attempts, *(run.attempt or 0 for run in runs)]),
        touches=touches,
        popped_at=popped,
        handed_over_at=handed,
        ended_at=ended,
        pull_request=request or _number(url),
        url=url,
        seconds=sum(known) if known else None,
        tokens=tokens,
        cost=cost,
        runs=tuple(runs),
    )


def _after(act: JournalEntry) -> Standing | None:
    if act.verb != Verb.REPAIR:
        return _AFTER.get(act.verb)
    return next((_STEPS[step.name] for step in reversed(act.steps) if step.name in _STEPS), None)


def _end(finished: Finished, act: JournalEntry) -> datetime:
    return finished.at or act.ended or act.began


def _number(url: str | None) -> int | None:
    last = (url or "").rpartition("/")[2]
    return int(last) if last.isdecimal() else None


def _used(past: Past, issue: int, runs: Iterable[RunTold]) -> tuple[int | None, float | None]:
    """What was used for an issue: the sums outlive the logs of the runs."""
    kept = next((one.usage for one in (past.spending.issues if past.spending else ()) if one.issue == issue), None)
    if kept is not None:
        return kept.input + kept.cache_write + kept.output, kept.cost
    tokens = [run.tokens for run in runs if run.tokens is not None]
    costs = [run.cost for run in runs if run.cost is not None]
    return (sum(tokens) if tokens else None), (sum(costs) if costs else None)


def _runs(runs: Iterable[RunFacts], wrong: Iterable[Mishap]) -> dict[int, list[RunTold]]:
    """The runs by issue, newest first, each with its own part of what its agent's session has used."""
    kinds = {mishap.run: mishap.kind for mishap in wrong if mishap.run is not None}
    told: dict[int, list[RunTold]] = {}
    sums = Sums()
    for run in sorted(runs, key=lambda one: one.id):
        if run.progress is not None:
            sums = sums.after(run.issue, "", run.progress.tally)
        spent = sums.last if run.progress is not None else Spent()
        tokens = spent.tokens
        used = tokens.input + tokens.cache_write + tokens.output
        began, ended = run.started_at, run.ended_at
        told.setdefault(run.issue, []).insert(
            0,
            RunTold(
                id=run.id,
                attempt=run.attempt,
                profile=run.profile,
                began=began,
                seconds=max((ended - began).total_seconds(), 0.0) if began and ended else None,
                how=how(run),
                mishap=kinds.get(run.id),
                tokens=used if spent.claimed else None,
                cost=spent.cost,
            ),
        )
    return told
