"""The teller: what stands is told once, to whoever asks for it, however often the cockpit is opened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from given import ENROLMENT, HOLDER, ME, NOW, facts, issue, remote, run, worktree
from msgspec import structs
from stations import KEY, OpenStation

from soda_tui.cockpit.board import Board, Part
from soda_tui.cockpit.telling import Teller
from soda_tui.domain.actions import Verb
from soda_tui.domain.configuration.notifying import NotifySettings
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.journal import JournalEntry
from soda_tui.domain.outcome import Options
from soda_tui.domain.runs.facts import RunState
from soda_tui.domain.runs.progress import Progress
from soda_tui.domain.telling import Notice, NoticeKind
from soda_tui.services.journal import FileJournal
from soda_tui.services.notify import Notifier
from soda_tui.services.told import ToldFile

pytestmark = pytest.mark.anyio
PATIENCE = 20


class Counted(FileJournal):
    """A journal that counts how often it was looked into."""

    looks = 0

    async def latest(self, keys: Sequence[str]) -> dict[str, JournalEntry]:
        found = await super().latest(keys)
        self.looks += 1
        return found


class Watched:
    """A board whose agent does what a test says, and tellers; one of `meanwhile` is done each time that one waits."""

    def __init__(self, folder: Path) -> None:
        self.now = NOW
        self.meanwhile: list[Callable[[], None]] = []
        self._told = ToldFile(folder / "told.json", folder / "told.lock")
        self.journal = Counted(folder / "journal.db")
        self.board = self._board(None)

    def reopen(self) -> None:
        """Open the cockpit anew, on what the last one has kept."""
        self.board = self._board(self.board)

    def teller(self, *kinds: NoticeKind, notices: Notifier | None = None) -> Teller:
        """A cockpit of the same installation that tells of this board."""
        port = notices or Notifier(self._told, NotifySettings(), {})
        return Teller(port, self.journal, self.board, kinds or tuple(NoticeKind), self._sleep)

    def ends(self, name: str, *, commits: int = 0, exit: int = 1, gone: bool = False) -> None:
        """A run has ended; with `gone` the work branch is away too."""
        ended = run(RunState.ENDED, id=name, exit=exit, pid=None)
        self._show(ended, commits, branches=() if gone else None)

    def works(self, name: str, heard: datetime) -> None:
        """A run is at work, and was heard of then."""
        self._show(run(id=name, started_at=NOW - timedelta(days=1), last_output_at=heard), 0)

    def is_let_go(self) -> None:
        """GitHub was asked again, and tells that the claim was let go of."""
        known = structs.replace(facts(remote(issue(12)), worktree(commits=2)), fetched_at=self.now)
        self.board.put(ENROLMENT.key, self.board.ticket(), known, set(Part))
        self.board.publish()

    def _show(self, shown: object, commits: int, branches: object = None) -> None:
        there = {} if branches is None else {"branches": branches}
        seen = remote(issue(12), holder=HOLDER, **there)
        known = structs.replace(facts(seen, worktree(commits=commits), run=shown), fetched_at=self.now)
        self.board.put(ENROLMENT.key, self.board.ticket(), known, set(Part))
        self.board.renew(ENROLMENT.key)
        self.board.publish()

    def _board(self, before: Board | None) -> Board:
        return Board((ENROLMENT,), ME, lambda: self.now, before.snapshot if before else None)

    async def _sleep(self, _: float) -> None:
        if self.meanwhile:
            self.meanwhile.pop(0)()


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


async def told(teller: Teller) -> list[tuple[str | None, NoticeKind]]:
    async with asyncio.timeout(PATIENCE):
        return [(notice.run, notice.kind) for notice in await teller.news()]


async def test_how_a_run_ended_is_told_once_it_is_known_what_it_left(watched: Watched) -> None:
    watched.works("r1", NOW)
    watched.meanwhile += [lambda: watched.ends("r1", exit=0), lambda: watched.ends("r1", exit=0, commits=2)]
    assert await told(watched.teller()) == [("r1", NoticeKind.DONE)]


async def test_two_cockpits_and_those_opened_later_tell_nothing_twice(watched: Watched) -> None:
    watched.ends("r1")
    first, second = watched.teller(), watched.teller()
    assert await told(first) == [("r1", NoticeKind.FAILED)]
    seconds = asyncio.create_task(told(second))
    watched.reopen()
    watched.ends("r1", gone=True)
    third = watched.teller()
    assert await told(third) == [("r1", NoticeKind.DRIFT)]
    watched.ends("r2", gone=True)
    assert await told(third) == [("r2", NoticeKind.FAILED)]
    assert not seconds.done()
    seconds.cancel()


async def test_what_an_act_of_another_front_leaves_in_passing_is_not_told(watched: Watched) -> None:
    async def silent() -> None:
        looked = watched.journal.looks
        while watched.journal.looks < looked + 2:
            await asyncio.sleep(0)
        assert not following.done()

    reset = JournalEntry("1", ENROLMENT.key, Verb.RESET, 12, HOLDER.branch, 1, ME, NOW)
    await watched.journal.write(reset)
    watched.ends("r1", exit=0, commits=2)
    following = asyncio.create_task(told(watched.teller()))
    await silent()
    await watched.journal.write(reset.end(NOW, "Let go.", well=True))
    await silent()
    watched.now += timedelta(seconds=1)
    watched.is_let_go()
    watched.ends("r2")
    assert await following == [("r2", NoticeKind.FAILED)]


async def test_an_agent_that_falls_silent_again_is_told_again_and_not_while_it_is(watched: Watched) -> None:
    teller = watched.teller()
    watched.works("r1", NOW - timedelta(minutes=11))
    assert await told(teller) == [("r1", NoticeKind.STALLED)]
    watched.works("r1", NOW)
    watched.meanwhile = [lambda: watched.works("r1", NOW)]
    following = asyncio.create_task(told(teller))
    await asyncio.sleep(0)
    watched.now = NOW + timedelta(minutes=30)
    watched.works("r1", NOW + timedelta(minutes=1))
    assert await following == [("r1", NoticeKind.STALLED)]


async def test_when_a_limit_ends_is_told_though_the_limit_was(watched: Watched) -> None:
    def limited(resets_at: datetime | None) -> None:
        progress = Progress(limited=True, resets_at=resets_at)
        watched._show(run(progress=progress, started_at=NOW - timedelta(minutes=1), last_output_at=NOW), 0)

    teller = watched.teller()
    limited(None)
    assert await told(teller) == [("r1", NoticeKind.LIMIT)]
    limited(NOW + timedelta(hours=5))
    assert await told(teller) == [("r1", NoticeKind.LIMIT)]


async def test_drift_that_stands_through_a_night_without_network_is_no_news_in_the_morning(watched: Watched) -> None:
    teller, key = watched.teller(NoticeKind.DRIFT, NoticeKind.DONE), ENROLMENT.key
    watched.ends("r1", gone=True)
    assert await told(teller) == [("r1", NoticeKind.DRIFT)]
    offline = facts(
        remote(issue(12), holder=HOLDER, branches=()), worktree(), problem=Problem(ErrorCode.NETWORK, "No.")
    )
    watched.board.put(key, watched.board.ticket(), offline, {Part.REMOTE})
    watched.board.publish()
    following = asyncio.create_task(told(teller))
    watched.now += timedelta(hours=9)
    await asyncio.sleep(0)
    watched.ends("r1", gone=True)
    watched.meanwhile.append(lambda: watched.ends("r2", exit=0, commits=1, gone=True))
    assert await following == [("r2", NoticeKind.DONE)]


async def test_kinds_that_are_off_are_not_told_and_what_cannot_be_kept_is(watched: Watched, tmp_path: Path) -> None:
    class Full(Notifier):
        def claim(self, notices: Sequence[Notice], recalled: Collection[str]) -> tuple[Notice, ...]:
            raise Failure(Problem(ErrorCode.CONFIGURATION, "The disk is full."))

    broken = Full(ToldFile(tmp_path / "x", tmp_path / "y"), NotifySettings(), {})
    teller = watched.teller(NoticeKind.FAILED, notices=broken)
    watched.ends("r1", exit=0, commits=1)
    watched.meanwhile.append(lambda: watched.ends("r2", gone=True))
    assert await told(teller) == [("r2", NoticeKind.FAILED)]
    watched.ends("r2", commits=5)
    watched.meanwhile.append(lambda: watched.ends("r3"))
    assert await told(teller) == [("r3", NoticeKind.FAILED)]


async def test_the_whole_way_from_an_agent_that_ends_to_its_news(station: OpenStation) -> None:
    async with station() as here:
        engine = here.opened.engine
        for verb in (Verb.POP, Verb.LAUNCH):
            assert (await engine.act(KEY, verb, Options(yes=True))).ok
        running = asyncio.create_task(engine.run())
        try:
            async with asyncio.timeout(PATIENCE):
                [found] = await engine.news()
            assert (found.kind, found.repository) == (NoticeKind.DONE, "acme/rocket")
            assert found.worktree and found.log and Path(found.log).is_file()
            assert await engine.announce([found], shown=False) == ()
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
