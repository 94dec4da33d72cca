"""The cockpit's own files: the last snapshot, its identity, the agents' summaries, and where worktrees are."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from soda_tui.domain.configuration.preferences import Preferences
from soda_tui.domain.configuration.settings import Enrolment, Workspace
from soda_tui.domain.failure import ErrorCode, Failure, Problem
from soda_tui.domain.model import Snapshot
from soda_tui.domain.recalling import beside, excerpt
from soda_tui.domain.sentences import PROMPT_FILE_UNUSABLE, SNAPSHOT_DAMAGED, SNAPSHOT_PUT_ASIDE
from soda_tui.domain.text import clean
from soda_tui.services import document, files
from soda_tui.services.homes import Homes
from soda_tui.services.identity import cockpit_id
from soda_tui.services.locks import held
from soda_tui.services.paths import Paths

_LARGEST_SNAPSHOT = 64 << 20
_LARGEST_SUMMARY = 64 << 10
_LARGEST_PROMPT = 256 << 10
_LARGEST_KEPT = 4 << 20
_OWN_PROMPT = Path(__file__).parent.parent / "prompts" / "default.md"
_PREFERENCES = "screen.json"
_KEEPING = "keeps what it has read"
_PATIENCE = 5.0
_log = logging.getLogger(__name__)


class FileStore:
    """The port `Store`, with what wiring needs besides."""

    def __init__(self, paths: Paths) -> None:
        self.put_aside: str | None = None
        self._paths = paths
        self._homes = Homes(paths.state / "repositories.json", paths.state / "locks" / "repositories.lock")
        self._snapshot = paths.state / "snapshot.json"
        self._lock = paths.state / "locks" / "snapshot.lock"
        # What others have written beside our own, and what the file was like when that was seen.
        self._others: tuple[tuple[int, int], Snapshot | None] | None = None

    def snapshot(self) -> Snapshot | None:
        """The last snapshot on disk; one that is damaged is put aside as `snapshot.damaged.json`."""
        content = self._content()
        snapshot = document.decode(content) if content is not None else None
        if content is not None and snapshot is None:
            aside = self._snapshot.with_name("snapshot.damaged.json")
            with suppress(OSError):
                self._snapshot.replace(aside)
            self.put_aside = SNAPSHOT_PUT_ASIDE(path=aside)
            _log.warning("%s", self.put_aside)
        return snapshot

    def glance(self) -> Snapshot | None:
        """The same for who only looks: raises a Failure where it is damaged, and leaves it to be found by others."""
        content = self._content()
        snapshot = document.decode(content) if content is not None else None
        if content is not None and snapshot is None:
            raise Failure(Problem(ErrorCode.NOTHING_TO_DO, SNAPSHOT_DAMAGED(path=self._snapshot)))
        return snapshot

    def _content(self) -> bytes | None:
        try:
            return files.read(self._snapshot, _LARGEST_SNAPSHOT)
        except Failure as failure:
            _log.warning("%s", failure)
            return None

    def save(self, snapshot: Snapshot) -> None:
        """Keep the snapshot, atomically; raises a Failure where it cannot be written.

        All configurations have one file: what it has of repositories that this snapshot does not know stays.
        """
        with held(self._lock, _KEEPING, _PATIENCE):
            seen = self._others if self._others and self._others[0] == self._version() else None
            others = seen[1] if seen else _others(self.snapshot(), snapshot)
            files.write(self._snapshot, document.encode(beside(snapshot, others)))
            self._others = self._version(), others

    def _version(self) -> tuple[int, int]:
        """What tells one content of the file from the next: each is a file of its own."""
        try:
            found = self._snapshot.stat()
        except OSError:
            return (0, 0)
        return found.st_ino, found.st_mtime_ns

    def cockpit_id(self) -> str:
        """This installation's eight hexadecimal digits, made at the first call.

        Raises a Failure where they cannot be kept or are damaged: a new identity would disown every claim.
        """
        return cockpit_id(self._paths.state)

    def learn(self, ids: Mapping[str, str]) -> frozenset[str]:
        """Learn each repository's node id; those whose files are elsewhere from now on, as after a renaming."""
        return self._homes.learn(ids)

    def home(self, key: str) -> str:
        """The name by which a repository's files are kept, which is the one that it had first."""
        return self._homes.of(key)

    def preferences(self) -> Preferences:
        """How the screen was left; the defaults where that cannot be read."""
        with suppress(Failure, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            content = files.read(self._paths.state / _PREFERENCES, _LARGEST_SUMMARY)
            if content is not None:
                return msgspec.json.decode(content, type=Preferences)
        return Preferences()

    def keep_preferences(self, preferences: Preferences) -> None:
        """Remember how the screen is left; that it cannot be is a matter for the log."""
        try:
            files.write(self._paths.state / _PREFERENCES, msgspec.json.encode(preferences))
        except Failure as failure:
            _log.warning("%s", failure)

    def summary_path(self, key: str, issue: int, attempt: int) -> str:
        """Where the agent may write its summary of the work on an issue; the folder exists."""
        return str(files.folder(self._summaries(key)) / f"{issue}-{attempt}.md")

    def summary(self, key: str, issue: int, attempt: int) -> str | None:
        """What the agent wrote there, at most 64 KiB and cleaned; None where it wrote nothing that can be read."""
        try:
            content = files.read(self._summaries(key) / f"{issue}-{attempt}.md", _LARGEST_SUMMARY)
        except Failure as failure:
            _log.warning("%s", failure)
            return None
        return clean((content or b"").decode(errors="replace")).strip() or None

    def worktree_path(self, enrolment: Enrolment, issue: int | None) -> str:
        """Where the agent of a repository works; `issue` matters only where each claim has a fresh place."""
        if enrolment.workspace is Workspace.CHECKOUT:
            return enrolment.path
        if enrolment.workspace is Workspace.WORKTREE:
            return str(self._worktree(enrolment))
        return str(self._fresh(enrolment) / ("none" if issue is None else str(issue)))

    def bundle_path(self, enrolment: Enrolment) -> str:
        """Where bundles of a repository are put together, which is no place of its agent."""
        return str(self._fresh(enrolment) / "bundle")

    def folders(self, enrolment: Enrolment) -> tuple[str, ...]:
        """Every folder that belongs to the repository: its clone, and two that are or hold its worktrees."""
        return (enrolment.path, str(self._worktree(enrolment)), str(self._fresh(enrolment)))

    def kept(self, key: str) -> Mapping[str, str]:
        """What a person wanted to keep of a repository's leftovers, by name; nothing where that cannot be read."""
        with suppress(Failure, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            content = files.read(self._kept(key), _LARGEST_KEPT)
            if content is not None:
                return msgspec.json.decode(content, type=dict[str, str])
        return {}

    def keep(self, key: str, kept: Mapping[str, str]) -> None:
        """Remember that; raises a Failure where it cannot be."""
        files.write(self._kept(key), msgspec.json.encode(dict(kept)))

    def prompt(self, file: str | None) -> str:
        """The prompt's template: the user's file where one is set, else the package's own.

        Raises a Failure where the user's file is missing, longer than 256 KiB, or cannot be read.
        """
        path = Path(file or _OWN_PROMPT)
        content = files.read(path, _LARGEST_PROMPT + 1)
        if content is None or len(content) > _LARGEST_PROMPT:
            raise Failure(Problem(ErrorCode.CONFIGURATION, PROMPT_FILE_UNUSABLE(path=path)))
        return content.decode(errors="replace")

    def _kept(self, key: str) -> Path:
        return below(self._paths.state / "kept", self.home(key)) / "leftovers.json"

    def _summaries(self, key: str) -> Path:
        return below(self._paths.state / "summaries", self.home(key))

    def _worktree(self, enrolment: Enrolment) -> Path:
        return below(self._paths.data / "worktrees", self.home(enrolment.key))

    def _fresh(self, enrolment: Enrolment) -> Path:
        # Beside the other, not in it: GitHub's names hold dots and hyphens, so no suffix would be safe.
        return below(self._paths.data / "fresh", self.home(enrolment.key))


def _others(kept: Snapshot | None, ours: Snapshot) -> Snapshot | None:
    """What of a kept snapshot is others'."""
    return (
        excerpt(kept, {part.key for part in kept.repositories} - {part.key for part in ours.repositories})
        if kept
        else None
    )


def below(root: Path, key: str) -> Path:
    """A folder for HOST/OWNER/NAME in lower case, safe on every file system."""
    return root.joinpath(*(re.sub(r"[^a-z0-9._-]", "-", name) for name in key.split("/")))
