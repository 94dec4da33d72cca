"""Recovery: work and places that nobody claims, as git shows them, and what can be done about each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from fnmatch import fnmatchcase

from soda_tui.domain import sentences as say
from soda_tui.domain.choices import Choice
from soda_tui.domain.facts import Issue
from soda_tui.domain.failure import Problem
from soda_tui.domain.ledger import LedgerState
from soda_tui.domain.naming import branch_issue
from soda_tui.domain.remains import Remains
from soda_tui.domain.stakes import Intake, Rescue, Stakes, told

ARCHIVE = "soda-archive"


class LeftoverKind(StrEnum):
    """What is left over."""

    WORK = "work"
    RESCUE = "rescue"
    CLAIM = "claim"
    WORKTREE = "worktree"
    ANCESTOR = "ancestor"


@dataclass(frozen=True, slots=True)
class KeptBranch:
    """A branch that an agent works on or the ancestor made: its head in the clone, and on the remote as fetched last.

    `base` is the commit where it left the base, `commits` counts those since, of which `unpushed` are not in its head
    on the remote; all three None where that is not known. `diverged` says that each head has commits that the other
    lacks. `held` says that something else holds all commits of its head here; `within` are other branches that contain
    its work. `directory` stands on it.
    """

    name: str
    here: str | None
    there: str | None
    committed_at: datetime | None
    base: str | None = None
    commits: int | None = None
    unpushed: int | None = None
    diverged: bool = False
    files: int | None = None
    added: int | None = None
    removed: int | None = None
    held: bool = False
    archived: bool = False
    within: tuple[str, ...] = ()
    directory: str | None = None

    @property
    def work(self) -> str:
        """The head with the work: the one here, unless the remote's contains it."""
        behind = self.here is not None and self.there is not None and self.unpushed == 0
        return (self.there if behind else self.here) or self.there or ""


@dataclass(frozen=True, slots=True)
class KeptRescue:
    """A rescue branch: `untracked` are the files that its first parent has not, of `files` in all.

    `lone` says that nothing else holds the commit that the rescued files stood on.
    """

    name: str
    oid: str
    committed_at: datetime | None
    files: int | None
    untracked: tuple[str, ...]
    lone: bool
    held: bool
    archived: bool


@dataclass(frozen=True, slots=True)
class KeptDirectory:
    """A directory of the cockpit's own for this repository, or one that git remembers there.

    `gone` says that only git's entry is left, `known` that it belongs to this clone. `held` says that its commits are
    held elsewhere, and that nothing but these is staged where it is gone.
    """

    path: str
    branch: str | None
    oid: str | None
    gone: bool
    known: bool
    locked: bool
    held: bool
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeptWork:
    """All that git shows; `problem` says why the remote's part is what was fetched last, `cut` that there is more."""

    branches: tuple[KeptBranch, ...] = ()
    rescues: tuple[KeptRescue, ...] = ()
    directories: tuple[KeptDirectory, ...] = ()
    ancestor: tuple[str, ...] = ()
    problem: Problem | None = None
    cut: bool = False

    def branch(self, name: str) -> KeptBranch | None:
        """The branch of this name."""
        return next((one for one in self.branches if one.name == name), None)


@dataclass(frozen=True, slots=True)
class Leftover:
    """One thing that was left over, as people and scripts see it; `name` is what to call it by, `what` a sentence.

    `oid` is the head that the choices are about. `undo` is the line that brings a rescue's files back.
    """

    kind: LeftoverKind
    name: str
    what: str
    choices: tuple[Choice, ...]
    issue: int | None = None
    oid: str | None = None
    here: bool = False
    on_remote: bool = False
    commits: int | None = None
    unpushed: int | None = None
    files: int | None = None
    added: int | None = None
    removed: int | None = None
    at: datetime | None = None
    undo: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides which of the kept work somebody owns.

    `reviewed` are the branches of open pull requests, `own` is the directory that the cockpit uses now for the
    repository, and `kept` what a person wanted to keep, by name, as it was then. `unsure` says that it is not known
    whether somebody holds a claim.
    """

    state: LedgerState
    reviewed: frozenset[str]
    own: str
    kept: Mapping[str, str]
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What was left over in a repository; `problem` says why the remote's part may be old, `cut` that there is more."""

    repository: str
    leftovers: tuple[Leftover, ...]
    problem: str | None = None
    cut: bool = False

    def only(self, wanted: str) -> Found:
        """The same with those of this name or pattern alone."""
        return replace(self, leftovers=matching(self.leftovers, wanted))


def leftovers(kept: KeptWork, standing: Standing) -> tuple[Leftover, ...]:
    """All that nobody owns, less what a person wanted to keep as it is."""
    found = [
        *_claims(kept, standing),
        *_work(kept, standing),
        *_rescues(kept, standing),
        *_directories(kept, standing),
        *_ancestor(kept),
    ]
    return tuple(one for one in found if standing.kept.get(one.name) != mark_of(one))


def mark_of(leftover: Leftover) -> str:
    """What is remembered of something to be kept: it is told again once it has changed."""
    return leftover.oid or leftover.kind.value


def matching(found: Iterable[Leftover], wanted: str) -> tuple[Leftover, ...]:
    """Those of this name, or else of this pattern."""
    listed = tuple(found)
    return tuple(one for one in listed if one.name == wanted) or tuple(
        one for one in listed if fnmatchcase(one.name, wanted)
    )


