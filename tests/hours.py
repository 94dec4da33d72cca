"""A simulated hour of one account: the real client and the real loop that polls, the embedded GitHub, and its people.

All costs are real, as the embedded GitHub prices what was sent to it. Clones and processes are left out, but for those
of a cockpit that pops and bottles.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from estates import Estate, Front, at_work
from simulated import SimulatedLoop, simulate
from stations import git, worktree_of

from soda_tui.domain.actions import Verb
from soda_tui.domain.codes import Checks
from soda_tui.domain.facts import find_issue
from soda_tui.domain.model import Account
from soda_tui.domain.outcome import Options
from soda_tui.sandbox.estate import is_claimed
from soda_tui.sandbox.faults import Fault
from soda_tui.sandbox.model import Issue

HOUR = 3600.0
_CHECKS_TAKE = 240.0


@dataclass
class Hour:
    """What an hour was like; `ages` are how old each repository was each second, `delays` how late changes were seen.

    `checks` are how late the end of checks was seen, `waiting` how late that an issue waits for another one, which
    nothing but reading tells; `missed` are the changes that were not seen.
    """

    points: int = 0
    requests: int = 0
    ages: list[float] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)
    checks: list[float] = field(default_factory=list)
    waiting: list[float] = field(default_factory=list)
    missed: int = 0
    most_reads: int = 0
    acted: bool = False
    accounts: list[Account] = field(default_factory=list)


@dataclass(frozen=True)
class Scenario:
    """So many repositories, looked at each `interval` seconds, of which a part changes in each sweep.

    `burnt` points are used by somebody else, evenly from a quarter of the hour to a half. With `acting` an issue is
    popped and its work bottled; with `rough` weather answers take 0.1 to 3 seconds, and some are a bad gateway. Each
    has up to so many open pull requests (`requests`), a sixth of that on average.
    """

    repositories: int
    changing: float
    interval: float = 30.0
    burnt: int = 0
    seconds: float = HOUR
    open: int = 40
    requests: int = 30
    share: float = 0.3
    checking: bool = True
    acting: bool = False
    rough: bool = False


class _Simulation:
    def __init__(self, scenario: Scenario, folder: Path, loop: SimulatedLoop) -> None:
        self.hour = Hour()
        self._scenario = scenario
        self._loop = loop
        self._random = Random(f"{scenario}")
        latency = {"latency": lambda: self._random.uniform(0.1, 3.0)} if scenario.rough else {}
        self._estate = Estate(scenario.repositories, scenario.open, folder, loop, requests=scenario.requests, **latency)
        self._people, self._places = self._estate.people, self._estate.names
        self._front = Front(self._estate, scenario.interval, scenario.share, f"{scenario}")
        self._tempo, self._board = self._front.tempo, self._front.board
        self._awaited: dict[tuple[str, int], tuple[float, str]] = {}
        self._ended: dict[tuple[str, int], Checks] = {}
        self._checking: dict[tuple[str, int], tuple[float, Checks]] = {}
        self._waiting: dict[tuple[str, int], float] = {}

    async def run(self) -> Hour:
        """Let the time pass."""
        async with asyncio.TaskGroup() as tasks:
            loops = (self._front.poll.run, self._change, self._check, self._depend, self._burn, self._act, self._break)
            running = [tasks.create_task(one()) for one in loops]
            while self._loop.time() < self._scenario.seconds:
                await asyncio.sleep(1)
                self._look()
            for one in running:
                one.cancel()
        github = self._front.github
        self.hour.points, self.hour.requests = github.points, github.requests
        self.hour.most_reads = self._front.wire.most_reads
        self.hour.missed = sum(self._loop.time() - at > 2 * self._tempo.within + 60 for at, _ in self._awaited.values())
        # What was never seen is as late as it is old.
        self.hour.checks += [self._loop.time() - at for at, _ in self._checking.values()]
        self.hour.waiting += [self._loop.time() - at for at in self._waiting.values()]
        await github.close()
        return self.hour

    async def _change(self) -> None:
        """People edit issues: in each sweep the same number of repositories, at any moment."""
        while True:
            sweep = self._tempo.period
            count = self._scenario.repositories * self._scenario.changing
            whole = int(count) + (self._random.random() < count % 1)
            moments = sorted(self._random.uniform(0, sweep) for _ in range(whole))
            keys = self._random.sample(list(self._places), whole)
            began = self._loop.time()
            for moment, key in zip(moments, keys, strict=True):
                await asyncio.sleep(max(began + moment - self._loop.time(), 0))
                title = f"Edited at {self._loop.time():.3f}"
                issue = self._random.choice([one for one in self._issues(key) if not one.closed])
                self._people.edit(self._places[key], issue.number, title)
                # Who edits twice within a sweep is seen once.
                self._awaited[key, issue.number] = self._loop.time(), title
            await asyncio.sleep(max(began + sweep - self._loop.time(), 0))

    def _issues(self, key: str) -> list[Issue]:
        return list(self._estate.world.repository(self._places[key]).issues.values())

    async def _check(self) -> None:
        """Every few minutes checks of a pull request run, of the ledger's or another one; all end without a sign.

        They begin with a comment, or also without one where the ledger speaks of it.
        """
        pulls = {key: list(self._estate.world.repository(name).pull_requests) for key, name in self._places.items()}
        ours = [key for place, key in enumerate(self._places) if is_claimed(place)]
        others = [key for key, numbers in pulls.items() if numbers]
        while self._scenario.checking:
            await asyncio.sleep(_CHECKS_TAKE * self._random.uniform(0.5, 1.5))
            own = self._random.random() < 0.5
            key = self._random.choice(ours if own else others)
            one = key, pulls[key][0] if own else self._random.choice(pulls[key])
            self._people.set_checks(self._places[key], one[1], test="PENDING")
            if not own or self._random.random() < 0.5:
                self._people.comment(self._places[key], one[1], "Once more")
            await asyncio.sleep(_CHECKS_TAKE)
            before = self._ended.get(one, Checks.SUCCESS)
            self._ended[one] = Checks.FAILURE if before is Checks.SUCCESS else Checks.SUCCESS
            self._people.set_checks(self._places[key], one[1], test=self._ended[one].name)
            self._checking[one] = self._loop.time(), self._ended[one]

    async def _depend(self) -> None:
        """Every few minutes an issue has to wait for one of another repository."""
        while True:
            await asyncio.sleep(_CHECKS_TAKE * self._random.uniform(0.5, 1.5))
            key, other = self._random.sample(list(self._places), 2)
            found = self._board.known(key).remote
            free = [one.number for one in found.issues if one.open and not one.blocked_by] if found is not None else []
            if free:
                number = self._random.choice(free)
                self._people.block(self._places[key], number, f"{self._places[other]}#{self._issues(other)[0].number}")
                self._waiting.setdefault((key, number), self._loop.time())

    async def _burn(self) -> None:
        """Another program of the same person."""
        await asyncio.sleep(self._scenario.seconds / 4)
        for second in range(900):
            self._estate.bucket.used += (
                self._scenario.burnt * (second + 1) // 900 - self._scenario.burnt * second // 900
            )
            await asyncio.sleep(self._scenario.seconds / 4 / 900)

    async def _act(self) -> None:
        """A person has an issue popped and, when the work is done, bottled."""
        if not self._scenario.acting:
            return
        key = next(iter(self._places))
        await asyncio.sleep(self._scenario.seconds / 6)
        async with at_work(self._estate, self._front, key) as engine:
            popped = await engine.act(key, Verb.POP, Options(yes=True))
            self._front.poll.due({key})
            worktree = worktree_of(popped)
            await asyncio.sleep(self._scenario.seconds / 3)
            (worktree / "more.txt").write_text("done\n")
            git(worktree, "add", "more.txt")
            git(worktree, "commit", "--quiet", "--message", "Do it")
            bottled = await engine.act(key, Verb.BOTTLE, Options(yes=True))
            assert bottled.ok, bottled
            self._front.poll.due({key})
            self.hour.acted = True

    async def _break(self) -> None:
        """Now and then a request ends at the gateway."""
        while self._scenario.rough:
            await asyncio.sleep(self._random.uniform(20, 200))
            self._estate.world.faults.order(Fault.BAD_GATEWAY)

    def _look(self) -> None:
        """Once a second: how old is what is shown, and what of the changes can be seen."""
        now = self._estate.moment()
        if self._loop.time() > 60:
            self.hour.ages += [(now - self._board.moment(key)) / 1e6 for key in self._places]
        for (key, number), (at, title) in list(self._awaited.items()):
            remote = self._board.known(key).remote
            issue = find_issue(remote, number) if remote is not None else None
            if issue is not None and issue.title == title:
                self.hour.delays.append(self._loop.time() - at)
                del self._awaited[key, number]
        for (key, number), (at, ended) in list(self._checking.items()):
            remote = self._board.known(key).remote
            if remote is not None and any(one.checks is ended for one in remote.pull_requests if one.number == number):
                self.hour.checks.append(self._loop.time() - at)
                del self._checking[key, number]
        for (key, number), at in list(self._waiting.items()):
            remote = self._board.known(key).remote
            issue = find_issue(remote, number) if remote is not None else None
            if issue is not None and issue.blocked_by:
                self.hour.waiting.append(self._loop.time() - at)
                del self._waiting[key, number]
        if int(self._loop.time()) % 300 == 0:
            self.hour.accounts += self._board.snapshot.accounts


def simulated_hour(scenario: Scenario, folder: Path) -> Hour:
    """One hour of a scenario, below an empty folder."""

    async def main(loop: SimulatedLoop) -> Hour:
        return await _Simulation(scenario, folder, loop).run()

    return simulate(main)


def quantiles(values: Collection[float]) -> Iterator[float]:
    """The median, what 95 of a hundred do not exceed, and the most."""
    found = sorted(values) or [0.0]
    yield from (found[min(int(len(found) * part), len(found) - 1)] for part in (0.5, 0.95, 1.0))
