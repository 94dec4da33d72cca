"""What a person is told of: each event once, by facts that all cockpits see alike, in words that nothing obeys."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from msgspec import structs
from tui.shown import DONE, NOW, WORKING, agent, ago, repository, snapshot

from soda_tui.domain.codes import DriftKind, NeedCode, Severity, Status
from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.model import Claim, Drift, Error, Need, Repository, Run
from soda_tui.domain.telling import Notice, NoticeKind, headlines, news, standing

CODES = {
    Status.NEEDS_INPUT: (NeedCode.AGENT_INPUT, NoticeKind.INPUT),
    Status.FAILED: (NeedCode.AGENT_FAILED, NoticeKind.FAILED),
    Status.DONE: (NeedCode.WORK_DONE, NoticeKind.DONE),
    Status.LIMIT: (NeedCode.AGENT_LIMIT, NoticeKind.LIMIT),
    Status.STALLED: (NeedCode.AGENT_STALLED, NoticeKind.STALLED),
}
CRITICAL = Drift(DriftKind.BRANCH_GONE, Severity.CRITICAL, "The branch is gone.", None, None)
OFFLINE = Error(ErrorCode.NETWORK, "No network.", None)


def shown(
    status: Status, run: str = "run1", heard: datetime | None = None, drift: tuple[Drift, ...] = ()
) -> Repository:
    """A repository whose agent is so."""
    worker = agent(status)
    assert worker.run is not None
    running = structs.replace(worker.run, id=run, last_output_at=heard or ago(minutes=2))
    need = Need(CODES[status][0], f"The agent is {status}.")
    return repository(agent=structs.replace(worker, run=running), needs=(need,), drift=drift)


def only(*repositories: Repository, **options: bool) -> list[Notice]:
    """The events of a snapshot."""
    return list(standing(snapshot(*repositories), **options).values())


def after(*told: Repository) -> dict[str, datetime | None]:
    """What is remembered once these were told."""
    return {notice.event: notice.moment for notice in only(*told)}


@pytest.mark.parametrize(("status", "kind"), [(status, kind) for status, (_, kind) in CODES.items()])
def test_each_state_that_needs_a_person_is_an_event_with_its_facts(status: Status, kind: NoticeKind) -> None:
    [found] = only(shown(status))
    assert (found.kind, found.repository, found.issue, found.run) == (kind, "acme/rocket", 12, "run1")
    assert found.message == f"The agent is {status}." and found.log == "/state/run1.log" and found.key == WORKING.key
    assert news([found], (), {}) == (found,) and news([found], (), after(shown(status))) == ()
    [again] = only(shown(status, run="run2"))
    assert news([again], (), after(shown(status))) == (again,)


def test_what_needs_nobody_or_is_anothers_is_no_event() -> None:
    others = Claim("ffffffff", False, "tower")
    worker = structs.replace(agent(Status.FAILED), claim=others)
    needs = (Need(NeedCode.AGENT_FAILED, "It failed."), Need(NeedCode.READY_TO_LAND, "Ready."))
    minor = structs.replace(CRITICAL, severity=Severity.MODERATE)
    assert only(WORKING, repository(), repository(drift=(minor,))) == []
    assert only(repository(agent=worker, needs=needs, drift=(CRITICAL,))) == []


@pytest.mark.parametrize("status", [Status.NEEDS_INPUT, Status.STALLED])
def test_it_may_happen_again_to_the_same_run_but_not_within_a_minute(status: Status) -> None:
    told = after(shown(status, heard=ago(minutes=30)))
    soon, later = only(shown(status, heard=ago(minutes=29))), only(shown(status, heard=ago(minutes=28)))
    assert news(soon, (), told) == () and news(later, (), told) == tuple(later)
    assert news(later, {later[0].event}, told) == (), "it stood before this cockpit was opened, and was told then"
    assert news(later, {later[0].event}, {}) == tuple(later), "it stood then and nobody was told"
    assert len(news(only(shown(status, heard=ago(hours=3))), (), told)) == 1, "the clock was set back"


def test_a_limit_is_told_again_to_the_same_run_when_it_is_another_one() -> None:
    def limited(minutes: int | None) -> Repository:
        found = shown(Status.LIMIT)
        ends = None if minutes is None else NOW + timedelta(minutes=minutes)
        run = structs.replace(found.agent.run or pytest.fail(), resets_at=ends)
        return structs.replace(found, agent=structs.replace(found.agent, run=run))

    [first] = only(limited(60))
    assert first.resets_at == first.moment == NOW + timedelta(hours=1)
    told = after(limited(60))
    assert news(only(limited(61)), (), told) == (), "the same limit, told less exactly"
    assert len(news(only(limited(361)), (), told)) == 1
    assert news(only(limited(None)), (), told) == () == news(only(limited(None)), (), after(limited(None)))
    assert len(news([first], {first.event}, after(limited(None)))) == 1, "now it is known when it ends"


def test_a_run_fails_once_and_may_be_done_after_that() -> None:
    told = after(shown(Status.FAILED))
    assert news(only(shown(Status.FAILED, heard=NOW)), (), told) == ()
    assert [notice.kind for notice in news(only(shown(Status.DONE)), (), told)] == [NoticeKind.DONE]


def test_drift_is_told_once_for_a_claim_and_again_only_long_after() -> None:
    held = repository(agent=agent(Status.CLAIMED), drift=(CRITICAL,))
    [found] = only(held)
    assert (found.kind, found.drift, found.moment) == (NoticeKind.DRIFT, DriftKind.BRANCH_GONE, NOW)
    told = {found.event: NOW - timedelta(hours=1)}
    assert news([found], (), told) == ()
    assert news([found], (), {found.event: NOW - timedelta(hours=3)}) == (found,)
    next_claim = structs.replace(held, agent=structs.replace(held.agent, attempt=2))
    assert len(news(only(next_claim), (), told)) == 1
    since = structs.replace(CRITICAL, since=ago(minutes=5, microseconds=7))
    assert only(structs.replace(held, drift=(since,)))[0].moment == ago(minutes=6).replace(second=59)


def test_what_was_kept_from_before_is_no_news_and_without_github_only_runs_are_sure() -> None:
    both = shown(Status.FAILED, drift=(CRITICAL,))
    kept, offline = structs.replace(both, stale=True), structs.replace(both, stale=True, error=OFFLINE)
    assert [len(only(each)) for each in (both, kept, offline)] == [2, 0, 1]
    assert [len(only(each, recalled=True)) for each in (both, kept, offline)] == [2, 2, 2]


def test_a_run_that_is_not_known_by_name_is_that_of_the_claim() -> None:
    nameless = repository(agent=agent(Status.FAILED, run=None), needs=(Need(NeedCode.AGENT_FAILED, "It failed."),))
    [found] = only(nameless)
    assert found.run is None and "12-1" in found.event


def test_many_at_once_are_told_in_one_go() -> None:
    named = [structs.replace(DONE, name=f"acme/r{number}") for number in range(5)]
    notices = only(*named)
    assert [title for title, _ in headlines(notices[:3])] == [f"acme/r{n}: the work is done" for n in range(3)]
    assert headlines(notices) == (("5 things need you", "In acme/r0, acme/r1, acme/r2 and 2 more."),)


def test_foreign_words_are_cleaned_and_bounded() -> None:
    title = "--urgency \x1b]0;owned\x07\x9b2J \u202eexe\ud800 {gap} %s\n" + "x" * 1000
    run = Run("run1", None, None, None, 1, "/log")
    worker = agent(Status.FAILED, title=title, run=run)
    [(head, text)] = headlines(only(repository(agent=worker, needs=(Need(NeedCode.AGENT_FAILED, "It failed."),))))
    assert head == "acme/rocket: the agent failed" and text.startswith("It failed. (--urgency exe? {gap} %s xxx")
    assert text.encode() and text.isprintable() and len(text) == 300
