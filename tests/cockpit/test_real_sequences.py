"""Random sequences on real git: two cockpits, a person on GitHub and a person in the clones, in whatever order.

`SODA_TUI_TEST_SEQUENCES=50 pytest tests/cockpit/test_real_sequences.py` is the long setting.
"""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from keeping import fingerprint, places
from sequences import Event, seeds, sequence, told
from stations import KEY, OpenPair, Station, git

from soda_tui.cockpit.engine import Engine
from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import DriftKind, Status
from soda_tui.domain.facts import LedgerHead
from soda_tui.domain.ledger import Holder, decode
from soda_tui.domain.model import Drift, Repository
from soda_tui.domain.naming import LEDGER_BRANCH
from soda_tui.domain.outcome import Options, Outcome
from soda_tui.sandbox.demo import Demo
from soda_tui.sandbox.errors import Refused

pytestmark = pytest.mark.anyio
ROCKET = "acme/rocket"
SEQUENCES = 3
ROUNDS = 8
LATER = timedelta(minutes=10)
YES = Options(yes=True, commit_all=True)


class Story:
    """Two cockpits, everything that was ever made in their clones and on GitHub, and what has happened so far."""

    def __init__(self, stations: tuple[Station, Station]) -> None:
        self.stations = stations
        self.demo: Demo = stations[0].demo
        self.remote = self.demo.world.repository(ROCKET).remote
        self.files = 0
        self.said: list[str] = []
        self.made: frozenset[str] = frozenset()
        self.removed: frozenset[str] = frozenset()

    async def happen(self, event: Event) -> None:
        """Let an event happen, and look at everything."""
        happen = EVENTS[event.what][1]
        self.said.append(str(event))
        # A person is refused what cannot be done as things stand, and does something else.
        with suppress(Refused, subprocess.CalledProcessError):
            await happen(self, self.stations[event.where], event.pick)
        await self.check(self.stations[event.where])

    async def check(self, station: Station) -> None:
        """What is true after every event."""
        now = self.found()
        assert self.made <= now, f"lost: {sorted(self.made - now)}"
        self.made = (self.made | now) - self.removed
        view, holder = await station.view(), self.holder()
        assert view.error is None, view.error
        if holder is not None:
            assert holder.issue not in {entry.number for entry in view.queue}, "the held issue is offered"
        mine = view.agent.claim is not None and view.agent.claim.mine
        assert mine == (holder is not None and holder.cockpit == station.opened.store.cockpit_id())

    def found(self) -> frozenset[str]:
        """Everything that is in the clones, in the worktrees and on GitHub."""
        return fingerprint(places(*self.stations)) | self.there()

    def there(self) -> frozenset[str]:
        """Everything on GitHub; of a pull request its head is anybody's work, the merge that is tried out nobody's."""
        return _objects(self.remote.path, "--branches", "--glob=refs/pull/*/head")

    def remove(self, branch: str) -> None:
        """A person deletes a branch on GitHub: what nobody has on a branch, or had, is not lost but removed."""
        before = _objects(self.remote.path, f"refs/heads/{branch}")
        self.demo.people.delete_branch(ROCKET, branch)
        clones = (_objects(place, "--branches", "--reflog") for place in places(*self.stations))
        self.removed |= before.difference(self.there(), *clones)
        self.made -= self.removed

    def holder(self) -> Holder | None:
        """Who holds the repository."""
        if f"refs/heads/{LEDGER_BRANCH}" not in self.remote.refs():
            return None
        message = git(self.remote.path, "log", "-1", "--format=%B", LEDGER_BRANCH)
        return decode(LedgerHead("x", message, None)).state.holder

    async def act(self, station: Station, verb: Verb, options: Options = YES) -> Outcome:
        """An act; one that is refused says why, and changes who holds the repository in no way."""
        before = self.holder()
        done = await station.opened.engine.act(KEY, verb, options)
        self.said.append(f"  {verb}: {done.message}")
        if done.problem is not None:
            assert done.message.endswith((".", "?")), done.message
        if done.problem is not None and not done.steps:
            assert self.holder() == before, done
        return done

    def held(self, pick: int) -> int:
        """The held issue, sometimes another one."""
        holder = self.holder()
        numbers = sorted(self.demo.world.repository(ROCKET).issues)
        return holder.issue if holder is not None and pick % 3 else numbers[pick % len(numbers)]

    def branches(self) -> list[str]:
        """The work branches on GitHub."""
        return [ref.removeprefix("refs/heads/") for ref in sorted(self.remote.refs()) if "/agent" in ref]

    def branch(self, pick: int) -> str | None:
        """The branch of the claim, sometimes another one."""
        holder, names = self.holder(), self.branches()
        if holder is not None and holder.branch in names and pick % 3:
            return holder.branch
        return names[pick % len(names)] if names else None

    def request(self, pick: int) -> int | None:
        """A pull request of the newer half, which cockpits and these people made."""
        requests = self.demo.world.repository(ROCKET).pull_requests
        numbers = [number for number, one in requests.items() if one.merged_at is None]
        return sorted(numbers)[-1 - pick % min(2, len(numbers))] if numbers else None

    def file(self) -> str:
        """The name of a file that there never was."""
        self.files += 1
        return f"file{self.files}.txt"


