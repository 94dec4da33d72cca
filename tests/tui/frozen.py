"""A cockpit that stands still: it shows what it was given, and remembers what was asked of it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence

from soda_tui.cockpit.issues import IssueDesk
from soda_tui.domain.actions import Verb
from soda_tui.domain.chronicle.courses import chronicle
from soda_tui.domain.chronicle.past import Chronicle, Past
from soda_tui.domain.configuration.preferences import Preferences
from soda_tui.domain.configuration.profiles import Candidate
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.model import Snapshot
from soda_tui.domain.outcome import Options, Outcome, Peek
from soda_tui.domain.runs.facts import RunFacts
from soda_tui.domain.runs.readable import Line, plain_line
from soda_tui.domain.stops import Halt, Stop, Stopped
from soda_tui.domain.telling import Notice
from soda_tui.domain.work import Work
from soda_tui.tui.actions import BY_NAME, refusal

_DEFAULT = Options()


class FrozenCockpit:
    """Implements `Cockpit`; `put` gives it a new snapshot, `answer` is what `act` returns once `may_end` is set.

    `answers` are those of single repositories; a refresh ends once `may_read` is set. `begun` is how things are with
    the agents where the snapshot does not tell yet.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        *,
        logs: Mapping[str, tuple[str, ...]] | None = None,
        peek: Peek | None = None,
        answer: Outcome | None = None,
        crash: Exception | None = None,
    ) -> None:
        self._snapshot = snapshot
        self._moved = asyncio.Event()
        self._logs = dict(logs or {})
        self._peek = peek
        self._answer = answer
        self._crash = crash
        self.answers: dict[str, Outcome] = {}
        self.may_end = asyncio.Event()
        self.may_end.set()
        self.may_read = asyncio.Event()
        self.may_read.set()
        self.acts: list[tuple[str, Verb, Options]] = []
        self.refreshes: list[tuple[str, ...] | None] = []
        self.peeks: list[tuple[str, int | None]] = []
        self.attended: frozenset[str] = frozenset()
        self.focus: str | None = None
        self.abandoned = False
        self.shown_work: Work | None = None
        self.runs: tuple[RunFacts, ...] = ()
        self.shown_desk: IssueDesk | None = None
        self.log_bytes: dict[str, bytes] = {}
        self.remembered = Preferences()
        self.candidates: tuple[Candidate, ...] = ()
        self.by_itself = asyncio.Queue[Outcome]()
        self.happened = asyncio.Queue[tuple[Notice, ...]]()
        self.announced: list[tuple[tuple[Notice, ...], bool]] = []
        self.faults: tuple[str, ...] = ()
        self.messages: list[tuple[str, str]] = []
        self.begun: Snapshot | None = None
        self.turned: list[str] = []
        self.with_loops = False
        self.standing: Stop | None = None
        self.met: tuple[Stopped, ...] = ()

    @property
    def snapshot(self) -> Snapshot:
        return self._snapshot

    def put(self, snapshot: Snapshot) -> None:
        """Show another snapshot from now on."""
        self._snapshot = snapshot
        self._moved.set()

    def put_log(self, key: str, lines: tuple[str, ...]) -> None:
        """Have written these lines to a log."""
        self._logs[key] = lines

    async def changed(self, after: Snapshot) -> Snapshot:
        while self._snapshot is after:
            self._moved.clear()
            await self._moved.wait()
        return self._snapshot

    def abandon(self) -> None:
        self.abandoned = True

    def attend(self, keys: Collection[str], focus: str | None = None) -> None:
        self.attended, self.focus = frozenset(keys), focus

    async def auto_question(self, key: str) -> str | None:
        return f"Work the queue of {key}?"

    async def auto(self, key: str) -> str:
        self.turned.append(key)
        return "It works by itself."

    async def stop(self) -> Stop | None:
        return self.standing

    async def stop_all(self, how: str) -> Halt:
        self.standing = Stop("/state/STOP", by=f"somebody, {how}")
        return Halt(self.standing, self.met)

    async def resume(self) -> Stop | None:
        stood, self.standing = self.standing, None
        return stood

    async def run(self, *, loops: bool = False) -> None:
        self.with_loops = loops
        if self._crash is not None:
            raise self._crash
        await asyncio.Event().wait()

    async def refresh(self, keys: Collection[str] | None = None) -> Snapshot:
        self.refreshes.append(None if keys is None else tuple(keys))
        await self.may_read.wait()
        return self._snapshot

    async def act(self, key: str, verb: Verb, options: Options = _DEFAULT) -> Outcome:
        self.acts.append((key, verb, options))
        await self.may_end.wait()
        return self.answers.get(key) or self._answer or Outcome(verb, key, f"Did {verb} in {key}.")

    async def done_by_itself(self) -> Outcome:
        return await self.by_itself.get()

    async def news(self) -> tuple[Notice, ...]:
        return await self.happened.get()

    async def announce(self, notices: Sequence[Notice], *, shown: bool) -> tuple[str, ...]:
        self.announced.append((tuple(notices), shown))
        return self.faults

    async def peek(self, key: str, number: int | None = None) -> Peek:
        self.peeks.append((key, number))
        if self._peek is None:
            raise Failure(Problem(ErrorCode.NOTHING_TO_DO, "There is nothing to peek at."))
        return self._peek

    async def tail(self, key: str) -> tuple[Line, ...]:
        return tuple(map(plain_line, self._logs.get(key, ())))

    async def prompt(self, key: str, number: int | None = None, profile: str | None = None, extra: str = "") -> str:
        return f"The prompt for {number} in {key}."

    async def profiles(self, key: str, number: int | None = None) -> tuple[Candidate, ...]:
        return self.candidates

    async def work(self, key: str) -> Work:
        if self.shown_work is None:
            raise Failure(Problem(ErrorCode.NOTHING_TO_DO, "There is no work yet."))
        return self.shown_work

    async def history(self, key: str) -> tuple[RunFacts, ...]:
        return self.runs

    async def chronicle(self, key: str) -> Chronicle:
        return chronicle(Past(key, key, runs=self.runs))

    async def log(self, run: RunFacts, offset: int, size: int) -> bytes:
        return self.log_bytes.get(run.id, b"")[offset : offset + size]

    async def attaching(self, key: str) -> tuple[str, ...]:
        self._look_for_agent(key, "repo.attach")
        return ("the-agent", key)

    async def hearing(self, key: str) -> object:
        return self._look_for_agent(key, "repo.message")

    def _look_for_agent(self, key: str, name: str) -> object:
        shown = self.begun or self._snapshot
        found = next(one for one in shown.repositories if one.key == key)
        sat_down = any((one, verb) == (key, Verb.SIT) for one, verb, _ in self.acts)
        if not sat_down and (why := refusal(found, None, BY_NAME[name])) is not None:
            raise Failure(Problem(ErrorCode.REFUSED, why))
        return found.agent

    async def message(self, key: str, text: str) -> str:
        self.messages.append((key, text))
        return "It was told."

    async def desk(self, key: str) -> IssueDesk:
        if self.shown_desk is not None:
            return self.shown_desk
        raise Failure(Problem(ErrorCode.NETWORK, "There is no GitHub here."))

    @property
    def preferences(self) -> Preferences:
        return self.remembered

    def remember(self, preferences: Preferences) -> None:
        self.remembered = preferences