def _claims(kept: KeptWork, standing: Standing) -> Iterable[Leftover]:
    holder = standing.state.holder
    if holder is not None and kept.branch(holder.branch) is None and kept.problem is None:
        what = say.LEFT_CLAIM(issue=holder.issue, cockpit=holder.shown, branch=holder.branch)
        yield Leftover(LeftoverKind.CLAIM, holder.branch, what, (), holder.issue, at=holder.since)


def _work(kept: KeptWork, standing: Standing) -> Iterable[Leftover]:
    holder = standing.state.holder
    owned = {done.branch for done in standing.state.handed_over} | standing.reviewed
    owned |= {holder.branch} if holder else set()
    for one in kept.branches:
        if one.name in owned or owned & set(one.within):
            continue
        if one.here is None and (one.archived or one.commits == 0):
            continue
        issue = branch_issue(one.name)
        choices: list[Choice] = []
        if issue is not None and not one.diverged and one.commits != 0:
            choices += [Choice.ADOPT, Choice.PULL_REQUEST]
        if one.here is not None:
            free = one.directory is None
            choices += [Choice.ARCHIVE] if free else []
            choices += [Choice.CLEAN_UP] if free and one.held else []
        yield Leftover(
            LeftoverKind.WORK,
            one.name,
            _told_work(one),
            (*choices, Choice.KEEP),
            issue,
            one.here or one.there,
            one.here is not None,
            one.there is not None,
            one.commits,
            one.unpushed,
            one.files,
            one.added,
            one.removed,
            one.committed_at,
        )


def _told_work(one: KeptBranch) -> str:
    if one.directory is not None:
        return say.LEFT_WORK_STOOD_ON(path=one.directory)
    if one.diverged:
        return say.LEFT_WORK_DIVERGED()
    if one.commits == 0:
        return say.LEFT_WORK_NONE()
    if one.here is None:
        return say.LEFT_WORK_THERE()
    if one.there is None:
        return say.LEFT_WORK_HERE() if not one.held else say.LEFT_WORK_HELD()
    return say.LEFT_WORK_BOTH() if one.unpushed == 0 else say.LEFT_WORK_AHEAD(count=one.unpushed or "some")


def _rescues(kept: KeptWork, standing: Standing) -> Iterable[Leftover]:
    for one in kept.rescues:
        issue = rescue_issue(one.name)
        rescue = Rescue(one.name, one.oid, one.files or 0, standing.own, one.lone)
        files = told(one.files) if one.files is not None else say.SOME_FILES()
        what = say.LEFT_RESCUE(files=files, untracked=len(one.untracked))
        choices = [Choice.ARCHIVE, *([Choice.CLEAN_UP] if one.held else []), Choice.KEEP]
        yield Leftover(
            LeftoverKind.RESCUE,
            one.name,
            what,
            tuple(choices),
            issue,
            one.oid,
            here=True,
            files=one.files,
            at=one.committed_at,
            undo=rescue.undo,
        )


def _directories(kept: KeptWork, standing: Standing) -> Iterable[Leftover]:
    for one in kept.directories:
        if not one.gone and (one.path == standing.own or standing.unsure):
            continue
        choices = [Choice.KEEP]
        if not one.known:
            what = say.LEFT_DIRECTORY_UNKNOWN()
        elif one.locked:
            what = say.LEFT_DIRECTORY_LOCKED()
        elif one.gone:
            what = say.LEFT_DIRECTORY_GONE() if one.held else say.LEFT_DIRECTORY_GONE_WITH_WORK()
            choices = [Choice.CLEAN_UP, Choice.KEEP] if one.held else choices
        else:
            what = say.LEFT_DIRECTORY(branch=one.branch or say.NO_BRANCH())
            choices = [Choice.CLEAN_UP, Choice.KEEP]
        yield Leftover(
            LeftoverKind.WORKTREE, one.path, what, tuple(choices), branch_issue(one.branch or ""), one.oid, here=True
        )


def _ancestor(kept: KeptWork) -> Iterable[Leftover]:
    for path in kept.ancestor:
        secret = path.rstrip("/").endswith(".my-little-soda")
        what = say.LEFT_ANCESTOR_STATE() if secret else say.LEFT_ANCESTOR()
        yield Leftover(LeftoverKind.ANCESTOR, path, what, (Choice.KEEP,), here=True)


def rescue_issue(name: str) -> int | None:
    """The issue that a rescue branch's name tells; None where it tells none."""
    number = name.rpartition("/")[2].partition("-")[0]
    return int(number) if number.isascii() and number.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Looked:
    """What was looked at before something is planned about leftovers, so that planning itself only decides.

    `issue` and `merged` are of the one branch that is to be gone on with: its issue on GitHub, and the pull request
    that it was merged by. `stakes` and `ignored` are of the worktrees that could go, `rescued` and `below` of the
    rescue to be pushed: its files, and how many commits below it no remote has. `folders` hold worktrees of one claim
    each; those last used before `parked_before` are offered to be removed.
    """

    work: KeptWork
    standing: Standing
    issue: Issue | None = None
    merged: int | None = None
    stakes: Mapping[str, Stakes] = field(default_factory=dict)
    ignored: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rescued: tuple[Intake, ...] = ()
    below: int = 0
    remains: tuple[Remains, ...] = ()
    folders: tuple[str, ...] = ()
    parked_before: datetime | None = None
