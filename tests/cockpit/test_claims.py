"""Claims: whoever comes second, by whatever way, leaves nothing behind; and there is never a second holder."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from stations import KEY, OpenStation, Station, git, worktree_of

from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import Status
from soda_tui.domain.facts import LedgerHead
from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.ledger import LedgerState, decode
from soda_tui.domain.naming import LEDGER_BRANCH
from soda_tui.domain.outcome import Options, Outcome
from soda_tui.sandbox.demo import Demo
from soda_tui.sandbox.faults import Fault
from soda_tui.sandbox.rules import Rule
from soda_tui.services.git.service import GitService

pytestmark = pytest.mark.anyio
ROCKET = "acme/rocket"
ISSUE = 4


async def act(station: Station, verb: Verb, options: Options = Options(yes=True)) -> Outcome:
    return await station.opened.engine.act(KEY, verb, options)


def heads(demo: Demo, name: str = ROCKET) -> dict[str, str]:
    """The branches on the remote."""
    refs = demo.world.repository(name).remote.refs()
    return {ref.removeprefix("refs/heads/"): oid for ref, oid in refs.items() if ref.startswith("refs/heads/")}


def state(demo: Demo, name: str = ROCKET) -> LedgerState:
    """What the ledger on the remote says."""
    message = git(demo.world.repository(name).remote.path, "log", "-1", "--format=%B", LEDGER_BRANCH)
    return decode(LedgerHead("x", message, None)).state


def issue(demo: Demo, number: int = ISSUE) -> tuple[set[str], set[str]]:
    """Labels and assignees of an issue."""
    found = demo.world.repository(ROCKET).issues[number]
    return {label.name for label in found.labels}, {user.login for user in found.assignees}


def here(demo: Demo) -> Path:
    """The clone on this machine."""
    return next(path for name, path in demo.places if name.key == KEY)


def nothing_left(demo: Demo, station: Station, before: dict[str, str]) -> None:
    """No branch on the remote or here, no label, no assignee, no worktree."""
    now = {name: oid for name, oid in heads(demo).items() if name != LEDGER_BRANCH}
    assert now == {name: oid for name, oid in before.items() if name != LEDGER_BRANCH}
    labels, assignees = issue(demo)
    assert "agent001" not in labels and "you" not in assignees
    assert git(here(demo), "for-each-ref", "refs/heads/agent001") == ""
    assert len(git(here(demo), "worktree", "list").splitlines()) == 1
    assert not Path(station.opened.store.folders(station.opened.resolve(KEY))[1]).exists()


@contextmanager
def right_after(event: str, deed: Callable[[], object]) -> Iterator[None]:
    """Somebody does something the moment an entry of this event is in the ledger."""
    plain = GitService.append

    async def append(self: GitService, place: Any, entry: Any, *rest: Any, **named: Any) -> Any:
        done = await plain(self, place, entry, *rest, **named)
        if entry.event == event:
            await asyncio.to_thread(deed)
        return done

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(GitService, "append", append)
        yield


DEEDS: dict[str, tuple[Callable[[Demo], object], ErrorCode, str]] = {
    "closed": (lambda demo: demo.people.close_issue(ROCKET, ISSUE), ErrorCode.REFUSED, "was closed"),
    "assigned": (lambda demo: demo.people.assign(ROCKET, ISSUE, "ada"), ErrorCode.TAKEN, "ada took issue 4"),
    "labelled": (lambda demo: demo.people.label(ROCKET, ISSUE, "agent002"), ErrorCode.TAKEN, "agent002 took issue 4"),
}


@pytest.mark.parametrize("deed", DEEDS)
async def test_an_issue_closed_or_taken_right_after_the_push_is_let_go_of(
    station: OpenStation, demo: Demo, deed: str
) -> None:
    demo.people.create_label(ROCKET, "agent002")
    does, code, words = DEEDS[deed]
    async with station() as one:
        before = heads(demo)
        with right_after("popped", lambda: does(demo)):
            refused = await act(one, Verb.POP, Options(issue=ISSUE))
        assert refused.problem is not None and refused.problem.code is code
        assert words in refused.message and "let go of again" in refused.message and refused.goes_on is None
        nothing_left(demo, one, before)
        assert state(demo).holder is None
        view = await one.view()
        assert view.agent.status is Status.IDLE and view.drift == () and view.unfinished is None
        following = await act(one, Verb.POP)
        assert following.ok and following.issue != ISSUE


async def test_an_issue_that_cannot_be_popped_is_refused_for_its_own_reason(station: OpenStation, demo: Demo) -> None:
    demo.people.open_issue(ROCKET, "Unrouted")
    demo.people.close_issue(ROCKET, ISSUE)
    unrouted = max(demo.world.repository(ROCKET).issues)
    said = {
        9999: "has no issue 9999",
        ISSUE: "is closed",
        unrouted: f"issue label {ROCKET} {unrouted} --add route:ready",
    }
    async with station() as one:
        for number, words in said.items():
            refused = await act(one, Verb.POP, Options(issue=number))
            assert words in refused.message and not refused.ok
        assert LEDGER_BRANCH not in heads(demo)


async def test_a_kept_branch_stays_when_its_claim_is_let_go_of(station: OpenStation, demo: Demo) -> None:
    async with station() as one:
        popped = await act(one, Verb.POP, Options(issue=ISSUE))
        assert (await act(one, Verb.RESET)).ok
        before = heads(demo)
        with right_after("popped", lambda: demo.people.close_issue(ROCKET, ISSUE)):
            assert not (await act(one, Verb.POP, Options(issue=ISSUE))).ok
        assert popped.branch in heads(demo) and heads(demo)[popped.branch] == before[popped.branch]
        assert state(demo).holder is None


async def test_a_new_branch_that_somebody_built_on_stays(station: OpenStation, demo: Demo) -> None:
    def built_on_and_closed() -> None:
        branch = next(name for name in heads(demo) if name.startswith(f"agent001/{ISSUE}-"))
        demo.people.push(ROCKET, branch, {"theirs.txt": "theirs\n"}, "Theirs")
        demo.people.close_issue(ROCKET, ISSUE)

    async with station() as one:
        with right_after("popped", built_on_and_closed):
            refused = await act(one, Verb.POP, Options(issue=ISSUE))
        branch = refused.branch or ""
        assert f"{branch} stays on the remote" in refused.message
        assert git(demo.world.repository(ROCKET).remote.path, "show", f"{branch}:theirs.txt") == "theirs"
        assert state(demo).holder is None and issue(demo)[1] == set()


async def test_a_rule_that_keeps_branches_keeps_no_claim(station: OpenStation, demo: Demo) -> None:
    demo.people.set_rules(ROCKET, Rule("refs/heads/agent001/*", deletion=True))
    async with station() as one:
        with right_after("popped", lambda: demo.people.close_issue(ROCKET, ISSUE)):
            refused = await act(one, Verb.POP, Options(issue=ISSUE))
        assert "Cannot delete this protected ref" in refused.message
        assert refused.branch in heads(demo) and state(demo).holder is None
        assert "agent001" not in issue(demo)[0]


async def test_a_claim_is_let_go_of_although_its_label_stays(station: OpenStation, demo: Demo) -> None:
    async with station() as one:
        before = heads(demo)
        demo.world.faults.order(Fault.BAD_GATEWAY, times=20, matching="removeLabelsFromLabelable")
        with right_after("popped", lambda: demo.people.close_issue(ROCKET, ISSUE)):
            refused = await act(one, Verb.POP, Options(issue=ISSUE))
        demo.world.faults.clear()
        assert "agent001" in issue(demo)[0] and "agent001" in refused.message
        assert state(demo).holder is None and set(heads(demo)) <= {*before, LEDGER_BRANCH}


@pytest.mark.parametrize("pattern", ["refs/heads/soda/*", "refs/heads/agent001/*", "refs/heads/*"])
async def test_where_rules_forbid_a_branch_pop_says_so_and_leaves_nothing(
    station: OpenStation, demo: Demo, pattern: str
) -> None:
    demo.people.set_rules(ROCKET, Rule(pattern, creation=True, update=True))
    async with station() as one:
        before = heads(demo)
        refused = await act(one, Verb.POP, Options(issue=ISSUE))
        assert refused.problem is not None and refused.problem.code is ErrorCode.PUSH_REJECTED
        assert "Cannot create ref due to creations being restricted." in refused.message
        nothing_left(demo, one, before)
        assert LEDGER_BRANCH not in heads(demo)
        view = await one.view()
        assert view.agent.status is Status.IDLE and view.drift == ()
        demo.people.set_rules(ROCKET)
        assert (await act(one, Verb.POP, Options(issue=ISSUE))).ok


async def one_holder(demo: Demo, *stations: Station, name: str = ROCKET) -> None:
    """All pop at once; one of them holds, and each of the others is told who does."""
    outcomes = await asyncio.gather(*(each.opened.engine.act(each.opened.keys[0], Verb.POP) for each in stations))
    assert sorted(one.ok for one in outcomes) == [*[False] * (len(stations) - 1), True], outcomes
    holder = state(demo, name).holder
    assert holder is not None
    for outcome in outcomes:
        assert outcome.ok or (outcome.problem is not None and outcome.problem.code is ErrorCode.TAKEN)
        assert outcome.ok or (str(holder.issue) in outcome.message and holder.shown in outcome.message), outcome
    work = [branch for branch in heads(demo, name) if branch.startswith("agent") and f"/{holder.issue}-" in branch]
    assert work == [holder.branch]
    winner = next(each for each, outcome in zip(stations, outcomes, strict=True) if outcome.ok)
    for each in stations:
        mine = (await each.view(each.opened.keys[0])).agent
        assert mine.status is (Status.CLAIMED if each is winner else Status.ELSEWHERE)


async def test_two_clones_of_one_repository(station: OpenStation, demo: Demo) -> None:
    async with station("one") as one, station("two", apart=True) as two:
        await one_holder(demo, one, two)


async def test_the_same_name_of_two_machines(station: OpenStation, demo: Demo) -> None:
    async with station("one", called="laptop") as one, station("two", apart=True, called="laptop") as two:
        await one_holder(demo, one, two)


async def test_two_accounts_with_one_name_for_their_agents(station: OpenStation, demo: Demo) -> None:
    async with station("one") as one, station("two", apart=True, account="mallory") as two:
        await one_holder(demo, one, two)


async def test_two_accounts_with_names_of_their_own_for_their_agents(station: OpenStation, demo: Demo) -> None:
    async with (
        station("one") as one,
        station("two", apart=True, account="mallory", agent_id="agent007") as two,
        station("three", apart=True, agent_id="agent008") as three,
    ):
        await one_holder(demo, one, two, three)


@pytest.mark.parametrize("new", ["acme/missile", "globex/rocket"])
async def test_a_repository_that_was_renamed_or_transferred(station: OpenStation, demo: Demo, new: str) -> None:
    """One cockpit knows the old name alone, and one the new; each clone has its own word for the remote."""
    async with station("one") as one:
        await one.view()
        demo.people.rename(ROCKET, new)
        async with station("two", apart=True, renamed={ROCKET: new}) as two:
            await one_holder(demo, one, two, name=new)


@pytest.mark.parametrize("new", ["acme/missile", "globex/rocket"])
async def test_a_new_name_keeps_the_worktree_and_the_agent_in_it(station: OpenStation, demo: Demo, new: str) -> None:
    """Enrolled anew as a sentence advises it, with the agent at work and a file that is in no commit."""
    async with station("one", agent=("--hang",)) as one:
        popped = await act(one, Verb.POP)
        assert (await act(one, Verb.LAUNCH)).ok
        run = (await one.view()).agent.run
        (worktree_of(popped) / "draft.txt").write_text("draft")
    demo.people.rename(ROCKET, new)
    key = f"github.com/{new}"
    async with station("one", agent=("--hang",), renamed={ROCKET: new}) as one:
        seen = (await one.view(key)).agent
        assert seen.status is Status.WORKING and seen.run is not None and run is not None and seen.run.pid == run.pid
        assert seen.worktree is not None and Path(seen.worktree.path) == worktree_of(popped) and seen.worktree.dirty
        for verb in (Verb.POP, Verb.LAUNCH, Verb.RESET):
            assert not (await one.opened.engine.act(key, verb, Options(yes=True))).ok
        assert (await one.opened.engine.act(key, Verb.STOP, Options(yes=True))).ok
        assert (await one.view(key)).agent.run is not None
        reset = await one.opened.engine.act(key, Verb.RESET, Options(yes=True))
        assert reset.ok, reset
    async with station("one", renamed={ROCKET: new}) as one:
        following = await one.opened.engine.act(key, Verb.POP, Options(issue=popped.issue))
        assert following.ok and following.worktree == popped.worktree and following.branch == popped.branch


async def test_a_new_name_keeps_what_was_begun_and_what_is_to_be_kept(station: OpenStation, demo: Demo) -> None:
    async with station("one") as one:
        demo.world.faults.order(Fault.VALIDATION_TIMEOUT, matching="addLabelsToLabelable")
        assert (await act(one, Verb.POP)).goes_on is not None
        demo.world.faults.clear()
        one.opened.store.keep(KEY, {"work-1": "here"})
    demo.people.rename(ROCKET, "acme/missile")
    key = "github.com/acme/missile"
    async with station("one", renamed={ROCKET: "acme/missile"}) as one:
        unfinished = (await one.view(key)).unfinished
        assert unfinished is not None and unfinished.verb == "pop"
        assert one.opened.store.kept(key) == {"work-1": "here"}
        assert (await one.opened.engine.act(key, Verb.CONTINUE, Options(yes=True))).ok
        assert [entry.key for entry in await one.opened.world.journal.entries(key)] == [key, KEY]


async def test_a_name_that_another_repository_got_leads_to_none_of_the_first(station: OpenStation, demo: Demo) -> None:
    async with station("one") as one:
        popped = await act(one, Verb.POP)
        store, identity = one.opened.store, (await one.view()).id or ""
        assert store.learn({KEY: "R_another"}) == {KEY}
        enrolment = one.opened.resolve(KEY)
        assert store.worktree_path(enrolment, popped.issue) != popped.worktree
        assert store.learn({KEY: identity}) == {KEY}
        assert store.worktree_path(enrolment, popped.issue) == popped.worktree


@pytest.mark.parametrize("here_too", ["there alone is more", "here alone is more", "both are one"])
async def test_a_branch_of_old_is_gone_on_with(station: OpenStation, demo: Demo, here_too: str) -> None:
    """`work-4` is on the remote and in the clone; GitHub is not asked for branches of such a name."""
    name, clone = f"work-{ISSUE}", here(demo)
    demo.people.push(ROCKET, name, {"old.txt": "old\n"}, "Of old", start="main")
    git(clone, "fetch", "--quiet", "origin", name)
    git(clone, "branch", name, "FETCH_HEAD")
    if here_too == "there alone is more":
        demo.people.push(ROCKET, name, {"more.txt": "more\n"}, "More")
    if here_too == "here alone is more":
        tree = git(clone, "rev-parse", f"{name}^{{tree}}")
        git(clone, "update-ref", f"refs/heads/{name}", git(clone, "commit-tree", "-p", name, "-m", "Here", tree))
    before, local = heads(demo)[name], git(clone, "rev-parse", name)
    async with station() as one:
        popped = await act(one, Verb.POP, Options(issue=ISSUE))
        assert popped.ok and popped.branch == name, popped
        assert heads(demo)[name] == before
        tip = git(worktree_of(popped), "rev-parse", "HEAD")
        assert tip == (before if here_too == "there alone is more" else local)
        (worktree_of(popped) / "new.txt").write_text("new")
        git(worktree_of(popped), "add", "new.txt")
        git(worktree_of(popped), "commit", "--quiet", "-m", "New")
        bottled = await act(one, Verb.BOTTLE)
        assert bottled.ok, bottled
        assert heads(demo)[name] == git(worktree_of(popped), "rev-parse", "HEAD")


async def test_a_branch_of_old_that_went_two_ways_is_refused_before_anything(station: OpenStation, demo: Demo) -> None:
    name, clone = f"work-{ISSUE}", here(demo)
    demo.people.push(ROCKET, name, {"old.txt": "old\n"}, "Of old", start="main")
    tree = git(clone, "rev-parse", "HEAD^{tree}")
    git(clone, "update-ref", f"refs/heads/{name}", git(clone, "commit-tree", "-p", "HEAD", "-m", "Here", tree))
    async with station() as one:
        before = heads(demo)
        refused = await act(one, Verb.POP, Options(issue=ISSUE))
        assert not refused.ok and name in refused.message and "try again" not in refused.message.split(".")[0]
        assert heads(demo) == before and LEDGER_BRANCH not in before


async def test_who_was_pushed_past_is_told_that_the_push_stands(
    station: OpenStation, demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ours went in, and before its answer came somebody took the claim over."""
    async with station("one", called="desk") as one, station("two", apart=True, called="laptop") as two:
        plain = GitService.append

        async def append(self: GitService, place: Any, entry: Any, *rest: Any, **named: Any) -> Any:
            done = await plain(self, place, entry, *rest, **named)
            if entry.event != "popped":
                return done
            assert done.mine and (await act(two, Verb.TAKEOVER)).ok
            return structs.replace(done, head=await self.ledger_now(place), superseded=True)

        monkeypatch.setattr(GitService, "append", append)
        lost = await act(one, Verb.POP, Options(issue=ISSUE))
        assert lost.problem is not None and lost.problem.code is ErrorCode.TAKEN
        assert "laptop holds issue 4" in lost.message and "That push stands" in lost.message
        assert "Nothing was changed here" not in lost.message and lost.branch in heads(demo)
