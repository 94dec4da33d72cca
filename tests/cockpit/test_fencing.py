"""Fencing: a machine that slept in the middle of an act changes nothing of what is another cockpit's meanwhile."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime

import pytest
from stations import KEY, OpenStation, Station, git, worktree_of

from soda_tui.cockpit import acting, steps
from soda_tui.cockpit.engine import Engine
from soda_tui.cockpit.execution import Execution
from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import Status
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.outcome import Options, Outcome
from soda_tui.domain.plan import Step
from soda_tui.sandbox.demo import Demo

pytestmark = pytest.mark.anyio
ROCKET = "acme/rocket"
ISSUE = 4
NIGHT = 8 * 3600.0
Meanwhile = Callable[[], Awaitable[object]]


class Sleeper:
    """A cockpit on a machine that falls asleep right before the first step of a kind, while others go on."""

    def __init__(self, station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
        opened = station.opened
        self.seconds = 0.0
        self.looks = 0
        self.ticks: Callable[[], float] = lambda: self.seconds
        self.engine = Engine(
            [opened.resolve(KEY)],
            opened.world,
            opened.store.cockpit_id(),
            lambda: datetime.now(UTC),
            ticks=self.ticks,
        )
        self._patch = monkeypatch
        plain = opened.world.git.ledger_now

        async def ledger_now(*arguments: object) -> object:
            self.looks += 1
            return await plain(*arguments)  # type: ignore[arg-type]  # the port's own method

        monkeypatch.setattr(opened.world.git, "ledger_now", ledger_now)

    def sleeps(self, before: str, meanwhile: Meanwhile, seconds: float = NIGHT) -> None:
        """In one of its acts the machine sleeps once, for these seconds."""
        left = [before]

        async def perform(step: Step, execution: Execution) -> None:
            if type(step).__name__ in left and execution.ticks is self.ticks:
                left.clear()
                await meanwhile()
                self.seconds += seconds
            await steps.perform(step, execution)

        self._patch.setattr(acting, "perform", perform)

    async def act(self, verb: Verb, options: Options = Options(yes=True)) -> Outcome:
        return await self.engine.act(KEY, verb, options)


async def act(station: Station, verb: Verb, options: Options = Options(yes=True)) -> Outcome:
    done = await station.opened.engine.act(KEY, verb, options)
    assert done.ok, done
    return done


def commit(popped: Outcome) -> None:
    worktree = worktree_of(popped)
    (worktree / f"work-{popped.issue}.txt").write_text("work")
    git(worktree, "add", ".")
    git(worktree, "commit", "--quiet", "--message", "Work")


def shown(demo: Demo) -> tuple[set[str], set[str], int]:
    """Labels and assignees of the issue on GitHub, and how many pull requests there are."""
    repository = demo.world.repository(ROCKET)
    issue = repository.issues[ISSUE]
    people = {user.login for user in issue.assignees}
    return {label.name for label in issue.labels}, people, len(repository.pull_requests)


@pytest.fixture
def two(station: OpenStation) -> AbstractAsyncContextManager[Station]:
    """The cockpit on another machine, which is awake."""
    return station("two", apart=True, called="laptop")


async def test_a_hand_over_that_slept_after_its_push_touches_nothing_of_the_next_claim(
    station: OpenStation, two: AbstractAsyncContextManager[Station], demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with station("one") as one, two as other:
        sleeper = Sleeper(one, monkeypatch)
        commit(await sleeper.act(Verb.POP, Options(issue=ISSUE)))
        seen = []

        async def meanwhile() -> None:
            await act(other, Verb.RESET)
            await act(other, Verb.POP, Options(issue=ISSUE))
            seen.append(shown(demo))

        sleeper.sleeps("OpenReview", meanwhile)
        lost = await sleeper.act(Verb.BOTTLE)
        assert lost.problem is not None and lost.problem.code is ErrorCode.TAKEN, lost
        assert "laptop holds issue 4" in lost.message and lost.goes_on is None
        assert [shown(demo)] == seen and "agent001" in seen[0][0]
        assert (await other.view()).agent.status is Status.CLAIMED and (await other.view()).drift == ()


async def test_a_reset_that_slept_takes_nothing_off_the_next_claim(
    station: OpenStation, two: AbstractAsyncContextManager[Station], demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with station("one") as one, two as other:
        sleeper = Sleeper(one, monkeypatch)
        await sleeper.act(Verb.POP, Options(issue=ISSUE))
        sleeper.sleeps("UnmarkIssue", lambda: act(other, Verb.TAKEOVER))
        lost = await sleeper.act(Verb.RESET)
        assert lost.problem is not None and lost.problem.code is ErrorCode.TAKEN, lost
        assert shown(demo)[:2] == ({"route:unblocker", "agent001"}, {"you"})
        assert (await other.view()).agent.status is Status.CLAIMED


async def test_a_tidying_up_that_slept_takes_nothing_off_the_next_claim(
    station: OpenStation, two: AbstractAsyncContextManager[Station], demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with station("one") as one, two as other:
        sleeper = Sleeper(one, monkeypatch)
        commit(await sleeper.act(Verb.POP, Options(issue=ISSUE)))
        bottled = await sleeper.act(Verb.BOTTLE)
        demo.people.close_pull_request(ROCKET, int((bottled.pull_request or "").rpartition("/")[2]))
        demo.people.label(ROCKET, ISSUE, "agent001")

        async def meanwhile() -> None:
            await act(other, Verb.TIDY)
            demo.people.label(ROCKET, ISSUE, "route:unblocker")
            await act(other, Verb.POP, Options(issue=ISSUE))

        sleeper.sleeps("TakeOffLabels", meanwhile)
        tidied = await sleeper.act(Verb.TIDY)
        assert tidied.problem is not None and tidied.problem.code is ErrorCode.NOTHING_TO_DO, tidied
        assert "agent001" in shown(demo)[0]


async def test_a_pop_that_slept_marks_nothing_that_somebody_let_go_of(
    station: OpenStation, two: AbstractAsyncContextManager[Station], demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with station("one") as one, two as other:
        sleeper = Sleeper(one, monkeypatch)

        async def meanwhile() -> None:
            await act(other, Verb.TAKEOVER)
            await act(other, Verb.RESET)
            demo.people.unlabel(ROCKET, ISSUE, "route:unblocker")

        sleeper.sleeps("MarkIssue", meanwhile)
        refused = await sleeper.act(Verb.POP, Options(issue=ISSUE))
        assert not refused.ok and shown(demo)[:2] == (set(), set()), refused


async def test_no_agent_starts_on_a_claim_that_was_taken_while_the_machine_slept(
    station: OpenStation, two: AbstractAsyncContextManager[Station], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with station("one") as one, two as other:
        sleeper = Sleeper(one, monkeypatch)
        await sleeper.act(Verb.POP, Options(issue=ISSUE))
        sleeper.sleeps("StartAgent", lambda: act(other, Verb.TAKEOVER))
        lost = await sleeper.act(Verb.LAUNCH)
        assert lost.problem is not None and lost.problem.code is ErrorCode.TAKEN, lost
        assert await one.opened.world.runs.current([KEY]) == {}


async def test_who_slept_goes_on_where_the_claim_is_the_same(
    station: OpenStation, two: AbstractAsyncContextManager[Station], demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An entry about other work came in between; and of steps that follow at once, none looks again."""
    async with station("one") as one, two as other:
        sleeper = Sleeper(one, monkeypatch)
        commit(await sleeper.act(Verb.POP))
        bottled = await sleeper.act(Verb.BOTTLE)
        assert bottled.ok and sleeper.looks == 0
        commit(await sleeper.act(Verb.POP))
        demo.people.merge(ROCKET, int((bottled.pull_request or "").rpartition("/")[2]))
        sleeper.sleeps("MoveLabels", lambda: act(other, Verb.TIDY))
        done = await sleeper.act(Verb.BOTTLE)
        assert done.ok and sleeper.looks == 1, done
        assert (await one.view()).agent.status is Status.IDLE and (await one.view()).drift == ()


async def test_who_slept_and_finds_no_network_has_done_nothing(
    station: OpenStation, demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with station("one") as one:
        sleeper = Sleeper(one, monkeypatch)
        commit(await sleeper.act(Verb.POP, Options(issue=ISSUE)))
        before = []

        async def offline() -> None:
            before.append(shown(demo))

            async def ledger_now(*_: object) -> None:
                raise Failure(Problem(ErrorCode.NETWORK, "No way to GitHub."))

            monkeypatch.setattr(one.opened.world.git, "ledger_now", ledger_now)

        sleeper.sleeps("OpenReview", offline)
        stopped = await sleeper.act(Verb.BOTTLE)
        assert stopped.problem is not None and "No way to GitHub." in stopped.message and stopped.goes_on, stopped
        assert [shown(demo)] == before
        assert (await act(one, Verb.BOTTLE)).ok
