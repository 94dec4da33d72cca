"""The port of git: clones, worktrees and remotes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from soda_tui.cockpit.ports.place import Place
from soda_tui.domain.facts import LedgerHead, LocalFacts
from soda_tui.domain.failure import ErrorCode
from soda_tui.domain.kept_work import KeptWork, SpentRef
from soda_tui.domain.ledger import Entry
from soda_tui.domain.merging import Joined
from soda_tui.domain.stakes import Ignored, Intake, Rescue, Stakes
from soda_tui.domain.work import Commit, Difference


class Fetched(Struct, frozen=True):
    """What one fetch brought: the ledger's head, and the object ids of the branches that were asked for and exist."""

    ledger: LedgerHead | None
    branches: dict[str, str]


class RefUpdate(Struct, frozen=True):
    """A branch to push with a ledger entry; `expected` is its head as seen, None where it must not exist.

    `oid` None takes the branch away, which must still be at `expected`. `included` are the files that may be pushed
    although they look as if they should not.
    """

    branch: str
    oid: str | None
    expected: str | None
    included: tuple[str, ...] = ()


class Pushed(Struct, frozen=True):
    """The answer to an append: whose entry is the head now. `mine` is false when another was faster or it was refused.

    `superseded` is true when ours went in and somebody has built on it since. `refusal` holds the server's or a
    hook's own words, `code` which of them it was, `detail` the lines that a hook said last.
    """

    mine: bool
    head: LedgerHead | None
    superseded: bool = False
    refusal: str | None = None
    code: ErrorCode = ErrorCode.REFUSED
    detail: str = ""


class Merged(Struct, frozen=True):
    """What came of bringing a branch up to date: its new head, None where it had everything.

    `untried` says in git's words why that could not be tried.
    """

    oid: str | None = None
    untried: str | None = None


