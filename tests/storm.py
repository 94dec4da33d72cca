"""A storm: real fronts poll a GitHub that fails in every way at random, while people and a cockpit work there."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import random
from collections import Counter
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from random import Random

from estates import HOST, Estate, Front, at_work
from simulated import SimulatedLoop
from vigil import STEADY, Lookout, Waits, Watched, differing, stale
from weather import Weather

from soda_tui.cockpit.engine import Engine
from soda_tui.domain.actions import Verb
from soda_tui.domain.facts import LedgerHead
from soda_tui.domain.failure import ErrorCode, Failure
from soda_tui.domain.ledger import decode
from soda_tui.domain.naming import LEDGER_BRANCH, RepositoryName
from soda_tui.domain.outcome import Options
from soda_tui.sandbox.api import _checked
from soda_tui.sandbox.estate import LEDGER, claim, is_claimed
from soda_tui.sandbox.fast_import import Change
from soda_tui.sandbox.faults import Fault

_INTERVAL = 30.0
_STEP = 20.0
_BLOWS = 0.45
_ISSUES = 5
_LONGEST_CALM = 150


class Manned:
    """A front with whoever watches it."""

    def __init__(self, estate: Estate, waits: Waits, ledgers: dict[str, list[str]], seed: str) -> None:
        self.polls = 0
        self.wire = Watched(estate, waits)
        self.front = Front(estate, _INTERVAL, seed=seed, wire=self.wire, cached=True, polled=self._polled)
        self.wire.front = self.front
        self.lookout = Lookout(estate, self.front, ledgers)
        self._tasks = [asyncio.create_task(one()) for one in (self.front.poll.run, self.lookout.watch)]

    def _polled(self, _: object) -> None:
        self.polls += 1

    async def leave(self) -> None:
        """End, and keep what is shown."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.front.store.save(self.front.board.snapshot)
        await self.front.github.close()


