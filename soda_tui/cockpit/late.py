"""A cockpit that is opened behind the screen: what was kept is shown at once, what is asked of it waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from soda_tui.cockpit.front import Cockpit
    from soda_tui.cockpit.issues import IssueDesk
    from soda_tui.cockpit.ports.keeping import Store
    from soda_tui.domain.actions import Verb
    from soda_tui.domain.chronicle.past import Chronicle
    from soda_tui.domain.configuration.preferences import Preferences
    from soda_tui.domain.configuration.profiles import Candidate
    from soda_tui.domain.model import Snapshot
    from soda_tui.domain.outcome import Options, Outcome, Peek
    from soda_tui.domain.runs.facts import RunFacts
    from soda_tui.domain.runs.readable import Line
    from soda_tui.domain.stops import Halt, Stop
    from soda_tui.domain.telling import Notice
    from soda_tui.domain.work import Work


class LateCockpit:
    """Implements `front.Cockpit` on one that `run` opens; until then the snapshot is `kept`.

    Where opening fails, whoever waits waits on: who opens ends the screen and says why.
    """

    def __init__(self, kept: Snapshot, store: Store, opening: Callable[[], Awaitable[Cockpit]]) -> None:
        self._kept = kept
        self._store = store
        self._opening = opening
        self._cockpit: Cockpit | None = None
        self._opened = asyncio.Event()

    @property
    def snapshot(self) -> Snapshot:
        """The newest snapshot."""
        return self._cockpit.snapshot if self._cockpit else self._kept

    async def changed(self, after: Snapshot) -> Snapshot:
        """Wait for a snapshot newer than this one."""
        return await (await self._ready()).changed(after)

    async def run(self, *, loops: bool = False) -> None:
        """Open the cockpit, then keep its snapshot fresh until cancelled; raises what opening raises."""
        self._cockpit = await self._opening()
        self._opened.set()
        await self._cockpit.run(loops=loops)

    async def auto_question(self, key: str) -> str | None:
        """What is asked before the key for a repository's loop turns it on."""
        return await (await self._ready()).auto_question(key)

    async def auto(self, key: str) -> str:
        """Turn a repository's loop on, or have it finish; what that means."""
        return await (await self._ready()).auto(key)

    async def stop(self) -> Stop | None:
        """The stop of this machine, since when it stands and by whom."""
        return await (await self._ready()).stop()

    async def stop_all(self, how: str) -> Halt:
        """Forbid every run on this machine at once, and stop all agents."""
        return await (await self._ready()).stop_all(how)

    async def resume(self) -> Stop | None:
        """Lift the stop of this machine, and nothing else; the stop that stood."""
        return await (await self._ready()).resume()

    def attend(self, keys: Collection[str], focus: str | None = None) -> None:
        """Notice edits in the files of these repositories; told again each second, so nothing is kept until opening."""
        if self._cockpit is not None:
            self._cockpit.attend(keys, focus)

    async def refresh(self, keys: Collection[str] | None = None) -> Snapshot:
        """Fetch the repositories now."""
        return await (await self._ready()).refresh(keys)

    async def act(self, key: str, verb: Verb, options: Options | None = None) -> Outcome:
        """Plan and run an action."""
        return await (await self._ready()).act(key, verb, *(() if options is None else (options,)))

    def abandon(self) -> None:
        """Break off what is under way."""
        if self._cockpit is not None:
            self._cockpit.abandon()

    async def done_by_itself(self) -> Outcome:
        """Wait for the next thing that is done without having been asked for."""
        return await (await self._ready()).done_by_itself()

    async def news(self) -> tuple[Notice, ...]:
        """Wait for what a person should hear of."""
        return await (await self._ready()).news()

    async def announce(self, notices: Sequence[Notice], *, shown: bool) -> tuple[str, ...]:
        """Tell them outside the screen."""
        return await (await self._ready()).announce(notices, shown=shown)

    async def peek(self, key: str, number: int | None = None) -> Peek:
        """The issue that pop would take, or the one named."""
        return await (await self._ready()).peek(key, number)

    async def prompt(self, key: str, number: int | None = None, profile: str | None = None, extra: str = "") -> str:
        """What an agent would be told of an issue."""
        return await (await self._ready()).prompt(key, number, profile, extra)

    async def profiles(self, key: str, number: int | None = None) -> tuple[Candidate, ...]:
        """All profiles, the usual ones first."""
        return await (await self._ready()).profiles(key, number)

    async def work(self, key: str) -> Work:
        """Commits, files and difference of the claim so far."""
        return await (await self._ready()).work(key)

    async def history(self, key: str) -> tuple[RunFacts, ...]:
        """The runs on this machine, newest first."""
        return await (await self._ready()).history(key)

    async def chronicle(self, key: str) -> Chronicle:
        """Not before it is open."""
        return await (await self._ready()).chronicle(key)

    async def log(self, run: RunFacts, offset: int, size: int) -> bytes:
        """A piece of a run's log as it was written."""
        return await (await self._ready()).log(run, offset, size)

    async def attaching(self, key: str) -> tuple[str, ...]:
        """The command that gives a person's terminal to the running agent's."""
        return await (await self._ready()).attaching(key)

    async def hearing(self, key: str) -> object:
        """The agent that works now and can be told something."""
        return await (await self._ready()).hearing(key)

    async def message(self, key: str, text: str) -> str:
        """Tell the running agent something."""
        return await (await self._ready()).message(key, text)

    async def desk(self, key: str) -> IssueDesk:
        """Where the repository's issues are opened, labelled and commented on."""
        return await (await self._ready()).desk(key)

    async def tail(self, key: str) -> tuple[Line, ...]:
        """The last lines of the repository's newest log."""
        return await (await self._ready()).tail(key)

    @property
    def preferences(self) -> Preferences:
        """How the screen was left the last time."""
        return self._store.preferences()

    def remember(self, preferences: Preferences) -> None:
        """Remember how the screen is left."""
        self._store.keep_preferences(preferences)

    async def _ready(self) -> Cockpit:
        await self._opened.wait()
        assert self._cockpit is not None
        return self._cockpit
