"""The law: one agent per repository, whatever happens to claims, ledgers and processes around it."""

from __future__ import annotations

import asyncio
import json
import subprocess
from pathlib import Path

import pytest
from stations import KEY, OpenStation, Station, worktree_of

from soda_tui.cockpit.ports.runs import Launch
from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import DriftKind, Status
from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.ledger import Entry, LedgerState, encode
from soda_tui.domain.naming import LEDGER_BRANCH
from soda_tui.domain.outcome import Options, Outcome
from soda_tui.sandbox.demo import Demo
from soda_tui.sandbox.faults import Fault

pytestmark = pytest.mark.anyio
YES = Options(yes=True)


async def act(station: Station, verb: Verb, options: Options = YES) -> Outcome:
    return await station.opened.engine.act(KEY, verb, options)


async def work(station: Station) -> Outcome:
    popped = await act(station, Verb.POP)
    assert popped.ok, popped
    launched = await act(station, Verb.LAUNCH)
    assert launched.ok, launched
    return popped


async def test_an_agent_that_was_launched_while_we_waited_is_seen(station: OpenStation) -> None:
    """A second process of the same installation must not plan from what it read before the first one launched."""
    async with station(agent=("--hang",)) as first, station(agent=("--hang",)) as second:
        assert (await act(first, Verb.POP)).ok
        identity = (await second.view()).id or ""
        async with first.opened.world.locks.plan(identity):
            waiting = asyncio.create_task(act(second, Verb.RESET))
            while not second.opened.engine.busy:
                await asyncio.sleep(0)
            run = await first.opened.world.runs.start(await launch_of(first))
        outcome = await waiting
        assert outcome.problem is not None and "stop it first" in outcome.message
        assert run.alive and (await act(first, Verb.STOP)).ok


async def launch_of(station: Station) -> Launch:
    """What the launch of the claimed issue comes to."""
    view = await station.view()
    agent, tree = view.agent, view.agent.worktree
    assert agent.issue is not None and agent.branch is not None and tree is not None
    enrolment = station.opened.resolve(KEY)
    return Launch(KEY, view.id or "", agent.issue, agent.branch, 1, tree.path, enrolment.agent, "go")


async def test_a_lost_ledger_is_never_idle_for_anybody_while_an_agent_works(station: OpenStation, demo: Demo) -> None:
    async with station("one", agent=("--hang",)) as one, station("two") as two:
        await work(one)
        demo.people.delete_branch("acme/rocket", LEDGER_BRANCH)
        there = await two.view()
        assert there.agent.status is Status.UNKNOWN
        assert [drift.kind for drift in there.drift] == [DriftKind.LEDGER_GONE]
        assert not (await act(two, Verb.POP)).ok
        here = await one.view()
        assert here.agent.status is Status.WORKING and here.agent.run is not None
        assert DriftKind.LEDGER_GONE in [drift.kind for drift in here.drift]
        assert not (await act(one, Verb.POP)).ok
        assert (await act(one, Verb.STOP)).ok


async def test_an_agent_without_its_claim_is_critical_and_can_be_stopped(station: OpenStation, demo: Demo) -> None:
    async with station("one", agent=("--hang",)) as one:
        popped = await work(one)
        write_ledger(demo, LedgerState(), popped.issue or 0)
        view = await one.view()
        assert DriftKind.RUN_WITHOUT_CLAIM in [drift.kind for drift in view.drift]
        refused = await act(one, Verb.POP)
        assert refused.problem is not None and "stop it first" in refused.message
        assert (await act(one, Verb.STOP)).ok


async def test_beside_a_run_of_which_nobody_knows_nothing_is_begun(station: OpenStation) -> None:
    """Its record is of a newer version, and its agent runs: only stopping it is possible, and then all else is."""
    async with station("one", agent=("--hang",)) as one:
        await work(one)
        run = (await one.view()).agent.run
        assert run is not None and run.pid is not None
        record = Path(run.log).with_name("state.json")
        record.write_text(json.dumps(json.loads(record.read_text()) | {"v": 2}))
        view = await one.view()
        assert view.agent.status is Status.UNKNOWN and DriftKind.RUN_GONE not in [drift.kind for drift in view.drift]
        assert any(str(record.parent) in need.message for need in view.needs)
        for verb in (Verb.POP, Verb.BOTTLE, Verb.RESET, Verb.LAUNCH, Verb.TAKEOVER):
            refused = await act(one, verb)
            assert refused.problem is not None and str(record.parent) in refused.message, refused
        Path(f"/proc/{run.pid}").stat()
        asked = await act(one, Verb.STOP, Options())
        assert str(record.parent) in (asked.asks or "") and asked.seen == run.id
        stopped = await act(one, Verb.STOP, Options(yes=True, seen=asked.seen))
        assert stopped.ok, stopped
        assert not Path(f"/proc/{run.pid}").exists()
        assert (await one.view()).agent.status is Status.CLAIMED
        assert (await act(one, Verb.RESET)).ok