class Storm:
    """So many repositories, some of them claimed, and who polls them; `seed` decides all that hashes leave open."""

    def __init__(self, folder: Path, loop: SimulatedLoop, repositories: int, seed: int) -> None:
        self.random = Random(seed)
        # Clients wait for so long as the module says before they try again.
        random.seed(seed)
        self.estate = Estate(repositories, _ISSUES, folder, loop, lambda: self.random.uniform(0.1, 3.0))
        self.wrong: list[str] = []
        self.told: Counter[str] = Counter()
        self.done: Counter[str] = Counter()
        self.put_aside: set[str] = set()
        self.polls = self.requests = self.most_reads = 0
        self._waits = Waits()
        self.weather = Weather(self.estate, self.random, lambda: loop.time() < self._waits.until)
        self._keys = list(self.estate.names)
        self._claimed = [key for place, key in enumerate(self._keys) if is_claimed(place)]
        self._ledgers = {key: [self._remote_ledger(key)] for key in self._claimed}
        self._fronts: list[Manned] = []
        self._engine: Engine | None = None

    async def rehearse(self) -> None:
        """Do everything once, in fair weather and in doubt: a log is read, an issue is popped and given back."""
        await self._read_logs()
        for fault in (None, Fault.DROP_AFTER):
            for _ in range(2):
                if fault is not None:
                    self.estate.world.faults.order(fault, matching="mutation")
                await self._act()
        self.estate.world.faults.clear()

    async def rage(self, polls: int, *, restarts: bool = True) -> None:
        """Let it rage until the fronts have polled so often, in all; with `restarts` the second one does not stay."""
        while self._polled() < polls:
            await asyncio.sleep(self.random.uniform(0.5, 1.5) * _STEP)
            # What the sandbox parses lies among what clients keep: once it is gone its place is not given back.
            _checked.cache_clear()
            await self._people()
            if self.random.random() < _BLOWS:
                self.weather.blow()
            await self._look()
            if restarts and self.random.random() < 0.04:
                await self._restart()

    async def calm(self) -> None:
        """Fair weather again, until all is shown as it is; for as long at most as any wait may last."""
        self.weather.clear()
        await self._settled()
        await self._act(finally_=True)
        await self._settled()

    async def _settled(self) -> None:
        for _ in range(_LONGEST_CALM):
            await asyncio.sleep(_INTERVAL)
            await self._look()
            if self._engine is not None and self.after()[1:] == ([], []):
                return

    async def __aenter__(self) -> Storm:
        self._stack = AsyncExitStack()
        self._man("first")
        await asyncio.sleep(10)
        self._man("second")
        await asyncio.sleep(50)
        self._engine = await self._stack.enter_async_context(at_work(self.estate, self._fronts[0].front, self._keys[0]))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()
        for manned in list(self._fronts):
            await self._leave(manned)

    def after(self) -> tuple[list[str], list[str], list[str]]:
        """What must not be: what was wrong meanwhile, the panes that are not fresh, and those that are not right."""
        fronts = [manned.front for manned in self._fronts]
        wrong = [*self.wrong, *(one for manned in self._fronts for one in (*manned.wire.wrong, *manned.lookout.wrong))]
        within = 2.5 * _INTERVAL * 2
        late = [key for front in fronts for key in stale(front, self._keys, within)]
        return wrong, late, [key for front in fronts for key in differing(self.estate, front)]

    def _polled(self) -> int:
        return self.polls + sum(manned.polls for manned in self._fronts)

    def _man(self, seed: str) -> None:
        self._fronts.append(Manned(self.estate, self._waits, self._ledgers, seed))

    async def _leave(self, manned: Manned) -> None:
        self._fronts.remove(manned)
        self.polls += manned.polls
        self.requests += manned.front.github.requests
        await manned.leave()
        self.most_reads = max(self.most_reads, manned.wire.most_reads)
        self.wrong += [*manned.wire.wrong, *manned.lookout.wrong]
        self.put_aside |= manned.lookout.put_aside

    async def _restart(self) -> None:
        """Another front takes the place of the second one, on what that has left on disk, which may be spoilt."""
        await self._leave(self._fronts[1])
        if self.random.random() < 0.5:
            self.weather.spoil(self.estate.folder / "state" / "snapshot.json")
        self._man(f"restarted after {self._polled()}")
        self.done["restarted"] += 1

    async def _look(self) -> None:
        """What a person does who looks at it: tries again where the token was refused."""
        for manned in self._fronts:
            board = manned.front.board
            found = {view.error.code for view in map(board.view, self._keys) if view.error is not None}
            self.told.update(found)
            if ErrorCode.AUTHENTICATION in found:
                manned.front.github.retry(HOST)
                manned.front.poll.due(self._keys)

    async def _people(self) -> None:
        key = self.random.choice(self._keys)
        name, people = self.estate.names[key], self.estate.people
        place = self.estate.world.repository(name)
        number = self.random.choice([one.number for one in place.issues.values() if one.labels])
        match self.random.randrange(12):
            case 0 | 1 | 2:
                people.edit(name, number, title=f"Title {self.random.randrange(1000)} of {name} {number}")
            case 3 | 4 if number not in STEADY and not place.issues[number].closed:
                people.close_issue(name, number)
            case 5 | 6 if number not in STEADY and place.issues[number].closed:
                people.reopen(name, number)
            case 7 if place.pull_requests:
                pull = next(iter(place.pull_requests))
                people.set_checks(name, pull, test=self.random.choice(("PENDING", "SUCCESS", "FAILURE")))
            case 8:
                self._move_claim(self.random.choice(self._claimed))
            case 9:
                await self._read_logs()
            case 10 if self.random.random() < 0.3:
                await self._act()

    def _remote_ledger(self, key: str) -> str:
        return self.estate.world.repository(self.estate.names[key]).remote.ref(LEDGER) or ""

    def _move_claim(self, key: str) -> None:
        """The other cockpit goes over to another issue."""
        place, at = self.estate.world.repository(self.estate.names[key]), self.estate.now()
        issue = 1 + len(self._ledgers[key]) % 2
        base = place.remote.ref("refs/heads/main") or ""
        place.remote.append(LEDGER_BRANCH, [Change(claim(issue, base, at), {}, "Ada <ada@example.org>", at)])
        self._ledgers[key].append(self._remote_ledger(key))

    async def _read_logs(self) -> None:
        """Somebody opens a pull request with a failed check, whose log comes over REST."""
        key = next(iter(self.estate.names))
        pull = next(iter(self.estate.world.repository(self.estate.names[key]).pull_requests))
        self.estate.people.run_check(self.estate.names[key], pull, "tests", "FAILURE", log="##[error] It broke\n")
        try:
            name = RepositoryName(HOST, *self.estate.names[key].split("/"))
            found = await self._fronts[0].front.github.remarks(name, pull)
            self.done["log read" if "It broke" in str(found) else "log missing"] += 1
        except Failure as failure:
            self.done[f"remarks: {failure.problem.code}"] += 1

    async def _act(self, finally_: bool = False) -> None:
        """Pop, or give back what was popped; what the cockpit says of it is so."""
        assert self._engine is not None
        key = self._keys[0]
        verb = Verb.RESET if self._held() is not None else Verb.POP
        outcome = await self._engine.act(key, verb, Options(yes=True))
        self.done[f"{verb} {'done' if outcome.ok else 'not done'}"] += 1
        if outcome.ok and (self._held() is not None) is not (verb is Verb.POP):
            self.wrong.append(f"{verb} is said to be done, the ledger holds {self._held()}: {outcome.message}")
        if finally_ and not outcome.ok:
            self.wrong.append(f"{verb} in fair weather: {outcome.message}")

    def _held(self) -> int | None:
        remote = self.estate.world.repository(self.estate.names[self._keys[0]]).remote
        oid = remote.ref(LEDGER)
        commit = remote.commit(oid) if oid is not None else None
        holder = decode(LedgerHead(oid, commit.message, None)).state.holder if oid and commit else None
        return holder.issue if holder is not None else None


def resident() -> int:
    """The bytes that this process holds, without what only waits to be collected, and what the sandbox has parsed."""
    _checked.cache_clear()
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