def _objects(folder: Path, *refs: str) -> frozenset[str]:
    """All commits, folders and contents below refs."""
    return frozenset(git(folder, "rev-list", "--objects", "--no-object-names", *refs).split())


def worktree(station: Station) -> Path | None:
    """The worktree of a cockpit, where there is one."""
    path = Path(station.opened.store.worktree_path(station.opened.resolve(KEY), None))
    return path if path.exists() else None


Happen = Callable[[Story, Station, int], Awaitable[None]]


def _verb(verb: Verb) -> Happen:
    async def happen(story: Story, station: Station, _: int) -> None:
        await story.act(station, verb)

    return happen


async def _launch(story: Story, station: Station, _: int) -> None:
    """The agent works to its end."""
    if (await story.act(station, Verb.LAUNCH)).ok:
        runs = station.opened.world.runs
        async for _part in runs.follow((await runs.current([KEY]))[KEY]):
            pass


async def _race(story: Story, _: Station, pick: int) -> None:
    """Both act at once; of two that want the same at most one gets it."""
    verb = (Verb.POP, Verb.TAKEOVER, Verb.BOTTLE)[pick % 3]
    done = await asyncio.gather(*(story.act(station, verb) for station in story.stations))
    assert not all(one.ok for one in done) or verb is not Verb.POP, done


async def _pop_another(story: Story, station: Station, pick: int) -> None:
    queue = (await station.view()).queue
    if queue:
        await story.act(station, Verb.POP, Options(issue=queue[pick % len(queue)].number, yes=True))


async def _repair(story: Story, station: Station, pick: int) -> None:
    kinds = [drift.kind for drift in (await station.view()).drift if drift.repair]
    if kinds:
        await story.act(station, Verb.REPAIR, Options(repair=kinds[pick % len(kinds)], yes=True))


async def _work(story: Story, station: Station, _: int) -> None:
    if tree := worktree(station):
        name = story.file()
        (tree / name).write_text(f"{tree} {name}")
        git(tree, "add", "--all")
        git(tree, "commit", "--quiet", "--message", f"Add {name}")


async def _leave(story: Story, station: Station, pick: int) -> None:
    if tree := worktree(station):
        (tree / story.file()).write_text(f"left {story.files} in {tree}")
        if pick % 2 and not git(tree, "status", "--porcelain", "README.md"):
            (tree / "README.md").write_text(f"changed {story.files} in {tree}, and\nnot only at the end\n")
            git(tree, "add", "README.md")


async def _stash(story: Story, station: Station, _: int) -> None:
    """A person puts something aside in the clone's own checkout."""
    clone = Path(station.opened.resolve(KEY).path)
    (clone / "README.md").write_text(f"stashed {story.file()} in {clone}\n")
    git(clone, "stash", "--quiet")


async def _switch(story: Story, station: Station, pick: int) -> None:
    if tree := worktree(station):
        git(tree, "switch", "--quiet", *(("--detach",) if pick % 2 else ("--create", story.file())))


async def _push_by_hand(story: Story, station: Station, _: int) -> None:
    if tree := worktree(station):
        git(tree, "push", "--quiet", "origin", "HEAD")


