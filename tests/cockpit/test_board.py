"""What is known: neither a silent host nor a broken part nor a late answer keeps anybody from the rest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from given import ENROLMENT, HOLDER, ME, NOW, facts, issue, remote, run, worktree
from msgspec import structs
from stations import KEY, OpenStation, Station

from soda_tui import wiring
from soda_tui.cockpit.board import Board, Part, learnt
from soda_tui.cockpit.engine import Engine
from soda_tui.cockpit.ports.github import Target
from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import Status
from soda_tui.domain.configuration.settings import Enrolment
from soda_tui.domain.facts import LocalFacts, Reading, RepositoryFacts
from soda_tui.domain.failure import ErrorCode, Problem
from soda_tui.domain.model import Account, RateLimit, Repository
from soda_tui.domain.naming import RepositoryName
from soda_tui.domain.outcome import Options
from soda_tui.sandbox.demo import Demo

pytestmark = pytest.mark.anyio
SILENT = "git.example.org"
PATIENCE = 20


def board() -> Board:
    return Board((ENROLMENT,), ME, lambda: NOW, None)


def test_what_was_asked_for_earlier_never_replaces_what_was_asked_for_later() -> None:
    known = board()
    key = ENROLMENT.key
    early, late = known.ticket(), known.ticket()
    known.put(key, late, facts(remote(issue(1, "route:ready", title="new"))), {Part.REMOTE})
    known.put(key, early, facts(remote(issue(1, "route:ready", title="old")), run=run()), {Part.REMOTE, Part.RUN})
    assert [entry.title for entry in known.view(key).queue] == ["new"]
    assert known.known(key).run == run(), "the part that nobody asked for later is learnt all the same"


def test_an_account_whose_points_are_refused_has_none_until_then() -> None:
    known, key, until = board(), ENROLMENT.key, NOW + timedelta(minutes=9)
    known.pay([Account("github.com", "ada", RateLimit(5000, 147, 1, NOW + timedelta(minutes=8)))])
    used_up = Problem(ErrorCode.RATE_LIMIT, "Used up.", retry_at=until)
    known.put(key, known.ticket(), structs.replace(facts(None), problem=used_up), {Part.REMOTE})
    known.publish()
    [account] = known.snapshot.accounts
    assert account.rate_limit == RateLimit(5000, 0, 1, until)


def test_an_act_replaces_only_what_it_changed() -> None:
    before = facts(remote(issue(12), holder=HOLDER), worktree(), run=run())
    assert learnt(before, before) == frozenset()
    assert learnt(before, structs.replace(before, run=None)) == {Part.RUN}
    assert learnt(before, structs.replace(before, remote=remote(issue(12)))) == {Part.REMOTE}


def test_a_talking_agent_does_not_have_the_queue_made_again() -> None:
    known, key = board(), ENROLMENT.key
    seen = facts(remote(issue(1, "route:ready"), issue(12), holder=HOLDER), worktree(), run=run())
    known.put(key, known.ticket(), seen, set(Part))
    queue = known.view(key).queue
    later = structs.replace(seen, run=run(last_output_at=NOW + timedelta(seconds=1)))
    known.put(key, known.ticket(), later, {Part.RUN})
    shown = known.view(key).agent.run
    assert shown is not None and shown.last_output_at == NOW + timedelta(seconds=1)
    assert known.view(key).queue is queue


def test_silence_tells_something_although_nothing_happens() -> None:
    now = [NOW]
    known, key = Board((ENROLMENT,), ME, lambda: now[0], None), ENROLMENT.key
    seen = facts(remote(issue(12), holder=HOLDER), worktree(), run=run())
    known.put(key, known.ticket(), seen, set(Part))
    before = known.view(key)
    known.heed_silence(key)
    assert known.view(key) is before and before.agent.status is Status.WORKING
    now[0] += timedelta(minutes=11)
    known.heed_silence(key)
    assert known.view(key).agent.status is Status.STALLED


def test_a_view_that_cannot_be_made_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    known, key = board(), ENROLMENT.key
    known.put(key, known.ticket(), facts(remote(issue(1, "route:ready"))), set(Part))

    def odd(*_: object, **__: object) -> Repository:
        raise ValueError("odd")

    monkeypatch.setattr("soda_tui.cockpit.board.repository_view", odd)
    known.put(key, known.ticket(), facts(remote(issue(2, "route:ready"))), set(Part))
    view = known.view(key)
    assert view.error is not None and view.error.code is ErrorCode.UNEXPECTED and "odd" in view.error.message
    assert view.stale and [entry.number for entry in view.queue] == [1]


async def test_a_read_that_breaks_is_seen(station: OpenStation, monkeypatch: pytest.MonkeyPatch) -> None:
    async with station() as here:
        before = await here.view()

        async def odd(targets: Sequence[Target]) -> Reading:
            raise KeyError("odd")

        monkeypatch.setattr(here.opened.world.github, "read", odd)
        view = await here.view()
        assert view.error is not None and view.error.code is ErrorCode.UNEXPECTED and view.stale
        assert view.queue == before.queue
        monkeypatch.undo()
        assert (await here.view()).error is None


async def test_a_clone_that_cannot_be_looked_at_is_seen(station: OpenStation, monkeypatch: pytest.MonkeyPatch) -> None:
    async with station() as here:

        async def odd(*_: object) -> LocalFacts:
            raise RuntimeError("odd")

        monkeypatch.setattr(here.opened.world.git, "inspect", odd)
        view = await here.view()
        assert view.clone.problem is not None and "odd" in view.clone.problem
        assert view.error is None and view.queue


@asynccontextmanager
async def two_hosts(here: Station, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Engine, list[str]]]:
    """An engine of the same world in which one of two hosts never answers, and which host was asked when."""
    github, asked = here.opened.world.github, list[str]()
    read = github.read

    async def reading(targets: Sequence[Target]) -> Reading:
        hosts = {target.name.host for target in targets}
        asked.extend(hosts)
        if SILENT in hosts:
            await asyncio.Event().wait()
        return await read(targets)

    monkeypatch.setattr(github, "read", reading)
    first, second, *_ = here.opened.settings.repositories
    silent = structs.replace(second, name=RepositoryName(SILENT, "acme", "lantern"))
    enrolments: tuple[Enrolment, ...] = (first, silent)
    engine = Engine(enrolments, here.opened.world, ME, wiring.clock, interval=0.01)
    running = asyncio.create_task(engine.run())
    try:
        yield engine, asked
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_silent_host_holds_up_neither_the_other_nor_what_is_here(
    station: OpenStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with station() as here, two_hosts(here, monkeypatch) as (engine, asked):
        seen = engine.snapshot
        async with asyncio.timeout(PATIENCE):
            while not (seen.repositories[0].fetched_at and seen.repositories[1].clone.branch):
                seen = await engine.changed(seen)
            while len(asked) < 6:
                seen = await engine.changed(seen)
        assert asked.count(SILENT) == 1 and seen.repositories[1].fetched_at is None


async def test_what_github_says_while_an_act_ends_is_kept(
    station: OpenStation, demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with station() as here:
        await here.view()
        inspect, looks = here.opened.world.git.inspect, 0
        reached, go_on = asyncio.Event(), asyncio.Event()

        async def slow(*asked: object) -> LocalFacts:
            nonlocal looks
            looks += 1
            if looks == 2:  # the act's last look; its first one belongs to what it reads before
                reached.set()
                await go_on.wait()
            return await inspect(*asked)  # type: ignore[arg-type]  # as they came

        monkeypatch.setattr(here.opened.world.git, "inspect", slow)
        acting = asyncio.create_task(here.opened.engine.act(KEY, Verb.POP, Options(dry_run=True)))
        await asyncio.wait_for(reached.wait(), PATIENCE)
        demo.people.edit("acme/rocket", 4, title="A newer title")
        newer = await here.view()
        go_on.set()
        assert (await acting).ok
        [after] = [part for part in here.opened.engine.snapshot.repositories if part.key == KEY]
        assert after.queue == newer.queue and "A newer title" in {entry.title for entry in after.queue}


def test_nothing_is_known_before_anything_was_put() -> None:
    known = board()
    assert known.known(ENROLMENT.key) == RepositoryFacts()
    assert not any(known.has(ENROLMENT.key, part) for part in Part)
    assert known.view(ENROLMENT.key).stale