class Git(Protocol):
    """Git on this machine, and the remotes of the clones."""

    async def inspect(
        self, place: Place, branch: str | None, base: str | None, pushed: str | None = None
    ) -> LocalFacts:
        """Clone and worktree without taking a lock; `branch` and `base` are the claim's, where there is one.

        `pushed` is the head of that branch on the remote, with which the worktree's is compared. Never raises: what is
        wrong with the clone stands in the facts.
        """

    async def directories(self, path: str) -> frozenset[str]:
        """The folders of a checkout that hold tracked files, its top among them; none where git cannot say."""

    async def fetch(self, place: Place, branches: Sequence[str]) -> Fetched:
        """One fetch of the ledger and the named branches into the private namespace; missing ones are left out."""

    async def ledger_log(self, place: Place, limit: int) -> tuple[LedgerHead, ...]:
        """The newest commits of the ledger as it was seen last, newest first; none where it never was."""

    async def ledger_now(self, place: Place) -> LedgerHead | None:
        """The ledger's head as the remote has it at this moment; None where it has none."""

    async def append(
        self, place: Place, entry: Entry, expected: str | None, update: RefUpdate | None, *, hooks: bool
    ) -> Pushed:
        """Push the entry on top of the head seen, and the branch, in one atomic push; after doubt, read again."""

    async def can_prepare(self, place: Place, branch: str, start: str) -> None:
        """Refuse whatever `prepare` would refuse, and touch nothing; the clone must have `start` already."""

    async def prepare(self, place: Place, branch: str, start: str) -> None:
        """Make the worktree stand on the branch, which is created at `start` where it does not exist.

        Refuses (a Failure) where that would touch uncommitted work. Done already is fine.
        """

    async def update(self, place: Place, branch: str, base: str) -> Merged:
        """Merge the base, as the remote has it now, into the branch on which the worktree stands.

        Raises a Failure that names the files where git cannot do that by itself; then nothing was touched, and so it is
        where that would touch uncommitted work, or files that git ignores.
        """

    async def join(self, place: Place, base: str, branches: Sequence[str]) -> Joined:
        """Merge branches into the base, in this order and all as the remote has them now; what conflicts is left out.

        No branch, no file and no worktree is touched; the same commits come of the same ones each time.
        """

    async def stand(self, place: Place, oid: str) -> None:
        """Make the worktree stand on the commit and on no branch; done already is fine.

        Refuses (a Failure) where that would touch uncommitted work. A commit on which it stood alone is kept.
        """

    async def stakes(self, place: Place) -> Stakes:
        """What would get lost with the worktree; raises a Failure where that cannot be said."""

    async def rescue(self, place: Place, issue: int, at: datetime) -> Rescue | None:
        """Put all that stands in no commit on the local branch `soda-rescue/ISSUE-TIME`; None where there is nothing.

        What is there is only read, and the commit is on disk and compared with it byte for byte. Nothing is pushed.
        """

    async def clear(self, place: Place, rescue: Rescue) -> None:
        """Bring the worktree back to its HEAD: only files go whose bytes the rescue holds then; ignored ones stay."""

    async def intake(self, place: Place) -> tuple[Intake, ...]:
        """The files that a commit of everything would take in."""

    async def rescue_staged(self, place: Place, issue: int, at: datetime) -> Rescue | None:
        """The same as `rescue` where something is staged otherwise than it is on disk; else None."""

    async def commit_all(self, place: Place, files: Sequence[Intake], message: str, kept: Rescue | None) -> str:
        """Commit just these files, which must be all, as the user and with the user's hooks; the commit's object id.

        Refuses where what is staged is neither in the files nor in the rescue.
        """

    async def put_back(self, place: Place, branch: str) -> str | None:
        """Switch the user's own checkout from the work branch to the one that it was on before `prepare`.

        The branch that it is on now; None where it does not stand on the work branch. Refuses (a Failure) what
        `prepare` would refuse, and where it is not known where it was.
        """

    async def furnish(self, place: Place, copy: Sequence[str], link: Sequence[str]) -> tuple[str, ...]:
        """Bring ignored files of the clone into the worktree; what was left out, in sentences.

        Refuses (a Failure) what an agent could commit, and what leads out of clone or worktree.
        """

    async def drop_branch(self, place: Place, branch: str, oid: str) -> bool:
        """Delete the local branch at exactly this commit, where something else holds it; whether it is gone now."""

    async def leftovers(self, place: Place, base: str | None, folders: Sequence[str]) -> KeptWork:
        """Work and places that may belong to nobody; `folders` are or hold the cockpit's own worktrees.

        Without an answer from the remote, its part is what was fetched last.
        """

    async def spent_refs(self, place: Place, before: datetime, needed: Collection[str]) -> tuple[SpentRef, ...]:
        """The cockpit's own refs on commits made before then that the remote keeps; not those of `needed` branches.

        None where the remote does not answer.
        """

    async def forget_refs(self, place: Place, refs: Sequence[SpentRef]) -> None:
        """Take such refs away, all or none."""

    async def archive(self, place: Place, branch: str, oid: str) -> str:
        """Keep the commit under a tag of the branch's name, on disk and read back; the tag's name."""

    async def name_branch(self, place: Place, branch: str, oid: str) -> None:
        """Make a local branch at the commit; done already is fine."""

    async def ignored(self, place: Place) -> Ignored:
        """What git ignores in the worktree, and would go with it; refuses (a Failure) where the worktree must stay."""

    async def remove_worktree(self, place: Place, ignored: Ignored) -> None:
        """Remove a worktree in which nothing is at stake and nobody is, with just these ignored files as they were.

        Commits that only the worktree's own log and refs hold stay in the clone.
        """

    async def forget_worktree(self, place: Place) -> None:
        """Let git forget a worktree whose directory is gone, and which held nothing of its own."""

    async def rescued(self, place: Place, rescue: str) -> tuple[Intake, ...]:
        """The files that a rescue branch holds beyond the commit that it stands on."""

    async def unpushed_below(self, place: Place, rescue: str) -> int:
        """How many commits below a rescue no remote is known to have."""

    async def push_rescue(self, place: Place, rescue: str, oid: str) -> None:
        """Push a rescue branch under its own name, with the user's hooks, and read it back on the remote."""

    async def holds(self, place: Place, oid: str, ancestor_of: str) -> bool:
        """Whether the commit is contained in the other one."""

    async def merge_base(self, place: Place, one: str, other: str) -> str | None:
        """The newest commit that both contain; None where they share none, a Failure where git cannot say."""

    async def commits(self, place: Place, base: str, head: str) -> tuple[Commit, ...]:
        """The commits of the work, oldest first, at most a hundred; of a merge only itself."""

    async def difference(self, place: Place, base: str) -> Difference:
        """The worktree against the commit that its work began at, uncommitted and untracked files included."""

    async def file(self, place: Place, commit: str, paths: Sequence[str], limit: int = 65536) -> str | None:
        """The text of the first of the paths that the commit has, cut at `limit` bytes."""
