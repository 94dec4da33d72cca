"""The ports of the cockpit's own files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from soda_tui.domain.configuration.preferences import Preferences
from soda_tui.domain.configuration.settings import Enrolment, RetentionSettings
from soda_tui.domain.journal import Decision, JournalEntry
from soda_tui.domain.model import Snapshot
from soda_tui.domain.remains import Remains


class Store(Protocol):
    """The cockpit's own files."""

    @property
    def put_aside(self) -> str | None:
        """A sentence once the last snapshot was found damaged, and put aside."""

    def snapshot(self) -> Snapshot | None:
        """The last snapshot on disk; None where there is none that can be read."""

    def save(self, snapshot: Snapshot) -> None:
        """Keep the snapshot, atomically."""

    def learn(self, ids: Mapping[str, str]) -> frozenset[str]:
        """Learn each repository's node id: what lies under an earlier name of it is its own.

        Those are returned whose folders are others from now on.
        """

    def preferences(self) -> Preferences:
        """How the screen was left; the defaults where that cannot be read."""

    def keep_preferences(self, preferences: Preferences) -> None:
        """Remember how the screen is left."""

    def summary_path(self, key: str, issue: int, attempt: int) -> str:
        """Where the agent may write its summary of the work on an issue; the folder exists."""

    def summary(self, key: str, issue: int, attempt: int) -> str | None:
        """What the agent wrote there, at most 64 KiB; None where it wrote nothing."""

    def worktree_path(self, enrolment: Enrolment, issue: int | None) -> str:
        """Where the agent of a repository works; `issue` matters only where each claim has a fresh place."""

    def bundle_path(self, enrolment: Enrolment) -> str:
        """Where bundles of a repository are put together, which is no place of its agent."""

    def folders(self, enrolment: Enrolment) -> tuple[str, ...]:
        """The clone, and the folders in which worktrees of the repository are."""

    def kept(self, key: str) -> Mapping[str, str]:
        """What a person wanted to keep of a repository's leftovers, by name, with what it was then."""

    def keep(self, key: str, kept: Mapping[str, str]) -> None:
        """Remember that."""

    def prompt(self, file: str | None) -> str:
        """The prompt's template: the user's file where one is set, else the package's own."""


class Journal(Protocol):
    """What this installation set out to do, and how far it came."""

    @property
    def put_aside(self) -> str | None:
        """A sentence once the file was found damaged and put aside by this process."""

    async def write(self, entry: JournalEntry) -> None:
        """Keep an act as it stands now; one of the same id is replaced."""

    async def latest(self, keys: Sequence[str]) -> dict[str, JournalEntry]:
        """The newest act on each repository that has one; one whose process has ended half-way is broken off."""

    async def entries(self, key: str | None = None, limit: int = 100) -> tuple[JournalEntry, ...]:
        """The newest acts on a repository, or on all, newest first."""

    async def decide(self, decisions: Sequence[Decision]) -> None:
        """Keep what loops decided, in this order."""

    async def decisions(self, key: str, limit: int = 100) -> tuple[Decision, ...]:
        """The newest decisions on a repository, newest first."""

    async def lost(self, keys: Sequence[str]) -> tuple[str, ...]:
        """Those repositories whose acts were lost with a damaged file and not read back yet."""

    async def restore(self, key: str, entries: Sequence[JournalEntry]) -> None:
        """Take in the acts on a repository that were read back."""


class Attic(Protocol):
    """The cockpit's own files that have become old: the logs of runs, and what was put aside."""

    async def remains(self, key: str, retention: RetentionSettings, now: datetime) -> tuple[Remains, ...]:
        """Those that are older, or more, than they may be; never a run that is alive, nor a repository's newest."""

    async def remove(self, remains: Remains) -> None:
        """Remove one of them; raises a Failure where it could not be."""
