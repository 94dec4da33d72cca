"""The steps of putting right what drifted apart, and of keeping and clearing what was left over."""

from __future__ import annotations

from msgspec import Struct

from soda_tui.domain.kept_work import SpentRef
from soda_tui.domain.ledger import LedgerState
from soda_tui.domain.remains import Remains
from soda_tui.domain.stakes import Ignored, Intake


class RestoreBranch(Struct, frozen=True):
    """Append `restored` and push the branch that is gone from the remote, in one push; the user's hooks run.

    `included` are files that may be pushed although they look as if they should not.
    """

    issue: int
    branch: str
    oid: str
    included: tuple[str, ...] = ()


class FetchWork(Struct, frozen=True):
    """Fetch the branch, so that the clone has what the remote holds of it."""

    branch: str


class NoteHeads(Struct, frozen=True):
    """Append `noted`: the pull requests of these issues have these heads now, and that is known."""

    heads: tuple[tuple[int, str], ...]


class WriteLedger(Struct, frozen=True):
    """Append `repaired` with a state that can be read; a holder without a base gets the one that its branch has."""

    state: LedgerState
    base_branch: str


class RescueWork(Struct, frozen=True):
    """Put what stands in no commit of a worktree on a rescue branch, and clear the worktree."""

    issue: int
    worktree: str


class CommitAll(Struct, frozen=True):
    """Commit all uncommitted files, just these, as the user and with the user's hooks."""

    issue: int
    message: str
    files: tuple[Intake, ...]


class NameBranch(Struct, frozen=True):
    """Make a local branch of the agent's own at a commit that stands on another's."""

    branch: str
    oid: str


class PushKept(Struct, frozen=True):
    """Append `bottling` and push work that was kept without a worktree, in one push; the user's hooks run."""

    issue: int
    branch: str
    oid: str
    included: tuple[str, ...] = ()


class ArchiveBranch(Struct, frozen=True):
    """Put a tag on the branch's commit, then remove the local branch."""

    branch: str
    oid: str


class DropHeld(Struct, frozen=True):
    """Remove the local branch at exactly this commit; fails where nothing else holds its commits."""

    branch: str
    oid: str


class KeepLeftover(Struct, frozen=True):
    """Remember that something is to be kept as it is now, which `mark` tells; without one, that it no longer is."""

    name: str
    mark: str | None


class RemoveWorktree(Struct, frozen=True):
    """Remove a worktree in which nothing is at stake, with just those ignored files that were named."""

    path: str
    ignored: Ignored


class ForgetWorktree(Struct, frozen=True):
    """Let git forget a worktree whose directory is gone."""

    path: str


class PushRescue(Struct, frozen=True):
    """Push a rescue branch under its own name."""

    branch: str
    oid: str


class ForgetRefs(Struct, frozen=True):
    """Take away refs of the cockpit's own on commits that the remote keeps."""

    refs: tuple[SpentRef, ...]


class RemoveRemains(Struct, frozen=True):
    """Remove files of the cockpit's own that have become old."""

    remains: Remains
