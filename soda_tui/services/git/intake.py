"""Taking in all uncommitted work: what that is, what of it should not be taken in unseen, and the commit."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path

from soda_tui.cockpit.ports import Place
from soda_tui.domain import sentences
from soda_tui.domain.stakes import LARGEST, Intake
from soda_tui.services.git.inspection import Inspections, pieces, shown
from soda_tui.services.git.problems import named, problem, refused, text, words
from soda_tui.services.git.process import Deadlines, Runner
from soda_tui.services.redaction import holds_secret

# File names, in lower case, that credentials have.
_CREDENTIALS = (
    *(".env", ".env.*", "*.env", "*.pem", "*.key", "*.p12", "*.pfx", "*.jks", "*.keystore", "*.kdbx", "*.ppk"),
    *("id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", "credentials", "credentials.*", "*credentials*.json"),
    *(".netrc", "_netrc", ".pgpass", ".git-credentials", ".htpasswd", "*.tfvars", "*.tfstate", "secrets.*"),
)
_HARMLESS = ("*.example", "*.sample", "*.template", "*.dist", "*.pub")


class Intakes:
    """Lists and commits what is uncommitted in a worktree."""

    def __init__(self, runner: Runner, inspections: Inspections, deadlines: Deadlines) -> None:
        self._runner = runner
        self._inspections = inspections
        self._deadlines = deadlines

    async def list(self, place: Place) -> tuple[Intake, ...]:
        """The files that a commit of everything would take in; what no commit can hold refuses."""
        async with self._inspections.open(place) as found:
            if found.stakes.submodules:
                raise refused(sentences.NOT_KEEPABLE(path=place.worktree, files=named(found.stakes.submodules)))
            try:
                return await asyncio.to_thread(_look, Path(place.worktree), found.files)
            except OSError as error:
                raise refused(sentences.NOT_INSPECTED(path=place.worktree, words=error.strerror or error)) from error

    async def commit(self, place: Place, files: Sequence[Intake], message: str) -> str:
        """Commit just these files as the user, with the user's hooks; the commit's object id."""
        if {(one.path, one.doubt) for one in await self.list(place)} != {(one.path, one.doubt) for one in files}:
            raise refused(sentences.COMMIT_MOVED(path=place.worktree))
        before = await self._head(place)
        for part in pieces([one.path for one in files]):
            added = await self._runner.run(
                place.worktree,
                *("add", "--all", "--", *part),
                deadline=self._deadlines.checkout,
                variables={"GIT_LITERAL_PATHSPECS": "1"},
            )
            text(added, place.worktree)
        made = await self._runner.run(
            place.worktree, "commit", "--quiet", "-m", message, deadline=self._deadlines.hooks, hooks=True
        )
        if made.code is None:
            raise refused(problem(made, place.worktree).message)
        after = await self._head(place)
        if made.code != 0 or after == before:
            said = words(made.err or made.text)
            raise refused(sentences.COMMIT_REFUSED(path=place.worktree, words=said))
        return after

    async def _head(self, place: Place) -> str:
        return await self._inspections.ask(place, "rev-parse", "--verify", "HEAD")


def _look(root: Path, names: Sequence[str]) -> tuple[Intake, ...]:
    return tuple(_intake(root, name) for name in names)


def _intake(root: Path, name: str) -> Intake:
    try:
        status = (root / name).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return Intake(name, shown(name), None)
    content = (root / name).read_bytes() if stat.S_ISREG(status.st_mode) and status.st_size <= LARGEST else b""
    return Intake(name, shown(name), status.st_size, doubt_of(name, status.st_size, content))


def doubt_of(name: str, size: int, content: bytes) -> str | None:
    """Why a file should not be taken into a commit, or pushed, unseen; None where nothing speaks against it."""
    if size > LARGEST:
        return sentences.DOUBT_LARGE(size=f"{size / 1e6:.1f}")
    base = name.rpartition("/")[2].lower()
    if _any(base, _CREDENTIALS) and not _any(base, _HARMLESS):
        return sentences.DOUBT_NAME()
    return sentences.DOUBT_CONTENT() if holds_secret(content.decode("utf-8", "replace")) else None


def _any(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)