def write_ledger(demo: Demo, state: LedgerState, issue: int, message: str | None = None) -> None:
    """Append to the ledger as somebody who may push can."""
    remote = demo.world.repository("acme/rocket").remote.path

    def git(*arguments: str, text: str | None = None) -> str:
        command = ["git", "-C", str(remote), *arguments]
        identity = {
            "GIT_AUTHOR_NAME": "x",
            "GIT_AUTHOR_EMAIL": "x",
            "GIT_COMMITTER_NAME": "x",
            "GIT_COMMITTER_EMAIL": "x",
        }
        done = subprocess.run(command, input=text, check=True, capture_output=True, text=True, timeout=30, env=identity)
        return done.stdout.strip()

    head = subprocess.run(
        ["git", "-C", str(remote), "rev-parse", "--verify", "-q", f"refs/heads/{LEDGER_BRANCH}"],
        capture_output=True, text=True, check=False, timeout=30,
    ).stdout.strip()  # fmt: skip
    tree = git("mktree", text="")
    words = message if message is not None else encode(Entry("released", issue, "5b1f0c9e", "n", state))
    parents = ("-p", head) if head else ()
    git("update-ref", f"refs/heads/{LEDGER_BRANCH}", git("commit-tree", tree, *parents, text=words))


ODD_HOLDERS = (
    {"branch": "main"},
    {"issue": 2**40, "branch": "agent001/1099511627776-x"},
    {"since": "0001-01-01T00:00:00+10:00"},
    {"agent": "../../x"},
)
HOLDER = {
    "cockpit": "5b1f0c9e",
    "agent": "agent001",
    "issue": 4,
    "branch": "agent001/4-x",
    "base": "0" * 40,
    "since": "2026-01-01T00:00:00Z",
    "attempt": 1,
    "phase": "working",
}
ODD_STATES: tuple[object, ...] = (
    *({"v": 1, "holder": {**HOLDER, **odd}, "handed_over": [], "attempts": {}} for odd in ODD_HOLDERS),
    {"v": 1, "holder": None, "handed_over": [{"issue": 9, "branch": "main", "pull_request": ""}], "attempts": {}},
    None,
)


@pytest.mark.parametrize("state", ODD_STATES)
async def test_a_ledger_that_no_cockpit_wrote_hurts_nobody(station: OpenStation, demo: Demo, state: object) -> None:
    async with station() as here:
        write_ledger(demo, LedgerState(), 1, f"popped 4\n\nSoda-State: {json.dumps(state)}\n")
        snapshot = await here.opened.engine.refresh()
        assert [part.error for part in snapshot.repositories] == [None] * 3
        view = next(part for part in snapshot.repositories if part.key == KEY)
        assert view.agent.status is Status.UNKNOWN
        assert [drift.kind for drift in view.drift] == [DriftKind.LEDGER_UNREADABLE]
        for verb in (Verb.POP, Verb.BOTTLE, Verb.RESET, Verb.LAUNCH):
            assert not (await act(here, verb)).ok


async def test_work_that_a_person_landed_by_hand_can_be_handed_over(station: OpenStation, demo: Demo) -> None:
    async with station() as here:
        popped = await act(here, Verb.POP)
        worktree = worktree_of(popped)
        (worktree / "work.txt").write_text("work\n")
        for words in (("add", "."), ("commit", "--quiet", "--message", "Work")):
            subprocess.run(["git", "-C", str(worktree), *words], check=True, timeout=30)
        remote = demo.world.repository("acme/rocket").remote.path
        subprocess.run(
            ["git", "-C", str(worktree), "push", "--quiet", str(remote), "HEAD:main"], check=True, timeout=30
        )
        bottled = await act(here, Verb.BOTTLE)
        assert bottled.ok and "no pull request was needed" in bottled.message, bottled
        assert (await here.view()).agent.status is Status.IDLE


async def test_a_half_done_hand_over_can_be_let_go_of(station: OpenStation, demo: Demo) -> None:
    async with station() as here:
        popped = await act(here, Verb.POP)
        worktree = worktree_of(popped)
        subprocess.run(
            ["git", "-C", str(worktree), "commit", "--quiet", "--allow-empty", "--message", "x"], check=True, timeout=30
        )
        demo.world.faults.order(Fault.VALIDATION_TIMEOUT, matching="createPullRequest")
        assert not (await act(here, Verb.BOTTLE)).ok
        demo.world.faults.clear()
    async with station() as again:
        assert (await again.view()).agent.status is Status.HANDING_OVER
        assert (await act(again, Verb.RESET)).ok
        assert (await again.view()).agent.status is Status.IDLE


async def test_of_two_cockpits_at_once_one_wins_and_the_other_is_told(station: OpenStation) -> None:
    async with station("one") as one, station("two") as two:
        both = await asyncio.gather(act(one, Verb.POP), act(two, Verb.POP))
        assert sorted(outcome.ok for outcome in both) == [False, True]
        loser = next(outcome for outcome in both if not outcome.ok)
        assert loser.problem is not None and loser.problem.code is ErrorCode.TAKEN