async def _label(story: Story, _: Station, pick: int) -> None:
    story.demo.people.label(ROCKET, story.held(pick), ("agent001", "route:ready", "route:review")[pick // 2])


async def _unlabel(story: Story, _: Station, pick: int) -> None:
    story.demo.people.unlabel(ROCKET, story.held(pick), ("agent001", "route:ready", "route:review")[pick // 2])


async def _close(story: Story, _: Station, pick: int) -> None:
    number = story.held(pick)
    if story.demo.world.repository(ROCKET).issues[number].closed:
        story.demo.people.reopen(ROCKET, number)
    else:
        story.demo.people.close_issue(ROCKET, number)


async def _assign(story: Story, _: Station, pick: int) -> None:
    act = story.demo.people.assign if pick % 2 else story.demo.people.unassign
    act(ROCKET, story.held(pick), ("grace", "you")[pick % 2])


async def _push_there(story: Story, _: Station, pick: int) -> None:
    if branch := story.branch(pick):
        story.demo.people.push(ROCKET, branch, {story.file(): f"theirs {story.files}"}, by="grace")


async def _delete_branch(story: Story, _: Station, pick: int) -> None:
    if branch := story.branch(pick):
        story.remove(branch)


async def _request(story: Story, _: Station, pick: int) -> None:
    if branch := story.branch(pick):
        story.demo.people.open_pull_request(ROCKET, branch, "By hand")


async def _merge(story: Story, _: Station, pick: int) -> None:
    if number := story.request(pick):
        story.demo.people.merge(ROCKET, number)


async def _close_request(story: Story, _: Station, pick: int) -> None:
    if number := story.request(pick):
        story.demo.people.close_pull_request(ROCKET, number)


async def _lose_ledger(story: Story, _: Station, __: int) -> None:
    if story.holder() is not None:
        story.remove(LEDGER_BRANCH)


async def _spoil_ledger(story: Story, _: Station, __: int) -> None:
    if story.holder() is not None:
        story.demo.people.push(ROCKET, LEDGER_BRANCH, {"readme": "What is this branch for?"}, "Tidy up")


EVENTS: Mapping[str, tuple[int, Happen]] = {
    "pop": (8, _verb(Verb.POP)),
    "pop another": (2, _pop_another),
    "race": (3, _race),
    "launch": (3, _launch),
    "bottle": (5, _verb(Verb.BOTTLE)),
    "reset": (4, _verb(Verb.RESET)),
    "takeover": (5, _verb(Verb.TAKEOVER)),
    "continue": (2, _verb(Verb.CONTINUE)),
    "undo": (2, _verb(Verb.UNDO)),
    "tidy": (2, _verb(Verb.TIDY)),
    "repair": (3, _repair),
    "commit": (5, _work),
    "leave a file": (4, _leave),
    "stash": (1, _stash),
    "switch": (2, _switch),
    "push by hand": (2, _push_by_hand),
    "label": (2, _label),
    "unlabel": (2, _unlabel),
    "close or reopen": (3, _close),
    "assign": (1, _assign),
    "push there": (3, _push_there),
    "delete branch there": (2, _delete_branch),
    "open request": (2, _request),
    "merge": (2, _merge),
    "close request": (2, _close_request),
    "lose ledger": (1, _lose_ledger),
    "spoil ledger": (1, _spoil_ledger),
}


def later(station: Station) -> Engine:
    """The same cockpit ten minutes later, when all that settles has settled."""
    opened = station.opened
    return Engine([opened.resolve(KEY)], opened.world, opened.store.cockpit_id(), lambda: datetime.now(UTC) + LATER)


async def seen(engine: Engine) -> Repository:
    """The repository as an engine sees it."""
    return (await engine.refresh([KEY])).repositories[0]


UNKNOWN = "who holds it is not known here"


async def mended(story: Story) -> None:
    """Repairs leave no drift that has one, each cockpit doing its own; a label that nobody knows a person takes off."""
    engines = [later(station) for station in story.stations]
    for _ in range(ROUNDS):
        left = False
        for engine in engines:
            for kind in dict.fromkeys(drift.kind for drift in (await seen(engine)).drift if drift.repair):
                done = await engine.act(KEY, Verb.REPAIR, Options(repair=kind, yes=True))
                left = left or UNKNOWN not in done.message
                story.said.append(f"  repair of {kind}: {done.message}")
        if not left and not unlabelled(story, [drift for engine in engines for drift in (await seen(engine)).drift]):
            return
    raise AssertionError(f"drift that repairs do not mend: {[(await seen(engine)).drift for engine in engines]}")


def unlabelled(story: Story, drifts: list[Drift]) -> bool:
    """Whether a person had to take an agent's label off, because no ledger says who holds the issue."""
    if not any(drift.kind is DriftKind.LEDGER_GONE for drift in drifts):
        return False
    issues = story.demo.world.repository(ROCKET).issues
    labelled = [number for number, issue in issues.items() if any(label.name == "agent001" for label in issue.labels)]
    for number in labelled:
        story.demo.people.unlabel(ROCKET, number, "agent001")
    return bool(labelled)


async def able(story: Story, station: Station) -> None:
    """Whatever has happened, the repository can be worked in by this cockpit."""
    for one in story.stations:
        view = await one.view()
        mine = view.agent.claim is not None and view.agent.claim.mine
        if mine or view.agent.status is Status.HANDING_OVER:
            done = await story.act(one, Verb.RESET)
            assert done.ok, done
    number = story.demo.people.open_issue(ROCKET, "One more thing", labels=("route:ready",))
    popped = await story.act(station, Verb.POP, Options(issue=number, yes=True))
    assert popped.ok, popped
    await _work(story, station, 0)
    bottled = await story.act(station, Verb.BOTTLE)
    assert bottled.ok and bottled.pull_request, bottled
    await story.check(station)


@pytest.mark.parametrize("seed", seeds(SEQUENCES))
async def test_whatever_happens_one_holds_nothing_is_lost_and_repairs_mend(seed: int, pair: OpenPair) -> None:
    weights = {name: weight for name, (weight, _) in EVENTS.items()}
    events = sequence(seed, weights, 6, 14)
    async with pair("story") as stations:
        story = Story(stations)
        story.made = story.found()
        try:
            for event in events:
                await story.happen(event)
            await mended(story)
            for station in stations:
                await story.check(station)
                await able(story, station)
        except AssertionError as error:
            happened = "\n".join(story.said)
            raise AssertionError(told(seed, events, f"{error}\nWhat happened:\n{happened}")) from error
