"""Recovery: which of the kept work and places nobody claims, and what can be done about each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from soda_tui.domain import sentences as say
from soda_tui.domain.choices import Choice
from soda_tui.domain.facts import Issue
from soda_tui.domain.failure import Problem
from soda_tui.domain.kept_work import KeptBranch, KeptWork
from soda_tui.domain.ledger import LedgerState
from soda_tui.domain.leftover import Leftover, LeftoverKind, mark_of
from soda_tui.domain.naming import branch_issue
from soda_tui.domain.remains import Remains
from soda_tui.domain.stakes import Ignored, Intake, Rescue, Stakes, told


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides which of the kept work somebody owns.

    `reviewed` are the branches of open pull requests, `own` is the directory that the cockpit uses now for the
    repository, and `kept` what a person wanted to keep, by name, as it was then. `unsure` says that it is not known
    whether somebody holds a claim. `clone` is where `own` can be made anew, where it is not there.
    """

    state: LedgerState
    reviewed: frozenset[str]
    own: str
    kept: Mapping[str, str]
    unsure: bool = False
    clone: str | None = None


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
        rescue = Rescue(one.name, one.oid, one.files or 0, standing.own, one.lone, standing.clone, one.verbatim)
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
    that it was merged by. `stakes` and `ignored` are of the worktrees that could go, `stays` says why others cannot;
    `rescued` and `below` are of the rescue to be pushed: its files, and how many commits below it no remote has.
    `folders` hold worktrees of one claim each; those last used before `parked_before` are offered to be removed.
    """

    work: KeptWork
    standing: Standing
    issue: Issue | None = None
    merged: int | None = None
    stakes: Mapping[str, Stakes] = field(default_factory=dict)
    ignored: Mapping[str, Ignored] = field(default_factory=dict)
    stays: Mapping[str, Problem] = field(default_factory=dict)
    rescued: tuple[Intake, ...] = ()
    below: int = 0
    remains: tuple[Remains, ...] = ()
    folders: tuple[str, ...] = ()
    parked_before: datetime | None = None
