"""The ports of agents: which there are, and their runs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Protocol

from msgspec import Struct, field

from soda_tui.cockpit.ports.place import Place
from soda_tui.domain.configuration.profiles import Candidate, Profile
from soda_tui.domain.configuration.settings import LimitSettings, WorkspaceSettings
from soda_tui.domain.runs.endings import How
from soda_tui.domain.runs.facts import Room, RunFacts
from soda_tui.domain.runs.usage import Sums


class Launch(Struct, frozen=True):
    """A run to be started: everything is decided, nothing is looked up again.

    `prompt` replaces `{prompt}` in the command, is in the file `{prompt_path}`, or is standard input. `environment` is
    added to what passes of the inherited one.
    With `place` and `cockpit` the claim is read again while the agent runs; a lost one ends the run. `limits` go before
    those of the service. Where the command of `setup` is due, it is run first, and no agent where it fails.
    `by_hand` says that a person goes on with a conversation. `head` is the commit that the worktree stands on.
    `or_else` says that another profile is tried where this one's program is found to be none in the first moment.
    """

    key: str
    repository_id: str
    issue: int
    branch: str
    attempt: int
    directory: str
    agent: Profile
    prompt: str
    environment: dict[str, str] = field(default_factory=dict)
    place: Place | None = None
    cockpit: str | None = None
    limits: LimitSettings | None = None
    setup: WorkspaceSettings | None = None
    by_hand: bool = False
    head: str | None = None
    or_else: bool = False


class Runs(Protocol):
    """Agent processes: each belongs to a supervisor of its own, which survives this program."""

    async def start(self, launch: Launch) -> RunFacts:
        """Start an agent and wait until it runs or has failed to; refuses where one runs for the repository already.

        A set-up that takes longer than a few seconds is not waited for: the run is then starting.
        """

    async def stop(self, key: str, ended_for: How | None = None) -> RunFacts | None:
        """End the repository's running agent with everything that it started, and wait for that; None if none runs.

        `ended_for` is what its end is put down to where no person wants it.
        """

    async def doubt(self, run: RunFacts) -> None:
        """Have the supervisor of a run look at its claim at once, which may be lost."""

    async def room(self) -> Room:
        """How many agents may run on this machine, and the repositories of those that do."""

    async def current(self, keys: Sequence[str]) -> dict[str, RunFacts]:
        """The newest run of each repository that has one."""

    async def runs(self, key: str) -> tuple[RunFacts, ...]:
        """The runs of a repository with what was heard of them, newest first, at most a hundred."""

    async def lately(self, key: str) -> tuple[tuple[RunFacts, ...], tuple[RunFacts, ...]]:
        """What was heard of the runs of the last days: the repository's own, and all others on this machine."""

    async def listen(
        self, runs: Mapping[str, RunFacts], *, thoroughly: bool = False
    ) -> dict[str, tuple[RunFacts, Sums]]:
        """Read on in the logs of these newest runs: each with its progress, and what its repository's runs have used.

        So much is read at once that nothing else waits; thoroughly means all that was written until now. Where another
        call reads at this moment, runs that nobody has listened to yet are left out.
        """

    async def size(self, run: RunFacts) -> int:
        """How many bytes a run's log has."""

    async def message(self, run: RunFacts, text: str) -> None:
        """Tell a running agent something; raises a Failure with the reason where it cannot be told."""

    def attaching(self, run: RunFacts) -> tuple[str, ...]:
        """The command that gives a person's terminal to the agent's own, until they leave it.

        Its exit status is 0 where the person left. Raises a Failure where the agent has no terminal.
        """

    async def tail(self, run: RunFacts, size: int = 16384) -> bytes:
        """The last bytes of a run's log."""

    async def read(self, run: RunFacts, offset: int, size: int) -> bytes:
        """At most `size` bytes of a run's log from `offset` on; empty at its present end."""

    def follow(self, run: RunFacts, offset: int = 0) -> AsyncIterator[bytes]:
        """The log from `offset` on as it grows, until the run has ended and the log is read to its end."""


class Profiles(Protocol):
    """The ways of having an agent that are known here."""

    def names(self) -> tuple[str, ...]:
        """The names of all profiles."""

    def named(self, name: str) -> Profile:
        """The profile of this name; raises a Failure where there is none."""

    def find(self, profiles: Sequence[Profile], *folders: str) -> tuple[Candidate, ...]:
        """Where the programs of these profiles are; in these folders where they are named from the agent's on."""
