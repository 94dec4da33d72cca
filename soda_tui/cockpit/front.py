"""What a front (screen, command) asks of the cockpit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Protocol

from soda_tui.cockpit.issues import IssueDesk
from soda_tui.domain.actions import Verb
from soda_tui.domain.configuration.preferences import Preferences
from soda_tui.domain.configuration.profiles import Candidate
from soda_tui.domain.model import Snapshot
from soda_tui.domain.outcome import Options, Outcome, Peek
from soda_tui.domain.runs.facts import RunFacts
from soda_tui.domain.runs.readable import Line
from soda_tui.domain.stops import Halt, Stop
from soda_tui.domain.telling import Notice
from soda_tui.domain.work import Work

if TYPE_CHECKING:
    from soda_tui.domain.chronicle.past import Chronicle

_DEFAULT = Options()


class Cockpit(Protocol):
    """The engine as fronts see it. Keys are HOST/OWNER/NAME in lower case (`Repository.key`)."""

    @property
    def snapshot(self) -> Snapshot:
        """The newest snapshot; frozen, never changed in place."""

    async def changed(self, after: Snapshot) -> Snapshot:
        """Wait for a snapshot newer than this one; the newest wins, those between are skipped."""

    async def run(self, *, loops: bool = False) -> None:
        """Keep the snapshot fresh until cancelled: polls, watches the clones and the runs; with `loops` turns those."""

    async def auto_question(self, key: str) -> str | None:
        """What is asked before the key for a repository's loop turns it on; None where it asks nothing."""

    async def auto(self, key: str) -> str:
        """Turn a repository's loop on, or have it finish; what that means. Raises Failure where it cannot be kept."""

    async def stop(self) -> Stop | None:
        """The stop of this machine, since when it stands and by whom; None where none does."""

    async def stop_all(self, how: str) -> Halt:
        """Forbid every run on this machine at once, and stop all agents; raises Failure where that cannot be written.

        `how` is in what way a person said so.
        """

    async def resume(self) -> Stop | None:
        """Lift the stop of this machine, and nothing else; the stop that stood. Raises Failure where it stays."""

    def attend(self, keys: Collection[str], focus: str | None = None) -> None:
        """Notice edits in the files of these repositories, and of no others, within seconds.

        The one in focus is read from GitHub at once, where it is not fresh.
        """

    async def refresh(self, keys: Collection[str] | None = None) -> Snapshot:
        """Fetch the repositories now (all without `keys`); failures stand in the snapshot, nothing is raised."""

    async def act(self, key: str, verb: Verb, options: Options = _DEFAULT) -> Outcome:
        """Plan and run an action; never raises, the outcome tells."""

    def abandon(self) -> None:
        """Wait for no action that is under way when the cockpit closes; planning again finishes what was begun."""

    async def done_by_itself(self) -> Outcome:
        """Wait for the next thing that is done without having been asked for."""

    async def news(self) -> tuple[Notice, ...]:
        """Wait for what a person should hear of; who is handed it tells them, nobody else will."""

    async def announce(self, notices: Sequence[Notice], *, shown: bool) -> tuple[str, ...]:
        """Tell them outside the screen; `shown` where the terminal has. What went wrong, in sentences."""

    async def peek(self, key: str, number: int | None = None) -> Peek:
        """The issue that pop would take, or the one named; raises Failure where there is none."""

    async def prompt(self, key: str, number: int | None = None, profile: str | None = None, extra: str = "") -> str:
        """What an agent would be told of an issue; raises Failure where it cannot be read."""

    async def profiles(self, key: str, number: int | None = None) -> tuple[Candidate, ...]:
        """All profiles, those first that an agent on the issue would be launched with; raises Failure as `prompt`."""

    async def work(self, key: str) -> Work:
        """Commits, files and difference of the claim so far; raises Failure where there is no claim or no worktree."""

    async def history(self, key: str) -> tuple[RunFacts, ...]:
        """The runs on this machine, newest first, at most a hundred."""

    async def chronicle(self, key: str) -> Chronicle:
        """What became of the repository's issues here; nothing is fetched. Raises Failure where it cannot be read."""

    async def log(self, run: RunFacts, offset: int, size: int) -> bytes:
        """A piece of a run's log as it was written; empty at its present end."""

    async def attaching(self, key: str) -> tuple[str, ...]:
        """The command that gives a person's terminal to the running agent's; raises Failure where it has none.

        Its exit status is 0 where the person has left and the agent goes on.
        """

    async def hearing(self, key: str) -> object:
        """The agent that works now and can be told something; raises Failure with the reason where there is none."""

    async def message(self, key: str, text: str) -> str:
        """Tell the running agent something; what is said of that. Raises Failure with the reason where it cannot be."""

    async def desk(self, key: str) -> IssueDesk:
        """Where the repository's issues are opened, labelled and commented on; raises Failure without an answer."""

    @property
    def preferences(self) -> Preferences:
        """How the screen was left the last time."""

    def remember(self, preferences: Preferences) -> None:
        """Remember how the screen is left."""

    async def tail(self, key: str) -> tuple[Line, ...]:
        """What the repository's newest log says last, at most 200 lines; empty where there is none."""
