"""Recovery: which of the kept work and places nobody claims, and what can be done about each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct, field, structs

from soda_tui.domain import sentences as say
from soda_tui.domain.choices import Choice
from soda_tui.domain.facts import Issue
from soda_tui.domain.failure import Problem
from soda_tui.domain.kept_work import KeptBranch, KeptWork, SpentRef
from soda_tui.domain.ledger import LedgerState
from soda_tui.domain.leftover import Leftover, LeftoverKind, mark_of
from soda_tui.domain.naming import branch_issue
from soda_tui.domain.remains import Remains
from soda_tui.domain.stakes import Ignored, Intake, Rescue, Stakes, told


class Standing(Struct, frozen=True):
    """What decides which of the kept work somebody owns.

    `mine` says that this cockpit holds the claim, `reviewed` are the branches of open pull requests with their heads,
    `own` is the directory that the cockpit uses now for the repository, `clone` the one that it has the work in, and
    `kept` what a person wanted to keep, by name, as it was then. `unsure` says that it is not known whether somebody
    holds a claim.
    """

    state: LedgerState
    mine: bool
    reviewed: Mapping[str, str]
    own: str
    clone: str
    kept: Mapping[str, str]
    unsure: bool = False


def leftovers(kept: KeptWork, standing: Standing) -> tuple[Leftover, ...]:
    """All that nobody owns; what a person wanted to keep as it is, as such."""
    found = [
        *_claims(kept, standing),
        *_work(kept, standing),
        *_rescues(kept, standing),
        *_directories(kept, standing),
        *_ancestor(kept),
    ]
    return tuple(_kept(one) if standing.kept.get(one.name) == mark_of(one) else one for one in found)


def _kept(one: Leftover) -> Leftover:
    choices = (*(choice for choice in one.choices if choice is not Choice.KEEP), Choice.UNKEEP)
    return structs.replace(one, choices=choices, kept=True)


def _claims(kept: KeptWork, standing: Standing) -> Iterable[Leftover]:
    holder = standing.state.holder
    if holder is not None and kept.branch(holder.branch) is None and kept.problem is None:
        what = say.LEFT_CLAIM(issue=holder.issue, cockpit=holder.shown, branch=holder.branch)
        yield Leftover(LeftoverKind.CLAIM, holder.branch, what, (), holder.issue, at=holder.since)


def _work(kept: KeptWork, standing: Standing) -> Iterable[Leftover]:
    names, heads = _owned(kept, standing)
    for one in kept.branches:
        if heads & {one.work, *one.within} or (one.name in names and one.commits == 0):
            continue
        if one.here is None and (one.archived or one.commits == 0):
            continue
        issue = branch_issue(one.name)
        choices: list[Choice] = []
        if issue is not None and not one.diverged and one.commits != 0 and one.name not in names:
            choices += [Choice.ADOPT, Choice.PULL_REQUEST]
        if one.here is not None:
            free = one.directory is None
            choices += [Choice.ARCHIVE] if free else []
            choices += [Choice.CLEAN_UP] if free and one.held else []
        yield Leftover(
            LeftoverKind.WORK,
            one.name,
            say.LEFT_WORK_NOT_THEIRS(what=_told_work(one)) if one.name in names else _told_work(one),
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


def _owned(kept: KeptWork, standing: Standing) -> tuple[set[str], set[str]]:
    """The branches that somebody works on or reviews, and the heads that they have there.

    What another cockpit owns is what the remote has: commits here, of one that lost its claim, are not among them for
    standing on a branch of the same name.
    """
    holder, handed_over = standing.state.holder, standing.state.handed_over
    names = {*standing.reviewed, *(done.branch for done in handed_over), *((holder.branch,) if holder else ())}
    heads = {*standing.reviewed.values(), *(done.head for done in handed_over if done.head)}
    for one in kept.branches:
        if one.name in names:
            heads |= {one.there} if one.there else set()
        if holder is not None and standing.mine and one.name == holder.branch:
            heads |= {one.here} if one.here else set()
    return names, heads


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
        files_there = one.files if one.files is not None else 1
        rescue = Rescue(one.name, one.oid, files_there, standing.clone, one.lone, one.verbatim)
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


class Looked(Struct, frozen=True):
    """What was looked at before something is planned about leftovers, so that planning itself only decides.

    `issue` and `merged` are of the one branch that is to be gone on with: its issue on GitHub, and the pull request
    that it was merged by. `stakes` and `ignored` are of the worktrees that could go, `stays` says why others cannot;
    `rescued` and `below` are of the rescue to be pushed: its files, and how many commits below it no remote has.
    `folders` hold worktrees of one claim each; those last used before `parked_before` are offered to be removed.
    `spent` are refs that keep nothing which the remote does not keep.
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
    spent: tuple[SpentRef, ...] = ()
